"""From a service killed, or the broker back, to the first order placed afterwards and completed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median

import asyncpg

from chassis.ids import uuid7
from tests.bench.figure import Figure
from tests.bench.load import steadily
from tests.bench.whole import Whole
from tests.waiting import until

KILLS = 3
RATE = 20.0
PATIENCE = 60.0
COMPLETED_SINCE = "SELECT 1 FROM placed_order WHERE order_id > $1 AND status = 'completed' LIMIT 1"


async def measure(whole: Whole) -> list[Figure]:
    cart = await asyncpg.connect(whole.layout.database_of("cart"))

    async def load() -> None:
        while True:
            await steadily(whole.layout.url("cart"), whole.order, lambda *_: None, rate=RATE, seconds=60, connections=4)

    async def flows() -> None:
        """An order that is placed from now on has been completed."""
        now, end = uuid7(), time.monotonic() + PATIENCE
        while not await cart.fetchval(COMPLETED_SINCE, now):
            if loading.done():
                loading.result()
            if time.monotonic() > end:
                open_orders = await cart.fetchval("SELECT count(*) FROM placed_order WHERE order_id > $1", now)
                raise TimeoutError(f"nothing flows again; {open_orders} orders were accepted since")
            await asyncio.sleep(0.005)

    async def took(fault: Callable[[], Awaitable[None]]) -> float:
        await flows()
        await fault()
        began = time.perf_counter()
        await flows()
        return time.perf_counter() - began

    async def service_killed() -> None:
        await asyncio.to_thread(whole.kill, "provisioning")

    async def broker_back() -> None:
        await asyncio.to_thread(whole.kill, "kafka")
        await until(lambda: not whole.stack.kafka.is_ready(), PATIENCE, every=0.001)
        await until(whole.stack.kafka.is_ready, PATIENCE)

    loading = asyncio.create_task(load())
    try:
        killed = [await took(service_killed) for _ in range(KILLS)]
        back = [await took(broker_back) for _ in range(KILLS)]
    finally:
        loading.cancel()
        await cart.close()
    return [
        Figure("service killed → flowing again", median(killed), "s", 2, at_most=True),
        Figure("broker back → flowing again", median(back), "s", 5, at_most=True),
    ]
