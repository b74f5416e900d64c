"""A supervisor with tiny programs: what is killed comes back, what ends once stays ended, what ends is gone."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from devstack.supervision import Program, Supervision

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
PROGRAMS = [
    Program("steady", SLEEPS, {"WITH_PERCENT": "50%"}),
    Program("once", [sys.executable, "-c", "pass"], once=True),
]


@pytest.fixture
def supervision(tmp_path: Path) -> Iterator[Supervision]:
    made = Supervision(tmp_path)
    process = made.begin(PROGRAMS)
    yield made
    if made.runs():
        made.end()
    process.wait(10)


def state_of(supervision: Supervision, name: str) -> dict[str, object]:
    return next(one for one in supervision.states() if one["name"] == name)


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not until():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def pid_of(supervision: Supervision, name: str) -> int:
    return int(str(state_of(supervision, name)["pid"]))


def is_itself(pid: int) -> bool:
    """Until then it is a copy of the supervisor, which passes signals over."""
    try:
        return pid != 0 and psutil.Process(pid).cmdline() == SLEEPS
    except psutil.Error:
        return False


def started(supervision: Supervision) -> int:
    """The id of the steady program, once it is one."""
    supervision.start("steady")
    wait(lambda: is_itself(pid_of(supervision, "steady")))
    return pid_of(supervision, "steady")


@pytest.mark.parametrize("how", ["killed", "restarted"])
def test_a_program_that_ends_comes_back_by_itself(supervision: Supervision, how: str) -> None:
    before = started(supervision)
    if how == "killed":
        os.kill(before, signal.SIGKILL)
    else:
        supervision.restart("steady")
    wait(lambda: pid_of(supervision, "steady") != before and is_itself(pid_of(supervision, "steady")))
    assert state_of(supervision, "steady")["statename"] == "RUNNING"


def test_what_runs_once_is_not_started_again(supervision: Supervision) -> None:
    supervision.start("once")
    wait(lambda: state_of(supervision, "once")["statename"] == "EXITED")
    assert state_of(supervision, "once")["exitstatus"] == 0
    started(supervision)
    assert state_of(supervision, "once")["pid"] == 0


def test_after_the_end_everything_is_gone_and_the_folder_takes_a_new_supervisor(supervision: Supervision) -> None:
    steady = started(supervision)
    supervision.end()
    with pytest.raises(ProcessLookupError):
        os.kill(steady, 0)
    again = supervision.begin(PROGRAMS)
    assert supervision.runs()
    supervision.end()
    again.wait(10)


def test_a_program_that_is_not_there_cannot_be_restarted(supervision: Supervision) -> None:
    with pytest.raises(KeyError):
        supervision.restart("nobody")
