"""What is done now and then beside a service's consumers, and put off where the store is away."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from chassis.readiness import UNREACHABLE

log = structlog.get_logger()


async def regularly(act: Callable[[], Awaitable[None]], *, every: float, stopping: asyncio.Event, put_off: str) -> None:
    """`act` at once and then each `every` seconds, until told to stop; `put_off` is said where the store fails it."""
    while not stopping.is_set():
        try:
            await act()
        except UNREACHABLE as error:
            log.warning(put_off, error=repr(error))
        await pause(every, stopping)


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """So long, or until told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
