"""The programs of the stack, as the supervisor and the machine know them."""

from dataclasses import dataclass
from datetime import timedelta

import psutil

from devstack.supervision import Supervision


@dataclass(frozen=True, slots=True)
class Process:
    """`memory` in MiB, what is shared counted in part; None where it doesn't run."""

    name: str
    state: str
    pid: int | None
    uptime: timedelta | None
    memory: int | None
    done: bool
    """It ended, and well: it had to be done once."""

    @property
    def good(self) -> bool:
        return self.state == "RUNNING" or self.done


def processes(supervision: Supervision) -> list[Process]:
    return [
        Process(
            one["name"],
            one["statename"],
            one["pid"] or None,
            timedelta(seconds=one["now"] - one["start"]) if one["pid"] else None,
            memory_of(one["pid"]) if one["pid"] else None,
            one["statename"] == "EXITED" and one["exitstatus"] == 0,
        )
        for one in supervision.states()
    ]


def memory_of(pid: int) -> int | None:
    """MiB of a process and its children; None if it is gone or not ours to look at."""
    try:
        first = psutil.Process(pid)
        return sum(_bytes(one) for one in (first, *first.children(recursive=True))) >> 20
    except psutil.Error:
        return None


def _bytes(process: psutil.Process) -> int:
    """Pages shared with others count in proportion where the system tells (Linux), else not at all."""
    try:
        told = process.memory_full_info()
    except psutil.NoSuchProcess:
        return 0
    return int(getattr(told, "pss", told.uss))
