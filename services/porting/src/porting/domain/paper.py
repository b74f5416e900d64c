"""What people do: the signed form (PORT-4), a date agreed by mail or telephone, mails about clearing (PORT-7)."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from porting.domain import deadlines, refusals
from porting.domain.asking import owe_take_over
from porting.domain.codes import CORRECTED
from porting.domain.deadlines import Rules
from porting.domain.facts import (
    LOOKED_AT,
    Deadline,
    FormAccepted,
    FormAwaited,
    FormReceived,
    FormReminded,
    MailWritten,
    ReminderSet,
    Rescheduled,
    Saying,
    Started,
    Work,
)
from porting.domain.ids import PortingCarrier
from porting.domain.lifecycle import PortingState, PortingTrigger, PreAgreementState
from porting.domain.part import Part
from porting.domain.particulars import Numbers, PortingCase, Window
from porting.domain.porting import Form, Letter, Porting
from porting.domain.signed_forms import Sent
from telecom.formats import berlin_day
from telecom.refusal import _

ANSWERED_BY_HAND = (Work.PAPER_DATE, Work.CLEARING, Work.OVERDUE)


def parts_of(
    numbers: Numbers, case: PortingCase, *, all_numbers: bool, requested_on: date, window: Window
) -> list[Part]:
    """Paper holds any number of numbers."""
    return [Part(1, numbers, case, all_numbers, requested_on, window, PortingState.AWAITING_FORM)]


def start(porting: Porting, rules: Rules, at: datetime) -> None:
    """A paper carrier's is paused until the signed form is there."""
    porting.facts.append(Started(electronic=False))
    porting.note("porting-started", at)
    porting.form = Form()
    _await_form(porting, rules, at)


def remind(porting: Porting, rules: Rules, at: datetime) -> None:
    """The form is still missing: its customer is told again, so many times."""
    part, form = _paper(porting), porting.form
    if form is None or form.awaited_since is None or part.state is not PortingState.AWAITING_FORM:
        return
    form.reminders += 1
    porting.facts.append(FormReminded(form.reminders, form.awaited_since))
    porting.note("form-reminded", at)
    _set_reminder(porting, form, rules, at)


def upload_form(porting: Porting, sent: Sent, at: datetime) -> None:
    part, form = _paper(porting), porting.form
    if form is None or not part.allows(PortingTrigger.UPLOAD_FORM):
        raise refusals.NoFormAwaited()
    part.step(PortingTrigger.UPLOAD_FORM)
    form.uploaded_at, form.refused_because, form.sent = at, None, sent
    porting.no_longer_awaits(part, Deadline.SIGNED_FORM, at)
    porting.done(part, Work.OVERDUE, sent.sender.by, Saying(_("The form is here.")))
    porting.facts.append(FormReceived())
    porting.note("form-uploaded", at, by=sent.sender.by, note=sent.sender.came_from)
    porting.needs(
        part,
        Work.SIGNED_FORM,
        Saying(_("Signed porting form to check")),
        Saying(_("The customer's signed form for %(donor)s has arrived."), {"donor": porting.donor.name}),
    )


def refuse_form(
    porting: Porting, reason: str, rules: Rules, at: datetime, by: str, seen: datetime | None = None
) -> None:
    """It goes back to the customer. `seen`: when that form came."""
    part, form = _to_decide(porting, PortingTrigger.REFUSE_FORM, seen)
    part.step(PortingTrigger.REFUSE_FORM)
    form.uploaded_at, form.refused_because = None, reason
    porting.done(part, Work.SIGNED_FORM, by, Saying(_("The form was refused: %(reason)s"), {"reason": reason}))
    porting.note("form-refused", at, by=by, note=reason)
    _await_form(porting, rules, at)


def release(
    porting: Porting,
    rules: Rules,
    at: datetime,
    by: str,
    note: str | None,
    checked: tuple[str, ...] = (),
    seen: datetime | None = None,
) -> None:
    """PORT-4: the form is accepted; the date is agreed between people and entered. `seen`: when that form came."""
    part, form = _to_decide(porting, PortingTrigger.RELEASE, seen)
    part.step(PortingTrigger.RELEASE)
    form.accepted_at, form.accepted_by, form.checked = at, by, checked
    porting.facts.append(FormAccepted(by))
    porting.note("form-accepted", at, by=by, note=note)
    porting.done(part, Work.SIGNED_FORM, by, Saying(_("The form was accepted.")))
    due = deadlines.due_in(at, rules.paper_date_days, porting.federal_state)
    porting.awaits(part, Deadline.PAPER_DATE, due, rules)
    porting.needs(
        part,
        Work.PAPER_DATE,
        Saying(_("Agree the porting date with the donor")),
        Saying(_("%(donor)s has no electronic interface: enter the date it confirms."), {"donor": porting.donor.name}),
        due,
    )


def confirm_date(
    porting: Porting,
    part: Part,
    agreed: tuple[date, Window],
    recipient: PortingCarrier,
    rules: Rules,
    at: datetime,
    by: str,
) -> None:
    """A date that people agreed on: with a paper carrier, while clearing, or where the electronic answer is missing."""
    day, window = agreed
    may = part.moves_by_hand or part.allows(PortingTrigger.CONFIRM_DATE)
    if not may or (part.change_date, part.window) == agreed:
        raise refusals.NotNow()
    deadlines.check_date(day, part.case, berlin_day(at), rules, porting.federal_state)
    part.window = window
    for deadline in (Deadline.PAPER_DATE, Deadline.CLEARING, Deadline.ANSWER):
        porting.no_longer_awaits(part, deadline, at)
    for work in ANSWERED_BY_HAND:
        porting.done(part, work, by, Saying(_("The date is agreed: %(day)s"), {"day": day}))
    if part.state is PortingState.CONFIRMED:
        _move(porting, part, day, at, by)
        return
    part.step(PortingTrigger.CONFIRM_DATE)
    porting.confirm(part, day, at, as_requested=day == part.requested_on, by=by)
    asked = part.pre_agreement
    if asked is not None and asked.state is PreAgreementState.ASKED:
        asked.agree_by_hand(day, at)
        owe_take_over(porting, part, recipient, rules, at)


def message_seen(
    porting: Porting, part: Part, at: datetime, by: str, note: str | None, task_id: UUID | None = None
) -> None:
    """A person has looked at what needed a look: at what that task asked for, or at all of it."""
    asked = porting.asked_about(part)
    seen = [work for work in LOOKED_AT if work in asked and task_id in (None, asked[work])]
    if not seen:
        raise refusals.NotNow()
    porting.note("carrier-message-seen", at, part, by=by, note=note)
    for work in seen:
        porting.done(part, work, by, Saying(_("A person has looked at it.")))


def accept_corrections(porting: Porting, at: datetime, by: str) -> None:
    """The address as the donor knows it is the right one (ADA): so it is asked for from now on."""
    if porting.corrections_accepted or not any(one.answer and one.answer.corrections for one in porting.pre_agreements):
        raise refusals.NoCorrection()
    porting.corrections_accepted = True
    for one in porting.pre_agreements:
        right = {CORRECTED[ada.code]: ada.value for ada in one.answer.corrections} if one.answer else {}
        porting.subscriber = replace(porting.subscriber, address=replace(porting.subscriber.address, **right))
    porting.note("corrections-accepted", at, by=by)


def write_mail(porting: Porting, subject: str, text: str, language: str, at: datetime, by: str) -> None:
    """To the customer, about what is to be cleared (PORT-7)."""
    if porting.state is not PortingState.CLEARING:
        raise refusals.NoClearing()
    porting.thread.append(Letter(at, by, True, subject, text))
    porting.facts.append(MailWritten(subject, text, language, by))
    porting.note("clearing-mail-sent", at, by=by)


def note_reply(porting: Porting, sender: str, text: str, at: datetime) -> None:
    """What the customer answered, entered by hand."""
    if not porting.thread:
        raise refusals.NoClearing()
    porting.thread.append(Letter(at, sender, False, porting.thread[-1].subject, text))
    porting.note("clearing-reply", at, by=sender)


def _move(porting: Porting, part: Part, day: date, at: datetime, by: str) -> None:
    earlier = part.change_date
    assert earlier is not None
    part.step(PortingTrigger.RESCHEDULE)
    part.change_date = day
    porting.facts.append(Rescheduled(part.numbers, earlier, day, part.window))
    porting.note("porting-rescheduled", at, part, by=by)
    porting.set_day(part)


def _paper(porting: Porting) -> Part:
    """A paper carrier's numbers are all in one part."""
    return porting.parts[0]


def _to_decide(porting: Porting, trigger: PortingTrigger, seen: datetime | None) -> tuple[Part, Form]:
    """Nobody decides about a form that he has not looked at."""
    part, form = _paper(porting), porting.form
    if form is None or not part.allows(trigger):
        raise refusals.FormMissing()
    if seen is not None and seen != form.uploaded_at:
        raise refusals.FormReplaced()
    return part, form


def _await_form(porting: Porting, rules: Rules, at: datetime) -> None:
    """Anew after one was sent back: with a time and reminders of its own."""
    form = porting.form
    assert form is not None
    form.awaited_since, form.reminders = at, 0
    porting.facts.append(FormAwaited(form.refused_because))
    porting.note("form-awaited", at)
    due = deadlines.form_due(at, rules, porting.federal_state)
    porting.awaits(_paper(porting), Deadline.SIGNED_FORM, due, rules)
    _set_reminder(porting, form, rules, at)


def _set_reminder(porting: Porting, form: Form, rules: Rules, at: datetime) -> None:
    if form.reminders < rules.reminders:
        porting.facts.append(ReminderSet(deadlines.remind_at(at, rules, porting.federal_state)))
