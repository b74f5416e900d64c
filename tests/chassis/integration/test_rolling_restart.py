"""A rolling restart under load fails no request and does nothing twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest_asyncio

from chassis.topics import create_topics
from devstack.programs import free_ports
from tests.chassis.pair import Pair

PATIENCE = 60.0
CLIENTS = 6
ORDERS = "SELECT order_id FROM placed"


@dataclass
class Door:
    """One process of the service, and a balancer's kept connections to it."""

    port: int
    command: list[str]
    environment: dict[str, str]
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env={**self.environment, "HTTP_PORT": str(self.port)})

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
            await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def doors(kafka_url: str, new_database: Any) -> AsyncIterator[tuple[list[Door], str]]:
    ending = uuid4().hex[:8]
    pair = Pair(ending)
    await create_topics(kafka_url, pair.topics)
    url = await new_database("orders")
    await pair.prepare("orders", url)
    told = {**os.environ, "DATABASE_URL": url, "KAFKA_URL": kafka_url, "PAIR": ending, "DRAIN_SECONDS": "2"}
    command = [sys.executable, "-m", "tests.chassis.pair", "orders", "web"]
    made = [Door(port, command, {**told, "LOG_LEVEL": "WARNING"}) for port in free_ports(2)]
    for one in made:
        one.start()
    watching = [asyncio.create_task(one.watch()) for one in made]
    for one in made:
        await one.opened()
    yield made, url
    for task in watching:
        task.cancel()
    for one in made:
        await one.client.aclose()
        if one.process is not None:
            one.process.kill()
            one.process.wait()


async def test_restarting_one_process_after_the_other_under_load_fails_no_request_and_doubles_none(
    doors: tuple[list[Door], str],
) -> None:
    running, url = doors
    load = Load(list(running))
    clients = [asyncio.create_task(load.order()) for _ in range(CLIENTS)]
    for door in running:
        before = len(load.accepted)
        await door.restart()
        assert len(load.accepted) > before
    load.ends = True
    await asyncio.gather(*clients)
    assert load.failed == []
    store = await asyncpg.connect(url)
    placed = [row["order_id"] for row in await store.fetch(ORDERS)]
    sent = await store.fetchval("SELECT count(*) FROM outbox")
    await store.close()
    assert sorted(placed) == sorted(load.accepted)
    assert sent == len(placed)
