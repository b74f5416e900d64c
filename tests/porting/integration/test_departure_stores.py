"""The store of departures and whereabouts: PostgreSQL and the memory that tests use keep the same promises (PORT-9)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from porting.application.ports import CarrierMessage
from porting.domain.deadlines import Rules
from porting.domain.departure import Departure, Recipient, ask
from porting.domain.departure_checks import judge
from porting.domain.ids import PreAgreementId
from porting.domain.lifecycle import DepartureState
from porting.domain.messages import EndCustomer, PreAgreementRequest
from porting.domain.particulars import PortingCase, Window
from porting.domain.whereabouts import Holding, Known, KnownAgreement, KnownCustomer
from porting.main import service
from telecom.addresses import Address
from telecom.numbers import NumberBlock
from tests.conftest import NewDatabase
from tests.porting.both_roles.memory import MemoryUnit, Stores
from tests.porting.both_roles.world import BEGIN, new_world

pytestmark = pytest.mark.rule("PORT-9")
Open = Callable[[], AbstractAsyncContextManager[Any]]
BLOCK, TENTH, OTHER = (
    NumberBlock("221", "479", "00", "99"),
    NumberBlock("221", "4791", "0", "9"),
    NumberBlock("221", "480"),
)
ADDRESS = Address("Rosenstraße", "12", "50678", "Köln")


@pytest.fixture(params=["memory", "postgresql"])
async def units(
    request: pytest.FixtureRequest, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Open]:
    """Units of work, one after the other, over the same store."""
    if request.param == "memory":
        house = new_world(0).houses[0]
        house.stores = Stores()

        @asynccontextmanager
        async def remembered() -> AsyncIterator[Any]:
            unit = MemoryUnit(house.stores, house.terms, None, BEGIN, Random(0))  # type: ignore[arg-type] # no carriers
            yield unit
            house.stores = unit.stores

        yield remembered
        return
    monkeypatch.setenv("DATABASE_URL", await new_database(service))
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    running = service.open()
    yield running.units.writing
    await running.engine.dispose()


def asked(*numbers: NumberBlock, carrier: str = "DEU.ALTNET") -> Departure:
    request = PreAgreementRequest(
        PreAgreementId.of(carrier, uuid4().int % 10**9),
        PortingCase.END_WITH_NUMBERS,
        date(2026, 3, 16),
        EndCustomer("Müller"),
        address=ADDRESS,
        numbers=numbers,
        window=Window.MORNING,
    )
    return ask(uuid4(), Recipient(carrier, "Altnetz"), request, BEGIN)


async def test_numbers_are_found_by_any_that_they_share_and_what_stays_of_a_block_stays(units: Open) -> None:
    holder, customer, agreement = uuid4(), uuid4(), uuid4()
    held = Holding(BLOCK, holder, customer, agreement, holder)
    async with units() as unit:
        await unit.whereabouts.hold([held, replace(held, numbers=OTHER)])
        await unit.whereabouts.hold([held])
    async with units() as unit:
        assert await unit.whereabouts.touching((TENTH,)) == [held]
        assert await unit.whereabouts.touching((NumberBlock("221", "4799999"),)) == []
        assert await unit.whereabouts.touching(()) == []
        assert len(await unit.whereabouts.of_customers([customer])) == 2
        await unit.whereabouts.release(holder, (TENTH,))
    async with units() as unit:
        assert await unit.whereabouts.touching((TENTH,)) == []
        rest = await unit.whereabouts.touching((BLOCK,))
        assert sum(one.numbers.size for one in rest) == 90
        await unit.whereabouts.release(uuid4())
        await unit.whereabouts.release(holder)
        assert await unit.whereabouts.of_customers([customer]) == []


async def test_what_is_known_of_customers_agreements_and_sites(units: Open) -> None:
    customer, agreement, site = uuid4(), uuid4(), uuid4()
    named = KnownCustomer(customer, "Müller & Söhne GmbH", ADDRESS)
    bound = KnownAgreement(agreement, "VT-1", customer, date(2026, 6, 30), True)
    async with units() as unit:
        await unit.whereabouts.keep_customer(named, 1)
        await unit.whereabouts.keep_agreement(bound, 1)
        await unit.whereabouts.keep_site(site, customer, ADDRESS)
    async with units() as unit:
        assert await unit.whereabouts.customers([customer, uuid4()]) == {customer: named}
        assert await unit.whereabouts.customers_named("SOEHNE UND MUELLER") == {customer: named}
        assert await unit.whereabouts.agreements_of([customer]) == {agreement: bound}
        assert await unit.whereabouts.sites([site]) == {site: ADDRESS}


async def test_a_departure_is_kept_whole_and_found_by_id_pre_agreement_numbers_and_contract(units: Open) -> None:
    departure = asked(BLOCK)
    departure.begin(
        judge(departure.pre_agreement.request, "DEU.ALTNET", Known(), date(2026, 3, 2), Rules()), Rules(), BEGIN, BEGIN
    )
    departure.facts.clear()
    departure.agreement_id = uuid4()
    async with units() as unit:
        await unit.departures.save(departure)
    async with units() as unit:
        for found in (
            await unit.departures.get(departure.departure_id),
            await unit.departures.of_pre_agreement(str(departure.pre_agreement.pre_agreement_id)),
            *await unit.departures.of_numbers((TENTH,)),
            *await unit.departures.of_agreement(departure.agreement_id),
        ):
            assert found == departure
        assert await unit.departures.of_numbers((OTHER,)) == []
        [rival] = await unit.whereabouts.rivals((TENTH,), uuid4())
        assert (rival.departure_id, rival.carrier_code, rival.numbers) == (
            departure.departure_id,
            "DEU.ALTNET",
            (BLOCK,),
        )
        assert await unit.whereabouts.rivals((TENTH,), departure.departure_id) == []
        departure.state = DepartureState.REFUSED
        await unit.departures.save(departure)
    async with units() as unit:
        assert await unit.departures.of_numbers((BLOCK,)) == []
        assert await unit.whereabouts.rivals((BLOCK,), uuid4()) == []


async def test_what_was_refused_as_unknown_is_remembered(units: Open) -> None:
    named, change = "DEU.ALTNET.V000000001", "DEU.ALTNET.S000000001"
    refused = CarrierMessage(named, None, "ABBM", True, ("8140",), f'{{"cancellation_id": "{change}"}}', BEGIN)
    async with units() as unit:
        await unit.carrier_messages.add(refused)
        await unit.carrier_messages.add(
            replace(refused, porting_id=uuid4(), body='{"change_id": "DEU.ALTNET.T000000001"}')
        )
    async with units() as unit:
        assert await unit.carrier_messages.answered_as_stray(named, change)
        assert not await unit.carrier_messages.answered_as_stray("DEU.ALTNET.V000000002", change)
        assert not await unit.carrier_messages.answered_as_stray(named, "DEU.ALTNET.T000000001")
