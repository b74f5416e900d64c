"""Brings a development stack up, in order and as much at once as the order allows, and down again."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

from chassis.tokens import new_key
from contracts.readers import dead_letter_topics
from contracts.registry import all_topics
from devstack.crm import announce
from devstack.kafka import Kafka, create_topics
from devstack.layout import SERVICES, Layout
from devstack.postgres import Postgres
from devstack.programs import DidNotStart
from devstack.supervision import Program, Supervision

Say = Callable[[str], None]
PATIENCE = 60.0


class Stack:
    """One stack of programs in the folder of a layout."""

    def __init__(self, layout: Layout, say: Say) -> None:
        self.layout, self.say = layout, say
        self.supervision = Supervision(layout.data)
        self.kafka = Kafka(
            layout.data / "kafka", layout.port("kafka"), layout.port("kafka controller"), layout.bind, layout.host
        )
        self.postgres = Postgres(layout.data / "postgres", layout.port("postgres"))

    async def up(self) -> subprocess.Popen[bytes] | None:
        """Everything started and ready; the supervisor, or None if the stack ran already. Raises DidNotStart."""
        if self.supervision.runs():
            return None
        self.layout.data.mkdir(parents=True, exist_ok=True)
        self._make_keys()
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
        end = time.monotonic() + PATIENCE
        while self.supervision.runs() and time.monotonic() < end:
            time.sleep(0.1)

    def reset(self) -> None:
        """Down, and all data deleted."""
        self.down()
        shutil.rmtree(self.layout.data, ignore_errors=True)

    def _make_keys(self) -> None:
        self.layout.keys.mkdir(exist_ok=True, mode=0o700)
        for name in ("machines", "links"):
            if not (self.layout.keys / f"{name}.jwks").exists():
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
        layout = self.layout
        own: list[Program] = []
        if layout.kafka_given is None:
            own.append(Program("kafka", self.kafka.command()))
        if layout.database_given is None:
            own.append(Program("postgres", self.postgres.command(), signal="INT"))
        login = {
            "LOGIN_HOST": layout.bind,
            "LOGIN_PORT": str(layout.port("login")),
            "AUTHLIB_INSECURE_TRANSPORT": "1",
        }
        own.append(Program("login", [sys.executable, "-m", "devstack.login"], login))
        mailbox = {
            "MAILBOX_HOST": layout.bind,
            "MAILBOX_PORT": str(layout.port("mailbox")),
            "MAILBOX_SMTP_PORT": str(layout.port("smtp")),
            "MAILBOX_FOLDER": str(layout.data / "mails"),
        }
        own.append(Program("mailbox", [sys.executable, "-m", "devstack.mailbox"], mailbox))
        donor = {
            "KAFKA_URL": layout.kafka_url,
            "DONOR_HOST": layout.bind,
            "DONOR_PORT": str(layout.port("donor")),
        }
        own.append(Program("donor", [sys.executable, "-m", "devstack.donor"], donor))
        services = [
            Program(name, [sys.executable, "-m", name, "all"], layout.environment_of(name)) for name in SERVICES
        ]
        return own + services

    async def _start_all(self) -> None:
        names = [program.name for program in self._programs()]
        for name in ("postgres", "kafka", "login", "mailbox"):
            if name in names:
                self.supervision.start(name)
        await asyncio.gather(self._databases(), self._topics())
        for name in (*SERVICES, "donor"):
            self.supervision.start(name)
        await asyncio.gather(
            *(self._ready(name, f"{self.layout.url(name)}/health/ready") for name in SERVICES),
            self._demo_data(),
            self._ready("mailbox", self.layout.url("mailbox")),
            self._ready("login", f"{self.layout.url('login')}/.well-known/openid-configuration"),
        )

    async def _databases(self) -> None:
        """A database and a role a service, migrated."""
        if self.layout.database_given is None:
            await _until("PostgreSQL", lambda: asyncio.to_thread(self.postgres.is_ready))
        server = await asyncpg.connect(self.layout.database_server)
        for name in SERVICES:
            if not await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
                await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
            if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await server.execute(f"CREATE DATABASE {name} OWNER {name}")
        await server.close()
        await asyncio.gather(*(self._migrate(name) for name in SERVICES))
        self.say("PostgreSQL: ready, databases migrated")

    async def _migrate(self, name: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", name, "migrate",
            env={**os.environ, **self.layout.environment_of(name)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        if process.returncode:
            raise DidNotStart(f"{name} migrate: {said.decode(errors='replace')[-2000:]}")

    async def _topics(self) -> None:
        if self.layout.kafka_given is None:
            await _until("Kafka", lambda: asyncio.to_thread(self.kafka.is_ready))
        await create_topics(self.layout.kafka_url, [*all_topics(), *dead_letter_topics()])
        self.say("Kafka: ready, topics made")

    async def _demo_data(self) -> None:
        """Once for each data folder: what the CRM knows stays in its compacted topic."""
        mark = self.layout.data / "demo-data"
        if not mark.exists():
            count = await announce(self.layout.kafka_url)
            mark.touch()
            self.say(f"CRM: {count} partners, customers and prospects announced")

    async def _ready(self, name: str, url: str) -> None:
        async with httpx.AsyncClient(timeout=2) as client:

            async def answers() -> bool:
                try:
                    return (await client.get(url)).status_code == httpx.codes.OK
                except httpx.HTTPError:
                    return False

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
        await asyncio.sleep(0.1)
