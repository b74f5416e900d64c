"""No number twice, and a clear answer when none is left, on a real PostgreSQL (SITE-3)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.store import open_store
from provisioning.adapters.inventory import Inventory
from provisioning.adapters.tables import metadata
from provisioning.domain.inventory import read_pool
from telecom.numbers import NumberBlock


@pytest_asyncio.fixture
async def engine(new_database: Any) -> AsyncIterator[AsyncEngine]:
    engine = open_store(await new_database("provisioning"), name="test", pool_size=16)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


async def load(engine: AsyncEngine, pool: str) -> None:
    async with engine.begin() as connection:
        for numbers in read_pool(pool):
            assert await Inventory(connection).load(numbers)


async def take(engine: AsyncEngine, size: int) -> NumberBlock | None:
    """A block, or None where the answer is that none is left."""
    async with engine.begin() as connection:
        found = await Inventory(connection).take("221", size, [uuid4()])
    return found[0] if found else None


async def free(engine: AsyncEngine) -> dict[int, int]:
    """How many free blocks of each size."""
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT size, count(*) FROM free_block GROUP BY size"))
    return {row.size: row.count for row in rows}


@pytest.mark.rule("SITE-3")
@pytest.mark.parametrize(
    ("size", "count", "left"),
    [
        (10, 1, {10: 9, 100: 9, 1000: 1}),
        (10, 25, {10: 5, 100: 7, 1000: 1}),
        (100, 3, {100: 7, 1000: 1}),
        (100, 12, {100: 8}),
        (1000, 2, {}),
        (10, 200, {}),
        (10, 100, {1000: 1}),
    ],
)
async def test_many_take_at_once_and_the_rest_stays_in_the_largest_blocks(
    engine: AsyncEngine, size: int, count: int, left: dict[int, int]
) -> None:
    await load(engine, "221,47900000,47901999")
    async with engine.begin() as connection:
        found = await Inventory(connection).take("221", size, [uuid4() for _ in range(count)])
    assert len({block.digits for block in found}) == count
    assert all(block.size == size for block in found)
    assert await free(engine) == left


@pytest.mark.rule("SITE-3")
async def test_of_more_askers_than_blocks_the_first_are_served(engine: AsyncEngine) -> None:
    await load(engine, "221,47900000,47900099")
    holders = [uuid4() for _ in range(12)]
    async with engine.begin() as connection:
        found = await Inventory(connection).take("221", 10, holders)
        rows = await connection.execute(text("SELECT holder_id FROM held_block ORDER BY position"))
    assert len(found) == 10
    assert rows.scalars().all() == holders[:10]


@pytest.mark.rule("SITE-3")
async def test_of_64_orders_for_the_last_block_one_wins_and_63_hear_so(engine: AsyncEngine) -> None:
    await load(engine, "221,47900000,47900099")
    found = await asyncio.gather(*(take(engine, 100) for _ in range(64)))
    assert [block is None for block in found].count(False) == 1


@pytest.mark.rule("SITE-3")
async def test_no_number_is_given_twice_and_blocks_add_up_to_the_pool(engine: AsyncEngine) -> None:
    await load(engine, "221,47900000,47900999")
    found = [block for block in await asyncio.gather(*(take(engine, 10) for _ in range(110))) if block is not None]
    assert len({block.digits for block in found}) == len(found) == 100


@pytest.mark.rule("SITE-3")
async def test_blocks_that_come_back_merge_again(engine: AsyncEngine) -> None:
    await load(engine, "221,47900000,47900099")
    tens = [await take(engine, 10) for _ in range(10)]
    assert await take(engine, 100) is None
    for block in tens:
        assert block is not None
        async with engine.begin() as connection:
            await Inventory(connection).put_back(block)
    whole = await take(engine, 100)
    assert whole is not None
    assert whole.size == 100
