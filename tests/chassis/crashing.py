"""Lets a process of a test kill itself (SIGKILL) between two given steps of the chassis, which know nothing of it."""

import os
import signal
from collections.abc import Callable
from typing import Any

from chassis import inlet, pump, relay, unit

POINTS = (
    "before commit",
    "after commit",
    "between claim and handlers",
    "between handlers",
    "while parking",
    "before send",
    "after send",
    "after delete",
    "before acknowledgement",
    "after acknowledgement",
)


def crash_at(point: str, after: int = 0) -> None:
    """Kill this process when it comes by `point`, having let it pass `after` times."""
    passed = 0

    def hit() -> None:
        nonlocal passed
        passed += 1
        if passed > after:
            os.kill(os.getpid(), signal.SIGKILL)

    match point:
        case "before commit":
            _after(unit.Unit, "flush", hit)
        case "after commit":
            _before(unit.Unit, "committed", hit)
        case "between claim and handlers":
            _after(inlet.Inlet, "_claim", hit)
        case "between handlers":
            _after(inlet.Inlet, "_handle", hit)
        case "while parking":
            _after(inlet, "park", hit)
        case "before send":
            _before(relay.Relay, "_send", hit)
        case "after send":
            _after(relay.Relay, "_send", hit)
        case "after delete":
            sent: list[bool] = []
            _after(relay.Relay, "_send", lambda: sent.append(True))
            _before(relay.LowWater, "sample", lambda: hit() if sent else None)
        case "before acknowledgement":
            _before(pump, "commit", hit)
        case "after acknowledgement":
            _after(pump, "commit", hit)
        case _:
            raise ValueError(f"no such point: {point}")


def _after(owner: Any, name: str, act: Callable[[], object]) -> None:
    original = getattr(owner, name)

    async def then_act(*arguments: Any, **named: Any) -> Any:
        result = await original(*arguments, **named)
        act()
        return result

    setattr(owner, name, then_act)


def _before(owner: Any, name: str, act: Callable[[], object]) -> None:
    original = getattr(owner, name)

    def act_first(*arguments: Any, **named: Any) -> Any:
        act()
        return original(*arguments, **named)

    setattr(owner, name, act_first)
