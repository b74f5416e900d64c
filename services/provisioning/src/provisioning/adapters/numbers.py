"""The read side of numbers: pools, what is away, where one number has been; and departures."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.pages import PAGE
from provisioning.adapters import balance, history, tables
from provisioning.adapters.rows import block_of
from provisioning.application.number_ports import Away, Holder, Pool
from provisioning.domain.balance import Balance
from provisioning.domain.departure import Departure
from provisioning.domain.inventory import NumberRange
from provisioning.domain.lifecycle import DepartureState
from provisioning.domain.numbers import Stay
from telecom.numbers import NumberBlock

_NUMBERS = TypeAdapter(tuple[NumberBlock, ...])
POOLS = text("""
SELECT area_code, sum(last - first + 1)::bigint AS total FROM number_pool
GROUP BY area_code ORDER BY area_code
""")
PUT_BY = text(f"""
SELECT area_code, {history.STATE} AS state, sum(10 ^ width)::bigint AS numbers FROM held_block
WHERE origin = 'own' AND (rests_until IS NOT NULL OR reserved_until IS NOT NULL OR departure_id IS NOT NULL)
GROUP BY 1, 2
""")
AWAY = text("""
SELECT *, lower(span) AS first FROM held_block
WHERE area_code = :area_code AND departure_id IS NOT NULL AND lower(span) > :after ORDER BY span LIMIT :most
""")
HOLDERS = text("""
SELECT asked.id AS holder_id, coalesce(site.agreement_id, asked.id) AS agreement_id, site.site_id, site.name,
    work.customer_id, work.agreement_number, work.customer_name
FROM unnest(cast(:ids AS uuid[])) AS asked (id) LEFT JOIN usage_site site ON site.site_id = asked.id
JOIN LATERAL (
    SELECT customer_id, agreement_number, customer_name FROM work_order
    WHERE agreement_id = coalesce(site.agreement_id, asked.id) ORDER BY opened_at DESC LIMIT 1
) work ON true
""")
CLASHES = text("""
SELECT CASE WHEN area_code = :area_code AND first = :first AND last = :last THEN 'loaded' ELSE 'pool' END
FROM number_pool WHERE span && int8range(:low, :high)
UNION SELECT 'held' FROM held_block WHERE origin = 'ported' AND span && int8range(:low, :high)
""")


class SqlNumbers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def pools(self) -> list[Pool]:
        blocks = await balance.free_by_size(self._connection)
        checked = {one.area_code: (at, one) for at, one in await balance.last_balances(self._connection)}
        put_by = {(row.area_code, row.state): row.numbers for row in await self._connection.execute(PUT_BY)}
        pools = []
        for row in await self._connection.execute(POOLS):
            code, (at, found) = row.area_code, checked.get(row.area_code, (None, None))
            free = sum(size * count for size, count in blocks[code].items())
            resting, reserved, away = (put_by.get((code, one), 0) for one in ("resting", "reserved", "ported_out"))
            pools.append(Pool(code, row.total, free, resting, reserved, away, blocks[code], found, at))
        return pools

    async def away(self, area_code: str, after: int | None) -> list[Away]:
        asked = {"area_code": area_code, "after": -1 if after is None else after, "most": PAGE + 1}
        rows = await self._connection.execute(AWAY, asked)
        return [Away(row.first, block_of(row), row.carrier, row.since) for row in rows]

    async def life(self, number: NumberBlock) -> list[Stay]:
        return await history.life_of(number, self._connection)

    async def holders(self, holder_ids: Collection[UUID]) -> dict[UUID, Holder]:
        rows = await self._connection.execute(HOLDERS, {"ids": list(holder_ids)})
        return {row.holder_id: _holder(row) for row in rows}

    async def clashes(self, wanted: NumberRange) -> list[str]:
        gaps = {"low": wanted.first * 100, "high": (wanted.last + 1) * 100}
        asked = gaps | {"area_code": wanted.area_code, "first": wanted.first, "last": wanted.last}
        return sorted((await self._connection.execute(CLASHES, asked)).scalars())

    async def weigh(self, at: datetime) -> list[Balance]:
        return await balance.weigh(self._connection, at)

    async def keep_balances(self, found: list[Balance], at: datetime) -> None:
        await balance.keep_balances(self._connection, found, at)


class SqlDepartures:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, departure_id: UUID) -> Departure | None:
        query = select(tables.departure).where(tables.departure.c.departure_id == departure_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        numbers, state = _NUMBERS.validate_python(row.numbers), DepartureState(row.state)
        return Departure(row.departure_id, row.agreement_id, row.customer_id, row.recipient, numbers, state)

    async def save(self, departure: Departure) -> None:
        row = {
            "departure_id": departure.departure_id,
            "agreement_id": departure.agreement_id,
            "customer_id": departure.customer_id,
            "recipient": departure.recipient,
            "numbers": _NUMBERS.dump_python(departure.numbers, mode="json"),
            "state": departure.state.value,
        }
        statement = insert(tables.departure).values(row)
        renewed = {name: statement.excluded[name] for name in ("numbers", "state")}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["departure_id"], set_=renewed))


def _holder(row: Any) -> Holder:
    return Holder(
        holder_id=row.holder_id,
        agreement_id=row.agreement_id,
        customer_id=row.customer_id,
        site_id=row.site_id,
        site_name=row.name,
        agreement_number=row.agreement_number,
        customer_name=row.customer_name,
    )
