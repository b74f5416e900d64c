"""Gauges that are read off the store now and then, beside a service's consumers."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.unit import Unit

if TYPE_CHECKING:
    from chassis.service import Running

log = structlog.get_logger()
U = TypeVar("U", bound=Unit)
EVERY = 15.0
"""Seconds."""


def gauging(read: Callable[[U], Awaitable[None]]) -> "Callable[[Running[U], asyncio.Event], Awaitable[None]]":
    """A task for `Service(tasks=…)`: `read` sets its gauges from what it finds; a store that is away leaves them."""

    async def run(running: "Running[U]", stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                async with running.units.reading() as unit:
                    await read(unit)
            except (OSError, SQLAlchemyError) as error:
                log.warning("gauges are not read", error=repr(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), EVERY)

    return run
