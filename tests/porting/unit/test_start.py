"""What a porting request is made of, when its order comes (PORT-1)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.ordering.v1 import OrderReceived, Subscriber
from contracts.provisioning.v1 import SiteProvisioned
from contracts.shapes import Address
from tests.porting.both_roles.world import House, new_world
from tests.porting.sample import order, porting_of

MANNHEIM = Address(street="Planken", house_number="1", postcode="68161", town="Mannheim")
LUDWIGSHAFEN = Address(street="Berliner Straße", house_number="7", postcode="67059", town="Ludwigshafen am Rhein")
"""One area code, and two states: Epiphany is a holiday in one of them."""


@pytest.fixture
def house() -> House:
    return new_world(1).houses[0]


@pytest.fixture
def placed(house: House) -> OrderReceived:
    requested_on = house.world.today + timedelta(days=30)
    subscriber = Subscriber(name="Müller & Söhne GmbH", address=MANNHEIM)
    return order(requested_on=requested_on, carrier=house.other.code, subscriber=subscriber)


def state_of(house: House, placed: OrderReceived) -> str | None:
    house.hear(placed)
    return next(one for one in house.portings() if one.order_id == placed.order_id).federal_state


@pytest.mark.rule("PORT-1", "PORT-5")
def test_days_are_counted_by_the_holidays_where_the_site_is_also_if_it_is_an_older_one(
    house: House, placed: OrderReceived
) -> None:
    site_id = porting_of(placed).site_id
    assert site_id is not None
    house.hear(
        SiteProvisioned(
            site_id=site_id,
            trunk_id=uuid4(),
            agreement_id=placed.lines[0].agreement_id,
            order_id=uuid4(),
            customer_id=placed.customer.party_id,
            name="Werk",
            address=LUDWIGSHAFEN,
            area_code="621",
            blocks=(),
            provisioned_at=house.world.now,
        )
    )
    assert state_of(house, placed) == "RP"


@pytest.mark.rule("PORT-1", "PORT-5")
def test_where_no_site_is_known_the_subscribers_address_counts(house: House, placed: OrderReceived) -> None:
    assert state_of(house, placed) == "BW"
