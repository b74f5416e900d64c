"""What HTTP says of a part of a porting: its pre-agreement, answers, changes, and what may be done about it."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from porting.application.ports import Exchanged
from porting.application.speech import in_both
from porting.domain import standing
from porting.domain.codes import CORRECTED, code_of
from porting.domain.facts import Saying
from porting.domain.lifecycle import PortingState, TakeOverState
from porting.domain.messages import Cancellation, Reason
from porting.domain.part import Part
from porting.domain.particulars import Subscriber
from porting.domain.porting import Porting
from porting.domain.pre_agreement import Change, PreAgreement
from telecom.numbers import NumberBlock
from telecom.refusal import _

MESSAGES = {
    "VA": _("Pre-agreement requested"),
    "RUEM-VA": _("Pre-agreement answered"),
    "ABBM": _("Refused"),
    "AKM-TR": _("Take-over of the line announced"),
    "ABBM-TR": _("Take-over of the line refused"),
    "TV": _("Another date asked for"),
    "STR": _("Cancellation asked for"),
    "STR-AUF": _("Cancellation for good asked for"),
    "STR-AEN": _("Cancellation asked for, a new request follows"),
    "ERLM": _("Change or cancellation settled"),
    "technical": _("Refused technically"),
}


class Both(BaseModel):
    de: str
    en: str


class NumberView(BaseModel):
    area_code: str
    stem: str
    extension_from: str | None
    extension_to: str | None
    answering_extension: str | None


class AddressView(BaseModel):
    street: str
    house_number: str
    addition: str | None
    postcode: str
    town: str


class SubscriberView(BaseModel):
    """The customer as the donor knows him."""

    name: str
    first_name: str | None
    further_owners: list[str]
    address: AddressView

    @classmethod
    def of(cls, one: Subscriber) -> Self:
        address = one.address
        return cls(
            name=one.name,
            first_name=one.first_name,
            further_owners=list(one.further_owners),
            address=AddressView(
                street=address.street,
                house_number=address.house_number,
                addition=address.addition,
                postcode=address.postcode,
                town=address.town,
            ),
        )


class CodeView(BaseModel):
    code: str
    text: Both
    cause: Both
    remedy: Both


class ReasonView(CodeView):
    words: str | None
    numbers: list[NumberView]


class CorrectionView(BaseModel):
    """`field`: postcode, town, street or house_number."""

    code: str
    field: str
    ours: str
    theirs: str
    accepted: bool


class HeldView(BaseModel):
    type: str
    goes_out_at: datetime


class ChangeView(BaseModel):
    """`kind`: date or cancellation; `follow_up`: a new request follows it."""

    kind: str
    by_donor: bool
    id: str
    state: str
    new_date: date | None
    follow_up: bool
    reason: str | None
    due_at: datetime | None


class TakeOverView(BaseModel):
    state: str
    sent_at: datetime | None
    refused: CodeView | None


class MessageView(BaseModel):
    """`content`: all its fields, for people of the house."""

    type: str
    direction: str
    at: datetime
    summary: Both
    pre_agreement_id: str | None = None
    content: dict[str, Any] | None = None


class TaskView(BaseModel):
    """`work`: what is asked for, in porting's words."""

    task_id: UUID
    work: str


class PartView(BaseModel):
    """`may`: what order management may do about it now; `tasks`: what it is asked for. For people of the house."""

    part: int
    numbers: list[NumberView]
    case: str
    state: str
    requested_on: date
    change_date: date | None
    window: str
    pre_agreement_id: str | None
    earlier_pre_agreement_ids: list[str]
    standing: str | None
    answer: CodeView | None
    reasons: list[ReasonView]
    corrections: list[CorrectionView]
    held: HeldView | None
    change: ChangeView | None
    take_over: TakeOverView | None
    messages: list[MessageView]
    may: list[str]
    tasks: list[TaskView]


def part_view(porting: Porting, part: Part, messages: list[Exchanged], *, inside: bool) -> PartView:
    asked = part.pre_agreement
    ids = {*part.earlier, str(asked.pre_agreement_id)} if asked is not None else set()
    answer = asked.answer if asked is not None else None
    refusal = asked.refusal if asked is not None else None
    changing = part.change_is_open and part.state in (PortingState.ASKED, PortingState.CONFIRMED)
    return PartView(
        part=part.number,
        numbers=[number_view(one) for one in part.numbers],
        case=part.case.value,
        state="changing" if changing else part.state.value,
        requested_on=part.requested_on,
        change_date=part.change_date,
        window=part.window.value,
        pre_agreement_id=str(asked.pre_agreement_id) if asked is not None else None,
        earlier_pre_agreement_ids=part.earlier,
        standing=asked.standing.value if asked is not None else None,
        answer=code_view(answer.code) if answer is not None else None,
        reasons=[_reason(one) for one in refusal.reasons] if refusal is not None else [],
        corrections=_corrections(porting, asked),
        held=_held(part),
        change=_change(porting, part),
        take_over=_take_over(asked),
        messages=[message_view(one, inside=inside) for one in messages if one.pre_agreement_id in ids],
        may=standing.acts_on_part(porting, part) if inside else [],
        tasks=_tasks(porting, part) if inside else [],
    )


def code_view(number: str) -> CodeView:
    code = code_of(number)
    return CodeView(code=number, text=_both(code.text), cause=_both(code.cause), remedy=_both(code.remedy))


def number_view(one: NumberBlock) -> NumberView:
    return NumberView(
        area_code=one.area_code,
        stem=one.stem,
        extension_from=one.extension_from,
        extension_to=one.extension_to,
        answering_extension=one.answering_extension,
    )


def message_view(one: Exchanged, *, inside: bool) -> MessageView:
    if one.codes:
        texts = tuple(code_of(code).text for code in one.codes)
        said = Saying("%(codes)s: %(texts)s", {"codes": ", ".join(one.codes), "texts": texts})
    else:
        said = Saying(MESSAGES[one.kind])
    return MessageView(
        type=one.kind,
        direction="out" if one.outbound else "in",
        at=one.at,
        summary=both(said),
        pre_agreement_id=one.pre_agreement_id,
        content=one.content if inside else None,
    )


def both(said: Saying) -> Both:
    found = in_both(said)
    return Both(de=found.de, en=found.en)


def _both(text: str) -> Both:
    return both(Saying(text)) if text else Both(de="", en="")


def _reason(one: Reason) -> ReasonView:
    return ReasonView(
        **code_view(one.code).model_dump(), words=one.words, numbers=[number_view(number) for number in one.numbers]
    )


def _corrections(porting: Porting, asked: PreAgreement | None) -> list[CorrectionView]:
    if asked is None or asked.answer is None or asked.request.address is None:
        return []
    ours = asked.request.address
    return [
        CorrectionView(
            code=one.code,
            field=CORRECTED[one.code],
            ours=getattr(ours, CORRECTED[one.code]),
            theirs=one.value,
            accepted=porting.corrections_accepted,
        )
        for one in asked.answer.corrections
    ]


def _tasks(porting: Porting, part: Part) -> list[TaskView]:
    return [TaskView(task_id=task_id, work=work.value) for work, task_id in porting.asked_about(part).items()]


def _held(part: Part) -> HeldView | None:
    asked = part.pre_agreement
    if asked is None or part.held_until is None:
        return None
    if part.state is PortingState.HELD:
        kind = "VA"
    elif asked.held_change is not None:
        kind = _kind_of(asked.held_change)
    else:
        kind = "AKM-TR"
    return HeldView(type=kind, goes_out_at=part.held_until)


def _kind_of(change: Change) -> str:
    if not change.cancels:
        return "TV"
    return "STR-AUF" if change.is_final else "STR-AEN"


def _change(porting: Porting, part: Part) -> ChangeView | None:
    """The open one, else the newest of ours or theirs."""
    asked = part.pre_agreement
    if asked is None or not (asked.ours or asked.theirs):
        return None
    newest = (*asked.theirs[-1:], *asked.ours[-1:])[-1]
    change = asked.their_change or asked.our_change or newest
    owed = standing.owed(part) if change.is_open else None
    waiting = porting.waited_for(part, owed) if owed is not None else None
    return ChangeView(
        kind="cancellation" if change.cancels else "date",
        by_donor=change in asked.theirs,
        id=change.change_id,
        state=change.state.value,
        new_date=change.new_date,
        follow_up=change.cancels and not change.is_final,
        reason=change.asked.reason if isinstance(change.asked, Cancellation) else None,
        due_at=waiting.due_at if waiting is not None else None,
    )


def _take_over(asked: PreAgreement | None) -> TakeOverView | None:
    step = asked.take_over if asked is not None else None
    if step is None:
        return None
    sent_at = step.at if step.state is not TakeOverState.HELD else None
    return TakeOverView(
        state=step.state.value, sent_at=sent_at, refused=code_view(step.refused) if step.refused else None
    )
