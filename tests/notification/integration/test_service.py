"""The whole service as a process: Kafka in, mails out, documents over HTTP; killed and started again."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiosmtpd.controller import Controller

from chassis.tokens import new_key, sign_token
from chassis.topics import create_topics
from contracts.crm.v1 import PartyChanged
from contracts.envelope import Event, headers
from contracts.ordering import v1 as ordering
from contracts.provisioning import v1 as provisioning
from contracts.readers import dead_letter_topics
from contracts.registry import all_topics
from devstack.mailbox.__main__ import Taker
from devstack.mailbox.box import Box
from devstack.programs import free_ports
from tests.forks import Fork, ran, started
from tests.notification.integration.conftest import example
from tests.notification.receiver import Receiver
from tests.waiting import happens

ORDERS = 40
DOMAIN = f"{uuid4().hex}.example"
CUSTOMER: UUID = example(ordering.OrderReceived).customer.party_id


@contextmanager
def mailbox(folder: Path, port: int) -> Iterator[None]:
    server = Controller(Taker(Box(folder / "mails")), hostname="127.0.0.1", port=port)
    server.start()
    yield
    server.stop()


def message_ids(folder: Path) -> set[str]:
    """Of mails to our own people: other tests speak on the same topics."""
    mails = (message_from_bytes(path.read_bytes()) for path in (folder / "mails").glob("*.eml"))
    return {mail["Message-ID"] for mail in mails if DOMAIN in mail["To"]}


def order() -> ordering.OrderReceived:
    """Of people whom no other test knows."""
    known = example(ordering.OrderReceived).model_dump(mode="json")
    people = {role: known[role] | {"email": f"{role}@{DOMAIN}"} for role in ("customer", "approver", "creator")}
    found: ordering.OrderReceived = example(ordering.OrderReceived, order_id=uuid4(), **people)
    return found


async def reached(goal: Callable[[], bool], log: Path) -> None:
    assert await happens(goal, 80, every=0.02), await asyncio.to_thread(log.read_text)


async def say(producer: AIOKafkaProducer, *events: Event) -> None:
    for event in events:
        key = event.partition_key()
        made = headers(event_id=uuid4(), type_name=event.type_name(), source="tests", subject=key, correlation_id="t")
        carried = [(name, value.encode()) for name, value in made.items()]
        await producer.send_and_wait(event.topic.name, event.body(), key=key.encode(), headers=carried)


@dataclass(frozen=True, slots=True)
class House:
    """Where the service lives, and the port it sends mails to."""

    environment: dict[str, str]
    url: str
    log: Path
    smtp_port: int

    def start(self) -> Fork:
        return started("notification", "all", env=self.environment, log=self.log, url=f"{self.url}/health/ready")


async def migrated(kafka_url: str, new_database: Any, folder: Path) -> House:
    await create_topics(kafka_url, [*all_topics(), *dead_letter_topics()])
    new_key(folder / "login.jwk", folder / "login.jwks")
    http_port, smtp_port = free_ports(2)
    issuer = {"issuer": "login", "audience": "trunkline", "jwks_file": str(folder / "login.jwks")}
    environment = os.environ | {
        "DATABASE_URL": await new_database("notification"),
        "KAFKA_URL": kafka_url,
        "HTTP_PORT": str(http_port),
        "SMTP_PORT": str(smtp_port),
        "TRUSTED_ISSUERS": json.dumps([issuer]),
        "INSTANCE": "1",
        "CLAIM_SECONDS": "3",
        "WEBHOOK_LOCAL": "1",
        "WEBHOOK_TIMEOUT": "1",
    }
    assert await asyncio.to_thread(ran, "notification", "migrate", **environment) == (0, "")
    return House(environment, f"http://127.0.0.1:{http_port}", folder / "notification.log", smtp_port)


def customer(url: str, folder: Path) -> httpx.AsyncClient:
    claims = {"sub": "c", "name": "Karla", "role": "customer", "party_id": str(CUSTOMER), "email": f"karla@{DOMAIN}"}
    token = sign_token(folder / "login.jwk", issuer="login", audience="trunkline", claims=claims, lifetime=120)
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.rule("NOTE-1")
async def test_events_become_mails_and_a_killed_service_sends_the_rest_and_no_second_message(
    kafka_url: str, new_database: Any, tmp_path: Path
) -> None:
    house = await migrated(kafka_url, new_database, tmp_path)
    orders = [order() for _ in range(ORDERS)]
    process = house.start()
    try:
        async with AIOKafkaProducer(bootstrap_servers=kafka_url) as producer:
            ready = [example(provisioning.SiteProvisioned, order_id=one.order_id, site_id=uuid4()) for one in orders]
            await say(producer, example(PartyChanged, party_id=CUSTOMER), *ready, *orders)
        with mailbox(tmp_path, house.smtp_port):
            await reached(lambda: len(message_ids(tmp_path)) > ORDERS, house.log)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = house.start()
            await reached(lambda: len(message_ids(tmp_path)) == ORDERS * 6, house.log)
        async with customer(house.url, tmp_path) as http:
            notices = (await http.get("/notices", params={"order_id": str(orders[0].order_id)})).json()["items"]
            document = await http.get(f"/orders/{orders[0].order_id}/documents/order-acknowledgement.pdf")
        assert sorted(one["kind"] for one in notices) == ["order-acknowledgement"] * 3 + ["site-ready"] * 3
        assert document.content.startswith(b"%PDF")
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.rule("NOTE-2")
async def test_a_killed_service_tells_its_webhooks_the_rest_and_nothing_under_a_second_id(
    kafka_url: str, new_database: Any, tmp_path: Path
) -> None:
    house = await migrated(kafka_url, new_database, tmp_path)
    orders = [order() for _ in range(ORDERS)]
    mine = {str(one.order_id) for one in orders}

    def told(receiver: Receiver) -> list[tuple[str, str]]:
        """Order and message id, of our own orders: other tests speak on the same topics."""
        found = [(one.event["data"]["order_id"], one.id) for one in list(receiver.told)]
        return [(order_id, message_id) for order_id, message_id in found if order_id in mine]

    process = house.start()
    try:
        with Receiver().open() as receiver:
            async with AIOKafkaProducer(bootstrap_servers=kafka_url) as producer, customer(house.url, tmp_path) as http:
                body = {"url": receiver.url, "events": ["ordering.OrderReceived.v1"]}
                made = await http.post("/webhooks", json=body, headers={"Idempotency-Key": uuid4().hex})
                secret = (await http.post(f"{made.headers['location']}/secret")).json()["secret"]
                await say(producer, example(PartyChanged, party_id=CUSTOMER), *orders)
            await reached(lambda: len(told(receiver)) > ORDERS // 4, house.log)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = house.start()
            await reached(lambda: {order_id for order_id, _ in told(receiver)} == mine, house.log)
        assert len(set(told(receiver))) == ORDERS, "an order has one id, however often it was told"
        assert all(one.verified(secret) for one in receiver.told)
    finally:
        process.terminate()
        process.wait(30)
