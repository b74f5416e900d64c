"""Brings a development stack up, in order and as much at once as the order allows, and down again."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from chassis.topics import create_topics
from contracts.readers import dead_letter_topics
from contracts.registry import all_topics
from devstack import prometheus
from devstack.databases import make_databases
from devstack.kafka import Kafka
from devstack.layout import OFFSETS, Layout
from devstack.parts import Part, parts
from devstack.postgres import Postgres
from devstack.programs import DidNotStart, is_taken
from devstack.supervision import Program, Supervision

Say = Callable[[str], None]
PATIENCE = 120.0


class Stack:
    """One stack of programs in the folder of a layout."""

    def __init__(
        self, layout: Layout, say: Say, *, agreements: bool = False, found: dict[str, Any] | None = None
    ) -> None:
        """`found`: see `prometheus.configure`."""
        self.layout, self.say, self._found = layout, say, found
        self.places_agreements = agreements and not layout.agreements_mark.exists()
        """A first start places the demo agreements in the background."""
        self._parts = parts(layout, agreements=self.places_agreements)
        self.supervision = Supervision(layout.data)
        self.kafka = Kafka(
            layout.data / "kafka", layout.port("kafka"), layout.port("kafka controller"), layout.bind, layout.host
        )
        self.postgres = Postgres(layout.data / "postgres", layout.port("postgres"), layout.bind)

    async def up(self) -> subprocess.Popen[bytes] | None:
        """Everything started and ready; the supervisor, or None if the stack ran already. Raises DidNotStart."""
        if self.supervision.runs():
            return None
        self._look_for_strangers()
        self.layout.data.mkdir(parents=True, exist_ok=True)
        self._make_keys()
        prometheus.configure(self.layout, self._found)
        await asyncio.gather(self._prepare_kafka(), self._prepare_postgres())
        supervisor = self.supervision.begin(self._programs())
        try:
            await self._start_all()
        except BaseException:
            self.down()
            raise
        return supervisor

    def down(self) -> None:
        """End everything, and wait until it is gone."""
        if not self.supervision.runs():
            return
        self.supervision.end()

    def reset(self) -> None:
        """Down, and all data deleted."""
        self.down()
        shutil.rmtree(self.layout.data, ignore_errors=True)

    def _look_for_strangers(self) -> None:
        """Raises DidNotStart where somebody listens on a port of ours: he would answer in the place of our program."""
        programs = {one.name for one in self._programs()}
        ours = programs | ({"kafka controller"} if "kafka" in programs else set()) | {"smtp"}
        taken = [name for name in OFFSETS if name in ours and is_taken(self.layout.bind, self.layout.port(name))]
        if taken:
            named = ", ".join(f"{self.layout.port(name)} ({name})" for name in taken)
            raise DidNotStart(
                f"somebody listens on {named}: end it, if it is another stack by `make down` in its folder, "
                f"or set TRUNKLINE_PORT_BASE to another port than {self.layout.base}"
            )

    def _make_keys(self) -> None:
        self.layout.keys.mkdir(exist_ok=True, mode=0o700)
        missing = [name for name in ("machines", "links") if not (self.layout.keys / f"{name}.jwks").exists()]
        if missing:
            from chassis.tokens import new_key  # slow to import, and needed once

            for name in missing:
                new_key(self.layout.keys / f"{name}.jwk", self.layout.keys / f"{name}.jwks")

    async def _prepare_kafka(self) -> None:
        if self.layout.kafka_given is None:
            self.say("Kafka: preparing (the first time its jars are fetched, about 44 MB)")
            await asyncio.to_thread(self.kafka.prepare)

    async def _prepare_postgres(self) -> None:
        if self.layout.database_given is None:
            self.say("PostgreSQL: preparing")
            await asyncio.to_thread(self.postgres.prepare)

    def _programs(self) -> list[Program]:
        servers: list[Program] = []
        if self.layout.kafka_given is None:
            servers.append(Program("kafka", self.kafka.command()))
        if self.layout.database_given is None:
            servers.append(Program("postgres", self.postgres.command()))
        return servers + [part.program for part in self._parts]

    async def _start_all(self) -> None:
        """Services wait for Kafka by themselves, so that on few cores nobody is idle meanwhile."""
        if self.layout.database_given is None:
            self.supervision.start("postgres")
        if self.layout.kafka_given is None:
            self.supervision.start("kafka")
        await asyncio.gather(self._topics(), self._programs_ready())

    async def _programs_ready(self) -> None:
        await self._databases()
        for part in self._parts:
            if part.ready is not None:
                self.supervision.start(part.program.name)
        async with httpx.AsyncClient(timeout=2) as browser:
            await asyncio.gather(*(self._ready(part, browser) for part in self._parts if part.ready is not None))
        for part in self._parts:
            if part.ready is None:
                self.supervision.start(part.program.name)

    async def _databases(self) -> None:
        if self.layout.database_given is None:
            await _until("PostgreSQL", lambda: asyncio.to_thread(self.postgres.is_ready))
        migrated = await make_databases(self.layout)
        self.say(f"PostgreSQL: ready, {len(migrated) or 'no'} databases needed migrating")

    async def _topics(self) -> None:
        if self.layout.kafka_given is None:
            await _until("Kafka", lambda: asyncio.to_thread(self.kafka.is_ready))
        await create_topics(self.layout.kafka_url, [*all_topics(), *dead_letter_topics()])
        self.say("Kafka: ready, topics made")

    async def _ready(self, part: Part, browser: httpx.AsyncClient) -> None:
        name = part.program.name

        async def answers() -> bool:
            """A port that is closed is asked cheaply: while everything starts, each core is needed elsewhere."""
            try:
                _, writer = await asyncio.open_connection(self.layout.host, self.layout.port(name))
                writer.close()
                answer = await browser.get(f"{self.layout.url(name)}{part.ready}")
            except (OSError, httpx.HTTPError):
                return False
            return answer.status_code == httpx.codes.OK

        try:
            await _until(name, answers)
        except DidNotStart as error:
            log = self.layout.data / "logs" / f"{name}.log"
            told = log.read_text(encoding="utf-8", errors="replace")[-1500:] if log.exists() else "no log"
            raise DidNotStart(f"{error}; the end of its log:\n{told}") from None
        self.say(f"{name}: ready")


async def _until(what: str, ready: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + PATIENCE
    while not await ready():
        if time.monotonic() > end:
            raise DidNotStart(f"{what} was not ready within {PATIENCE:.0f} s")
        await asyncio.sleep(0.2)
