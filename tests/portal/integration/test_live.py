"""From a topic to the open page: real Kafka, real PostgreSQL, the real portal."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

import contracts
from chassis.service import Running
from chassis.topics import create_topics
from contracts.envelope import Event, headers
from contracts.ordering.v1 import OrderCompleted, OrderReceived
from contracts.work.v1 import TaskRaised, TaskSettled
from devstack.programs import free_ports
from portal.adapters.store import PortalUnit
from portal.application.ports import Queue
from portal.main import service
from telecom.formats import berlin_day
from tests.conftest import NewDatabase
from tests.waiting import until

E = TypeVar("E", bound=Event)
EXAMPLES = Path(contracts.__file__).parents[2] / "examples"


def example(kind: type[E], **changed: object) -> E:
    body = json.loads((EXAMPLES / f"{kind.type_name()}.json").read_text(encoding="utf-8")) | changed
    return kind.read(json.dumps(body).encode())


@pytest_asyncio.fixture
async def running(new_database: NewDatabase, kafka_url: str) -> AsyncIterator[Running[PortalUnit]]:
    database = await new_database(service)
    await create_topics(kafka_url, list({topic.name: topic for topic in service.topics()}.values()))
    portal = service.open(database_url=database, kafka_url=kafka_url, http_port=free_ports(1)[0])
    stopping = asyncio.Event()
    job = asyncio.create_task(service.run_until(portal, stopping, frozenset({"web", "worker"})))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{portal.settings.http_port}") as client:
        await until(lambda: _ready(client), 40)
    yield portal
    stopping.set()
    await job


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def send(kafka_url: str, *events: Event, event_id: UUID | None = None) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url)
    await producer.start()
    for event in events:
        made = headers(
            event_id=event_id or uuid4(),
            type_name=event.type_name(),
            source="test",
            subject=event.partition_key(),
            correlation_id="a-story",
        )
        await producer.send_and_wait(
            event.topic.name,
            event.body(),
            key=event.partition_key().encode(),
            headers=[(name, value.encode()) for name, value in made.items()],
        )
    await producer.stop()


@pytest.mark.rule("ORD-1")
async def test_an_event_sent_twice_is_one_step(running: Running[PortalUnit], kafka_url: str) -> None:
    order_id = uuid4()
    event, event_id = example(OrderReceived, order_id=str(order_id)), uuid4()
    await send(kafka_url, event, event, event_id=event_id)
    await send(kafka_url, example(OrderCompleted, order_id=str(order_id)))

    async def steps() -> list[str]:
        async with running.units.reading() as unit:
            found = sorted(one.kind for one in await unit.feed.of_order(order_id))
        return found if "OrderCompleted" in found else []

    assert await until(steps) == ["OrderCompleted", "OrderReceived"]


async def test_a_task_raised_and_settled_leaves_the_queue(running: Running[PortalUnit], kafka_url: str) -> None:
    raised = example(TaskRaised, task_id=str(uuid4()))
    await send(kafka_url, raised, example(TaskSettled, task_id=str(raised.task_id)))

    async def settled() -> bool:
        async with running.units.reading() as unit:
            found = await unit.tasks.get(raised.task_id)
        return found is not None and found.settled_at is not None

    await until(settled)
    async with running.units.reading() as unit:
        now = await unit.now()
        listed = await unit.tasks.queue(Queue(now, berlin_day(now)), None, 500)
    assert raised.task_id not in {one.task.task_id for one in listed}


async def test_pages_stand_beside_health_and_metrics(running: Running[PortalUnit]) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.settings.http_port}") as client:
        assert (await client.get("/metrics")).status_code == 200
        wanted = await client.get("/orders")
        assert wanted.headers["location"] == "/login?next=%2Forders"
        assert (await client.get("/static/app.css")).headers["content-type"].startswith("text/css")
        missing = await client.get("/nothing", headers={"Accept-Language": "de"})
        assert missing.status_code == 404
        assert "<h1>" in missing.text
