"""Waiting for what shall happen, with a deadline and a name for what did not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE = 0.02


class DidNotHappen(Exception):
    """What was awaited in vain, or refused; `seen` is what was there instead."""

    def __init__(self, what: str, seen: object = None) -> None:
        super().__init__(what if seen is None else f"{what}; seen last: {seen}")


async def until(what: str, ask: Callable[[], Awaitable[T | None]], seconds: float = 20) -> T:
    """What `ask` answers as soon as it answers something. Raises DidNotHappen."""
    end = time.monotonic() + seconds
    while (found := await ask()) is None:
        if time.monotonic() > end:
            raise DidNotHappen(f"{what} did not happen within {seconds:g} s")
        await asyncio.sleep(PAUSE)
    return found


def expect(true: bool, what: str, seen: object = None) -> None:
    """Raises DidNotHappen unless it is so."""
    if not true:
        raise DidNotHappen(what, seen)
