"""Buddy blocks in PostgreSQL: one statement takes the smallest free blocks that suffice and cuts them by ten.

`FOR UPDATE SKIP LOCKED` lets many allocate at once in one area code. It finds nothing while what is left is only
locked by others, who may split or give it back: therefore we wait for them before saying exhausted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import BUSINESS_NOW_SQL
from provisioning.adapters.carving import COME_BACK, LEAVE, Carving
from provisioning.adapters.history import noted
from provisioning.adapters.rows import block_of
from provisioning.application.ports import Release
from provisioning.domain.inventory import NumberRange, PoolOverlaps, span
from provisioning.domain.numbers import NotPortedOut, NumbersNotHeld
from provisioning.domain.site import NumbersElsewhere
from telecom.numbers import OWN_SIZES, NumberBlock

# Candidates are locked in order; only as many are cut as are needed, and of the last one the rest goes back in
# the largest aligned pieces.
TAKE = """
WITH candidate AS MATERIALIZED (
    SELECT ctid, size, first FROM free_block WHERE area_code = $1 AND size >= $2
    ORDER BY size, first LIMIT cardinality($3::uuid[]) FOR UPDATE SKIP LOCKED
), counted AS (
    SELECT ctid, size, first, sum(size / $2) OVER (ORDER BY size, first) - size / $2 AS before FROM candidate
), taken AS (
    DELETE FROM free_block WHERE ctid IN (SELECT ctid FROM counted WHERE before < cardinality($3::uuid[]))
    RETURNING size, first
), piece AS (
    SELECT first + $2 * nth AS first, row_number() OVER (ORDER BY size, first, nth) AS turn
    FROM taken, generate_series(0, size / $2 - 1) AS nth
), cut AS (
    SELECT first, size, least(size, $2 * (cardinality($3::uuid[]) - before))::int AS used
    FROM counted WHERE before < cardinality($3::uuid[])
), rest AS (
    INSERT INTO free_block (area_code, size, first)
    SELECT $1, part.size, cut.first + at
    FROM cut, (VALUES (10), (100)) AS part (size),
        generate_series((used + part.size - 1) / part.size * part.size,
            least(cut.size, (used + 10 * part.size - 1) / (10 * part.size) * 10 * part.size) - part.size,
            part.size) AS at
    WHERE part.size >= $2 AND part.size < cut.size AND used < cut.size
)
INSERT INTO held_block (holder_id, area_code, stem, width, origin, span)
SELECT ($3::uuid[])[turn], $1, substr((first / $2)::text, length($1) + 1), $4, 'own',
    int8range(first * 100, (first + $2) * 100)
FROM piece WHERE turn <= cardinality($3::uuid[]) ORDER BY turn RETURNING stem
"""
WAIT_FOR_OTHERS = "SELECT 1 FROM free_block WHERE area_code = $1 AND size >= $2 LIMIT 1 FOR UPDATE"
ANY_LEFT = "SELECT 1 FROM free_block WHERE area_code = $1 AND size >= $2 LIMIT 1"
HOLD_PORTED = """
INSERT INTO held_block (holder_id, area_code, stem, width, answering_extension, origin, porting_id, span, carrier)
VALUES ($1, $2, $3, $4, $5, 'ported', $6, int8range($7, $8), $9)
"""
CLASH = """
SELECT 1 FROM held_block WHERE span && int8range($1, $2)
UNION ALL SELECT 1 FROM number_pool WHERE span && int8range($1, $2) LIMIT 1
"""
# All of the holders' blocks, or only what lies in those that are named; a block may have been cut since.
RELEASED = """
SELECT * FROM held_block WHERE holder_id = ANY($1::uuid[])
AND rests_until IS NULL AND reserved_until IS NULL AND departure_id IS NULL
AND ($2::bigint[] IS NULL OR EXISTS (
    SELECT 1 FROM unnest($2::bigint[], $3::bigint[]) AS named (low, high) WHERE span <@ int8range(low, high)
)) FOR UPDATE
"""
REST = f"""
WITH gone AS ({RELEASED}), own AS (SELECT * FROM gone WHERE origin = 'own'),
noted AS ({noted("$4", "'released'", rows="own")}),
rests AS (UPDATE held_block SET rests_until = $5, since = $4 WHERE position IN (SELECT position FROM own)),
foreign_gone AS (SELECT * FROM gone WHERE origin = 'ported'),
noted_too AS ({noted("$4", "'returned'", "carrier", rows="foreign_gone")}),
returned AS (DELETE FROM held_block WHERE position IN (SELECT position FROM foreign_gone))
SELECT * FROM gone ORDER BY position
"""
RESTED = """
SELECT area_code, stem, width, answering_extension FROM held_block
WHERE rests_until <= $1 AND origin = 'own' AND width > 0
ORDER BY area_code, span LIMIT $2 FOR UPDATE SKIP LOCKED
"""
# Single numbers of a block that was cut: given out again when all ten have rested.
RESTED_SINGLES = """
SELECT area_code, left(stem, -1) AS stem, 1 AS width, NULL AS answering_extension FROM held_block
WHERE rests_until <= $1 AND origin = 'own' AND width = 0
GROUP BY area_code, left(stem, -1) HAVING count(*) = 10 LIMIT $2
"""
PUT_BACK = f"""
WITH gone AS (
    DELETE FROM held_block WHERE span <@ int8range($3::bigint * 100, ($3::bigint + $2) * 100) AND rests_until <= $4
    RETURNING *
), noted AS ({noted("$4", "'rested'")})
INSERT INTO free_block (area_code, size, first) SELECT $1, $2, $3 FROM gone HAVING sum(10 ^ width) = $2
"""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7010, hashtext($1))"
# Whatever ten tenths are free become their block; those that somebody is about to take wait for the next time.
MERGE = """
WITH parent AS MATERIALIZED (
    SELECT first - first % ($2 * 10) AS parent FROM free_block
    WHERE area_code = $1 AND size = $2 GROUP BY 1 HAVING count(*) = 10
), tenth AS (
    SELECT free_block.ctid, parent FROM free_block JOIN parent ON parent = first - first % ($2 * 10)
    WHERE area_code = $1 AND size = $2 FOR UPDATE OF free_block SKIP LOCKED
), whole AS (
    SELECT parent FROM tenth GROUP BY parent HAVING count(*) = 10
), gone AS (
    DELETE FROM free_block WHERE ctid IN (SELECT tenth.ctid FROM tenth JOIN whole USING (parent))
)
INSERT INTO free_block (area_code, size, first) SELECT $1, $2 * 10, parent FROM whole
"""
NEW_RANGE = f"""
INSERT INTO number_pool (area_code, first, last, span, loaded_at)
SELECT $1, $2, $3, int8range($4, $5), {BUSINESS_NOW_SQL}
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
        self._carving = Carving(connection)

    async def take(self, area_code: str, size: int, holder_ids: Sequence[UUID]) -> list[NumberBlock]:
        """A block for each holder, in turn, as far as they go; nobody else has any left either (SITE-3)."""
        width, found = len(str(size)) - 1, list[NumberBlock]()
        while len(found) < len(holder_ids):
            stems = (await self._sql(TAKE, area_code, size, holder_ids[len(found) :], width)).scalars().all()
            found += [NumberBlock(area_code, stem, "0" * width, "9" * width) for stem in stems]
            if not stems and not await self._others_have_some(area_code, size):
                break
        return found

    async def _others_have_some(self, area_code: str, size: int) -> bool:
        """Waits for who holds what is left; False once nothing is left at all."""
        held = (await self._sql(WAIT_FOR_OTHERS, area_code, size)).first()
        return held is not None or (await self._sql(ANY_LEFT, area_code, size)).first() is not None

    async def has(self, area_code: str, size: int) -> bool:
        return (await self._sql(ANY_LEFT, area_code, size)).first() is not None

    async def hold_ported(
        self, blocks: tuple[NumberBlock, ...], holder_id: UUID, porting_id: UUID, donor: str | None, at: datetime
    ) -> None:
        """All of them or, where one is at another place or our own, none (PORT-8)."""
        async with self._connection.begin_nested():
            for block in blocks:
                if (await self._sql(CLASH, *span(block))).first() is None:
                    held = holder_id, block.area_code, block.stem, block.width, block.answering_extension
                    await self._sql(HOLD_PORTED, *held, porting_id, *span(block), donor)
                elif rows := await self._carving.with_others(block):
                    await self._sql(COME_BACK, _positions(rows), at, holder_id, porting_id, None)
                else:
                    raise NumbersElsewhere(number=str(block))

    async def release(
        self,
        holder_ids: Collection[UUID],
        blocks: Collection[NumberBlock] | None,
        at: datetime,
        rests_until: datetime,
    ) -> list[Release]:
        """Their blocks, or only those named: own ones rest, ported ones are ours no more (SITE-5)."""
        spans = None if blocks is None else [span(block) for block in blocks]
        lows, highs = (None, None) if spans is None else ([low for low, _ in spans], [high for _, high in spans])
        gone = (await self._sql(REST, list(holder_ids), lows, highs, at, rests_until)).all()
        own = [row for row in gone if row.origin == "own"]
        ported = [row for row in gone if row.origin == "ported"]
        return [*_releases(own, rests_until), *_releases(ported, None)]

    async def depart(
        self,
        blocks: Sequence[NumberBlock],
        holder_ids: Collection[UUID],
        departure_id: UUID,
        recipient: str,
        at: datetime,
    ) -> list[Release]:
        """Hand these numbers over, all or none (PORT-9): own ones are with the other carrier until they come back."""
        gone: dict[UUID, list[NumberBlock]] = defaultdict(list)
        async with self._connection.begin_nested():
            for block in blocks:
                rows = await self._carving.held_by(list(holder_ids), block)
                if rows is None:
                    raise NumbersNotHeld(number=str(block))
                await self._sql(LEAVE, _positions(rows), at, recipient, departure_id)
                for holder_id in dict.fromkeys(row.holder_id for row in rows):
                    theirs = [block_of(row) for row in rows if row.holder_id == holder_id]
                    gone[holder_id] += [block] if len(theirs) == len(rows) else theirs
        return [Release(holder_id, tuple(left), None) for holder_id, left in gone.items()]

    async def come_back(self, block: NumberBlock, at: datetime, rests_until: datetime) -> None:
        """Its user gave up what had been ported out: it rests, and then is ours to give again (SITE-5)."""
        async with self._connection.begin_nested():
            rows = await self._carving.with_others(block)
            if rows is None:
                raise NotPortedOut(number=str(block))
            await self._sql(COME_BACK, _positions(rows), at, None, None, rests_until)

    async def end_rest(self, at: datetime, limit: int) -> int:
        """Blocks whose quarantine is over are free again, and merge with their buddies; returns how many."""
        rested = [block_of(row) for row in await self._sql(RESTED, at, limit)]
        rested += [block_of(row) for row in await self._sql(RESTED_SINGLES, at, limit)]
        by_area = sorted(rested, key=lambda block: block.area_code)
        for area_code, blocks in groupby(by_area, key=lambda block: block.area_code):
            await self._sql(ONE_AT_A_TIME, area_code)
            for block in blocks:
                await self._sql(PUT_BACK, area_code, block.size, int(block.digits), at)
            await self.merge(area_code)
        return len(rested)

    async def merge(self, area_code: str) -> None:
        await self._sql(ONE_AT_A_TIME, area_code)
        for size in OWN_SIZES[:-1]:
            await self._sql(MERGE, area_code, size)

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


def _releases(rows: Iterable[Any], rests_until: datetime | None) -> Iterator[Release]:
    """By holder, and by whom the numbers go back to, in the order in which the blocks were given."""
    held: dict[tuple[UUID, str | None], list[NumberBlock]] = defaultdict(list)
    for row in rows:
        held[row.holder_id, row.carrier].append(block_of(row))
    for (holder_id, carrier), blocks in held.items():
        yield Release(holder_id, tuple(blocks), rests_until, carrier)


def _positions(rows: Iterable[Any]) -> list[int]:
    return [row.position for row in rows]
