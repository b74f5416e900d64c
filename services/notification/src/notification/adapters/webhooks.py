"""Webhooks, what there is to tell them, and each delivery, in PostgreSQL (NOTE-2)."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from notification.adapters.tables import webhook, webhook_delivery, webhook_event
from notification.application.ports import Subscriber, Told, WantedDeliveries, WantedWebhooks
from notification.domain.lifecycle import DeliveryState, WebhookState
from notification.domain.webhook import Delivery, Owner, Webhook

FIELDS = [column for column in webhook.c if column.name not in ("claimed_until", "not_before")]
STAYS = ("webhook_id", "party_id", "created_at")
DELIVERY_STATE = ("state", "attempts", "not_before", "tried_at", "status", "latency_ms", "error", "response")
DELIVERY = select(
    webhook_delivery.c.position,
    *(webhook_delivery.c[name] for name in ("delivery_id", "webhook_id", "event_id", "is_test", *DELIVERY_STATE)),
    *(webhook_event.c[name] for name in ("type", "party_id", "at", "correlation_id", "body")),
).join_from(webhook_delivery, webhook_event, webhook_delivery.c.event_id == webhook_event.c.event_id)

DELIVER = text(
    "INSERT INTO webhook_delivery (delivery_id, webhook_id, event_id, is_test) "
    "SELECT d, w, e, :is_test FROM unnest(cast(:ids AS uuid[]), cast(:webhooks AS uuid[]), cast(:events AS uuid[])) "
    "WITH ORDINALITY AS x(d, w, e, o) WHERE EXISTS (SELECT FROM webhook WHERE webhook_id = w) ORDER BY o "
    "ON CONFLICT DO NOTHING"
)
SUBSCRIBERS = text("SELECT webhook_id, party_id, events, state FROM webhook WHERE events && cast(:types AS text[])")
WAITING = text(
    "SELECT webhook_id, count(*) AS waiting FROM webhook_delivery WHERE state = 'waiting' "
    "AND webhook_id = ANY(cast(:ids AS uuid[])) GROUP BY webhook_id"
)
TAKE_LATE = text(
    "UPDATE webhook_event SET party_known = true WHERE NOT party_known AND party_id = ANY(cast(:ids AS uuid[])) "
    "RETURNING *"
)


class SqlWebhooks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, one: Webhook) -> None:
        await self._connection.execute(insert(webhook).values(_row(one)))

    async def get(self, webhook_id: UUID) -> Webhook | None:
        return await self._one(_by_id(webhook_id).with_for_update())

    async def look(self, webhook_id: UUID) -> Webhook | None:
        return await self._one(_by_id(webhook_id))

    async def save(self, one: Webhook) -> None:
        values = {name: value for name, value in _row(one).items() if name not in STAYS}
        await self._connection.execute(update(webhook).where(webhook.c.webhook_id == one.webhook_id).values(values))

    async def remove(self, webhook_id: UUID) -> None:
        await self._connection.execute(delete(webhook).where(webhook.c.webhook_id == webhook_id))

    async def count_of(self, party_id: UUID | None) -> int:
        query = select(func.count()).where(webhook.c.party_id.is_not_distinct_from(party_id))
        return int((await self._connection.execute(query)).scalar_one())

    async def find(self, wanted: WantedWebhooks) -> list[Webhook]:
        query = select(*FIELDS).order_by(webhook.c.webhook_id).limit(wanted.limit)
        if wanted.party_id is not None:
            query = query.where(webhook.c.party_id == wanted.party_id)
        if wanted.after is not None:
            query = query.where(webhook.c.webhook_id > wanted.after)
        return [_webhook(row) for row in await self._connection.execute(query)]

    async def waiting_for(self, webhook_ids: Collection[UUID]) -> dict[UUID, int]:
        rows = await self._connection.execute(WAITING, {"ids": list(webhook_ids)})
        return {row.webhook_id: row.waiting for row in rows}

    async def subscribers(self, types: Collection[str]) -> list[Subscriber]:
        rows = await self._connection.execute(SUBSCRIBERS, {"types": list(types)})
        return [
            Subscriber(row.webhook_id, row.party_id, frozenset(row.events), row.state == WebhookState.DISABLED)
            for row in rows
        ]

    async def keep(self, told: Sequence[Told]) -> None:
        await self._connection.execute(insert(webhook_event).on_conflict_do_nothing(), [asdict(one) for one in told])

    async def take_late(self, party_ids: Collection[UUID]) -> list[Told]:
        rows = await self._connection.execute(TAKE_LATE, {"ids": list(party_ids)})
        return [
            Told(row.event_id, row.type, row.party_id, row.at, row.correlation_id, row.body)
            for row in sorted(rows, key=lambda row: row.recorded_at)
        ]

    async def told_since(self, since: datetime, types: Collection[str], most: int) -> list[Told]:
        table = webhook_event
        query = select(table.c.event_id, table.c.type, table.c.party_id, table.c.at, table.c.correlation_id)
        query = query.where(table.c.type.in_(types), table.c.at >= since).order_by(
            table.c.recorded_at, table.c.event_id
        )
        return [Told(*row, body={}) for row in await self._connection.execute(query.limit(most))]

    async def deliver(self, pairs: Sequence[tuple[UUID, UUID]], *, is_test: bool = False) -> int:
        if not pairs:
            return 0
        arrays = {
            "ids": [_delivery_id(*pair) for pair in pairs],
            "webhooks": [webhook_id for webhook_id, _ in pairs],
            "events": [event_id for _, event_id in pairs],
        }
        return (await self._connection.execute(DELIVER, {**arrays, "is_test": is_test})).rowcount

    async def set_out_again(self, webhook_id: UUID, event_ids: Collection[UUID], states: Collection[str]) -> int:
        table = webhook_delivery
        mine = table.c.webhook_id == webhook_id, table.c.event_id.in_(event_ids), table.c.state.in_(states)
        waiting = update(table).where(*mine).values(state=DeliveryState.WAITING, attempts=0, not_before=func.now())
        return (await self._connection.execute(waiting)).rowcount

    async def delivery(self, webhook_id: UUID, delivery_id: UUID) -> Delivery | None:
        table = webhook_delivery
        query = DELIVERY.where(table.c.webhook_id == webhook_id, table.c.delivery_id == delivery_id)
        row = (await self._connection.execute(query.with_for_update(of=table))).one_or_none()
        return None if row is None else delivery_of(row)

    async def save_delivery(self, one: Delivery) -> None:
        values = {name: getattr(one, name) for name in DELIVERY_STATE}
        mine = webhook_delivery.c.delivery_id == one.delivery_id
        await self._connection.execute(update(webhook_delivery).where(mine).values(values))

    async def deliveries(self, wanted: WantedDeliveries) -> list[tuple[int, Delivery]]:
        table = webhook_delivery
        query = DELIVERY.where(table.c.webhook_id == wanted.webhook_id).order_by(table.c.position.desc())
        if wanted.state is not None:
            query = query.where(table.c.state == wanted.state)
        if wanted.before is not None:
            query = query.where(table.c.position < wanted.before)
        return [(row.position, delivery_of(row)) for row in await self._connection.execute(query.limit(wanted.limit))]

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for table in (webhook, webhook_event):
            await self._connection.execute(update(table).where(table.c.party_id == loser).values(party_id=survivor))

    async def forget_party(self, party_id: UUID) -> None:
        for table in (webhook, webhook_event):
            await self._connection.execute(delete(table).where(table.c.party_id == party_id))

    async def _one(self, query: Select[Any]) -> Webhook | None:
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _webhook(row)


def _by_id(webhook_id: UUID) -> Select[Any]:
    return select(*FIELDS).where(webhook.c.webhook_id == webhook_id)


def _row(one: Webhook) -> dict[str, Any]:
    return asdict(one) | {"events": list(one.events)}


def _webhook(row: Any) -> Webhook:
    found = dict(row._mapping)
    return Webhook(
        **{
            **found,
            "events": tuple(row.events),
            "owner": Owner(**row.owner),
            "state": WebhookState(row.state),
        }
    )


def delivery_of(row: Any) -> Delivery:
    found = {name: value for name, value in row._mapping.items() if name != "position"}
    return Delivery(**{**found, "state": DeliveryState(row.state)})


def _delivery_id(webhook_id: UUID, event_id: UUID) -> UUID:
    """Always the same for a webhook and an event: what its receiver knows a message by."""
    return uuid5(NAMESPACE_URL, f"{webhook_id}/{event_id}")
