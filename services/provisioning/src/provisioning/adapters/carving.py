"""Exactly the numbers that are meant out of what is held: larger blocks are cut by tenths (PORT-9)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from provisioning.adapters.history import noted
from provisioning.adapters.rows import block_of
from provisioning.domain.inventory import span
from provisioning.domain.numbers import lies_in
from telecom.numbers import NumberBlock

HELD_BY = "holder_id = ANY($3::uuid[]) AND rests_until IS NULL AND reserved_until IS NULL AND departure_id IS NULL"
WITH_OTHERS = "departure_id IS NOT NULL"
CUT = """
WITH whole AS (DELETE FROM held_block WHERE position = $1 RETURNING *)
INSERT INTO held_block (holder_id, area_code, stem, width, origin, porting_id, span, rests_until, reserved_until,
    departure_id, carrier, since)
SELECT holder_id, area_code, piece.stem, piece.width, origin, porting_id, int8range(piece.low, piece.high), rests_until,
    reserved_until, departure_id, carrier, since
FROM whole, unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) AS piece (stem, width, low, high)
"""
# Own numbers stay on our books, with the departure as their holder; others are ours no more.
LEAVE = f"""
WITH gone AS (SELECT * FROM held_block WHERE position = ANY($1::bigint[]) FOR UPDATE),
noted AS ({noted("$2", "'ported_out'", "$3")}),
dropped AS (DELETE FROM held_block WHERE position IN (SELECT position FROM gone WHERE origin = 'ported'))
UPDATE held_block SET holder_id = $4, departure_id = $4, carrier = $3, since = $2, answering_extension = NULL
WHERE position IN (SELECT position FROM gone WHERE origin = 'own')
"""
COME_BACK = f"""
WITH gone AS (SELECT * FROM held_block WHERE position = ANY($1::bigint[]) FOR UPDATE),
noted AS ({noted("$2", "'came_back'")})
UPDATE held_block SET holder_id = coalesce($3, holder_id), porting_id = $4, rests_until = $5, since = $2,
    departure_id = NULL, carrier = NULL
WHERE position IN (SELECT position FROM gone)
"""


class Carving:
    """Whoever is told None has changed nothing; who does several at once wants a savepoint around them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def held_by(self, holder_ids: list[UUID], block: NumberBlock) -> list[Any] | None:
        """Rows that hold exactly these numbers for one or several of the holders."""
        return await self._carved(block, HELD_BY, holder_ids)

    async def with_others(self, block: NumberBlock) -> list[Any] | None:
        """Rows of exactly these numbers of our own, which another carrier has."""
        return await self._carved(block, WITH_OTHERS)

    async def _carved(self, block: NumberBlock, condition: str, *values: object) -> list[Any] | None:
        rows = await self._rows(block, condition, *values)
        if len(rows) == 1 and lies_in(block, whole := block_of(rows[0])):
            if whole.prefix == block.prefix:
                return rows
            await self._cut(rows[0].position, [block, *whole.without([block])])
            return await self._rows(block, condition, *values)
        inside = [block_of(row) for row in rows]
        if all(lies_in(one, block) for one in inside) and sum(one.size for one in inside) == block.size:
            return rows
        return None

    async def _rows(self, block: NumberBlock, condition: str, *values: object) -> list[Any]:
        wanted = f"SELECT * FROM held_block WHERE span && int8range($1, $2) AND {condition} ORDER BY span FOR UPDATE"
        return list(await self._connection.exec_driver_sql(wanted, (*span(block), *values)))

    async def _cut(self, position: int, pieces: list[NumberBlock]) -> None:
        spans = [span(piece) for piece in pieces]
        stems, widths = [piece.stem for piece in pieces], [piece.width for piece in pieces]
        lows, highs = [low for low, _high in spans], [high for _low, high in spans]
        await self._connection.exec_driver_sql(CUT, (position, stems, widths, lows, highs))
