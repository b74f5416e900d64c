"""A subscriber's wishes: where he wants to be told what, with which secret, and what once more (NOTE-2)."""

import base64
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from notification.application.ports import Subscriber, Told, Unit
from notification.application.tell_webhooks import OFFERED, TEST, concerns
from notification.domain import refusals
from notification.domain.lifecycle import DeliveryState, WebhookState
from notification.domain.notice import Notice, Recipient
from notification.domain.webhook import MOST_OF_A_PARTY, Delivery, Owner, Webhook, checked_url

SECRET_BYTES = 32
MOST_REPLAYED = 10_000
DAYS_KEPT = 30
MISSED = (DeliveryState.GIVEN_UP, DeliveryState.WITHHELD)


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """`local`: addresses of our own network are allowed, as a setting says."""

    party_id: UUID | None
    url: str
    description: str
    events: Sequence[str]
    owner: Owner
    local: bool


async def add_webhook(command: NewWebhook, unit: Unit) -> Webhook:
    url, events = checked_url(command.url, local=command.local), _offered(command.events)
    if "@" not in command.owner.email:
        raise refusals.ContactMissing()
    if await unit.webhooks.count_of(command.party_id) >= MOST_OF_A_PARTY:
        raise refusals.TooManyWebhooks(most=MOST_OF_A_PARTY)
    webhook = Webhook(
        unit.new_id(),
        command.party_id,
        url,
        command.description,
        events,
        command.owner,
        unit.sealed(new_secret()),
        await unit.now(),
    )
    await unit.webhooks.add(webhook)
    return webhook


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """What is None stays as it is."""

    url: str | None
    description: str | None
    events: Sequence[str] | None
    local: bool


async def change_webhook(webhook: Webhook, command: ChangeWebhook, unit: Unit) -> None:
    if command.url is not None:
        webhook.url = checked_url(command.url, local=command.local)
        webhook.forgive()
    if command.description is not None:
        webhook.description = command.description
    if command.events is not None:
        webhook.events = _offered(command.events)
    await unit.webhooks.save(webhook)


async def rotate_secret(webhook: Webhook, overlap: timedelta, unit: Unit) -> None:
    """The earlier secret signs as well until the overlap has passed."""
    webhook.rotate(unit.sealed(new_secret()), await unit.now() + overlap)
    await unit.webhooks.save(webhook)


async def show_secret(webhook: Webhook, unit: Unit) -> str:
    secret = unit.opened(webhook.show_secret())
    await unit.webhooks.save(webhook)
    return secret


async def test_webhook(webhook: Webhook, unit: Unit) -> UUID:
    """A message that means nothing goes out, also while the webhook rests. Returns the event's id."""
    event_id, at = unit.new_id(), await unit.now()
    body = {"webhook_id": str(webhook.webhook_id), "tested_at": at.isoformat()}
    await unit.webhooks.keep([Told(event_id, TEST, webhook.party_id, at, unit.correlation_id, body)])
    await unit.webhooks.deliver([(webhook.webhook_id, event_id)], is_test=True)
    return event_id


async def replay_delivery(delivery: Delivery, unit: Unit) -> None:
    delivery.replay()
    await unit.webhooks.save_delivery(delivery)


async def replay_since(webhook: Webhook, since: datetime, which: Literal["missed", "all"], unit: Unit) -> int:
    """What was never delivered since then, or all, goes out under the same ids. How many wait now for it."""
    if since < await unit.now() - timedelta(days=DAYS_KEPT):
        raise refusals.TooLongAgo(days=DAYS_KEPT)
    told = await unit.webhooks.told_since(since, webhook.events, MOST_REPLAYED)
    above = await unit.scope.above({one.party_id for one in told if one.party_id is not None})
    who = Subscriber(webhook.webhook_id, webhook.party_id, frozenset(webhook.events), is_disabled=False)
    events = [one.event_id for one in told if concerns(who, one, above)]
    states = (*MISSED, DeliveryState.DELIVERED) if which == "all" else MISSED
    again = await unit.webhooks.set_out_again(webhook.webhook_id, events, states)
    fresh = await unit.webhooks.deliver([(webhook.webhook_id, one) for one in events])
    return again + fresh


async def tell_owner_it_is_disabled(webhook: Webhook, unit: Unit) -> None:
    """By mail; the webhooks' page says it too."""
    assert webhook.state is WebhookState.DISABLED, "only then there is something to tell"
    assert webhook.disabled_at is not None, "whatever is disabled has a time"
    owner, at = webhook.owner, webhook.disabled_at.isoformat()
    facts = {
        "number": "",
        "webhook_id": str(webhook.webhook_id),
        "url": webhook.url,
        "description": webhook.description,
        "why": webhook.disabled_why,
        "since": webhook.failing_since.isoformat() if webhook.failing_since else at,
    }
    to = Recipient("creator", owner.name, owner.email, owner.language)
    notice = Notice(
        unit.new_id(),
        "webhook-disabled",
        to,
        webhook.webhook_id,
        at,
        facts,
        unit.correlation_id,
        customer_id=webhook.party_id,
    )
    await unit.notices.add([notice])


def new_secret() -> str:
    """As Standard Webhooks write one."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _offered(events: Collection[str]) -> tuple[str, ...]:
    if unknown := sorted(set(events) - OFFERED.keys()):
        raise refusals.UnknownEventTypes(types=", ".join(one[:60] for one in unknown[:5]))
    return tuple(sorted(set(events)))
