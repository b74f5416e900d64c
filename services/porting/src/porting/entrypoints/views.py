"""What HTTP answers with."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from porting.application.ports import Exchanged
from porting.application.speech import in_both
from porting.domain.codes import code_of
from porting.domain.facts import Saying
from porting.domain.lifecycle import PortingState
from porting.domain.porting import Porting
from telecom.numbers import NumberBlock
from telecom.refusal import _

SHOWN = {
    PortingState.HELD: "started",
    PortingState.ASKED: "requested",
    PortingState.AWAITING_FORM: "paused",
    PortingState.FORM_UPLOADED: "paused",
    PortingState.AWAITING_DATE: "requested",
}
"""Screens tell fewer states apart; the form has a state of its own."""
MESSAGES = {
    "VA": _("Pre-agreement requested"),
    "RUEM-VA": _("Pre-agreement answered"),
    "ABBM": _("Refused"),
    "AKM-TR": _("Take-over of the line announced"),
    "ABBM-TR": _("Take-over of the line refused"),
    "TV": _("Another date asked for"),
    "STR": _("Cancellation asked for"),
    "ERLM": _("Change or cancellation settled"),
    "technical": _("Refused technically"),
}


class Both(BaseModel):
    de: str
    en: str


class CarrierView(BaseModel):
    carrier_code: str
    name: str
    invented: bool


class DonorView(BaseModel):
    carrier_code: str | None
    name: str


class NumberView(BaseModel):
    area_code: str
    stem: str
    extension_from: str | None
    extension_to: str | None
    answering_extension: str | None


class FormView(BaseModel):
    state: str
    uploaded_at: datetime | None = None
    refused_because: str | None = None


class MessageView(BaseModel):
    type: str
    direction: str
    at: datetime
    summary: Both


class EntryView(BaseModel):
    step: str
    at: datetime
    by: str | None
    note: str | None


class PortingView(BaseModel):
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
    form: FormView
    messages: list[MessageView]
    timeline: list[EntryView]


def porting_view(porting: Porting, messages: list[Exchanged], *, inside: bool) -> PortingView:
    """`inside`: who did what and the notes are for people of the house."""
    form = porting.form
    return PortingView(
        porting_id=porting.porting_id,
        order_id=porting.order_id,
        agreement_id=porting.agreement_id,
        site_id=porting.site_id,
        customer_id=porting.customer_id,
        state=SHOWN.get(porting.state, porting.state.value),
        case=porting.case.value,
        donor=DonorView(carrier_code=porting.donor.carrier_code, name=porting.donor.name),
        numbers=[_number(one) for one in porting.numbers],
        all_numbers=porting.all_numbers,
        requested_on=porting.requested_on,
        change_date=porting.change_date,
        window=porting.window.value,
        electronic=porting.electronic,
        form=FormView(state="none")
        if form is None
        else FormView(state=form.state, uploaded_at=form.uploaded_at, refused_because=form.refused_because),
        messages=[_message(one) for one in messages],
        timeline=[
            EntryView(step=one.step, at=one.at, by=one.by if inside else None, note=one.note if inside else None)
            for one in porting.timeline
        ],
    )


def _number(one: NumberBlock) -> NumberView:
    return NumberView(
        area_code=one.area_code,
        stem=one.stem,
        extension_from=one.extension_from,
        extension_to=one.extension_to,
        answering_extension=one.answering_extension,
    )


def _message(one: Exchanged) -> MessageView:
    if one.codes:
        texts = tuple(code_of(code).text for code in one.codes)
        said = Saying("%(codes)s: %(texts)s", {"codes": ", ".join(one.codes), "texts": texts})
    else:
        said = Saying(MESSAGES[one.kind])
    both = in_both(said)
    return MessageView(
        type=one.kind, direction="out" if one.outbound else "in", at=one.at, summary=Both(de=both.de, en=both.en)
    )
