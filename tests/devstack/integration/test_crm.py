"""The simulated CRM on a real Kafka: announces once, adopts prospects, survives its own restart."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from chassis.topics import create_topics
from contracts.crm.v1 import PROSPECTS, PartyKind, ProspectEntered
from contracts.envelope import Event, headers
from contracts.ordering.v1 import CUSTOMERS, ProspectBecameCustomer
from contracts.registry import all_topics
from contracts.shapes import Audience
from devstack.crm.desk import Desk
from devstack.crm.parties import parties
from devstack.flow import events_of
from devstack.login.people import party_id
from tests.waiting import until

NOW = datetime(2021, 4, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def broker(kafka_url: str) -> str:
    await create_topics(kafka_url, all_topics())
    return kafka_url


@pytest_asyncio.fixture
async def begin(broker: str) -> AsyncIterator[Callable[[], Any]]:
    """Starts a CRM and waits until it knows everything; all end with the test."""
    working: list[asyncio.Task[None]] = []

    async def make() -> Desk:
        desk = Desk(broker)
        working.append(asyncio.create_task(desk.run()))
        await until(lambda: desk.ready)
        return desk

    yield make
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)


async def publish(kafka_url: str, event: Event, correlation_id: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url)
    await producer.start()
    made = headers(
        event_id=uuid4(), type_name=event.type_name(), source="test", subject=event.partition_key(),
        correlation_id=correlation_id,
    )  # fmt: skip
    carried = [(name, value.encode()) for name, value in made.items()]
    await producer.send_and_wait(event.topic.name, event.body(), key=event.partition_key().encode(), headers=carried)
    await producer.stop()


async def test_parties_are_announced_once_and_changes_outlive_a_restart(begin: Callable[[], Any], broker: str) -> None:
    first: Desk = await begin()
    jaeger = party_id("jaeger-logistik")
    assert {one.party_id for one in parties()} <= first.register.parties.keys() | first.register.merged.keys()
    changed = first.register.change(jaeger, NOW, customer_administration=False)
    await first.publish(changed, correlation_id=f"test-{uuid4()}")
    second: Desk = await begin()
    assert second.register.party(jaeger) == changed
    announced = await events_of(f"crm-{party_id('nordlicht')}", broker)
    assert len(announced) == 1, "the second start announced nothing again"


@pytest.mark.rule("CRM-1", "TEN-5")
async def test_a_prospect_is_adopted_and_gets_its_number_though_the_number_came_first(
    begin: Callable[[], Any], broker: str
) -> None:
    desk: Desk = await begin()
    new, correlation_id = uuid4(), f"test-{uuid4()}"
    became = ProspectBecameCustomer(party_id=new, customer_number="204777", order_id=uuid4(), became_at=NOW)
    entered = ProspectEntered(
        party_id=new, name="Neu GmbH", audience=Audience.BUSINESS, language="de", email="neu@kunden.example",
        parent_id=party_id("nordlicht"), entered_by="Petra", entered_at=NOW,
    )  # fmt: skip
    await publish(broker, became, correlation_id)
    await publish(broker, entered, correlation_id)
    await until(lambda: new in desk.register.parties and desk.register.party(new).kind is PartyKind.CUSTOMER)
    assert desk.register.party(new).customer_number == "204777"
    flow = await events_of(correlation_id, broker)
    assert {one.topic for one in flow} == {PROSPECTS.name, CUSTOMERS.name, "crm.party.v1"}
    told = [one.type for one in flow if one.source == "crm"]
    assert told == ["crm.PartyChanged.v1"] * 2
    assert [one.at for one in flow] == sorted(one.at for one in flow)
