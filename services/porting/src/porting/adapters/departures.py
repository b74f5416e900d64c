"""Departures in PostgreSQL: whole ones to act on, and those that a caller may see (PORT-9, TEN-2)."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Uuid, bindparam, delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.scope import Scope, same_party
from chassis.store import Stale
from porting.adapters import tables
from porting.adapters.numbers import touch
from porting.application.departure_ports import WantedDepartures
from porting.application.ports import Who
from porting.domain.departure import Departure
from porting.domain.lifecycle import DEPARTURE
from porting.domain.particulars import Numbers
from telecom.forgetting import WORD, forgotten

_ADAPTER: TypeAdapter[Departure] = TypeAdapter(Departure)
_NOT_STORED = {"facts", "version"}
OVER = [one.value for one in DEPARTURE.final_states()]
MOVE = text(
    "UPDATE departure SET customer_id = :survivor, body = jsonb_set(body, '{customer_id}', to_jsonb(:survivor)) "
    "WHERE customer_id = :loser"
).bindparams(bindparam("survivor", type_=Uuid()), bindparam("loser", type_=Uuid()))


class SqlDepartures:
    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope

    async def get(self, departure_id: UUID) -> Departure | None:
        return await self._one(tables.departure.c.departure_id == departure_id, lock=True)

    async def of_pre_agreement(self, pre_agreement_id: str) -> Departure | None:
        return await self._one(tables.departure.c.pre_agreement_id == pre_agreement_id, lock=True)

    async def of_numbers(self, numbers: Numbers) -> list[Departure]:
        named = tables.departing_number
        shares = exists().where(named.c.departure_id == tables.departure.c.departure_id, touch(named, numbers))
        return await self._some(shares, tables.departure.c.state.not_in(OVER))

    async def of_agreement(self, agreement_id: UUID) -> list[Departure]:
        return await self._some(tables.departure.c.agreement_id == agreement_id)

    async def save(self, departure: Departure) -> None:
        seen, departure.version = departure.version, departure.version + 1
        row = {
            "departure_id": departure.departure_id,
            "pre_agreement_id": str(departure.pre_agreement.pre_agreement_id),
            "customer_id": departure.customer_id,
            "agreement_id": departure.agreement_id,
            "state": departure.state.value,
            "version": departure.version,
            "body": _ADAPTER.dump_python(departure, mode="json", exclude=_NOT_STORED),
        }
        if seen == 0:
            await self._connection.execute(insert(tables.departure).values(row))
        else:
            table = tables.departure.c
            same = table.departure_id == departure.departure_id, table.version == seen
            if (await self._connection.execute(update(tables.departure).where(*same).values(row))).rowcount != 1:
                raise Stale
        await self._name_numbers(departure)

    async def move(self, loser: UUID, survivor: UUID) -> None:
        await self._connection.execute(MOVE, {"loser": loser, "survivor": survivor})

    async def forget(self, party_id: UUID) -> None:
        theirs = select(tables.departure.c.departure_id).where(tables.departure.c.customer_id == party_id)
        messages = tables.carrier_message
        for table, key, about in (
            (tables.departure, "departure_id", tables.departure.c.customer_id == party_id),
            (messages, "position", messages.c.porting_id.in_(theirs)),
        ):
            rows = select(table.c[key], table.c.body).where(about).with_for_update()
            for found, body in (await self._connection.execute(rows)).all():
                neutral = _without_corrections(forgotten(body))
                await self._connection.execute(update(table).where(table.c[key] == found).values(body=neutral))

    async def one(self, departure_id: UUID) -> Departure | None:
        return await self._one(tables.departure.c.departure_id == departure_id, lock=False)

    async def some(self, caller: Who, wanted: WantedDepartures) -> list[Departure]:
        table = tables.departure
        query = select(table.c.body, table.c.version).order_by(table.c.departure_id).limit(wanted.limit)
        if wanted.customer_id is not None:
            theirs = text(f"departure.customer_id IN ({same_party('customer_id')})")
            query = query.where(theirs.bindparams(bindparam("customer_id", wanted.customer_id, type_=Uuid())))
        if wanted.agreement_id is not None:
            query = query.where(table.c.agreement_id == wanted.agreement_id)
        if wanted.state is not None:
            query = query.where(table.c.state == wanted.state.value)
        if wanted.after is not None:
            query = query.where(table.c.departure_id > wanted.after)
        tree = self._scope.visible(caller, only_open=True)
        if tree is not None:
            whose = text(f"departure.customer_id IN ({tree.text})")
            query = query.where(whose.bindparams(bindparam("caller", caller.party_id, type_=Uuid())))
        return [_loaded(row) for row in await self._connection.execute(query)]

    async def _name_numbers(self, departure: Departure) -> None:
        named, key = tables.departing_number, departure.departure_id
        await self._connection.execute(delete(named).where(named.c.departure_id == key))
        rows = [
            {"departure_id": key, "prefix": one.prefix, "digits": len(one.digits)}
            for one in {one.prefix: one for one in departure.numbers}.values()
        ]
        if rows:
            await self._connection.execute(insert(named).values(rows))

    async def _some(self, *conditions: Any) -> list[Departure]:
        query = select(tables.departure.c.body, tables.departure.c.version).where(*conditions)
        locked = query.order_by(tables.departure.c.departure_id).with_for_update()
        return [_loaded(row) for row in await self._connection.execute(locked)]

    async def _one(self, condition: Any, *, lock: bool) -> Departure | None:
        query = select(tables.departure.c.body, tables.departure.c.version).where(condition)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).one_or_none()
        return None if row is None else _loaded(row)


def _loaded(row: Any) -> Departure:
    found = _ADAPTER.validate_python(row.body)
    found.version = row.version
    return found


def _without_corrections(value: Any) -> Any:
    """What we said is right of an address is personal too."""
    match value:
        case {"code": code, "value": _value} if str(code).startswith("810"):
            return {**value, "value": WORD}
        case dict():
            return {name: _without_corrections(one) for name, one in value.items()}
        case list():
            return [_without_corrections(one) for one in value]
    return value
