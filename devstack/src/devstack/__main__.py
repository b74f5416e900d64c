"""`python -m devstack run | up | down | reset | status | logs NAME | doctor | clock DAYS | demo [--json]`."""

import asyncio
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from devstack import clock, prometheus
from devstack.layout import Layout
from devstack.login.people import LOGINS
from devstack.programs import DidNotStart
from devstack.stack import Stack

DOORS = {
    "portal": "the pages people use",
    "control-room": "what runs, waits and failed; the clock",
    "mailbox": "every mail that was sent",
    "crm": "parties, and their customer administration",
    "login": "the login provider",
    "donor": "how other carriers answer (/behaviours)",
    "prometheus": "metrics, rules and alerts; docs/dashboards.md",
}


def main(arguments: list[str]) -> None:
    layout = Layout()
    began = time.monotonic()
    stack = Stack(layout, lambda text: print(f"{time.monotonic() - began:6.1f} s  {text}", flush=True), agreements=True)
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
            status(stack)
        case ["logs", name]:
            show_log(layout.data / "logs" / f"{name}.log")
        case ["doctor"]:
            from devstack.doctor import doctor  # only this needs it

            sys.exit(min(doctor(layout), 100))
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
    except KeyboardInterrupt:
        raise SystemExit("\nEnded before it was ready.") from None
    layout = stack.layout
    print()
    for name, about in DOORS.items():
        if name != "prometheus" or prometheus.PROGRAM:
            print(f"{name:<14}{layout.url(name):<26}{about}")
    print(
        f"{'services':<14}{layout.url('catalog')} …     /openapi.json, /asyncapi, /metrics, linked in the control room"
    )
    print("\nLog in to the portal as")
    for login in LOGINS:
        print(f"  {login.subject:<8}{login.about}")
    if stack.places_agreements:
        print("\nIn the background the first customers order their trunks: within a minute the lists fill.")
    print("\nmake demo plays the story, make status shows memory, make doctor says what is broken.")


def run(stack: Stack) -> None:
    """Start, and end everything at Ctrl-C."""
    stopped = threading.Event()
    up(stack)
    print("Ctrl-C ends all.", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
    print("\nEnding …", flush=True)
    stack.down()


def status(stack: Stack) -> None:
    """Each program with its state and memory; nothing where nothing runs."""
    from devstack.control_room.processes import processes  # only this needs it

    if not stack.supervision.runs():
        return
    found = processes(stack.supervision)
    for one in found:
        up_for = "" if one.uptime is None else str(one.uptime).split(".")[0]
        memory = "" if one.memory is None else f"{one.memory:>6} MiB"
        print(f"{one.name:<17}{'done' if one.done else one.state.lower():<10}{up_for:>18}{memory:>12}")
    print(f"{'all':<17}{'':<28}{sum(one.memory or 0 for one in found):>8} MiB")


def show_log(log: Path) -> None:
    """Follow a program's log."""
    if not log.exists():
        raise SystemExit(
            f"no such program; there are {', '.join(sorted(one.stem for one in log.parent.glob('*.log')))}"
        )
    os.execvp("tail", ["tail", "-n", "100", "-F", str(log)])  # noqa: S606, S607 - tail is everywhere


if __name__ == "__main__":
    main(sys.argv[1:])
