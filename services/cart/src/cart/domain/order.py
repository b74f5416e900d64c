"""An order and how far it has come; each line knows its own state, the order's follows from them (ORD-3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementLine, Cause
from cart.domain.catalog import FREE, Audience, BusinessCase, Category, Family, Fulfilment, Offering, Price
from cart.domain.lifecycle import (
    LINE,
    ORDER,
    RUNNING,
    UNFINISHED,
    LineState,
    LineTrigger,
    OrderStatus,
    OrderTrigger,
)
from cart.domain.particulars import NewNumbers, Person, Porting, Site, Termination
from cart.domain.wording import Message, Saying, Wording, message
from telecom.numbers import NumberBlock
from telecom.refusal import _


class Awaited(StrEnum):
    """Whom an order waits for; in the order in which people ask."""

    CUSTOMER = "customer"
    DONOR = "donor"
    ORDER_MANAGEMENT = "order_management"
    PORTING_DATE = "porting_date"


MOST_NAMED = 10
"""Numbers in one sentence."""
URGENT = (Awaited.ORDER_MANAGEMENT, Awaited.CUSTOMER, Awaited.DONOR, Awaited.PORTING_DATE)
"""Whom a line with several to wait for is shown to wait for."""


@dataclass(frozen=True, slots=True)
class OrderCustomer:
    """The customer as he was when he ordered."""

    party_id: UUID
    customer_number: str | None
    name: str
    email: str
    language: str
    audience: Audience


@dataclass(slots=True)
class OrderLine:
    line_id: UUID
    agreement_id: UUID
    agreement_number: str
    offering: str
    name: Wording
    category: Category
    family: Family
    fulfilment: Fulfilment
    quantity: int
    one_time: Decimal
    monthly: Decimal
    term_months: int | None = None
    computed: bool = False
    price_list: str | None = None
    price_list_name: Wording | None = None
    srtp: bool = False
    voice_ready: bool = False
    combination: bool = False
    combination_agreement_id: UUID | None = None
    immediate_activation: bool | None = None
    site: Site | None = None
    new_numbers: NewNumbers | None = None
    porting: Porting | None = None
    termination: Termination | None = None
    held_quantity: int = 0
    """How many the agreement holds already; they cost nothing once more (AMEND-2)."""
    state: LineState = LineState.ORDERED
    awaiting: Awaited | None = None
    reason: Wording | None = None
    numbers_await: dict[str, Awaited | None] = field(default_factory=dict)
    """Of a porting in parts: whom each of its numbers (by its prefix) waits for."""
    standing: tuple[str, ...] = ()
    """Of a porting: the prefixes of its numbers that wait for order management, though their request stands."""
    not_ported: tuple[NumberBlock, ...] = ()
    """Numbers of a porting that stay with the donor."""
    replaced: tuple[NumberBlock, ...] = ()
    """Numbers for which a corrected request was ordered instead of this porting (PORT-3)."""

    @classmethod
    def of(cls, offering: Offering, agreement: Agreement, line_id: UUID, price: Price = FREE) -> "OrderLine":
        """One of an offering, on an agreement that is there already."""
        return cls(
            line_id=line_id,
            agreement_id=agreement.agreement_id,
            agreement_number=agreement.number,
            offering=offering.code,
            name=offering.name,
            category=offering.category,
            family=offering.family,
            fulfilment=offering.fulfilment,
            quantity=1,
            one_time=price.one_time,
            monthly=price.monthly,
            term_months=agreement.term_months,
        )

    @property
    def ended(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def site_id(self) -> UUID | None:
        for particular in (self.site, self.new_numbers, self.porting, self.termination):
            if particular is not None:
                return particular.site_id
        return None

    @property
    def short(self) -> bool:
        """It came to less than was ordered."""
        return self.state in (LineState.FAILED, LineState.CANCELLED) or bool(self.not_ported)

    @property
    def may_be_asked_anew(self) -> bool:
        """PORT-3: what was refused or called off, also in part; not what goes on or has moved."""
        failed = self.state in (LineState.FAILED, LineState.CANCELLED)
        in_clearing = not self.ended and any(map(self._in_clearing, self._prefixes()))
        return failed or in_clearing or bool(self.ended and self.not_ported)

    def moves(self, block: NumberBlock) -> bool:
        """Whether the porting may still bring the number: it isn't refused, nor asked for by another request."""
        given_up = block in self.not_ported or block in self.replaced
        return not (self.ended or given_up or self._in_clearing(block.prefix))

    def _in_clearing(self, prefix: str) -> bool:
        """Order management is waited for, and not just to say what becomes of a request that stands."""
        whom = self.numbers_await.get(prefix, self.awaiting)
        return whom is Awaited.ORDER_MANAGEMENT and prefix not in self.standing

    def _prefixes(self, numbers: tuple[NumberBlock, ...] = ()) -> list[str]:
        """Of these numbers of a porting, of all if none are named; an empty one where it has none at all."""
        ordered = self.porting.numbers if self.porting is not None else ()
        return [one.prefix for one in numbers or ordered] or [""]

    def be_replaced(self) -> None:
        """What is in clearing is left to the corrected request."""
        numbers = self.porting.numbers if self.porting is not None else ()
        self.replaced = tuple(one for one in numbers if not self.moves(one))

    @property
    def shown_reason(self) -> Saying | None:
        """What was in the way of a line that is done has been overcome, but for numbers that stay where they are."""
        if self.state is LineState.DONE:
            return self._stayed if self.not_ported else None
        return self.reason

    @property
    def _stayed(self) -> Message:
        numbers = ", ".join(str(one) for one in self.not_ported[:MOST_NAMED])
        more = len(self.not_ported) - MOST_NAMED
        if more > 0:
            text = _("These numbers stay with the present carrier: %(numbers)s, and %(more)s more")
            return message(text, numbers=numbers, more=more)
        return message(_("These numbers stay with the present carrier: %(numbers)s"), numbers=numbers)

    def note(self, happening: "Happening") -> None:
        """Where a porting is in parts, its numbers wait for different people: the most urgent one is named."""
        trigger, whom = happening.trigger, happening.awaiting
        meant = self._prefixes(happening.numbers)
        self.standing = (*(one for one in self.standing if one not in meant), *(meant if happening.stands else ()))
        if happening.numbers:
            self.numbers_await |= {one.prefix: whom for one in happening.numbers}
            for one in happening.waiting_still:
                self.numbers_await.setdefault(one.prefix, Awaited.DONOR)
            waited = set(self.numbers_await.values())
            whom = next((one for one in URGENT if one in waited), None)
            trigger = LineTrigger.WAIT if whom else trigger
        else:
            self.numbers_await = {}
        self.state = LINE.after(self.state, trigger)
        self.awaiting = whom
        self.reason = happening.reason or self.reason
        self.not_ported = tuple(dict.fromkeys((*self.not_ported, *happening.not_ported)))

    def as_held(self) -> AgreementLine:
        return AgreementLine(
            line_id=self.line_id,
            offering=self.offering,
            name=self.name,
            category=self.category,
            quantity=self.quantity,
            one_time=self.one_time,
            monthly=self.monthly,
            price_list=self.price_list,
            srtp=self.srtp,
            combination=self.combination,
        )


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that another service did about an order's line. `step` is a word for people's timelines.

    With `line_id` None it concerns every line of the site. `story` is whose correlation the events that follow carry.
    `numbers` are those of a porting that it concerns, none where all; `waiting_still` those it leaves without a date;
    `not_ported` those that won't come. `stands`: order management is waited for, yet nothing need be asked anew.
    """

    order_id: UUID
    line_id: UUID | None
    trigger: LineTrigger
    step: str
    at: datetime
    awaiting: Awaited | None = None
    reason: Wording | None = None
    site_id: UUID | None = None
    by_porting: bool = False
    story: object = None
    numbers: tuple[NumberBlock, ...] = ()
    waiting_still: tuple[NumberBlock, ...] = ()
    not_ported: tuple[NumberBlock, ...] = ()
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Progressed:
    """A fact: the order came a step further, or came to its end."""

    status: OrderStatus
    awaiting: tuple[Awaited, ...]
    step: str
    line_id: UUID | None
    at: datetime
    story: object = None
    due_on: date | None = None
    reason: Wording | None = None


@dataclass
class Order:
    order_id: UUID
    number: str
    business_case: BusinessCase
    customer: OrderCustomer
    creator: Person
    lines: list[OrderLine]
    catalog_version: str
    placed_at: datetime
    cart_id: UUID | None = None
    quote_id: UUID | None = None
    quote_number: str | None = None
    approver: Person | None = None
    effective_on: date | None = None
    """When a renewal's new lines, or a termination, take effect."""
    status: OrderStatus = OrderStatus.RECEIVED
    awaiting: tuple[Awaited, ...] = ()
    finished_at: datetime | None = None
    facts: list[Progressed] = field(default_factory=list, compare=False)

    @property
    def agreement_ids(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys(line.agreement_id for line in self.lines))

    @property
    def ended(self) -> bool:
        return self.status not in RUNNING

    @property
    def short_lines(self) -> list[OrderLine]:
        return [line for line in self.lines if line.short]

    @property
    def reason(self) -> Saying | None:
        """Why it failed, wholly or in part: the first line's reason."""
        return next((line.shown_reason for line in self.short_lines if line.shown_reason is not None), None)

    def open_portings(self) -> Iterator[tuple[Porting, list[NumberBlock]]]:
        """Portings that may still move numbers, each with those."""
        for line in self.lines:
            if line.porting is not None and not line.ended:
                given_up = (*line.not_ported, *line.replaced)
                yield line.porting, [one for one in line.porting.numbers if one not in given_up]

    def porting_line(self, porting_id: UUID) -> OrderLine:
        return next(one for one in self.lines if one.porting is not None and one.porting.porting_id == porting_id)

    @property
    def cause(self) -> Cause:
        """How an agreement's history names it."""
        approver = self.approver.name if self.approver else None
        return Cause(self.order_id, self.number, self.business_case, self.creator.name, approver)

    def plan(self, at: datetime) -> None:
        """Nothing is done before its day; nobody is waited for but the calendar."""
        self.status = ORDER.after(self.status, OrderTrigger.PROGRESS)
        for line in self.lines:
            line.state, line.awaiting = LINE.after(line.state, LineTrigger.PROGRESS), None
        self.facts.append(Progressed(self.status, (), "planned", None, at, due_on=self.effective_on))

    def reverse(self, today: date, reason: Wording, at: datetime) -> None:
        """ORD-2: a planned termination is taken back, as long as its day has not begun."""
        if self.business_case is not BusinessCase.TERMINATION or self.effective_on is None:
            raise refusals.OrderFixed()
        if self.ended or today >= self.effective_on:
            raise refusals.TooLateToReverse()
        for line in self.lines:
            line.state, line.awaiting = LINE.after(line.state, LineTrigger.CANCEL), None
            line.reason = reason
        self.status, self.awaiting, self.finished_at = ORDER.after(self.status, OrderTrigger.CANCEL), (), at
        self.facts.append(Progressed(self.status, (), "reversed", None, at, reason=reason))

    def note(self, happening: Happening) -> list[OrderLine]:
        """The lines that came to their end by it. What comes late or twice changes nothing."""
        if self.ended:
            return []
        ended = []
        for line in self._concerned(happening):
            line.note(happening)
            if line.ended:
                ended.append(line)
            self._conclude(happening, line)
        return ended

    def _concerned(self, happening: Happening) -> Iterable[OrderLine]:
        """A porting's line ends with the porting, not with what provisioning did for it."""
        for line in self.lines:
            named = line.line_id == happening.line_id if happening.line_id else line.site_id == happening.site_id
            of_same_kind = happening.line_id is None or (line.porting is not None) == happening.by_porting
            if named and of_same_kind and not line.ended and LINE.allows(line.state, happening.trigger):
                yield line

    def _conclude(self, happening: Happening, line: OrderLine) -> None:
        trigger = self._trigger()
        self.status = ORDER.after(self.status, trigger)
        open_lines = [line for line in self.lines if not line.ended]
        whom = {line.awaiting for line in open_lines}
        self.awaiting = tuple(one for one in Awaited if one in whom)
        if self.ended:
            self.finished_at = happening.at
        self.facts.append(
            Progressed(self.status, self.awaiting, happening.step, line.line_id, happening.at, happening.story)
        )

    def _trigger(self) -> OrderTrigger:
        states = {line.state for line in self.lines}
        if any(not line.ended for line in self.lines):
            waits = any(line.awaiting for line in self.lines if not line.ended)
            return OrderTrigger.WAIT if waits else OrderTrigger.PROGRESS
        if states == {LineState.DONE}:
            return OrderTrigger.COMPLETE_PARTLY if self.short_lines else OrderTrigger.COMPLETE
        if states == {LineState.CANCELLED}:
            return OrderTrigger.CANCEL
        return OrderTrigger.COMPLETE_PARTLY if LineState.DONE in states else OrderTrigger.FAIL
