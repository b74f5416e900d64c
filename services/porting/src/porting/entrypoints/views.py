"""What HTTP answers with."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from porting.application.ports import Exchanged
from porting.domain import standing
from porting.domain.lifecycle import PortingState
from porting.domain.porting import Form, Porting
from porting.entrypoints.part_views import (
    Both,
    MessageView,
    NumberView,
    PartView,
    SubscriberView,
    both,
    message_view,
    number_view,
    part_view,
)

SHOWN = {
    PortingState.HELD: "started",
    PortingState.ASKED: "requested",
    PortingState.AWAITING_FORM: "paused",
    PortingState.FORM_UPLOADED: "paused",
    PortingState.AWAITING_DATE: "requested",
}
"""Screens tell fewer states apart; the form has a state of its own."""


class CarrierView(BaseModel):
    carrier_code: str
    name: str
    invented: bool


class DonorView(BaseModel):
    carrier_code: str | None
    name: str


class FormView(BaseModel):
    """The signed form. Who sent, uploaded and accepted it, and what was compared, is for people of the house."""

    state: str
    awaited_since: datetime | None = None
    reminders: int = 0
    uploaded_at: datetime | None = None
    refused_because: str | None = None
    media_type: str | None = None
    pages: int = 0
    sha256: str | None = None
    uploaded_by: str | None = None
    came_from: str | None = None
    came_on: date | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    checked: list[str] = []


class EntryView(BaseModel):
    step: str
    at: datetime
    by: str | None
    note: str | None
    part: int | None


class DeadlineView(BaseModel):
    deadline: str
    part: int
    due_at: datetime
    level: str


class PortingView(BaseModel):
    """`state` tells fewer states apart than the parts do. `may`: what order management may do now."""

    porting_id: UUID
    order_id: UUID
    agreement_id: UUID
    site_id: UUID | None
    customer_id: UUID
    state: str
    case: str
    donor: DonorView
    numbers: list[NumberView]
    all_numbers: bool
    requested_on: date
    change_date: date | None
    window: str
    electronic: bool
    subscriber: SubscriberView
    form: FormView
    parts: list[PartView]
    deadlines: list[DeadlineView]
    waiting_for: str
    meaning: Both
    next: Both
    can_change: Both
    may: list[str]
    messages: list[MessageView]
    timeline: list[EntryView]


class DaysView(BaseModel):
    """The days there are to choose from; `rule` says why these."""

    days: list[date]
    rule: Both


class LetterView(BaseModel):
    at: datetime
    by: str
    direction: str
    subject: str
    text: str


class PreparedView(BaseModel):
    subject: str
    text: str
    language: str


class ClearingView(BaseModel):
    prepared: PreparedView
    thread: list[LetterView]


def porting_view(porting: Porting, messages: list[Exchanged], *, inside: bool) -> PortingView:
    """`inside`: who did what, the notes, and what may be done are for people of the house."""
    return PortingView(
        porting_id=porting.porting_id,
        order_id=porting.order_id,
        agreement_id=porting.agreement_id,
        site_id=porting.site_id,
        customer_id=porting.customer_id,
        state=SHOWN.get(porting.state, porting.state.value),
        case=porting.case.value,
        donor=DonorView(carrier_code=porting.donor.carrier_code, name=porting.donor.name),
        numbers=[number_view(one) for one in porting.numbers],
        all_numbers=porting.parts[0].all_numbers,
        requested_on=porting.requested_on,
        change_date=porting.change_date,
        window=porting.window.value,
        electronic=porting.electronic,
        subscriber=SubscriberView.of(porting.subscriber),
        form=_form(porting.form, inside=inside),
        parts=[part_view(porting, part, messages, inside=inside) for part in porting.parts],
        deadlines=[_deadline(key, due_at=one.due_at, level=one.level) for key, one in porting.waiting.items()],
        waiting_for=standing.waiting_for(porting),
        meaning=both(standing.meaning(porting)),
        next=both(standing.what_comes_next(porting)),
        can_change=both(standing.what_can_change(porting)),
        may=standing.acts_on(porting) if inside else [],
        messages=[message_view(one, inside=inside) for one in messages],
        timeline=[
            EntryView(
                step=one.step,
                at=one.at,
                by=one.by if inside else None,
                note=one.note if inside else None,
                part=one.part,
            )
            for one in porting.timeline
        ],
    )


def clearing_view(porting: Porting, prepared: PreparedView) -> ClearingView:
    thread = [
        LetterView(at=one.at, by=one.by, direction="out" if one.outbound else "in", subject=one.subject, text=one.text)
        for one in porting.thread
    ]
    return ClearingView(prepared=prepared, thread=thread)


def _form(form: Form | None, *, inside: bool) -> FormView:
    if form is None:
        return FormView(state="none")
    sent, sender = form.sent, form.sent.sender if form.sent and inside else None
    return FormView(
        state=form.state,
        awaited_since=form.awaited_since,
        reminders=form.reminders,
        uploaded_at=form.uploaded_at,
        refused_because=form.refused_because,
        media_type=sent.media_type if sent else None,
        pages=sent.pages if sent else 0,
        sha256=sent.digest if sent else None,
        uploaded_by=sender.by if sender else None,
        came_from=sender.came_from if sender else None,
        came_on=sender.came_on if sender else None,
        accepted_at=form.accepted_at,
        accepted_by=form.accepted_by if inside else None,
        checked=list(form.checked) if inside else [],
    )


def _deadline(key: str, *, due_at: datetime, level: str) -> DeadlineView:
    deadline, _slash, part = key.partition("/")
    return DeadlineView(deadline=deadline, part=int(part), due_at=due_at, level=level)
