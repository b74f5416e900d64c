"""Shapes of the answers about numbers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from provisioning.application.number_ports import Holder, Pool
from provisioning.application.speech import Language, translate
from provisioning.domain.balance import Balance, Span
from provisioning.domain.inventory import Fault, NumberRange
from provisioning.domain.numbers import NumberState, Stay
from provisioning.domain.reservation import Reservation
from telecom.numbers import NumberBlock, PhoneNumber
from telecom.places import area_codes


class PlainBlock(BaseModel):
    """A block, or without extensions a single number."""

    area_code: str = Field(pattern=r"^\d{2,5}$")
    stem: str = Field(pattern=r"^\d{1,10}$")
    extension_from: str | None = Field(default=None, pattern=r"^0{1,4}$")
    extension_to: str | None = Field(default=None, pattern=r"^9{1,4}$")


class SpanView(BaseModel):
    """National numbers in a row, with the leading 0."""

    first: str
    last: str


class BalanceView(BaseModel):
    """free + held + resting + reserved + ported_out is total, and `difference` 0, unless something is wrong.

    `missing` numbers of the pool are nowhere, `surplus` ones are at a place but not of the pool, `twice` ones at two.
    """

    area_code: str
    checked_at: datetime
    total: int
    free: int
    held: int
    resting: int
    reserved: int
    ported_out: int
    difference: int
    missing: list[SpanView]
    surplus: list[SpanView]
    twice: list[SpanView]


class FreeBlocks(BaseModel):
    size: int
    blocks: int


class PoolView(BaseModel):
    """Numbers of the carrier's own in one area code; what is none of free, resting, reserved and ported out is held.

    `blocks`: free ones by size, the larger ones not cut yet. `days_left` at the pace of the last 30 days, and
    `balance`, are of the last check.
    """

    area_code: str
    name: str
    total: int
    free: int
    held: int
    resting: int
    reserved: int
    ported_out: int
    blocks: list[FreeBlocks]
    days_left: int | None
    balance: BalanceView | None


class RangeView(BaseModel):
    """Subscriber numbers without the area code."""

    area_code: str
    first: str
    last: str


class FaultView(BaseModel):
    line: int
    text: str


class LookedView(BaseModel):
    new_ranges: list[RangeView]
    known_ranges: list[RangeView]
    new_numbers: int
    faults: list[FaultView]


class RestingBlockView(PlainBlock):
    rests_until: datetime


class AwayView(PlainBlock):
    """With another carrier."""

    carrier: str | None
    since: datetime


class OfferView(BaseModel):
    blocks: list[PlainBlock]


class ReservationView(BaseModel):
    reservation_id: UUID
    customer_id: UUID
    block: PlainBlock
    reserved_by: str
    reserved_at: datetime
    reserved_until: datetime


class HolderView(BaseModel):
    site_id: UUID | None
    site_name: str | None
    agreement_id: UUID
    agreement_number: str | None
    customer_id: UUID
    customer_name: str | None


class StayView(BaseModel):
    """`since` and `until` are None for since ever, and up to now. `carrier`: whom it came from, or whom it is with.

    `ended`: released, returned, rested, ported_out, came_back, given_up, ordered. `put_until`: the end of a rest or
    reservation.
    """

    state: NumberState
    since: datetime | None
    until: datetime | None
    block: PlainBlock | None
    origin: str | None
    holder: HolderView | None
    porting_id: UUID | None
    departure_id: UUID | None
    carrier: str | None
    ended: str | None
    went_to: str | None
    put_until: datetime | None


class DayView(BaseModel):
    day: date
    stays: list[StayView]


class HistoryView(BaseModel):
    """`history`: newest first, the first of it is now. `on`: where the number was on the day asked for."""

    e164: str
    national: str
    international: str
    history: list[StayView]
    on: DayView | None


def plain_block(one: NumberBlock) -> dict[str, Any]:
    return {
        "area_code": one.area_code,
        "stem": one.stem,
        "extension_from": one.extension_from,
        "extension_to": one.extension_to,
    }


def balance_view(one: Balance, at: datetime) -> BalanceView:
    return BalanceView(
        area_code=one.area_code,
        checked_at=at,
        total=one.total,
        free=one.free,
        held=one.held,
        resting=one.resting,
        reserved=one.reserved,
        ported_out=one.ported_out,
        difference=one.difference,
        missing=list(map(_span, one.missing)),
        surplus=list(map(_span, one.surplus)),
        twice=list(map(_span, one.twice)),
    )


def pool_view(one: Pool) -> PoolView:
    balance = None if one.balance is None or one.checked_at is None else balance_view(one.balance, one.checked_at)
    return PoolView(
        area_code=one.area_code,
        name=area_codes()[one.area_code].name,
        total=one.total,
        free=one.free,
        held=one.total - one.free - one.resting - one.reserved - one.ported_out,
        resting=one.resting,
        reserved=one.reserved,
        ported_out=one.ported_out,
        blocks=[FreeBlocks(size=size, blocks=count) for size, count in sorted(one.blocks.items())],
        days_left=one.balance and one.balance.days_left,
        balance=balance,
    )


def range_view(one: NumberRange) -> RangeView:
    skip = len(one.area_code)
    return RangeView(area_code=one.area_code, first=str(one.first)[skip:], last=str(one.last)[skip:])


def fault_view(one: Fault, language: Language) -> FaultView:
    return FaultView(line=one.line, text=translate(one.why, language))


def reservation_view(one: Reservation) -> ReservationView:
    return ReservationView(
        reservation_id=one.reservation_id,
        customer_id=one.customer_id,
        block=PlainBlock(**plain_block(one.block)),
        reserved_by=one.reserved_by,
        reserved_at=one.reserved_at,
        reserved_until=one.reserved_until,
    )


def history_view(
    number: PhoneNumber, life: Sequence[Stay], holders: Mapping[UUID, Holder], day: date | None, then: Sequence[Stay]
) -> HistoryView:
    return HistoryView(
        e164=number.e164,
        national=number.national,
        international=number.international,
        history=[_stay(one, holders) for one in reversed(life)],
        on=None if day is None else DayView(day=day, stays=[_stay(one, holders) for one in then]),
    )


def _stay(one: Stay, holders: Mapping[UUID, Holder]) -> StayView:
    holder = None if one.holder_id is None else holders.get(one.holder_id)
    return StayView(
        state=one.state,
        since=one.since,
        until=one.until,
        block=None if one.block is None else PlainBlock(**plain_block(one.block)),
        origin=one.origin,
        holder=None if holder is None else _holder(holder),
        porting_id=one.porting_id,
        departure_id=one.departure_id,
        carrier=one.carrier,
        ended=one.ended,
        went_to=one.went_to,
        put_until=one.put_until,
    )


def _holder(one: Holder) -> HolderView:
    return HolderView(
        site_id=one.site_id,
        site_name=one.site_name,
        agreement_id=one.agreement_id,
        agreement_number=one.agreement_number,
        customer_id=one.customer_id,
        customer_name=one.customer_name,
    )


def _span(one: Span) -> SpanView:
    return SpanView(first=f"0{one.first}", last=f"0{one.last}")
