"""Gauges that are read off the store now and then, beside a service's consumers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from chassis.regularly import regularly
from chassis.unit import Unit

if TYPE_CHECKING:
    from chassis.service import Running

U = TypeVar("U", bound=Unit)
EVERY = 15.0
"""Seconds."""


def gauging(read: Callable[[U], Awaitable[None]]) -> "Callable[[Running[U], asyncio.Event], Awaitable[None]]":
    """A task for `Service(tasks=…)`: `read` sets its gauges from what it finds; a store that is away leaves them."""

    async def run(running: "Running[U]", stopping: asyncio.Event) -> None:
        async def look() -> None:
            async with running.units.reading() as unit:
                await read(unit)

        await regularly(look, every=EVERY, stopping=stopping, put_off="gauges are not read")

    return run
