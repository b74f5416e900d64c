"""Site orders a second, from the POST to the completed order, against what two cores could do with bare steps."""

import asyncio
import time

import asyncpg

from tests.bench.bare import steps
from tests.bench.figure import Figure
from tests.bench.ground import ground
from tests.bench.load import post
from tests.bench.whole import HANDLED, RELAYED, Whole

SECONDS = 15.0
CONNECTIONS = 16
CORES = 2
PATIENCE = 120.0
COMPLETED = "SELECT count(*) FROM placed_order WHERE status = 'completed'"
OPEN = "SELECT count(*) FROM placed_order WHERE status NOT IN ('completed', 'failed', 'partly_completed', 'cancelled')"


async def measure(whole: Whole) -> list[Figure]:
    cart = await asyncpg.connect(whole.layout.database_of("cart"))
    url = whole.layout.url("cart")
    await post(url, whole.order, seconds=3, connections=CONNECTIONS)
    await _settled(cart, whole)
    handled, relayed, done = whole.counted(HANDLED), whole.counted(RELAYED), await cart.fetchval(COMPLETED)
    spent, began = whole.cpu_seconds(), time.perf_counter()
    answers = await post(url, whole.order, seconds=SECONDS, connections=CONNECTIONS)
    while await cart.fetchval(OPEN):
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError("the orders are not completed")
        await asyncio.sleep(0.02)
    seconds = time.perf_counter() - began
    spent = whole.cpu_seconds() - spent
    number = await cart.fetchval(COMPLETED) - done
    if number != len(answers.took):
        raise RuntimeError(f"{len(answers.took)} were accepted and {number} completed")
    await _settled(cart, whole)
    hops, events = (whole.counted(HANDLED) - handled) / number, (whole.counted(RELAYED) - relayed) / number
    await cart.close()
    with ground() as bare:
        least = (await steps(bare)).of_an_order(events, hops)
    rate, possible, limit = number / seconds, CORES * number / spent, CORES / least
    return [
        Figure("site orders, POST to completed ÷ CPU limit of bare steps", rate, "orders/s", 0.25, limit, rate / limit),
        Figure("the same by CPU seconds, if all else rested", possible, "orders/s", 0.25, limit, possible / limit),
    ]


async def _settled(cart: "asyncpg.Connection[asyncpg.Record]", whole: Whole) -> None:
    """No order open, and nobody handles anything any more."""
    last, end = -1.0, time.monotonic() + PATIENCE
    while await cart.fetchval(OPEN) or last != (last := whole.counted(HANDLED)):
        if time.monotonic() > end:
            raise TimeoutError("the stack does not come to rest")
        await asyncio.sleep(1)
