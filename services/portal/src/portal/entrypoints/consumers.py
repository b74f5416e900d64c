"""Everything that happens anywhere, read into the feed and the task list."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from chassis.ids import uuid7
from chassis.subscription import Subscription
from contracts.catalog.v1 import VERSIONS, CatalogPublished
from contracts.crm.v1 import PARTIES, PROSPECTS, PartiesMerged, PartyChanged, ProspectEntered
from contracts.envelope import Event, Topic
from contracts.notification.v1 import NOTICES
from contracts.ordering.v1 import AGREEMENTS, CUSTOMERS, ORDERS, QUOTES, PartyForgotten
from contracts.porting.v1 import DEPARTURES, REQUESTS
from contracts.provisioning.v1 import SITES, TRUNKS, WORK
from contracts.registry import all_events
from contracts.work.v1 import TASKS, TaskRaised, TaskSettled
from portal.application.do_deed import void_of_task
from portal.application.forget_party import forget_party
from portal.application.note_event import note_event, raise_task, settle_task
from portal.application.note_words import note_words
from portal.application.ports import Live
from portal.entrypoints.waking import Waking

STORIES = (QUOTES, ORDERS, AGREEMENTS, WORK, TRUNKS, SITES, REQUESTS, DEPARTURES, NOTICES)


def subscriptions(live: Live) -> list[Subscription[Waking]]:
    """One for each topic; `live` is told of each order that moved."""

    async def note(event: Event, unit: Waking) -> None:
        note_words(event, unit)
        order_id = await note_event(event, unit.story.cause or uuid7(), unit)
        if order_id is not None:
            unit.after_commit(_waking(live, order_id))

    stories = [_all_of(topic, note) for topic in STORIES]
    tasks = Subscription[Waking](TASKS)

    @tasks.on(TaskRaised)
    async def on_task_raised(event: TaskRaised, unit: Waking) -> None:
        raise_task(event, unit)
        await note(event, unit)

    @tasks.on(TaskSettled)
    async def on_task_settled(event: TaskSettled, unit: Waking) -> None:
        settle_task(event, unit)
        await void_of_task(event.task_id, event.settled_by, unit)

    return [*stories, tasks, _customers(_all_of(CUSTOMERS, note)), _parties(), _prospects(), _versions()]


def _parties() -> Subscription[Waking]:
    """Tenancy's tree, as every service with an HTTP side keeps it."""
    parties = Subscription[Waking](PARTIES)

    @parties.on(PartyChanged)
    async def on_party_changed(event: PartyChanged, unit: Waking) -> None:
        note_words(event, unit)
        await unit.scope.put(
            event.party_id,
            kind=event.kind.value,
            parent_id=event.parent_id,
            delegated=event.customer_administration,
            version=event.version,
        )

    @parties.on(PartiesMerged)
    async def on_parties_merged(event: PartiesMerged, unit: Waking) -> None:
        await unit.scope.merge(event.party_id, event.survivor_id, event.version)
        await unit.parties.move(event.party_id, await unit.scope.heir(event.party_id))

    return parties


def _customers(stories: Subscription[Waking]) -> Subscription[Waking]:
    """Cart says when a party is to be forgotten."""

    @stories.on(PartyForgotten)
    async def on_party_forgotten(event: PartyForgotten, unit: Waking) -> None:
        await unit.scope.remove(event.party_id)
        await forget_party(event.party_id, unit)

    return stories


def _prospects() -> Subscription[Waking]:
    prospects = Subscription[Waking](PROSPECTS)

    @prospects.on(ProspectEntered)
    async def on_prospect_entered(event: ProspectEntered, unit: Waking) -> None:
        note_words(event, unit)
        await unit.scope.put(event.party_id, kind="prospect", parent_id=event.parent_id, delegated=False, version=0)

    return prospects


def _versions() -> Subscription[Waking]:
    """The catalog is asked for on each page; a new version needs nothing but to be seen."""
    versions = Subscription[Waking](VERSIONS)

    @versions.on(CatalogPublished)
    async def on_catalog_published(event: CatalogPublished, unit: Waking) -> None:
        return None

    return versions


def _all_of(topic: Topic, note: Callable[[Event, Waking], Awaitable[None]]) -> Subscription[Waking]:
    found = Subscription[Waking](topic)
    for event in all_events():
        if topic in (event.topic, *event.also):
            found.on(event)(note)
    return found


def _waking(live: Live, order_id: UUID) -> Callable[[], None]:
    return lambda: live.changed(order_id)
