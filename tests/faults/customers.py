"""Customers who order as long as a fault lasts, and repeat an order until it is accepted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from tests.faults.driver import Driver
from tests.faults.load import Load

CUSTOMERS = 6
PAUSE = 0.15
AGAIN = 0.3


@asynccontextmanager
async def ordering(driver: Driver, load: Load) -> AsyncIterator[None]:
    """Order while the block runs."""
    stopping = asyncio.Event()
    customers = [asyncio.create_task(_customer(driver, load, stopping)) for _ in range(CUSTOMERS)]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*customers)


async def order_until_accepted(driver: Driver, load: Load, stopping: asyncio.Event | None = None) -> UUID | None:
    """One order, repeated under the same id; None if told to stop before it was accepted."""
    order_id = uuid4()
    while stopping is None or not stopping.is_set():
        status = await driver.order(order_id)
        load.answers[status] += 1
        if 200 <= status < 300:
            load.accepted.add(order_id)
            return order_id
        await asyncio.sleep(AGAIN)
    return None


async def _customer(driver: Driver, load: Load, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await order_until_accepted(driver, load, stopping)
        await asyncio.sleep(PAUSE)
