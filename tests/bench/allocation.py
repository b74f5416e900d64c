"""Blocks of ten numbers taken in one area code by 16 workers, against the same statement on bare asyncpg."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from uuid import uuid4

import asyncpg
import uvloop
from sqlalchemy import text

from chassis.store import open_store
from provisioning.adapters.inventory import TAKE, Inventory
from provisioning.adapters.tables import metadata
from provisioning.domain.inventory import read_pool
from tests.bench.figure import Figure, in_turns, percentile
from tests.bench.ground import Ground

AREA_CODE = "221"
POOL = f"{AREA_CODE},40000000,44999999"
SIZE = 10
SECONDS = 2.0
PROCESSES = 2
WORKERS = 8
"""Of each process."""

Load = Callable[[str], list[float]]


def through_inventory(database: str) -> list[float]:
    """Seconds of each allocation, one transaction each, as the service does it."""

    async def run() -> list[float]:
        engine = open_store(database, name="bench", pool_size=WORKERS)
        end, took = time.perf_counter() + SECONDS, list[float]()

        async def work() -> None:
            while (began := time.perf_counter()) < end:
                async with engine.begin() as connection:
                    await Inventory(connection).take(AREA_CODE, SIZE, [uuid4()])
                took.append(time.perf_counter() - began)

        await asyncio.gather(*(work() for _ in range(WORKERS)))
        await engine.dispose()
        return took

    return uvloop.run(run())


def bare(database: str) -> list[float]:
    return uvloop.run(bare_workers(database, WORKERS))


async def bare_workers(database: str, workers: int) -> list[float]:
    """The same with nothing but the statement, each its own transaction."""
    end, took = time.perf_counter() + SECONDS, list[float]()

    async def work() -> None:
        connection = await asyncpg.connect(database, server_settings={"plan_cache_mode": "force_generic_plan"})
        take = await connection.prepare(TAKE)
        while (began := time.perf_counter()) < end:
            await take.fetchval(AREA_CODE, SIZE, [uuid4()], 1)
            took.append(time.perf_counter() - began)
        await connection.close()

    await asyncio.gather(*(work() for _ in range(workers)))
    return took


async def load_pool(database: str, pool: str = POOL) -> None:
    engine = open_store(database, name="bench", pool_size=1)
    async with engine.begin() as connection:
        for _line, numbers in read_pool(pool)[0]:
            await Inventory(connection).load(numbers)
        await connection.execute(text("ANALYZE"))
    await engine.dispose()


async def measure(ground: Ground) -> list[Figure]:
    database = await ground.new_database("provisioning", metadata)
    await load_pool(database)
    slow: dict[Load, list[float]] = {bare: [], through_inventory: []}

    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:

        async def rate(load: Load) -> float:
            loop = asyncio.get_running_loop()
            found = await asyncio.gather(*(loop.run_in_executor(processes, load, database) for _ in range(PROCESSES)))
            took = [seconds for one in found for seconds in one]
            slow[load].append(percentile(took, 0.99) * 1000)
            return len(took) / SECONDS

        await rate(through_inventory)
        slow[through_inventory].clear()
        pairs = await in_turns(lambda: rate(bare), lambda: rate(through_inventory))
    return [
        Figure(
            "allocations in one area code, 16 workers",
            median(product for _baseline, product in pairs),
            "blocks/s",
            6000,
            baseline=median(baseline for baseline, _product in pairs),
        ),
        Figure(
            "the same, p99",
            median(slow[through_inventory]),
            "ms",
            10,
            baseline=median(slow[bare]),
            at_most=True,
        ),
    ]
