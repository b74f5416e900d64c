"""Events on their way to webhooks: which are offered, and who is told of one (NOTE-2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.crm.v1 import PROSPECTS
from contracts.envelope import Event
from contracts.ordering.v1 import AGREEMENTS, CUSTOMERS, ORDERS
from contracts.porting.v1 import DEPARTURES, REQUESTS, ClearingMailWritten
from contracts.provisioning.v1 import SITES, TRUNKS
from contracts.registry import all_events
from notification.application.ports import Subscriber, Told, Unit

OFFERED_TOPICS = (ORDERS, AGREEMENTS, CUSTOMERS, REQUESTS, DEPARTURES, TRUNKS, SITES, PROSPECTS)
BETWEEN_PEOPLE = (ClearingMailWritten,)
"""What people of the house write to a customer is for his mailbox only."""
OFFERED: dict[str, type[Event]] = {
    one.type_name(): one for one in all_events() if one.topic in OFFERED_TOPICS and one not in BETWEEN_PEOPLE
}
"""What can be subscribed to, by type."""
TEST = "notification.WebhookTested.v1"
"""The type of a test; no topic carries it."""


async def offer(event: Event, unit: Unit) -> None:
    """Whoever wants it and may know it is told, with the whole batch at its end."""
    unit.gather(
        spread,
        Told(
            unit.event_id,
            event.type_name(),
            party_of(event),
            occurred_at(event),
            unit.correlation_id,
            event.model_dump(mode="json"),
        ),
    )


async def spread(told: Sequence[Told], unit: Unit) -> None:
    """Set deliveries out. What comes before its party is known is kept until it is: topics aren't ordered."""
    subscribers = await unit.webhooks.subscribers({one.type for one in told})
    if not subscribers:
        return
    above = await unit.scope.above({one.party_id for one in told if one.party_id is not None})
    kept: list[Told] = []
    pairs: list[tuple[UUID, UUID]] = []
    for one in told:
        wanting = [who for who in subscribers if one.type in who.events]
        is_known = one.party_id is None or one.party_id in above
        concerned = [who for who in wanting if concerns(who, one, above)]
        if concerned or (wanting and not is_known):
            kept.append(replace(one, party_known=is_known))
            pairs += [(who.webhook_id, one.event_id) for who in concerned if not who.is_disabled]
    if kept:
        await unit.webhooks.keep(kept)
        await unit.webhooks.deliver(pairs)


async def spread_late(party_ids: Sequence[UUID], unit: Unit) -> None:
    """Parties are known now: what came before them is told."""
    if late := await unit.webhooks.take_late(set(party_ids)):
        await spread(late, unit)


def concerns(who: Subscriber, told: Told, above: dict[UUID, frozenset[UUID]]) -> bool:
    """Does it belong to the subscriber's tree (TEN-2)? Whether he may act there is asked when it is delivered."""
    if who.party_id is None:
        return True
    return told.party_id is not None and who.party_id in above.get(told.party_id, ())


def party_of(event: Event) -> UUID | None:
    """The customer an event is about, or the party itself."""
    customer = getattr(event, "customer", None)
    found = getattr(event, "customer_id", None) or getattr(event, "party_id", None)
    return customer.party_id if customer is not None else found


def occurred_at(event: Event) -> datetime:
    """When it happened: an event's last time. A `…_until` lies ahead; earlier ones say what it is about."""
    times = {name: value for name, value in event if isinstance(value, datetime)}
    *_about, found = [value for name, value in times.items() if not name.endswith("_until")]
    return found
