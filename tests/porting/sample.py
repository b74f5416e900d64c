"""An order with a porting line, as cart tells it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import randrange
from uuid import UUID, uuid4

from contracts.catalog.v1 import BusinessCase, Category, Family, Fulfilment
from contracts.ordering.v1 import (
    DonorParticulars,
    OrderLine,
    OrderReceived,
    PortingCase,
    PortingParticulars,
    Subscriber,
    Window,
)
from contracts.shapes import Address, Audience, Customer, Localized, NumberBlock, Person

ADDRESS = Address(street="Rosenstraße", house_number="12", postcode="50678", town="Köln")


def block() -> NumberBlock:
    """Another one each time, so that tests don't meet."""
    return NumberBlock(area_code="221", stem=str(randrange(100_000, 999_999)), extension_from="00", extension_to="99")


def order(
    *,
    requested_on: date,
    customer_id: UUID | None = None,
    carrier: str | None = "DEU.ALTNET",
    case: PortingCase = PortingCase.END_WITH_NUMBERS,
    window: Window = Window.MORNING,
    numbers: tuple[NumberBlock, ...] | None = None,
    subscriber: Subscriber | None = None,
    all_numbers: bool = False,
    replaces: PortingParticulars | None = None,
    agreement_id: UUID | None = None,
) -> OrderReceived:
    person = Person(name="Petra Partner", email="petra@partner.example", language="de")
    line = OrderLine(
        line_id=uuid4(),
        agreement_id=agreement_id or uuid4(),
        agreement_number="VT-100234",
        offering="PORTING",
        name=Localized(de="Portierung", en="Porting"),
        category=Category.PORTING,
        family=Family.TRUNK,
        fulfilment=Fulfilment.AUTOMATIC,
        quantity=1,
        one_time=Decimal("0.00"),
        monthly=Decimal("0.00"),
        porting=PortingParticulars(
            porting_id=uuid4(),
            site_id=uuid4(),
            donor=DonorParticulars(carrier_code=carrier, name="Altnetz"),
            subscriber=subscriber or Subscriber(name="Müller & Söhne GmbH", address=ADDRESS),
            case=case,
            numbers=(block(),) if numbers is None else numbers,
            all_numbers=all_numbers,
            requested_on=requested_on,
            window=window,
            replaces=replaces.porting_id if replaces else None,
        ),
    )
    return OrderReceived(
        order_id=uuid4(),
        order_number="AU-2026-000042",
        quote_id=uuid4(),
        quote_number="AN-2026-000017",
        business_case=BusinessCase.PORTING,
        customer=Customer(
            party_id=customer_id or uuid4(),
            customer_number="K-204711",
            name="Müller & Söhne GmbH",
            email="einkauf@mueller.example",
            language="de",
            audience=Audience.BUSINESS,
        ),
        creator=person,
        approver=person,
        lines=(line,),
        catalog_version="2021-03.1",
        placed_at=datetime.now(UTC),
    )


def porting_of(placed: OrderReceived) -> PortingParticulars:
    found = placed.lines[0].porting
    assert found is not None
    return found
