"""Two porting services, each with its own broker and database, and a bridge between them: a number changes hands."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.ordering.v1 import PortingCase
from contracts.provisioning.v1 import NumbersAssigned
from contracts.wbci.v1 import INBOUND, OUTBOUND
from devstack.kafka import Kafka
from devstack.programs import free_ports
from porting.domain.deadlines import window_opens
from porting.domain.particulars import Window
from tests.porting.integration.conftest import Town, World, listening, running_porting
from tests.porting.integration.test_departures import Customer
from tests.porting.sample import order, porting_of

DONOR, RECIPIENT = "DEU.EINS", "DEU.ZWEI"
CARRIERS = "".join(f'[[carrier]]\ncode = "{code}"\nname = "{code}"\n' for code in (DONOR, RECIPIENT))


@pytest.fixture(scope="module")
def towns(
    kafka_url: str, database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Town]]:
    folder = tmp_path_factory.mktemp("carriers")
    carriers = folder / "carriers.toml"
    carriers.write_text(CARRIERS, encoding="utf-8")
    second = Kafka(folder / "kafka", *free_ports(2))
    process = second.start()
    try:
        with ExitStack() as stack:
            yield (
                stack.enter_context(_carrier(kafka_url, database_server, folder / "one", DONOR, "D0A1", carriers)),
                stack.enter_context(_carrier(second.url, database_server, folder / "two", RECIPIENT, "D0B2", carriers)),
            )
    finally:
        process.kill()
        process.wait()


def _carrier(kafka_url: str, database_server: str, folder: Path, code: str, pki: str, carriers: Path):  # type: ignore[no-untyped-def] # as running_porting
    folder.mkdir()
    named = {"OWN_CARRIER": code, "OWN_PORTING_CARRIER": pki, "CARRIERS_FILE": str(carriers)}
    return running_porting(kafka_url, database_server, folder, **named)


@pytest_asyncio.fixture
async def both(towns: tuple[Town, Town]) -> AsyncIterator[tuple[World, World]]:
    """Donor and recipient; what one sends the other hears."""
    one, two = towns
    async with listening(one) as donor, listening(two) as recipient:
        bridges = [asyncio.create_task(_bridge(one, two)), asyncio.create_task(_bridge(two, one))]
        yield donor, recipient
        for bridge in bridges:
            bridge.cancel()
        await asyncio.gather(*bridges, return_exceptions=True)


async def _bridge(sender: Town, receiver: Town) -> None:
    consumer = AIOKafkaConsumer(
        OUTBOUND.name, bootstrap_servers=sender.kafka_url, auto_offset_reset="earliest", metadata_max_age_ms=1000
    )
    producer = AIOKafkaProducer(bootstrap_servers=receiver.kafka_url)
    await consumer.start()
    await producer.start()
    try:
        async for one in consumer:
            await producer.send_and_wait(INBOUND.name, one.value, key=one.key, headers=list(one.headers))
    finally:
        await consumer.stop()
        await producer.stop()


@pytest.mark.rule("PORT-5", "PORT-8", "PORT-9")
async def test_a_contract_with_its_numbers_goes_from_one_carrier_to_the_other(both: tuple[World, World]) -> None:
    donor, recipient = both
    leaving = Customer(donor)
    await leaving.move_in()
    placed = order(
        requested_on=await recipient.day_in(12),
        customer_id=recipient.customer,
        carrier=DONOR,
        case=PortingCase.END_WITH_NUMBERS,
        numbers=leaving.numbers,
    )
    porting = porting_of(placed)
    await recipient.say(placed)

    confirmed = await recipient.hear("PortingConfirmed", porting.porting_id)
    agreed = await donor.hear("DepartureAgreed", confirmed["pre_agreement_id"])
    assert confirmed["change_date"] == agreed["change_date"] == str(porting.requested_on)
    assert (agreed["customer_id"], agreed["recipient"]["carrier_code"]) == (str(leaving.party_id), RECIPIENT)
    await recipient.hear("ResourceTakeOver", confirmed["pre_agreement_id"])

    await donor.move_to(window_opens(porting.requested_on, Window.MORNING))
    leaves = await donor.hear("DepartureDue", agreed["departure_id"])
    comes = await recipient.hear("PortingDue", porting.porting_id)
    assert [one["stem"] for one in leaves["numbers"]] == [one["stem"] for one in comes["numbers"]]
    await donor.say(leaving.released(agreed["departure_id"]))
    await recipient.say(
        NumbersAssigned(
            holder_id=UUID(comes["site_id"]),
            site_id=UUID(comes["site_id"]),
            agreement_id=UUID(comes["agreement_id"]),
            order_id=placed.order_id,
            customer_id=recipient.customer,
            blocks=porting.numbers,
            origin="ported",
            porting_id=porting.porting_id,
            assigned_at=placed.placed_at,
        )
    )
    await donor.hear("DepartureCompleted", agreed["departure_id"])
    await recipient.hear("PortingCompleted", porting.porting_id)
    assert recipient.count("TaskRaised", porting.porting_id) == 0
