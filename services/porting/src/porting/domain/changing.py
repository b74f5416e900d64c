"""Changing what was asked for or agreed: another date (TV), calling it off (STR), stopping what is held back."""

from datetime import datetime

from porting.domain import deadlines, refusals
from porting.domain.asking import look_at, not_understood, take_over_refused
from porting.domain.deadlines import Rules
from porting.domain.facts import CalledOffForNew, ChangeAsked, ChangeRefused, Deadline, Held, Rescheduled, Saying, Work
from porting.domain.lifecycle import PortingState, PortingTrigger, PreAgreementState, PreAgreementTrigger
from porting.domain.messages import Cancellation, DateChange, TechnicalRefusal
from porting.domain.part import Part
from porting.domain.porting import Porting
from porting.domain.pre_agreement import Change, PreAgreement, Response
from porting.domain.sequence import Reaction
from telecom.formats import berlin_day
from telecom.refusal import _


def reschedule(porting: Porting, part: Part, asked_for: DateChange, rules: Rules, at: datetime) -> None:
    """TV, held back a while."""
    asked = _asked(part)
    if part.state is not PortingState.CONFIRMED or not asked.may_change_date():
        raise refusals.NoDateChangeNow()
    day, agreed = asked_for.new_date, part.change_date
    assert agreed is not None
    if day <= agreed:
        raise deadlines.DateNotPossible(_("A date change goes to a later day than the one agreed."), field="new_date")
    deadlines.check_date(day, part.case, berlin_day(at), rules, porting.federal_state)
    deadlines.check_ahead(agreed, berlin_day(at), rules, porting.federal_state)
    asked.ask_for(asked_for)
    porting.facts.append(Held(part.number))


def call_off(porting: Porting, part: Part, asked_for: Cancellation) -> None:
    """STR, held back a while."""
    asked = _asked(part)
    allowed = (PortingState.ASKED, PortingState.CONFIRMED, PortingState.AWAITING_NEW)
    if part.state not in allowed or not asked.may_cancel():
        raise refusals.NoCancellationNow()
    if part.state is PortingState.AWAITING_NEW and not asked_for.final:
        raise refusals.NoCancellationNow()
    asked.ask_for(asked_for)
    porting.facts.append(Held(part.number))


def send_change(porting: Porting, part: Part, rules: Rules, at: datetime) -> DateChange | Cancellation:
    sent = _asked(part).send_change(at)
    new_date = sent.new_date if isinstance(sent, DateChange) else None
    reason = sent.reason if isinstance(sent, Cancellation) else None
    porting.facts.append(ChangeAsked(part.numbers, by_donor=False, new_date=new_date, reason=reason))
    porting.note("date-change-asked" if new_date else "cancellation-asked", at, part)
    due = deadlines.due_in(at, rules.answer_days, porting.federal_state)
    porting.awaits(part, Deadline.CHANGE_ANSWER, due, rules)
    return sent


def change_agreed(porting: Porting, part: Part, rules: Rules, at: datetime, by: str) -> None:
    """ERLM, ours or the donor's: what was asked for is so now. The pre-agreement has taken its step."""
    asked = _asked(part)
    if asked.our_change is None:
        porting.no_longer_awaits(part, Deadline.CHANGE_ANSWER, at)
        porting.done(part, Work.OVERDUE, by, Saying(_("The donor has answered.")))
    if asked.their_change is None:
        porting.no_longer_awaits(part, Deadline.OUR_ANSWER, at)
        porting.done(part, Work.DONOR_CANCELS, by, Saying(_("The donor's cancellation was agreed to.")))
    was = part.state
    part.follow_pre_agreement()
    if part.state is not was:
        _called_off(porting, part, rules, at, by)
    elif asked.change_date is not None and asked.change_date != part.change_date and part.change_date is not None:
        earlier, part.change_date = part.change_date, asked.change_date
        porting.facts.append(Rescheduled(part.numbers, earlier, part.change_date, part.window))
        porting.note("porting-rescheduled", at, part, by=by)
        porting.set_day(part)
        for work in (Work.ODD_DATE, Work.DAY_CAME):
            porting.done(part, work, by, Saying(_("The date is agreed: %(day)s"), {"day": part.change_date}))


def change_refused(porting: Porting, part: Part, change: Change, words: str | None, at: datetime, by: str) -> None:
    """ABBM to a change of ours: everything stays as it was."""
    reason = Saying("%(words)s", {"words": words}) if words else Saying(_("The donor gave no reason in words."))
    _stays(porting, part, change, reason, at, by)
    porting.note("change-refused", at, part, by=by, note=words)
    look_at(porting, part, "ABBM", (_("the donor refused the change; what was agreed before holds"),), at)
    go_on_if_day_came(porting, part, at)


def hear_technical_refusal(
    porting: Porting, part: Part, refused: TechnicalRefusal, rules: Rules, at: datetime
) -> Response:
    """The donor could not read a message of ours: what it asked for or announced is not so."""
    asked = _asked(part)
    change, response = asked.our_change, asked.hear_technical_refusal(refused, at)
    if response.reaction is not Reaction.TAKE:
        return response
    if refused.of_pre_agreement:
        not_understood(porting, part, refused.code, rules, at)
    elif refused.of_take_over:
        take_over_refused(porting, part, refused.code, rules, at)
    elif change is not None:
        _change_not_understood(porting, part, change, refused.code, at)
    return response


def donor_cancels(porting: Porting, part: Part, asked_for: Cancellation, rules: Rules, at: datetime) -> None:
    """STR of the donor after its RUEM-VA: a person agrees or refuses, in time."""
    porting.facts.append(ChangeAsked(part.numbers, by_donor=True, new_date=None, reason=asked_for.reason))
    porting.note("donor-cancels", at, part, note=asked_for.reason)
    due = deadlines.due_in(at, rules.answer_days, porting.federal_state)
    porting.awaits(part, Deadline.OUR_ANSWER, due, rules)
    explanation = Saying(
        _("%(donor)s wants to call the porting off: %(reason)s. Agree or refuse."),
        {"donor": porting.donor.name, "reason": asked_for.reason or "–"},
    )
    porting.needs(part, Work.DONOR_CANCELS, Saying(_("The donor wants to call the porting off")), explanation, due)


def donor_cancellation_refused(porting: Porting, part: Part, words: str, at: datetime, by: str) -> None:
    porting.no_longer_awaits(part, Deadline.OUR_ANSWER, at)
    porting.done(part, Work.DONOR_CANCELS, by, Saying(_("The donor's cancellation was refused.")))
    said = Saying("%(words)s", {"words": words})
    porting.facts.append(
        ChangeRefused(part.numbers, by_donor=False, of_date=False, unchanged=part.change_date, reason=said)
    )
    porting.note("donor-cancellation-refused", at, part, by=by, note=words)
    go_on_if_day_came(porting, part, at)


def go_on_if_day_came(porting: Porting, part: Part, at: datetime) -> None:
    """The day that holds may have come while a change was open."""
    if part.state is not PortingState.CONFIRMED or part.change_date is None or part.change_is_open:
        return
    porting.done(part, Work.DAY_CAME, "porting", Saying(_("The change is settled.")))
    porting.set_day(part)


def stop_held(porting: Porting, part: Part, at: datetime, by: str, why: str | None) -> None:
    """A message of ours that has not gone out yet never will."""
    asked = part.pre_agreement
    if asked is None:
        raise refusals.NothingHeld()
    if part.state is PortingState.HELD:
        withdraw(
            porting, part, Saying("%(why)s", {"why": why}) if why else Saying(_("Stopped before it was sent.")), at, by
        )
        return
    if asked.held_change is not None:
        asked.withdraw_change()
        go_on_if_day_came(porting, part, at)
    elif asked.take_over is not None and asked.held_take_over is not None:
        asked.withdraw_take_over()
        look_at(porting, part, "AKM-TR", (_("it was stopped and is still owed"),), at, Work.TAKE_OVER)
    else:
        raise refusals.NothingHeld()
    porting.note("message-stopped", at, part, by=by, note=why)


def withdraw(porting: Porting, part: Part, reason: Saying, at: datetime, by: str) -> None:
    """While the donor isn't bound: nobody has to agree."""
    if part.binds_donor or not part.allows(PortingTrigger.CANCEL):
        raise refusals.NotNow()
    asked = part.pre_agreement
    if asked is not None and asked.state is PreAgreementState.HELD:
        asked.take(PreAgreementTrigger.WITHDRAW)
    _cancel(porting, part, reason, at, by)


def give_way(porting: Porting, part: Part, reason: Saying, at: datetime, by: str) -> None:
    """What was called off for a new pre-agreement: another order makes that one."""
    _asked(part).take(PreAgreementTrigger.REPLACE)
    _cancel(porting, part, reason, at, by)


def _cancel(porting: Porting, part: Part, reason: Saying, at: datetime, by: str) -> None:
    part.step(PortingTrigger.CANCEL)
    porting.note("porting-cancelled", at, part, by=by)
    porting.conclude(part, reason, at, by=by)


def _stays(porting: Porting, part: Part, change: Change, reason: Saying, at: datetime, by: str) -> None:
    porting.no_longer_awaits(part, Deadline.CHANGE_ANSWER, at)
    porting.done(part, Work.OVERDUE, by, Saying(_("The donor has answered.")))
    unchanged = part.change_date
    porting.facts.append(
        ChangeRefused(part.numbers, by_donor=True, of_date=not change.cancels, unchanged=unchanged, reason=reason)
    )


def _change_not_understood(porting: Porting, part: Part, change: Change, code: str, at: datetime) -> None:
    """Everything stays as it was."""
    by = porting.donor.name
    reason = Saying(_("The donor could not read our message (%(code)s)."), {"code": code})
    _stays(porting, part, change, reason, at, by)
    porting.note("change-refused", at, part, by=by, note=code)
    look_at(porting, part, code, (_("the donor could not read the change; what was agreed before holds"),), at)
    go_on_if_day_came(porting, part, at)


def _called_off(porting: Porting, part: Part, rules: Rules, at: datetime, by: str) -> None:
    if part.is_over:
        porting.note("porting-cancelled", at, part, by=by)
        porting.conclude(part, Saying(_("It was called off by agreement of both providers.")), at, by=by)
        return
    for deadline in (Deadline.ANSWER, Deadline.TAKE_OVER):
        porting.no_longer_awaits(part, deadline, at)
    for work in (Work.ODD_DATE, Work.TAKE_OVER, Work.DAY_CAME, Work.OVERDUE):
        porting.done(part, work, by, Saying(_("The change is settled.")))
    was = part.change_date or part.requested_on
    porting.facts.append(CalledOffForNew(part.numbers, part.change_date))
    part.change_date = None
    due = deadlines.new_pre_agreement_due(was, at, rules, porting.federal_state)
    porting.awaits(part, Deadline.NEW_PRE_AGREEMENT, due, rules)
    porting.note("called-off-for-new", at, part, by=by)
    porting.needs(
        part,
        Work.NEW_PRE_AGREEMENT,
        Saying(_("A new pre-agreement has to follow")),
        Saying(
            _("The old one with %(donor)s is called off; ask anew with the particulars that hold now."),
            {"donor": porting.donor.name},
        ),
        due,
    )


def _asked(part: Part) -> PreAgreement:
    assert part.pre_agreement is not None, "only electronic portings change by messages"
    return part.pre_agreement
