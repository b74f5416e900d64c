"""Processes of services: killed, stopped, and started again when they die."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

GRACE = 25.0


class Programs:
    """Each has a name; those that die are started again, as a supervisor would."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[list[str], Mapping[str, str]]] = {}
        self._caring: asyncio.Task[None] | None = None
        self.died: dict[str, int] = {}

    def start(self, name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._commands[name] = ([sys.executable, "-m", module, *arguments], environment)
        self._spawn(name)
        if self._caring is None:
            self._caring = asyncio.create_task(self._care())

    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def kill(self, name: str) -> None:
        """SIGKILL, and start it again."""
        process = self._running[name]
        process.kill()
        process.wait()
        self._spawn(name)

    def signal(self, name: str, number: signal.Signals) -> None:
        self._running[name].send_signal(number)

    def once(self, name: str, changes: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Run the program's command beside the others with a changed environment; nobody starts it again."""
        command, environment = self._commands[name]
        return self._popen(command, {**environment, **changes})

    async def end(self, name: str) -> None:
        """In good order, for good."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            await asyncio.wait_for(asyncio.to_thread(process.wait), GRACE)
        except TimeoutError:
            process.kill()
            process.wait()

    async def end_all(self) -> None:
        if self._caring is not None:
            self._caring.cancel()
        for name in list(self._running):
            await self.end(name)

    async def _care(self) -> None:
        while True:
            for name, process in list(self._running.items()):
                if process.poll() is not None:
                    self.died[name] = self.died.get(name, 0) + 1
                    self._spawn(name)
            await asyncio.sleep(0.2)

    def _spawn(self, name: str) -> None:
        command, environment = self._commands[name]
        self._running[name] = self._popen(command, environment)

    def _popen(self, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
