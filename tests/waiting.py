"""Waiting for what another task, process or connection has yet to do, and doesn't tell us of."""

import asyncio
import time
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

Ask = Callable[[], Any]
"""A look at something, or a question whose answer is awaited."""


async def until(ask: Ask, seconds: float = 30, *, every: float = 0.02) -> Any:
    """The first answer that is true; fails with the last one."""
    there, found = await _first(ask, bool, seconds, every)
    assert there, f"still {found!r} after {seconds:g} s"
    return found


async def eventually(ask: Ask, wanted: Any, seconds: float = 30) -> None:
    """Ask until the answer is the wanted one; fails with the last one."""
    there, found = await _first(ask, lambda answer: bool(answer == wanted), seconds, 0.02)
    assert there, f"{found!r} instead of {wanted!r}"


async def happens(ask: Ask, seconds: float, *, every: float = 0.1) -> bool:
    """Whether the answer becomes true in time."""
    there, _ = await _first(ask, bool, seconds, every)
    return there


async def _first(ask: Ask, good: Callable[[Any], bool], seconds: float, every: float) -> tuple[bool, Any]:
    """The first good answer; if there was none in time, the last one."""
    end = time.monotonic() + seconds
    while True:
        found = ask()
        if isawaitable(found):
            found = await found
        if good(found):
            return True, found
        if time.monotonic() > end:
            return False, found
        await asyncio.sleep(every)
