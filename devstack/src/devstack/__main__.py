"""`python -m devstack run | up | down | reset | status | logs NAME | doctor | clock DAYS | demo [--json]`."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from devstack import clock
from devstack.kafka import JARS
from devstack.layout import OFFSETS, Layout
from devstack.login.people import LOGINS
from devstack.programs import DidNotStart
from devstack.stack import Stack


def main(arguments: list[str]) -> None:
    layout = Layout()
    began = time.monotonic()
    stack = Stack(layout, lambda text: print(f"{time.monotonic() - began:6.1f} s  {text}", flush=True))
    match arguments:
        case ["run"]:
            run(stack)
        case ["up"]:
            up(stack)
        case ["down"]:
            stack.down()
        case ["reset"]:
            stack.reset()
        case ["status"]:
            for one in stack.supervision.states() if stack.supervision.runs() else ():
                print(f"{one['name']:<16}{one['statename']:<12}{one['description']}")
        case ["logs", name]:
            show_log(layout.data / "logs" / f"{name}.log")
        case ["doctor"]:
            sys.exit(doctor(stack))
        case ["clock", days]:
            ahead = asyncio.run(clock.advance(layout.database_server, timedelta(days=float(days))))
            print(f"business time is {ahead} ahead")
        case ["demo", *how] if how in ([], ["--json"]):
            from devstack.demo.report import demo  # only this needs it

            sys.exit(asyncio.run(demo(layout, as_json=bool(how))))
        case _:
            raise SystemExit(__doc__)


def up(stack: Stack) -> None:
    """Start, say where everything is, and leave it running."""
    try:
        asyncio.run(stack.up())
    except DidNotStart as error:
        raise SystemExit(f"\n{error}\n\n`make doctor` explains what may be missing.") from error
    layout = stack.layout
    print()
    for name in ("portal", "mailbox", "login", "donor"):
        print(f"{name.capitalize():<14}{layout.url(name)}")
    print()
    for login in LOGINS:
        print(f"  {login.subject:<8}{login.about}")


def run(stack: Stack) -> None:
    """Start, and end everything at Ctrl-C."""
    stopped = threading.Event()
    up(stack)
    print("\nCtrl-C ends all.", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
    print("\nEnding …", flush=True)
    stack.down()


def show_log(log: Path) -> None:
    """Follow a program's log."""
    if not log.exists():
        raise SystemExit(
            f"no such program; there are {', '.join(sorted(one.stem for one in log.parent.glob('*.log')))}"
        )
    os.execvp("tail", ["tail", "-n", "100", "-F", str(log)])  # noqa: S606, S607 - tail is everywhere


def doctor(stack: Stack) -> int:
    """What is missing or broken, and how to mend it; returns the number of faults."""
    layout, faults = stack.layout, 0

    def tell(good: bool, what: str, remedy: str) -> None:
        nonlocal faults
        faults += not good
        print(f"{'ok     ' if good else 'broken '} {what}" + ("" if good else f"\n        {remedy}"))

    tell(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}", "Install Python 3.11 or newer.")
    free = shutil.disk_usage(layout.data.parent).free >> 30
    tell(free >= 2, f"{free} GiB free on the disk of {layout.data}", "Free some space, or set TRUNKLINE_DATA.")
    running = stack.supervision.runs()
    print(f"{'ok     ' if running else 'off    '} stack in {layout.data}: {'running' if running else 'not running'}")
    for name in OFFSETS if not running else ():
        tell(_is_free(layout.bind, layout.port(name)), f"port {layout.port(name)} ({name})", "Set TRUNKLINE_PORT_BASE.")
    for one in stack.supervision.states() if running else ():
        tell(one["statename"] == "RUNNING", f"{one['name']}: {one['statename']}", f"See `make logs S={one['name']}`.")
    print(f"{'ok     ' if JARS.exists() else 'later  '} Kafka's jars in {JARS}")
    chromium = shutil.which("chromium")
    print(f"{'ok     ' if chromium else 'later  '} Chromium for browser tests: {chromium or 'not found'}")
    return faults


def _is_free(bind: str, port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex((bind, port)) != 0


if __name__ == "__main__":
    main(sys.argv[1:])
