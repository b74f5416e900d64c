"""Free blocks that are kept for a customer for a short while, so that he can choose (SITE-3)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.pages import PAGE
from provisioning.adapters.history import noted
from provisioning.adapters.tables import number_reservation as table
from provisioning.domain.inventory import BlockTaken, own_block, span
from provisioning.domain.reservation import Reservation
from telecom.numbers import OWN_SIZES, NumberBlock

# The free block in which the wanted one lies. Whoever holds it is waited for.
TAKE_FREE = """
DELETE FROM free_block
WHERE area_code = $1 AND (size, first) IN (SELECT * FROM unnest($2::int[], $3::bigint[])) RETURNING size, first
"""
IS_FREE = """
SELECT 1 FROM free_block
WHERE area_code = $1 AND (size, first) IN (SELECT * FROM unnest($2::int[], $3::bigint[]))
"""
GIVE_BACK = "INSERT INTO free_block (area_code, size, first) SELECT $1, * FROM unnest($2::int[], $3::bigint[])"
HOLD = """
INSERT INTO held_block (holder_id, area_code, stem, width, origin, span, reserved_until)
VALUES ($1, $2, $3, $4, 'own', int8range($5, $6), $7)
"""
TAKE_KEPT = f"""
WITH gone AS (SELECT * FROM held_block WHERE holder_id = $1 AND reserved_until IS NOT NULL FOR UPDATE),
noted AS ({noted("$3", "'ordered'")})
UPDATE held_block SET holder_id = $2, reserved_until = NULL, since = $3
WHERE position IN (SELECT position FROM gone) RETURNING position
"""
END = f"""
WITH gone AS (DELETE FROM held_block WHERE holder_id = $1 AND reserved_until IS NOT NULL RETURNING *),
noted AS ({noted("$2", "'given_up'")})
INSERT INTO free_block (area_code, size, first)
SELECT area_code, (10 ^ width)::int, lower(span) / 100 FROM gone
"""
OFFER = text(
    "SELECT area_code, first + :size * nth AS first FROM free_block, generate_series(0, free_block.size / :size - 1) "
    "AS nth WHERE area_code = :area_code AND size >= :size "
    "AND substr(((first + :size * nth) / :size)::text, length(area_code) + 1) LIKE :like "
    "ORDER BY free_block.size, first LIMIT :most"
)


class SqlReservations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def offer(self, area_code: str, size: int, containing: str, most: int) -> list[NumberBlock]:
        asked = {"area_code": area_code, "size": size, "like": f"%{containing}%", "most": most}
        return [own_block(area_code, row.first, size) for row in await self._connection.execute(OFFER, asked)]

    async def hold(self, block: NumberBlock, holder_id: UUID, until: datetime | None) -> None:
        digits = int(block.digits)
        sizes = [size for size in OWN_SIZES if size >= block.size]
        around = block.area_code, sizes, [digits - digits % size for size in sizes]
        taken = None
        while taken is None:
            taken = (await self._sql(TAKE_FREE, *around)).first()
            if taken is None and (await self._sql(IS_FREE, *around)).first() is None:
                raise BlockTaken(number=str(block))
        rest = own_block(block.area_code, taken.first, taken.size).without([block])
        firsts = [int(one.digits) for one in rest]
        await self._sql(GIVE_BACK, block.area_code, [one.size for one in rest], firsts)
        await self._sql(HOLD, holder_id, block.area_code, block.stem, block.width, *span(block), until)

    async def let_go(self, reservation: Reservation, at: datetime) -> None:
        await self._sql(END, reservation.reservation_id, at)
        await self._end(reservation, at)

    async def hand_to(self, reservation: Reservation, holder_id: UUID, at: datetime) -> None:
        if (await self._sql(TAKE_KEPT, reservation.reservation_id, holder_id, at)).first() is None:
            await self.hold(reservation.block, holder_id, None)
        await self._end(reservation, at)

    async def _end(self, reservation: Reservation, at: datetime) -> None:
        same = table.c.reservation_id == reservation.reservation_id
        await self._connection.execute(update(table).where(same).values(ended_at=at))

    async def add(self, one: Reservation) -> None:
        row = {
            "reservation_id": one.reservation_id,
            "customer_id": one.customer_id,
            "area_code": one.block.area_code,
            "stem": one.block.stem,
            "width": one.block.width,
            "reserved_by": one.reserved_by,
            "reserved_at": one.reserved_at,
            "reserved_until": one.reserved_until,
        }
        await self._connection.execute(insert(table).values(row))

    async def get(self, reservation_id: UUID, *, lock: bool = True) -> Reservation | None:
        query = select(table).where(table.c.reservation_id == reservation_id)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).one_or_none()
        return None if row is None else _reservation(row)

    async def count(self, customer_id: UUID) -> int:
        return await self._count(table.c.customer_id == customer_id)

    async def living(self, after: UUID | None) -> list[Reservation]:
        query = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.reservation_id.desc()).limit(PAGE + 1)
        if after is not None:
            query = query.where(table.c.reservation_id < after)
        return [_reservation(row) for row in await self._connection.execute(query)]

    async def _count(self, condition: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(condition, table.c.ended_at.is_(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def _sql(self, statement: str, *values: object) -> Any:
        return await self._connection.exec_driver_sql(statement, values)


def _reservation(row: Any) -> Reservation:
    block = NumberBlock(row.area_code, row.stem, "0" * row.width, "9" * row.width)
    return Reservation(
        reservation_id=row.reservation_id,
        customer_id=row.customer_id,
        block=block,
        reserved_by=row.reserved_by,
        reserved_at=row.reserved_at,
        reserved_until=row.reserved_until,
        ended_at=row.ended_at,
    )
