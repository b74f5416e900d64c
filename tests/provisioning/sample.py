"""Orders as cart tells them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID, uuid4

from contracts.catalog.v1 import BusinessCase, Category, Family, Fulfilment
from contracts.ordering.v1 import (
    Activation,
    DonorParticulars,
    NewNumbers,
    OrderCancelled,
    OrderLine,
    OrderReceived,
    PortingCase,
    PortingParticulars,
    SiteParticulars,
    Subscriber,
    TerminationParticulars,
    Window,
)
from contracts.porting.v1 import (
    Change,
    DepartureCancelled,
    DepartureDue,
    PortingAskedAgain,
    PortingCalledOffForNew,
    PortingCancelled,
    PortingChangeAsked,
    PortingCompleted,
    PortingConfirmed,
    PortingDue,
    PortingReduced,
    PortingRejected,
    PortingRescheduled,
    PortingStarted,
    RecipientCarrier,
)
from contracts.shapes import Address, Audience, Customer, Localized, NumberBlock, Person

BEGINNING = datetime(2021, 3, 1, tzinfo=UTC)
COLOGNE = Address(street="Rosenstraße", house_number="12", postcode="50678", town="Köln")
CREATOR = Person(name="Petra Partner", email="petra@partner.example", language="de")


def line(category: Category, agreement: UUID, **more: Any) -> OrderLine:
    values: dict[str, Any] = {
        "line_id": uuid4(),
        "agreement_id": agreement,
        "agreement_number": "VT-100234",
        "offering": category.value.upper().replace("_", "-"),
        "name": Localized(de=category.value, en=category.value),
        "category": category,
        "family": Family.TRUNK,
        "fulfilment": Fulfilment.AUTOMATIC,
        "quantity": 1,
        "one_time": Decimal("0.00"),
        "monthly": Decimal("0.00"),
    }
    return OrderLine(**(values | more))


def order(case: BusinessCase, *lines: OrderLine, customer: UUID | None = None) -> OrderReceived:
    return OrderReceived(
        order_id=uuid4(),
        order_number="AU-2026-000042",
        quote_id=None,
        quote_number=None,
        business_case=case,
        customer=Customer(
            party_id=customer or uuid4(),
            customer_number="K-204711",
            name='Müller & "Söhne" 🎺 GmbH',
            email="einkauf@mueller.example",
            language="de",
            audience=Audience.BUSINESS,
        ),
        creator=CREATOR,
        approver=None,
        lines=lines,
        catalog_version="2021-03.1",
        placed_at=datetime.now(UTC),
    )


def trunk(
    agreement: UUID,
    *,
    activation: Activation = Activation.IMMEDIATE,
    channels: int = 10,
    srtp: bool = False,
    **more: Any,
) -> OrderReceived:
    return order(
        BusinessCase.NEW_ORDER,
        line(Category.TRUNK, agreement, activation=activation),
        line(Category.VOICE_CHANNEL, agreement, quantity=channels, srtp=srtp),
        line(Category.VOICE_FLATRATE, agreement, quantity=channels, computed=True),
        **more,
    )


def renewal(agreement: UUID, on: date, *more: OrderLine, channels: int = 10, srtp: bool = False) -> OrderReceived:
    placed = order(
        BusinessCase.RENEWAL,
        line(Category.TRUNK, agreement, held_quantity=1),
        line(Category.VOICE_CHANNEL, agreement, quantity=channels, srtp=srtp),
        line(Category.VOICE_FLATRATE, agreement, quantity=channels, computed=True),
        *more,
    )
    return placed.model_copy(update={"effective_on": on})


def termination(
    agreement: UUID,
    on: date,
    subject: Literal["agreement", "site", "numbers"] = "agreement",
    category: Category = Category.TRUNK,
    *,
    site_id: UUID | None = None,
    blocks: tuple[NumberBlock, ...] = (),
    **more: Any,
) -> OrderReceived:
    ends = TerminationParticulars(subject=subject, site_id=site_id, numbers=blocks, effective_on=on)
    placed = order(BusinessCase.TERMINATION, line(category, agreement, termination=ends, **more))
    return placed.model_copy(update={"effective_on": on})


def taken_back(placed: OrderReceived) -> OrderCancelled:
    return OrderCancelled(
        order_id=placed.order_id,
        order_number=placed.order_number,
        customer_id=placed.customer.party_id,
        agreement_ids=tuple({line.agreement_id for line in placed.lines}),
        reason=Localized(de="Zurückgenommen", en="Taken back"),
        cancelled_at=datetime.now(UTC),
    )


def place(area_code: str = "221", address: Address = COLOGNE) -> SiteParticulars:
    return SiteParticulars(site_id=uuid4(), name="Zentrale", address=address, area_code=area_code)


def site(
    agreement: UUID,
    *,
    area_code: str = "221",
    size: int = 100,
    address: Address = COLOGNE,
    reservation_id: UUID | None = None,
    reserved: NumberBlock | None = None,
    **more: Any,
) -> OrderReceived:
    where = place(area_code, address)
    numbers = NewNumbers(
        site_id=where.site_id,
        area_code=area_code,
        block_size=size,  # type: ignore[arg-type]
        reservation_id=reservation_id,
        reserved=reserved,
    )
    wanted = line(Category.USAGE_SITE, agreement, site=where, new_numbers=numbers)
    return order(BusinessCase.SITE_ORDER, wanted, **more)


def numbers(
    agreement: UUID,
    site_id: UUID,
    *,
    area_code: str = "221",
    size: int = 10,
    reservation_id: UUID | None = None,
    **more: Any,
) -> OrderReceived:
    wanted = NewNumbers(
        site_id=site_id,
        area_code=area_code,
        block_size=size,  # type: ignore[arg-type]
        reservation_id=reservation_id,
    )
    return order(BusinessCase.MORE_NUMBERS, line(Category.NUMBER_BLOCK, agreement, new_numbers=wanted), **more)


def porting(agreement: UUID, *, requested_on: date, blocks: tuple[NumberBlock, ...] | None = None) -> OrderReceived:
    """For a new site: two lines."""
    where = place()
    wanted = PortingParticulars(
        porting_id=uuid4(),
        site_id=where.site_id,
        donor=DonorParticulars(carrier_code="DEU.ALTNET", name="Altnetz"),
        subscriber=Subscriber(name="Müller", address=COLOGNE),
        case=PortingCase.END_WITH_NUMBERS,
        numbers=blocks or (foreign_block(),),
        requested_on=requested_on,
    )
    return order(
        BusinessCase.PORTING,
        line(Category.USAGE_SITE, agreement, site=where),
        line(Category.PORTING, agreement, porting=wanted),
    )


def foreign_block() -> NumberBlock:
    """Another one each time, none of our own."""
    stem = "98" + str(uuid4().int % 10_000).zfill(4)
    return NumberBlock(area_code="221", stem=stem, extension_from="00", extension_to="99")


def particulars(placed: OrderReceived) -> PortingParticulars:
    found = placed.lines[-1].porting
    assert found is not None
    return found


def site_id_of(placed: OrderReceived) -> UUID:
    found = placed.lines[0].site
    assert found is not None
    return found.site_id


def _same(placed: OrderReceived) -> dict[str, Any]:
    wanted = particulars(placed)
    return {
        "porting_id": wanted.porting_id,
        "order_id": placed.order_id,
        "line_id": placed.lines[-1].line_id,
        "agreement_id": placed.lines[-1].agreement_id,
        "site_id": wanted.site_id,
        "customer_id": placed.customer.party_id,
    }


def started(placed: OrderReceived) -> PortingStarted:
    wanted = particulars(placed)
    return PortingStarted(
        **_same(placed),
        donor=wanted.donor,
        case=wanted.case,
        numbers=wanted.numbers,
        requested_on=wanted.requested_on,
        electronic=True,
        started_at=datetime.now(UTC),
    )


def confirmed(placed: OrderReceived, day: date, *blocks: NumberBlock) -> PortingConfirmed:
    """Of a part, or of all its numbers."""
    wanted = particulars(placed)
    return PortingConfirmed(
        **_same(placed),
        donor=wanted.donor,
        numbers=blocks or wanted.numbers,
        change_date=day,
        window=Window.MORNING,
        as_requested=True,
        confirmed_at=datetime.now(UTC),
    )


def rescheduled(placed: OrderReceived, before: date, day: date, *blocks: NumberBlock) -> PortingRescheduled:
    """Without blocks as it was told before there were parts."""
    return PortingRescheduled(
        **_same(placed),
        earlier_date=before,
        change_date=day,
        window=Window.MORNING,
        rescheduled_at=datetime.now(UTC),
        numbers=blocks,
    )


def rejected(placed: OrderReceived, *blocks: NumberBlock, fixable: bool) -> PortingRejected:
    return PortingRejected(
        **_same(placed),
        donor=particulars(placed).donor,
        reasons=(),
        fixable=fixable,
        rejected_at=datetime.now(UTC),
        numbers=blocks,
    )


def asked_again(placed: OrderReceived, *blocks: NumberBlock) -> PortingAskedAgain:
    wanted = particulars(placed)
    return PortingAskedAgain(
        **_same(placed),
        donor=wanted.donor,
        numbers=blocks,
        case=wanted.case,
        requested_on=wanted.requested_on,
        asked_at=datetime.now(UTC),
    )


def called_off_for_new(placed: OrderReceived, *blocks: NumberBlock, day: date) -> PortingCalledOffForNew:
    return PortingCalledOffForNew(**_same(placed), numbers=blocks, earlier_date=day, called_off_at=datetime.now(UTC))


def change_asked(placed: OrderReceived, *blocks: NumberBlock) -> PortingChangeAsked:
    return PortingChangeAsked(
        **_same(placed), change=Change.CANCELLATION, by_donor=True, numbers=blocks, asked_at=datetime.now(UTC)
    )


def reduced(placed: OrderReceived, *blocks: NumberBlock) -> PortingReduced:
    return PortingReduced(
        **_same(placed),
        numbers=blocks,
        outcome="cancelled",
        reason=Localized(de="Storno", en="Cancelled"),
        reduced_at=datetime.now(UTC),
    )


def cancelled(placed: OrderReceived) -> PortingCancelled:
    return PortingCancelled(
        **_same(placed), reason=Localized(de="Storno", en="Cancelled"), cancelled_at=datetime.now(UTC)
    )


def due(placed: OrderReceived, day: date, *blocks: NumberBlock) -> PortingDue:
    numbers = blocks or particulars(placed).numbers
    return PortingDue(**_same(placed), numbers=numbers, change_date=day, due_at=datetime.now(UTC))


def completed(placed: OrderReceived) -> PortingCompleted:
    return PortingCompleted(**_same(placed), numbers=particulars(placed).numbers, completed_at=datetime.now(UTC))


def departure(agreement: UUID, *blocks: NumberBlock, customer: UUID | None = None) -> dict[str, Any]:
    """Another carrier takes these numbers over: what each event of it carries."""
    return {
        "departure_id": uuid4(),
        "pre_agreement_id": "DEU.OTHER.V000000001",
        "recipient": RecipientCarrier(carrier_code="DEU.OTHER", name="Anderes Netz"),
        "agreement_id": agreement,
        "customer_id": customer or uuid4(),
        "case": PortingCase.NUMBERS_ONLY,
        "numbers": blocks,
    }


def departure_due(facts: dict[str, Any], day: date) -> DepartureDue:
    return DepartureDue(**facts, change_date=day, due_at=datetime.now(UTC))


def departure_cancelled(facts: dict[str, Any]) -> DepartureCancelled:
    return DepartureCancelled(**facts, reason=Localized(de="Storno", en="Cancelled"), cancelled_at=datetime.now(UTC))
