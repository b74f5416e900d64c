"""Start a program and wait until it is ready; find free ports."""

import random
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from devstack.layout import OFFSETS


class DidNotStart(Exception):
    """A program ended or stayed silent; the text is the end of its log."""


def start_and_wait(
    command: Sequence[str], log: Path, is_ready: Callable[[], bool], seconds: float = 60
) -> subprocess.Popen[bytes]:
    """The running program, once `is_ready`. Raises DidNotStart, leaving nothing behind."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    wait_for(process, command[0], log, is_ready, seconds)
    return process


class Process(Protocol):
    """As far as it is waited for."""

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...


def wait_for(process: Process, name: str, log: Path, is_ready: Callable[[], bool], seconds: float) -> None:
    """Until `is_ready`. Raises DidNotStart, with the process killed."""
    end = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise DidNotStart(f"{name}: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        time.sleep(0.05)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def free_base() -> int:
    """A base port of which every port that a stack needs was free a moment ago; below those that systems give out."""
    while True:
        base = random.randrange(10_000, 32_000, 100)  # noqa: S311 - a port is no secret
        if not any(is_taken("127.0.0.1", base + offset) for offset in OFFSETS.values()):
            return base


def is_taken(host: str, port: int) -> bool:
    """Does somebody listen there? Connections that have just ended take no port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
