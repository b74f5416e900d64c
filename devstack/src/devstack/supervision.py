"""Keeps the programs of a development stack running: supervisor restarts what dies and holds the logs."""

import http.client
import shlex
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devstack.programs import start_and_wait

LAST_PATIENCE = 60.0
NEEDED = frozenset({"kafka", "postgres"})
ALIVE = frozenset({"STARTING", "RUNNING", "BACKOFF", "STOPPING"})
ENDED_BY = {"postgres": "INT"}
"""Signals for those that TERM would not end while others are connected."""
KEEPS_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""A program that is started again need not compile its code first, which takes it half a second."""
SECTION = """
[program:{name}]
command={command}
environment={environment}
directory={folder}
autostart=false
autorestart={restart}
startsecs=0
startretries=1000
stopsignal={signal}
stopwaitsecs=25
killasgroup=true
stopasgroup=false
stdout_logfile={folder}/logs/{name}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=1
redirect_stderr=true
"""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    """It is done when it ends; the others are started again."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:  # noqa: ARG002 - the transport has one place
        return _UnixConnection(self._path)


class Supervision:
    """The supervisor of the stack in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def _socket(self) -> Path:
        return self.folder / "s.sock"

    @property
    def _calls(self) -> Any:
        return xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(self._socket)).supervisor

    def runs(self) -> bool:
        try:
            return bool(self._calls.getState()["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error, http.client.HTTPException):
            return False

    def begin(self, programs: Sequence[Program]) -> subprocess.Popen[bytes]:
        """Start the supervisor with these programs defined, none of them started."""
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)
        config = self.folder / "supervisord.conf"
        head = (
            f"[unix_http_server]\nfile={self._socket}\n\n[supervisord]\nnodaemon=true\n"
            f"logfile={self.folder}/logs/supervisord.log\npidfile={self.folder}/supervisord.pid\n"
            "minfds=4096\nsilent=true\n\n[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
        )
        config.write_text(head + "".join(self._section(one) for one in programs), encoding="utf-8")
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)]
        return start_and_wait(command, self.folder / "logs" / "begin.log", self.runs)

    def start(self, name: str) -> None:
        self._calls.startProcess(name, False)

    def stop(self, name: str) -> None:
        """End it in good order; it stays away until it is started."""
        self._calls.stopProcess(name, True)

    def restart(self, name: str) -> None:
        """End it in good order, so that the supervisor starts it again. Raises KeyError if there is no such program."""
        known = {one["name"]: one["statename"] for one in self.states()}
        if known[name] == "RUNNING":
            self._calls.signalProcess(name, ENDED_BY.get(name, "TERM"))
        else:
            self.start(name)

    def states(self) -> list[dict[str, Any]]:
        """Each program's name, statename, pid and description."""
        return list(self._calls.getAllProcessInfo())

    def end(self) -> None:
        """End all programs at once, those that others need last, then the supervisor; returns when it is gone."""
        end = time.monotonic() + LAST_PATIENCE
        for one in self.states():
            if one["name"] not in NEEDED and one["statename"] in ALIVE:
                self._calls.stopProcess(one["name"], False)
        while time.monotonic() < end and any(
            one["statename"] in ALIVE for one in self.states() if one["name"] not in NEEDED
        ):
            time.sleep(0.1)
        self._calls.shutdown()
        while self._exists() and time.monotonic() < end:
            time.sleep(0.1)

    def _exists(self) -> bool:
        """While it ends its programs it answers no call any more, but is still there."""
        with socket.socket(socket.AF_UNIX) as one:
            return one.connect_ex(str(self._socket)) == 0

    def _section(self, program: Program) -> str:
        environment = {**KEEPS_BYTECODE, **program.environment}
        pairs = ",".join(f"{name}='{_escaped(value)}'" for name, value in environment.items())
        return SECTION.format(
            name=program.name,
            command=_escaped(shlex.join(program.command)),
            environment=pairs,
            restart="false" if program.once else "true",
            folder=self.folder,
            signal=ENDED_BY.get(program.name, "TERM"),
        )


def _escaped(value: str) -> str:
    """Supervisor fills in what stands behind a per cent sign."""
    return value.replace("%", "%%")
