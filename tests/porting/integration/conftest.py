"""A running porting service and the simulated donors as real processes, and a world around them."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis.tokens import new_key, sign_token
from chassis.topics import create_topics
from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.envelope import Event, Topic, headers
from contracts.ordering.v1 import OrderReceived
from contracts.porting.v1 import DEPARTURES, REQUESTS
from contracts.readers import dead_letter_topics
from contracts.registry import all_topics
from contracts.shapes import Audience
from contracts.wbci.v1 import OUTBOUND
from contracts.work.v1 import TASKS
from devstack import clock
from devstack.programs import free_ports
from telecom.formats import berlin_day
from telecom.workdays import add_working_days, is_holiday
from tests.forks import Fork, ran, started
from tests.porting.sample import order
from tests.waiting import until

PATIENCE = 30.0
HEARD = (REQUESTS, DEPARTURES, TASKS, OUTBOUND)


@dataclass
class Town:
    """Where everything is."""

    kafka_url: str
    server: str
    porting_url: str
    donor_url: str
    folder: Path
    database: str


@pytest.fixture(scope="module")
def town(kafka_url: str, database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running_porting(kafka_url, database_server, tmp_path_factory.mktemp("porting")) as found:
        log, url = found.folder / "donor.log", f"{found.donor_url}/health"
        process = started("devstack.donor", env=os.environ, log=log, url=url)
        try:
            yield found
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def running_porting(kafka_url: str, database_server: str, folder: Path, **settings: str) -> Iterator[Town]:
    """A service with a database of its own, and its environment for whatever else is started with it."""
    database = f"porting_{uuid4().hex[:12]}"

    async def prepare() -> None:
        await create_topics(kafka_url, [*all_topics(), *dead_letter_topics()])
        server = await asyncpg.connect(database_server)
        await server.execute(f"CREATE DATABASE {database}")
        await server.close()

    async def clean() -> None:
        server = await asyncpg.connect(database_server)
        await server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        await server.execute(f"ALTER SYSTEM RESET {clock.SETTING}")
        await server.execute("SELECT pg_reload_conf()")
        await server.close()

    asyncio.run(prepare())
    issuers = []
    for name in ("login", "links"):
        new_key(folder / f"{name}.jwk", folder / f"{name}.jwks")
        links = ',"links":true' if name == "links" else ""
        issuers.append(f'{{"issuer":"{name}","audience":"trunkline","jwks_file":"{folder / name}.jwks"{links}}}')
    http_port, donor_port = free_ports(2)
    found = Town(
        kafka_url, database_server, f"http://127.0.0.1:{http_port}", f"http://127.0.0.1:{donor_port}", folder, database
    )
    environment = os.environ | {
        "DATABASE_URL": f"{database_server.rsplit('/', 1)[0]}/{database}",
        "KAFKA_URL": kafka_url,
        "HTTP_PORT": str(http_port),
        "DONOR_PORT": str(donor_port),
        "TRUSTED_ISSUERS": f"[{','.join(issuers)}]",
        "HOLD_SECONDS": "0.2",
        "HANDLER_ATTEMPTS": "1",
        **settings,
    }
    processes: list[Fork] = []
    keep = os.environ.copy()
    os.environ.update(environment)
    try:
        assert ran("porting", "migrate") == (0, "")
        log, url = folder / "porting.log", f"{found.porting_url}/health/ready"
        processes.append(started("porting", "all", env=environment, log=log, url=url))
        yield found
    finally:
        for process in processes:
            process.terminate()
            process.wait(30)
        os.environ.clear()
        os.environ.update(keep)
        asyncio.run(clean())


@dataclass
class World:
    """What a test says and hears; events are kept as they come."""

    town: Town
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    http: httpx.AsyncClient
    customer: UUID = field(default_factory=uuid4)
    partner: UUID = field(default_factory=uuid4)
    heard: list[tuple[str, Any]] = field(default_factory=list)

    async def say(self, event: Event, topic: Topic | None = None, event_id: UUID | None = None) -> None:
        made = headers(
            event_id=event_id or uuid4(),
            type_name=event.type_name(),
            source="tests",
            subject=event.partition_key(),
            correlation_id="tests",
        )
        await self.producer.send_and_wait(
            (topic or event.topic).name,
            event.body(),
            key=event.partition_key().encode(),
            headers=[(name, value.encode()) for name, value in made.items()],
        )

    async def order(self, **wishes: Any) -> OrderReceived:
        placed = order(customer_id=self.customer, **{"requested_on": await self.day_in(12), **wishes})
        await self.say(placed)
        return placed

    async def hear(self, name: str, about: Any, count: int = 1) -> Any:
        """The `count`-th event of this name in whose body `about` stands; fails after a while."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            found = [body for kind, body in self.heard if kind == name and str(about) in str(body)]
            if len(found) >= count:
                return found[count - 1]
            if asyncio.get_running_loop().time() > end:
                known = [kind for kind, body in self.heard if str(about) in str(body)]
                log = (self.town.folder / "porting.log").read_text(encoding="utf-8")[-3000:]
                raise AssertionError(f"{name} about {about} was not heard, only {known}\n{log}")
            await self._listen()

    async def settled(self) -> None:
        """All that was under way has been heard: nothing new for a moment after the service's queues are empty."""
        while await self._listen():
            pass

    async def _listen(self) -> int:
        fetched = await self.consumer.getmany(timeout_ms=700)
        records = [one for batch in fetched.values() for one in batch]
        for one in records:
            kind = dict(one.headers)["ce_type"].decode().split(".")[1]
            self.heard.append((kind, httpx.Response(200, content=one.value).json()))
        return len(records)

    def count(self, name: str, about: Any) -> int:
        return sum(kind == name and str(about) in str(body) for kind, body in self.heard)

    async def now(self) -> datetime:
        return datetime.now(UTC) + await clock.offset(self.town.server)

    async def day_in(self, working_days: int) -> date:
        """A day on which numbers can move."""
        day = add_working_days(berlin_day(await self.now()), working_days, "NW")
        while is_holiday(day + timedelta(days=1), "NW"):
            day = add_working_days(day, 1, "NW")
        return day

    async def move_to(self, moment: datetime) -> None:
        await clock.advance(self.town.server, max(moment - await self.now(), timedelta(0)))

    def token(self, role: str = "order_management", issuer: str = "login", **claims: Any) -> str:
        who = {"sub": role, "name": role.title(), "role": role, **claims}
        folder = self.town.folder
        return sign_token(folder / f"{issuer}.jwk", issuer=issuer, audience="trunkline", claims=who, lifetime=300)

    def link(self, order_id: UUID, *rights: str) -> str:
        link = {"quote": str(uuid4()), "order": str(order_id), "rights": list(rights)}
        return self.token("approver", "links", link=link)

    async def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        given = {"Authorization": f"Bearer {token or self.token()}", "Idempotency-Key": uuid4().hex}
        return await self.http.request(method, path, headers={**given, **more.pop("headers", {})}, **more)

    async def answered(self, status: int, path: str, token: str) -> None:
        """Wait until what was told on a topic shows in the answers."""

        async def shown() -> bool:
            return (await self.call("GET", path, token)).status_code == status

        await until(shown, PATIENCE, every=0.1)

    async def known(self, question: str, about: UUID) -> None:
        """Wait until the service has kept what it was told; topics are not ordered against each other."""
        own = await asyncpg.connect(f"{self.town.server.rsplit('/', 1)[0]}/{self.town.database}")
        try:
            await until(lambda: own.fetchval(question, about), PATIENCE)
        finally:
            await own.close()

    async def metric(self, line: str) -> float:
        text = (await self.http.get("/metrics")).text
        return sum(float(one.rsplit(" ", 1)[1]) for one in text.splitlines() if one.startswith(line))


@pytest_asyncio.fixture
async def world(town: Town) -> AsyncIterator[World]:
    async with listening(town) as found:
        yield found


@asynccontextmanager
async def listening(town: Town) -> AsyncIterator[World]:
    producer = AIOKafkaProducer(bootstrap_servers=town.kafka_url)
    consumer = AIOKafkaConsumer(
        *(topic.name for topic in HEARD), bootstrap_servers=town.kafka_url, auto_offset_reset="latest"
    )
    await producer.start()
    await consumer.start()
    await consumer.seek_to_end()
    for place in consumer.assignment():
        await consumer.position(place)
    async with httpx.AsyncClient(base_url=town.porting_url, timeout=30) as http:
        found = World(town, producer, consumer, http)
        for party, kind, parent in ((found.partner, "partner", None), (found.customer, "customer", found.partner)):
            await found.say(party_changed(party, kind, parent))
        yield found
    await consumer.stop()
    await producer.stop()


def party_changed(
    party: UUID, kind: str, parent: UUID | None, *, version: int = 1, delegated: bool = True
) -> PartyChanged:
    return PartyChanged(
        party_id=party,
        version=version,
        kind=PartyKind(kind),
        name="Müller & Söhne GmbH",
        audience=Audience.BUSINESS,
        language="de",
        email="einkauf@mueller.example",
        parent_id=parent,
        customer_administration=delegated,
        changed_at=datetime.now(UTC),
    )
