"""No number twice, and a clear answer when none is left, on a real PostgreSQL (SITE-3)."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.store import is_infrastructure, open_store
from provisioning.adapters.inventory import Inventory
from provisioning.adapters.tables import metadata
from provisioning.domain.inventory import read_pool
from telecom.numbers import NumberBlock

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ADD_UP = """
SELECT (SELECT coalesce(sum(size), 0) FROM free_block) AS free,
       (SELECT coalesce(sum(10 ^ width), 0) FROM held_block WHERE rests_until IS NULL) AS held,
       (SELECT coalesce(sum(10 ^ width), 0) FROM held_block WHERE rests_until IS NOT NULL) AS resting,
       (SELECT count(*) FROM held_block h JOIN free_block f
           ON h.span && int8range(f.first * 100, (f.first + f.size) * 100)) AS twice
"""


@pytest_asyncio.fixture
async def engine(new_database: Any) -> AsyncIterator[AsyncEngine]:
    engine = open_store(await new_database("provisioning"), name="test", pool_size=16)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


async def load(engine: AsyncEngine, pool: str) -> None:
    async with engine.begin() as connection:
        for _line, numbers in read_pool(pool)[0]:
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
    holders = [uuid4() for _ in range(10)]
    async with engine.begin() as connection:
        await Inventory(connection).take("221", 10, holders)
    assert await take(engine, 100) is None
    for holder in holders:
        async with engine.begin() as connection:
            await Inventory(connection).release([holder], None, NOW, NOW)
            assert await Inventory(connection).end_rest(NOW, limit=10) == 1
    whole = await take(engine, 100)
    assert whole is not None
    assert whole.size == 100


async def blocks_add_up(engine: AsyncEngine, total: int) -> None:
    """I2: every number of the pool is free, held or resting, and only one of them."""
    async with engine.connect() as connection:
        row = (await connection.execute(text(ADD_UP))).one()
    assert row.free + row.held + row.resting == total
    assert row.twice == 0


async def one_step(inventory: Inventory, chance: random.Random, holders: list[UUID]) -> list[UUID]:
    """Whoever holds something afterwards."""
    match chance.choice(["take", "take", "release", "end"]):
        case "take":
            asked = [uuid4() for _ in range(chance.randint(1, 4))]
            return holders + asked[: len(await inventory.take("221", chance.choice([10, 10, 100, 1000]), asked))]
        case "release":
            gone = set(chance.sample(holders, min(len(holders), 2)))
            released = await inventory.release(gone, None, NOW, NOW + timedelta(days=chance.randint(0, 90)))
            assert {one.holder_id for one in released} == gone
            return [one for one in holders if one not in gone]
        case _:
            await inventory.end_rest(NOW + timedelta(days=chance.randint(0, 90)), limit=5)
            return holders


async def lead_a_life(engine: AsyncEngine, seed: int, total: int) -> None:
    """Takes, releases and ends rests at random, beside others that do the same."""
    chance, holders = random.Random(seed), list[UUID]()
    for _ in range(40):
        try:
            async with engine.begin() as connection:
                held = await one_step(Inventory(connection), chance, holders)
        except DBAPIError as error:
            if not is_infrastructure(error):
                raise  # else two takers of the last blocks waited for each other, and one tries again
        else:
            holders = held
        await blocks_add_up(engine, total)


@pytest.mark.rule("SITE-3", "SITE-5")
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_taken_released_and_rested_at_once_blocks_add_up_to_the_pool(
    engine: AsyncEngine, seed: int
) -> None:
    await load(engine, "221,47900000,47902999")
    await asyncio.gather(*(lead_a_life(engine, seed * 10 + nth, 3000) for nth in range(6)))
    async with engine.begin() as connection:
        every_holder = (await connection.execute(text("SELECT DISTINCT holder_id FROM held_block"))).scalars().all()
        await Inventory(connection).release(every_holder, None, NOW, NOW)
        await Inventory(connection).end_rest(NOW + timedelta(days=91), limit=1000)
    assert await free(engine) == {1000: 3}


@pytest.mark.rule("SITE-5")
async def test_only_what_has_rested_enough_is_free_again(engine: AsyncEngine) -> None:
    await load(engine, "221,47900000,47900099")
    holders = [uuid4() for _ in range(10)]
    async with engine.begin() as connection:
        inventory = Inventory(connection)
        await inventory.take("221", 10, holders)
        for days, holder in enumerate(holders):
            await inventory.release([holder], None, NOW, NOW + timedelta(days=days))
        assert await inventory.end_rest(NOW + timedelta(days=3), limit=100) == 4
        assert await inventory.release(holders, None, NOW, NOW) == []
        assert len(await inventory.take("221", 10, holders)) == 4
    await blocks_add_up(engine, 100)
