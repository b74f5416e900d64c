"""No number twice, and a clear answer when none is left, on a real PostgreSQL (SITE-3)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.store import open_store
from provisioning.adapters.inventory import Inventory
from provisioning.adapters.tables import metadata
from provisioning.domain.inventory import read_pool
from provisioning.domain.site import NumbersExhausted
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
        try:
            return await Inventory(connection).take("221", size, uuid4())
        except NumbersExhausted:
            return None


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
