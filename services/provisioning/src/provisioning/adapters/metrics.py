"""What the business watches."""

import asyncio
import contextlib
from typing import Any

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy.exc import SQLAlchemyError

from chassis.service import Running

log = structlog.get_logger()
EVERY = 15.0
COUNTERS = {
    "trunk_steps": Counter("provisioning_trunk_steps", "Trunks set up, changed, activated", ["step"]),
    "sites": Counter("provisioning_sites", "Usage sites made or rejected", ["outcome"]),
    "blocks": Counter("provisioning_number_blocks_allocated", "Blocks of own numbers given out", ["size"]),
    "work_orders": Counter("provisioning_work_orders_ended", "Work orders that came to their end", ["state"]),
    "fiber_registrations": Counter("provisioning_fiber_registrations", "Pre-registrations for fiber", ["state"]),
    "tasks": Counter("provisioning_tasks_raised", "Tasks raised for order management", ["kind"]),
}
GAUGES = {
    "balance_difference": Gauge(
        "provisioning_number_balance_difference", "Numbers that are not where they should be, at the last check"
    ),
}
free_blocks = Gauge("provisioning_free_number_blocks", "Free blocks that are not cut yet", ["area_code", "size"])
free_numbers = Gauge("provisioning_free_numbers", "Numbers that can be given out", ["area_code"])


async def watch_numbers(running: Running[Any], stopping: asyncio.Event) -> None:
    """Show what is left, and what the last check found, whichever process made it."""
    while not stopping.is_set():
        try:
            async with running.units.reading() as unit:
                pools = await unit.numbers.pools()
        except (OSError, SQLAlchemyError) as error:
            log.warning("numbers are not watched", error=repr(error))
        else:
            free_blocks.clear()
            for pool in pools:
                free_numbers.labels(pool.area_code).set(pool.free)
                for size, count in pool.blocks.items():
                    free_blocks.labels(pool.area_code, str(size)).set(count)
            differences = [pool.balance.difference for pool in pools if pool.balance is not None]
            GAUGES["balance_difference"].set(sum(differences))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), EVERY)
