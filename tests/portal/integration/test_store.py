"""The portal's store keeps its promise in memory and in PostgreSQL alike."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from chassis.store import open_store
from chassis.units import Units
from portal.adapters.memory import MemoryStore
from portal.adapters.store import PortalUnit
from portal.adapters.tables import metadata
from portal.application.ports import FeedEntry, Member, Queue, SavedView, Task
from portal.application.ports import PortalUnit as Unit
from telecom.formats import berlin_day
from tests.conftest import NewDatabase
from tests.portal.conftest import session_of
from tests.portal.samples import NOW
from tests.portal.upstream import both

NewUnit = Callable[[], AbstractAsyncContextManager[Unit]]


@pytest_asyncio.fixture(params=["memory", "postgresql"])
async def new_unit(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[NewUnit]:
    if request.param == "memory":
        yield MemoryStore().unit
        return
    engine = open_store(await new_database("portal"), name="portal", pool_size=2)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield Units(engine, PortalUnit, service="portal", lanes=1, staff=frozenset()).writing
    await engine.dispose()


async def test_a_session_is_found_by_its_key_until_it_is_removed(new_unit: NewUnit) -> None:
    session = session_of("petra")
    async with new_unit() as unit:
        await unit.sessions.add(session)
    async with new_unit() as unit:
        assert await unit.sessions.find("petra") == session
        assert await unit.sessions.find("somebody") is None
        await unit.sessions.set_language("petra", "en")
    async with new_unit() as unit:
        assert await unit.sessions.find("petra") == replace(session, language="en")
        await unit.sessions.remove("petra")
    async with new_unit() as unit:
        assert await unit.sessions.find("petra") is None


async def test_a_company_knows_who_logged_in_for_it_within_a_year(new_unit: NewUnit) -> None:
    ours, theirs = uuid4(), uuid4()
    zoe = Member("zoe", "Zoë", "zoe@firma.example", "partner", ours, NOW)
    anna = replace(zoe, subject="anna", name="Anna")
    stranger = replace(zoe, subject="sara", party_id=theirs)
    long_ago = replace(zoe, subject="lars", seen_at=NOW - timedelta(days=366))
    async with new_unit() as unit:
        for one in (long_ago, zoe, stranger, anna):
            await unit.members.seen(one)
    async with new_unit() as unit:
        assert await unit.members.of([ours]) == [anna, zoe]
        assert await unit.members.of([]) == []
        await unit.members.seen(replace(anna, name="Zz Top", seen_at=NOW + timedelta(hours=1)))
    async with new_unit() as unit:
        assert [one.name for one in await unit.members.of([ours, theirs])] == ["Zoë", "Zoë", "Zz Top"]


async def test_a_person_keeps_views_of_lists_by_name(new_unit: NewUnit) -> None:
    view = SavedView("petra", "/orders", "Offen", "status=awaiting&q=j%C3%A4ger")
    early, other = replace(view, name="Alle"), replace(view, path="/carts")
    async with new_unit() as unit:
        for one in (view, early, other, replace(view, subject="olga")):
            await unit.views.keep(one)
    async with new_unit() as unit:
        assert await unit.views.of("petra", "/orders") == [early, view]
        await unit.views.keep(replace(view, query="status=failed"))
        await unit.views.remove("petra", "/orders", "Alle")
        await unit.views.remove("petra", "/orders", "no such")
    async with new_unit() as unit:
        assert await unit.views.of("petra", "/orders") == [replace(view, query="status=failed")]
        assert await unit.views.of("petra", "/carts") == [other]


async def test_an_order_tells_its_events_in_the_order_they_happened_each_once(new_unit: NewUnit) -> None:
    order, quote = uuid4(), uuid4()
    later = FeedEntry(uuid4(), "OrderCompleted", NOW + timedelta(minutes=1), {"a": 1}, order_id=order)
    first = FeedEntry(uuid4(), "QuoteConfirmed", NOW, {"ä": "🙂"}, order_id=order, quote_id=quote)
    for _ in range(2):
        async with new_unit() as unit:
            unit.feed.note(later)
            unit.feed.note(first)
    async with new_unit() as unit:
        assert await unit.feed.of_order(order) == [first, later]
        assert await unit.feed.of_quote(quote) == [first]
        assert await unit.feed.of_order(uuid4()) == []


def task(number: int, **more: object) -> Task:
    return replace(
        Task(
            task_id=UUID(int=number),
            kind="signed_form",
            owner="porting",
            subject_id=UUID(int=100 + number),
            title=both("Formular prüfen", "Check the form"),
            explanation=both("Bitte", "Please"),
            raised_at=NOW,
            due_at=NOW + timedelta(days=number),
        ),
        **more,  # type: ignore[arg-type] # fields of a test's choosing
    )


QUEUE = Queue(NOW, berlin_day(NOW))


async def test_open_tasks_come_most_urgent_first_until_settled(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        for number in (3, 1, 2):
            unit.tasks.raise_(task(number))
        unit.tasks.settle(UUID(int=2), by="Olga", outcome=both("frei", "released"), at=NOW)
    async with new_unit() as unit:
        assert [one.task.task_id.int for one in await unit.tasks.queue(QUEUE, None, 5)] == [1, 3]
        settled = await unit.tasks.get(UUID(int=2))
        assert settled is not None
        assert settled.settled_by == "Olga"
        assert await unit.tasks.get(UUID(int=9)) is None


async def test_raising_a_settled_task_again_does_not_reopen_it(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        unit.tasks.raise_(task(1))
    async with new_unit() as unit:
        unit.tasks.settle(UUID(int=1), by="Olga", outcome=both("frei"), at=NOW)
    async with new_unit() as unit:
        unit.tasks.raise_(task(1))
    async with new_unit() as unit:
        assert await unit.tasks.queue(QUEUE, None, 5) == []


async def test_a_copy_of_the_session_table_logs_nobody_in(new_database: NewDatabase) -> None:
    engine = open_store(await new_database("portal"), name="portal", pool_size=2)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    units = Units(engine, PortalUnit, service="portal", lanes=1, staff=frozenset())
    async with units.writing() as unit:
        await unit.sessions.add(session_of("petra"))
    async with engine.connect() as connection:
        kept = (await connection.execute(text("SELECT encode(key_hash, 'escape') FROM session"))).scalar_one()
    assert "petra" not in kept
    await engine.dispose()
