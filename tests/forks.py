"""`python -m MODULE …` in a process of its own, forked from one that loaded all services: loading takes seconds."""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

from devstack.programs import wait_for

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(
    ["cart.main", "catalog.main", "notification.main", "portal.main", "porting.main", "provisioning.main"]
)
PATIENCE = 120.0


def load_services() -> None:
    """What the first process would do otherwise, and hold up for seconds whatever loop it is started in."""
    nothing = FORKING.Process(target=int)
    nothing.start()
    nothing.join()


class Fork:
    """What tests need of a `subprocess.Popen`; what the process says on stderr is added to the file `log`."""

    def __init__(self, module: str, *arguments: str, env: Mapping[str, str], log: Path) -> None:
        told = (module, arguments, dict(env), str(log))
        self._process = FORKING.Process(target=_run, args=told, daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            assert self._process.pid is not None
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def started(module: str, *arguments: str, env: Mapping[str, str], log: Path, url: str) -> Fork:
    """The process, once `url` answers well."""
    fork = Fork(module, *arguments, env=env, log=log)
    wait_for(fork, module, log, lambda: _answers(url), PATIENCE)
    return fork


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def ran(module: str, *arguments: str, **told: str | None) -> tuple[int, str]:
    """Its exit code and what it said on stderr; `told` goes into its environment, or None out of it."""
    given = {name: value for name, value in {**os.environ, **told}.items() if value is not None}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        code = Fork(module, *arguments, env=given, log=log).wait(PATIENCE)
        return code, log.read_text(encoding="utf-8")


def _run(module: str, arguments: tuple[str, ...], env: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 2)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
