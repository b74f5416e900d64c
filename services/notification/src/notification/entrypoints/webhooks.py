"""HTTP: a subscriber's webhooks and their deliveries (NOTE-2)."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from chassis.http import InUnit, service_router
from chassis.pages import PAGE, Page, after_id, cursor_of, read_cursor
from chassis.problems import Problem
from chassis.roles import ADMINISTRATOR, ORDERING, PEOPLE, require
from chassis.scope import NotFound
from chassis.tokens import Identity
from contracts.envelope import Event
from contracts.shapes import Mail
from notification.application import keep_webhooks
from notification.application.ports import Unit, WantedDeliveries, WantedWebhooks
from notification.application.tell_webhooks import OFFERED
from notification.domain.lifecycle import DeliveryState
from notification.domain.webhook import Delivery, Owner, Webhook
from notification.settings import Settings
from telecom.refusal import _

router = service_router(tags=["webhooks"])
Reader = Annotated[Identity, Depends(require(*PEOPLE, whose="nobody"))]
Subscribing = Annotated[Identity, Depends(require(ADMINISTRATOR, *ORDERING, whose="own"))]
Types = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=60)]


class NewWebhookBody(BaseModel):
    """`party_id`: for administrators only, None is the house. `contact` is told when the webhook is disabled."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    description: Annotated[str, Field(max_length=200)] = ""
    events: Types
    contact: Mail | None = None
    party_id: UUID | None = None


class ChangeBody(BaseModel):
    url: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    description: Annotated[str, Field(max_length=200)] | None = None
    events: Types | None = None


class ReplayBody(BaseModel):
    """`missed`: what was given up, withheld or never set out; `all`: what was delivered too."""

    since: AwareDatetime
    which: Literal["missed", "all"] = "missed"


class EventTypeView(BaseModel):
    type: str
    topic: str
    about: str


class WebhookView(BaseModel):
    """The secret is never among these. `waiting`: deliveries that are due or will be."""

    webhook_id: UUID
    party_id: UUID | None
    url: str
    description: str
    events: list[str]
    contact: str
    state: str
    secret_shown: bool
    earlier_secret_until: datetime | None
    created_at: datetime
    failures: int
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    waiting: int


class SecretView(BaseModel):
    secret: str


class DeliveryView(BaseModel):
    """`message_id` is what travels as `webhook-id`. `error`: a word for why no answer came."""

    delivery_id: UUID
    message_id: str
    type: str
    at: datetime
    correlation_id: str
    is_test: bool
    state: str
    attempts: int
    next_try_at: datetime | None
    tried_at: datetime | None
    status: int | None
    latency_ms: int | None
    error: str | None
    response: str | None


class ReplayView(BaseModel):
    set_out: int


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


Given = Annotated[Settings, Depends(_settings)]


@router.get("/webhook-events")
async def event_types(caller: Reader) -> list[EventTypeView]:
    """The types that can be subscribed to; a body's schema is the event's own."""
    return [EventTypeView(type=name, topic=one.topic.name, about=_about(one)) for name, one in OFFERED.items()]


@router.get("/webhooks")
async def webhooks(
    unit: InUnit[Unit], caller: Subscribing, party_id: UUID | None = None, cursor: str | None = None
) -> Page[WebhookView]:
    """One's own; an administrator's are all, or those of one party."""
    if caller.role != ADMINISTRATOR and party_id not in (None, _own_party(caller)):
        raise NotFound
    mine = party_id if caller.role == ADMINISTRATOR else _own_party(caller)
    found = await unit.webhooks.find(WantedWebhooks(mine, after_id(cursor), PAGE + 1))
    return Page(
        items=await _views(found[:PAGE], unit),
        next=cursor_of(found[PAGE - 1].webhook_id) if len(found) > PAGE else None,
    )


@router.post("/webhooks", status_code=201)
async def add(
    body: NewWebhookBody, unit: InUnit[Unit], caller: Subscribing, given: Given, response: Response
) -> WebhookView:
    """Its secret is fetched once, at `/secret`: answers to writes are kept to be repeated, secrets are not."""
    party_id = await _party_for(body, caller, unit)
    owner = Owner(caller.name or caller.subject, body.contact or caller.email, caller.language)
    command = keep_webhooks.NewWebhook(
        party_id, body.url, body.description.strip(), body.events, owner, given.webhook_local
    )
    webhook = await keep_webhooks.add_webhook(command, unit)
    response.headers["Location"] = f"/webhooks/{webhook.webhook_id}"
    return await _view(webhook, unit)


@router.get("/webhooks/{webhook_id}")
async def webhook(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> WebhookView:
    return await _view(_admitted(await unit.webhooks.look(webhook_id), caller), unit)


@router.patch("/webhooks/{webhook_id}")
async def change(
    webhook_id: UUID, body: ChangeBody, unit: InUnit[Unit], caller: Subscribing, given: Given
) -> WebhookView:
    found = await _locked(webhook_id, caller, unit)
    wanted = keep_webhooks.ChangeWebhook(body.url, body.description, body.events, given.webhook_local)
    await keep_webhooks.change_webhook(found, wanted, unit)
    return await _view(found, unit)


@router.delete("/webhooks/{webhook_id}", status_code=204)
async def remove(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> None:
    found = await _locked(webhook_id, caller, unit)
    await unit.webhooks.remove(found.webhook_id)


@router.post("/webhooks/{webhook_id}/secret", openapi_extra={"x-idempotency": False})
async def secret(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> SecretView:
    """Once for each secret."""
    found = await _locked(webhook_id, caller, unit)
    return SecretView(secret=await keep_webhooks.show_secret(found, unit))


@router.post("/webhooks/{webhook_id}/rotate")
async def rotate(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing, given: Given) -> WebhookView:
    """A new secret, to be fetched once; the earlier one signs as well for a while."""
    found = await _locked(webhook_id, caller, unit)
    await keep_webhooks.rotate_secret(found, timedelta(hours=given.webhook_overlap_hours), unit)
    return await _view(found, unit)


@router.post("/webhooks/{webhook_id}/pause")
async def pause(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> WebhookView:
    """What happens meanwhile waits."""
    found = await _locked(webhook_id, caller, unit)
    found.pause()
    await unit.webhooks.save(found)
    return await _view(found, unit)


@router.post("/webhooks/{webhook_id}/resume")
async def resume(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> WebhookView:
    """Also after it was disabled; what happened meanwhile is then brought by a replay."""
    found = await _locked(webhook_id, caller, unit)
    found.resume()
    await unit.webhooks.save(found)
    return await _view(found, unit)


@router.post("/webhooks/{webhook_id}/test", status_code=202)
async def test(webhook_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> DeliveryView:
    """A message that means nothing; what became of it is the newest delivery."""
    found = await _locked(webhook_id, caller, unit)
    await keep_webhooks.test_webhook(found, unit)
    [(_, made)] = await unit.webhooks.deliveries(WantedDeliveries(webhook_id, limit=1))
    return delivery_view(made)


@router.post("/webhooks/{webhook_id}/replay", status_code=202)
async def replay(webhook_id: UUID, body: ReplayBody, unit: InUnit[Unit], caller: Subscribing) -> ReplayView:
    """Everything since a time once more, under the same message ids."""
    found = await _locked(webhook_id, caller, unit)
    return ReplayView(set_out=await keep_webhooks.replay_since(found, body.since, body.which, unit))


@router.get("/webhooks/{webhook_id}/deliveries")
async def deliveries(
    webhook_id: UUID,
    unit: InUnit[Unit],
    caller: Subscribing,
    state: Annotated[DeliveryState | None, Query()] = None,
    cursor: str | None = None,
) -> Page[DeliveryView]:
    """Newest first."""
    _admitted(await unit.webhooks.look(webhook_id), caller)
    found = await unit.webhooks.deliveries(WantedDeliveries(webhook_id, state, _before(cursor), PAGE + 1))
    return Page(
        items=[delivery_view(one) for _, one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1][0]) if len(found) > PAGE else None,
    )


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202)
async def replay_one(webhook_id: UUID, delivery_id: UUID, unit: InUnit[Unit], caller: Subscribing) -> DeliveryView:
    _admitted(await unit.webhooks.look(webhook_id), caller)
    found = await unit.webhooks.delivery(webhook_id, delivery_id)
    if found is None:
        raise NotFound
    await keep_webhooks.replay_delivery(found, unit)
    return delivery_view(found)


def delivery_view(one: Delivery) -> DeliveryView:
    return DeliveryView(
        delivery_id=one.delivery_id,
        message_id=one.message_id,
        type=one.type,
        at=one.at,
        correlation_id=one.correlation_id,
        is_test=one.is_test,
        state=one.state.value,
        attempts=one.attempts,
        next_try_at=one.not_before if one.state is DeliveryState.WAITING else None,
        tried_at=one.tried_at,
        status=one.status,
        latency_ms=one.latency_ms,
        error=one.error,
        response=one.response,
    )


def _admitted(found: Webhook | None, caller: Identity) -> Webhook:
    """TEN-2: what isn't yours and what isn't there are answered alike."""
    if found is None or (caller.role != ADMINISTRATOR and found.party_id != _own_party(caller)):
        raise NotFound
    return found


async def _locked(webhook_id: UUID, caller: Identity, unit: Unit) -> Webhook:
    return _admitted(await unit.webhooks.get(webhook_id), caller)


def _own_party(caller: Identity) -> UUID:
    if caller.party_id is None:
        raise Problem(403, "no-party", _("Your account belongs to no party."))
    return caller.party_id


async def _party_for(body: NewWebhookBody, caller: Identity, unit: Unit) -> UUID | None:
    """A subscriber's own party, whatever he names; an administrator may name any, or none for the house."""
    if caller.role != ADMINISTRATOR:
        if body.party_id not in (None, _own_party(caller)):
            raise NotFound
        return _own_party(caller)
    if body.party_id is not None:
        await unit.scope.admit(caller, body.party_id)
    return body.party_id


async def _view(one: Webhook, unit: Unit) -> WebhookView:
    [view] = await _views([one], unit)
    return view


async def _views(found: list[Webhook], unit: Unit) -> list[WebhookView]:
    waiting = await unit.webhooks.waiting_for([one.webhook_id for one in found])
    return [
        WebhookView(
            webhook_id=one.webhook_id,
            party_id=one.party_id,
            url=one.url,
            description=one.description,
            events=list(one.events),
            contact=one.owner.email,
            state=one.state.value,
            secret_shown=one.secret_shown,
            earlier_secret_until=one.earlier_until,
            created_at=one.created_at,
            failures=one.failures,
            failing_since=one.failing_since,
            disabled_at=one.disabled_at,
            disabled_why=one.disabled_why,
            waiting=waiting.get(one.webhook_id, 0),
        )
        for one in found
    ]


def _before(cursor: str | None) -> int | None:
    place: list[Any] | None = read_cursor(cursor, 1)
    if place is None:
        return None
    if not isinstance(place[0], int) or not 0 <= place[0] < 1 << 63:
        raise Problem(400, "bad-cursor", "This cursor is not one of ours.", field="cursor")
    return place[0]


def _about(event: type[Event]) -> str:
    """The first sentence of what its contract says."""
    words = (event.__doc__ or "").strip().splitlines()
    return words[0] if words else ""
