"""Rolling restarts under load: no request fails, nothing is lost, doubled or out of order."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from chassis.topics import create_topics
from devstack.programs import free_ports
from tests.chassis.pair import Pair
from tests.forks import Fork
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(400)
PATIENCE = 120.0
CLIENTS = 4
SLOTS = 100_000
ROUNDS = 1
ORDERS = "SELECT order_id FROM placed"
LEFT = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM parked)"
IN_ORDER = "SELECT account, version, order_id FROM {} ORDER BY account, seq"


@dataclass
class Door:
    """One process of the service, and a balancer's kept connections to it."""

    port: int
    service: str
    part: str
    environment: dict[str, str]
    log: Path
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: Fork | None = None

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def start(self) -> None:
        told = {**self.environment, "HTTP_PORT": str(self.port), "HEALTH_PORT": str(self.port)}
        self.process = Fork("tests.chassis.pair", self.service, self.part, env=told, log=self.log)

    async def watch(self) -> None:
        """As a balancer does, with a connection of its own a time."""
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", headers={"Connection": "close"}
        ) as probe:
            while True:
                try:
                    is_open = (await probe.get("/health/ready")).status_code == 200
                except httpx.TransportError:
                    is_open = False
                self.ready.set() if is_open else self.ready.clear()
                await asyncio.sleep(0.1)

    async def opened(self) -> None:
        await asyncio.wait_for(self.ready.wait(), PATIENCE)

    async def restart(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(self.process.wait, PATIENCE) == 0
        self.ready.clear()
        self.start()
        await self.opened()


@dataclass
class Load:
    doors: list[Door]
    accepted: list[UUID] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    ends: bool = False

    async def order(self) -> None:
        while not self.ends:
            order, door = uuid4(), next((one for one in self.doors if one.ready.is_set()), self.doors[0])
            body = {"order_id": str(order), "account": f"a{order.int % 10}"}
            try:
                answer = await door.client.post("/orders", json=body, headers={"Idempotency-Key": str(order)})
                if answer.status_code == 201:
                    self.accepted.append(order)
                else:
                    self.failed.append(answer.text)
            except httpx.TransportError as error:
                self.failed.append(repr(error))
            self.doors.reverse()
            await asyncio.sleep(0.02)


@dataclass
class Street:
    """Both services of a pair with their databases, and as many processes of their parts as are asked for."""

    kafka_url: str
    pair: Pair
    ending: str
    urls: dict[str, str]
    folder: Path
    doors: list[Door] = field(default_factory=list)
    watching: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self, name: str, part: str, count: int = 2) -> list[Door]:
        told = {
            **os.environ,
            "DATABASE_URL": self.urls[name],
            "KAFKA_URL": self.kafka_url,
            "PAIR": self.ending,
            "DRAIN_SECONDS": "2",
            "LOG_LEVEL": "WARNING",
        }
        made = [Door(port, name, part, told, self.folder / f"{name}-{part}-{port}.log") for port in free_ports(count)]
        self.doors += made
        for one in made:
            one.start()
        self.watching += [asyncio.create_task(one.watch()) for one in made]
        for one in made:
            await one.opened()
        return made

    async def ask(self, name: str, question: str) -> list[asyncpg.Record]:
        store = await asyncpg.connect(self.urls[name])
        found: list[asyncpg.Record] = await store.fetch(question)
        await store.close()
        return found

    async def close(self) -> None:
        for task in self.watching:
            task.cancel()
        for one in self.doors:
            await one.client.aclose()
            if one.process is not None:
                one.process.kill()
                one.process.wait()


@pytest_asyncio.fixture
async def street(kafka_url: str, new_database: Any, tmp_path: Path, forks: None) -> AsyncIterator[Street]:
    ending = uuid4().hex[:8]
    pair = Pair(ending)
    await create_topics(kafka_url, pair.topics)
    found = Street(kafka_url, pair, ending, {name: await new_database(name) for name in pair.services}, tmp_path)
    for name, url in found.urls.items():
        await pair.prepare(name, url, slots=SLOTS)
    yield found
    await found.close()


async def test_restarting_one_process_after_the_other_under_load_fails_no_request_and_doubles_none(
    street: Street,
) -> None:
    running = await street.open("orders", "web")
    load = await under_load(running, running)
    placed = [row["order_id"] for row in await street.ask("orders", ORDERS)]
    assert sorted(placed) == sorted(load.accepted)
    assert (await street.ask("orders", LEFT))[0][0] == len(placed)


async def test_restarting_workers_relays_and_whole_processes_again_and_again_loses_and_doubles_no_order(
    street: Street,
) -> None:
    doors = await street.open("orders", "all")
    behind = [*await street.open("sites", "worker"), *await street.open("sites", "relay")]
    load = await under_load(doors, [*doors, *behind] * ROUNDS)

    async def left() -> int:
        waiting = [(await street.ask(name, LEFT))[0][0] for name in street.urls]
        return sum(waiting) + len(load.accepted) - len(await street.ask("orders", IN_ORDER.format("heard")))

    await eventually(left, 0, PATIENCE)
    made, heard = [
        await street.ask(*one) for one in (("sites", IN_ORDER.format("made")), ("orders", IN_ORDER.format("heard")))
    ]
    assert made == heard
    assert sorted(row["order_id"] for row in made) == sorted(load.accepted)
    assert [row["version"] for row in made] == [
        version for account in sorted({row["account"] for row in made}) for version in versions(account, made)
    ]
    assert (await street.ask("sites", "SELECT count(order_id) FROM slot"))[0][0] == len(load.accepted)


def versions(account: str, made: list[asyncpg.Record]) -> range:
    return range(1, 1 + sum(row["account"] == account for row in made))


async def under_load(doors: list[Door], restarted: list[Door]) -> Load:
    """What was ordered at `doors` while one after the other of `restarted` ended and came back."""
    load = Load(list(doors))
    clients = [asyncio.create_task(load.order()) for _ in range(CLIENTS)]
    for door in restarted:
        before = len(load.accepted)
        await door.restart()
        assert len(load.accepted) > before
    load.ends = True
    await asyncio.gather(*clients)
    assert load.failed == []
    return load
