"""Over a real Kafka: what others tell us becomes parties, catalogs and progress; what we tell leaves in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from cart.adapters.memory import ChosenFeasibility
from cart.main import service
from chassis.service import Running
from chassis.topics import create_topics
from contracts.catalog.v1 import Category
from contracts.envelope import Event, headers
from contracts.ordering import v1 as ordering
from contracts.provisioning import v1 as provisioning
from contracts.shapes import Localized
from tests.cart.conftest import Keys, Office, Shopper
from tests.cart.sample import CUSTOMER, KARLA, NOW, all_parties, catalog_published
from tests.waiting import until

NewDatabase = Callable[[str], Awaitable[str]]


class Post:
    """Sends events as their services would; a second time with the same id if asked to."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def send(self, *events: Event, times: int = 1) -> None:
        for event in events:
            made = headers(
                event_id=uuid4(),
                type_name=event.type_name(),
                source="test",
                subject=event.partition_key(),
                correlation_id="story-1",
            )
            for _time in range(times):
                await self._producer.send_and_wait(
                    event.topic.name,
                    event.body(),
                    key=event.partition_key().encode(),
                    headers=[(name, value.encode()) for name, value in made.items()],
                )

    async def send_raw(self, topic: str, key: str, type_name: str, body: bytes) -> None:
        made = headers(event_id=uuid4(), type_name=type_name, source="test", subject=key, correlation_id="story-2")
        sent = [(name, value.encode()) for name, value in made.items()]
        await self._producer.send_and_wait(topic, body, key=key.encode(), headers=sent)


@pytest_asyncio.fixture
async def listening(new_database: NewDatabase, keys: Keys, kafka_url: str) -> AsyncIterator[Running[Any]]:
    """The service with workers and relay running on a fresh, empty database."""
    url = await new_database(service)
    await create_topics(kafka_url, service.topics())
    opened = service.open(
        database_url=url,
        kafka_url=kafka_url,
        trusted_issuers=keys.issuers,
        link_key_file=keys.links,
        handler_attempts=2,
    )
    stopping = asyncio.Event()
    job = asyncio.create_task(service.run_until(opened, stopping, frozenset({"worker", "relay"})))
    yield opened
    stopping.set()
    await job


@pytest_asyncio.fixture
async def post(kafka_url: str) -> AsyncIterator[Post]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url)
    await producer.start()
    yield Post(producer)
    await producer.stop()


@pytest_asyncio.fixture
async def heard(kafka_url: str, listening: Running[Any]) -> AsyncIterator[list[Any]]:
    """The types of what leaves on the order topic, with correlation ids."""
    reader = AIOKafkaConsumer(ordering.ORDERS.name, bootstrap_servers=kafka_url, auto_offset_reset="latest")
    await reader.start()
    await reader.seek_to_end()
    found: list[Any] = []

    async def read() -> None:
        async for message in reader:
            found.append((UUID(message.key.decode()), {name: value.decode() for name, value in message.headers}))

    reading = asyncio.create_task(read())
    yield found
    reading.cancel()
    await reader.stop()


@pytest.fixture
def office_of(listening: Running[Any], keys: Keys) -> Office:
    app = listening.app(consumes=False)
    app.state.feasibility = ChosenFeasibility()
    return Office(app, listening, keys)


def work_done(line: dict[str, Any], order_id: str) -> provisioning.WorkOrderCompleted:
    return provisioning.WorkOrderCompleted(
        work_order_id=uuid4(),
        order_id=UUID(order_id),
        line_id=UUID(line["line_id"]),
        agreement_id=UUID(line["agreement_id"]),
        customer_id=CUSTOMER,
        category=Category(line["category"]),
        completed_at=NOW,
    )


async def trunk_order(office: Office, post: Post) -> dict[str, Any]:
    await post.send(catalog_published(), *all_parties())
    karla = office.as_(KARLA)

    async def ready() -> bool:
        body = {"customer_id": str(CUSTOMER), "business_case": "new_order"}
        return (await karla.post("/carts", body)).status_code == 201

    await until(ready)
    shopper = await Shopper(karla, CUSTOMER).trunk()
    answer = await shopper.order()
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.rule("CRM-1", "CRM-2", "ORD-3", "ACT-4")
async def test_a_trunk_order_is_followed_to_its_end_though_everything_happens_twice(
    office_of: Office, post: Post, heard: list[Any]
) -> None:
    order = await trunk_order(office_of, post)
    agreement_id = UUID(order["lines"][0]["agreement_id"])
    await post.send(*(work_done(line, order["order_id"]) for line in order["lines"]), times=2)
    trunk = {"trunk_id": uuid4(), "agreement_id": agreement_id, "order_id": UUID(order["order_id"])}
    await post.send(
        provisioning.TrunkProvisioned(
            **trunk,
            customer_id=CUSTOMER,
            channels=4,
            srtp=False,
            activation=ordering.Activation.IMMEDIATE,
            provisioned_at=NOW,
        ),
        provisioning.TrunkActivated(
            **trunk, customer_id=CUSTOMER, cause=provisioning.ActivationCause.IMMEDIATE, activated_at=NOW
        ),
        times=2,
    )
    karla = office_of.as_(KARLA)

    async def completed() -> bool:
        return (await karla.get(f"/orders/{order['order_id']}")).json()["status"] == "completed"

    async def active() -> bool:
        return (await karla.get(f"/agreements/{agreement_id}")).json()["status"] == "active"

    await until(completed)
    await until(active)

    async def told() -> list[str]:
        types = [made["ce_type"] for key, made in heard if str(key) == order["order_id"]]
        return types if "ordering.OrderCompleted.v1" in types else []

    types = await until(told)
    assert types == ["ordering.OrderReceived.v1", *["ordering.OrderProgressed.v1"] * 2, "ordering.OrderCompleted.v1"]
    followed = [made for key, made in heard if str(key) == order["order_id"]][1:]
    assert {made["ce_correlationid"] for made in followed} == {"story-1"}

    async def drained() -> bool:
        return await office_of.events() == []

    await until(drained)


@pytest.mark.rule("ORD-3")
async def test_a_malformed_event_harms_only_its_own_order(office_of: Office, post: Post) -> None:
    harmed, healthy = await trunk_order(office_of, post), await trunk_order(office_of, post)
    bad = provisioning.WorkOrderCompleted.type_name()
    await post.send_raw(provisioning.WORK.name, harmed["order_id"], bad, b'{"order_id": "not yours"')
    await post.send(*(work_done(line, harmed["order_id"]) for line in harmed["lines"]))
    await post.send(*(work_done(line, healthy["order_id"]) for line in healthy["lines"]))
    karla = office_of.as_(KARLA)

    async def completed() -> bool:
        return (await karla.get(f"/orders/{healthy['order_id']}")).json()["status"] == "completed"

    await until(completed)
    assert (await karla.get(f"/orders/{harmed['order_id']}")).json()["status"] == "received"


@pytest.mark.rule("SITE-3", "ORD-3")
async def test_a_rejected_site_fails_its_order_with_the_reason(office_of: Office, post: Post) -> None:
    trunk = await trunk_order(office_of, post)
    agreement = trunk["lines"][0]["agreement_id"]
    place = {"street": "Rosenstraße", "house_number": "12", "postcode": "50678", "town": "Köln"}
    body = {"site": {"name": "Werk", "address": place, "area_code": "221"}, "block_size": 10}
    karla = office_of.as_(KARLA)
    order = (await karla.post(f"/agreements/{agreement}/sites", body)).json()
    await post.send(
        provisioning.SiteRejected(
            site_id=UUID(order["lines"][0]["site"]["site_id"]),
            trunk_id=uuid4(),
            agreement_id=UUID(agreement),
            order_id=UUID(order["order_id"]),
            customer_id=CUSTOMER,
            code="area-code-exhausted",
            reason=Localized(de="Keine Rufnummern frei.", en="No numbers are free."),
            rejected_at=NOW,
        )
    )

    async def failed() -> dict[str, Any] | None:
        now = (await karla.get(f"/orders/{order['order_id']}")).json()
        return now if now["status"] == "failed" else None

    assert (await until(failed))["lines"][0]["reason"] == "No numbers are free."
