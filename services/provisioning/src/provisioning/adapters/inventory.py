"""Buddy blocks in PostgreSQL: one statement takes the smallest free block that suffices and halves it by ten.

`FOR UPDATE SKIP LOCKED` lets many allocate at once in one area code. It finds nothing while what is left is only
locked by others, who may split or give it back: therefore we wait for them before saying exhausted.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncConnection

from provisioning.domain.inventory import NumberRange, PoolOverlaps, span
from provisioning.domain.site import NumbersElsewhere, NumbersExhausted
from telecom.numbers import OWN_SIZES, NumberBlock

TAKE = """
WITH taken AS (
    DELETE FROM free_block WHERE ctid = (
        SELECT ctid FROM free_block WHERE area_code = $1 AND size >= $2
        ORDER BY size, first LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING size, first
), rest AS (
    INSERT INTO free_block (area_code, size, first)
    SELECT $1, half.size, taken.first + half.size * nth
    FROM taken, (VALUES (10), (100)) AS half (size), generate_series(1, 9) AS nth
    WHERE half.size >= $2 AND half.size < taken.size
)
INSERT INTO held_block (holder_id, area_code, stem, width, origin, span)
SELECT $3, $1, substr((first / $2)::text, length($1) + 1), $4, 'own', int8range(first * 100, (first + $2) * 100)
FROM taken RETURNING stem
"""
WAIT_FOR_OTHERS = "SELECT 1 FROM free_block WHERE area_code = $1 AND size >= $2 LIMIT 1 FOR UPDATE"
ANY_LEFT = "SELECT 1 FROM free_block WHERE area_code = $1 AND size >= $2 LIMIT 1"
HOLD_PORTED = """
INSERT INTO held_block (holder_id, area_code, stem, width, answering_extension, origin, porting_id, span)
VALUES ($1, $2, $3, $4, $5, 'ported', $6, int8range($7, $8))
"""
CLASH = """
SELECT 1 FROM held_block WHERE span && int8range($1, $2)
UNION ALL SELECT 1 FROM number_pool WHERE span && int8range($1, $2) LIMIT 1
"""
PUT_BACK = """
WITH released AS (DELETE FROM held_block WHERE span = int8range($3::bigint * 100, ($3::bigint + $2) * 100) RETURNING 1)
INSERT INTO free_block (area_code, size, first) SELECT $1, $2, $3 FROM released
"""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7010, hashtext($1))"
MERGE = """
WITH tenths AS (
    SELECT ctid FROM free_block
    WHERE area_code = $1 AND size = $2 AND first >= $3 AND first < $3 + $2 * 10 FOR UPDATE SKIP LOCKED
), whole AS (SELECT 1 WHERE (SELECT count(*) FROM tenths) = 10),
gone AS (DELETE FROM free_block WHERE ctid IN (SELECT ctid FROM tenths) AND EXISTS (SELECT 1 FROM whole))
INSERT INTO free_block (area_code, size, first) SELECT $1, $2 * 10, $3 FROM whole
"""
NEW_RANGE = """
INSERT INTO number_pool (area_code, first, last, span, loaded_at)
SELECT $1, $2, $3, int8range($4, $5), now()
WHERE NOT EXISTS (SELECT 1 FROM number_pool WHERE area_code = $1 AND first = $2 AND last = $3)
"""
NEW_BLOCKS = text(
    "INSERT INTO free_block (area_code, size, first) "
    "SELECT :area_code, size, first FROM unnest(cast(:sizes AS int[]), cast(:firsts AS bigint[])) AS b (size, first)"
)


class Inventory:
    """The carrier's own numbers, and every number that is held."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, area_code: str, size: int, holder_id: UUID) -> NumberBlock:
        """A block for the holder, or NumbersExhausted once nothing is left, not even in others' hands (SITE-3)."""
        width = len(str(size)) - 1
        while True:
            stem = (await self._sql(TAKE, area_code, size, holder_id, width)).scalar()
            if stem is not None:
                return NumberBlock(area_code, stem, "0" * width, "9" * width)
            held = (await self._sql(WAIT_FOR_OTHERS, area_code, size)).first()
            if held is None and (await self._sql(ANY_LEFT, area_code, size)).first() is None:
                raise NumbersExhausted(size=size, area_code=area_code, field="block_size")

    async def has(self, area_code: str, size: int) -> bool:
        return (await self._sql(ANY_LEFT, area_code, size)).first() is not None

    async def hold_ported(self, blocks: tuple[NumberBlock, ...], holder_id: UUID, porting_id: UUID) -> None:
        """All of them or, where one is at another place or our own, none (PORT-8)."""
        for block in blocks:
            low, high = span(block)
            if (await self._sql(CLASH, low, high)).first() is not None:
                raise NumbersElsewhere(number=str(block))
        for block in blocks:
            answering = block.answering_extension
            await self._sql(
                HOLD_PORTED,
                holder_id,
                block.area_code,
                block.stem,
                block.width,
                answering,
                porting_id,
                *span(block),
            )

    async def put_back(self, block: NumberBlock) -> None:
        """Free again; ten free tenths merge into their block, and so on."""
        await self._sql(ONE_AT_A_TIME, block.area_code)
        size, first = block.size, int(block.digits)
        await self._sql(PUT_BACK, block.area_code, size, first)
        while size < OWN_SIZES[-1]:
            first -= first % (size * 10)
            merged = await self._sql(MERGE, block.area_code, size, first)
            if merged.rowcount == 0:
                return
            size *= 10

    async def load(self, numbers: NumberRange) -> bool:
        """Add a range to the pool; False where it is loaded already, PoolOverlaps where others know its numbers."""
        low, high = numbers.first * 100, (numbers.last + 1) * 100
        await self._sql("SELECT pg_advisory_xact_lock(7011)")
        known = "SELECT 1 FROM number_pool WHERE area_code = $1 AND first = $2 AND last = $3"
        if (await self._sql(known, numbers.area_code, numbers.first, numbers.last)).first() is not None:
            return False
        if (await self._sql(CLASH, low, high)).first() is not None:
            raise PoolOverlaps(area_code=numbers.area_code, first=numbers.first, last=numbers.last)
        await self._sql(NEW_RANGE, numbers.area_code, numbers.first, numbers.last, low, high)
        blocks = list(numbers.blocks())
        await self._connection.execute(
            NEW_BLOCKS,
            {
                "area_code": numbers.area_code,
                "sizes": [size for size, _first in blocks],
                "firsts": [first for _size, first in blocks],
            },
        )
        return True

    async def _sql(self, statement: str, *values: object) -> CursorResult[Any]:
        return await self._connection.exec_driver_sql(statement, values)
