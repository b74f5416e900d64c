"""What HTTP says of a departure (PORT-9)."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from porting.application.departure_words import comes_next, comes_next_for_customer, meaning
from porting.application.ports import Exchanged
from porting.domain.codes import CORRECTED
from porting.domain.departure import Departure
from porting.domain.departure_facts import Outgoing
from porting.domain.facts import Saying
from porting.domain.messages import Answer, Cancellation
from porting.domain.pre_agreement import Change
from porting.domain.whereabouts import Known
from porting.entrypoints.part_views import (
    Both,
    ChangeView,
    CodeView,
    HeldView,
    MessageView,
    NumberView,
    both,
    code_view,
    message_view,
    number_view,
)


class RecipientView(BaseModel):
    carrier_code: str
    name: str


class CheckView(BaseModel):
    """`ok` null: a person looks."""

    what: str
    ok: bool | None
    text: Both


class RightView(BaseModel):
    """What we corrected in our answer; `field`: postcode, town, street or house_number."""

    code: str
    field: str
    ours: str
    theirs: str


class AnswerView(CodeView):
    words: str | None = None


class WaitView(BaseModel):
    """`level`: open, warning or overdue."""

    deadline: str
    due_at: datetime
    level: str


class MomentView(BaseModel):
    step: str
    at: datetime
    by: str | None
    note: str | None


class DepartureView(BaseModel):
    departure_id: UUID
    pre_agreement_id: str
    recipient: RecipientView
    state: str
    case: str
    customer_id: UUID | None
    customer_name: str | None
    agreement_id: UUID | None
    agreement_number: str | None
    numbers: list[NumberView]
    requested_on: date
    change_date: date | None
    checks: list[CheckView]
    answers: list[AnswerView]
    corrections: list[RightView]
    held: HeldView | None
    change: ChangeView | None
    deadlines: list[WaitView]
    messages: list[MessageView]
    timeline: list[MomentView]
    meaning: Both
    next: Both
    may: list[str]


def departure_view(
    departure: Departure, known: Known, messages: list[Exchanged], may: list[str], *, inside: bool
) -> DepartureView:
    """`may`: what the caller may do.

    `inside`: checks, codes, deadlines and who did what are for people of the house.
    """
    customer = known.customers.get(departure.customer_id) if departure.customer_id else None
    agreement = known.agreements.get(departure.agreement_id) if departure.agreement_id else None
    request = departure.pre_agreement.request
    return DepartureView(
        departure_id=departure.departure_id,
        pre_agreement_id=str(request.pre_agreement_id),
        recipient=RecipientView(carrier_code=departure.carrier.carrier_code, name=departure.carrier.name),
        state=departure.state.value,
        case=departure.case.value,
        customer_id=departure.customer_id,
        customer_name=customer.name if customer else None,
        agreement_id=departure.agreement_id,
        agreement_number=agreement.number if agreement else None,
        numbers=[number_view(one) for one in departure.numbers],
        requested_on=request.requested_on,
        change_date=departure.change_date,
        checks=_checks(departure) if inside else [],
        answers=_answers(departure) if inside else [],
        corrections=_corrections(departure) if inside else [],
        held=_held(departure) if inside else None,
        change=_change(departure),
        deadlines=[
            WaitView(deadline=wait.value, due_at=one.due_at, level=one.level.value)
            for wait, one in departure.waits.items()
            if inside
        ],
        messages=[message_view(one, inside=inside) for one in messages],
        timeline=[
            MomentView(step=one.step, at=one.at, by=one.by if inside else None, note=one.note if inside else None)
            for one in departure.timeline
        ],
        meaning=both(meaning(departure)),
        next=both(comes_next(departure) if inside else comes_next_for_customer(departure)),
        may=may,
    )


def _checks(departure: Departure) -> list[CheckView]:
    return [
        CheckView(what=one.what.value, ok=one.ok, text=both(Saying(one.text, {"numbers": one.numbers, "day": one.day})))
        for one in departure.checks
    ]


def _answers(departure: Departure) -> list[AnswerView]:
    """What we said, or are about to say."""
    asked, held = departure.pre_agreement, departure.answer
    said = held.message if held is not None else asked.answer or asked.refusal
    if said is None:
        return []
    if isinstance(said, Answer):
        return [AnswerView(**code_view(said.code).model_dump())]
    return [AnswerView(**code_view(one.code).model_dump(), words=one.words) for one in said.reasons]


def _corrections(departure: Departure) -> list[RightView]:
    held, theirs = departure.answer, departure.pre_agreement.request.address
    said = held.message if held is not None else departure.pre_agreement.answer
    if theirs is None or not isinstance(said, Answer):
        return []
    return [
        RightView(code=one.code, field=CORRECTED[one.code], ours=one.value, theirs=getattr(theirs, CORRECTED[one.code]))
        for one in said.corrections
    ]


def _held(departure: Departure) -> HeldView | None:
    answer, change_answer, cancels_at = (
        departure.answer,
        departure.change_answer,
        departure.cancellation_goes_out_at,
    )
    match departure.held:
        case Outgoing.ANSWER if answer is not None:
            kind = "RUEM-VA" if isinstance(answer.message, Answer) else "ABBM"
            return HeldView(type=kind, goes_out_at=answer.goes_out_at)
        case Outgoing.CHANGE_ANSWER if change_answer is not None:
            return HeldView(type="ERLM" if change_answer.agreed else "ABBM", goes_out_at=change_answer.goes_out_at)
        case Outgoing.CANCELLATION if cancels_at is not None:
            return HeldView(type=_kind_of(departure.pre_agreement.ours[-1]), goes_out_at=cancels_at)
    return None


def _kind_of(change: Change) -> str:
    return "STR-AUF" if change.is_final else "STR-AEN"


def _change(departure: Departure) -> ChangeView | None:
    """The open one, else the newest. `by_donor`: ours."""
    asked = departure.pre_agreement
    newest = asked.their_change or asked.our_change or next(iter((*asked.theirs[-1:], *asked.ours[-1:])), None)
    if newest is None:
        return None
    return ChangeView(
        kind="cancellation" if newest.cancels else "date",
        by_donor=newest in asked.ours,
        id=newest.change_id,
        state=newest.state.value,
        new_date=newest.new_date,
        follow_up=newest.cancels and not newest.is_final,
        reason=newest.asked.reason if isinstance(newest.asked, Cancellation) else None,
        due_at=departure.change_due_at if newest.is_open else None,
    )
