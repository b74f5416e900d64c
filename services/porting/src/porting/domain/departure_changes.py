"""Changes of a departure: another date (TV) or calling it off (STR), theirs and ours (PORT-9)."""

from datetime import datetime

from porting.domain import deadlines, departure_checks, refusals
from porting.domain.codes import code_of
from porting.domain.deadlines import Rules
from porting.domain.departure import Departure
from porting.domain.departure_facts import Cancelled, Duty, Held, Outgoing, Wait
from porting.domain.facts import Saying
from porting.domain.lifecycle import DepartureState, DepartureTrigger, PreAgreementState
from porting.domain.messages import Cancellation, DateChange, Refusal, Settlement, TechnicalRefusal
from porting.domain.pre_agreement import Response
from porting.domain.sequence import Reaction
from telecom.formats import berlin_day
from telecom.refusal import _


def hear_change(
    departure: Departure, asked: DateChange | Cancellation, rules: Rules, at: datetime, goes_out_at: datetime
) -> Response:
    """TV, STR. What is to be decided is decided by rule where it can be, else by a person."""
    response = departure.pre_agreement.hear_change(asked, at)
    kind = "date-change-asked" if isinstance(asked, DateChange) else "cancellation-asked"
    if response.reaction is not Reaction.NOTE:
        departure.note(f"departure-{kind}", at)
    if response.reaction is Reaction.DECIDE:
        _forget_what_lapsed(departure)
        _consider(departure, asked, rules, at, goes_out_at)
    else:
        _follow(departure, rules, at, departure.carrier.name)
    return response


def answer_change(departure: Departure, agreed: bool, words: str | None, by: str, goes_out_at: datetime) -> None:
    change = departure.pre_agreement.their_change
    if change is None:
        raise refusals.NotNow()
    if not agreed and change.cancels and not words:
        raise refusals.ReasonMissing(field="reason")
    departure.hold_change_answer(agreed, None if agreed else words, goes_out_at, by)


def send_change_answer(departure: Departure, rules: Rules, at: datetime) -> Settlement | Refusal:
    """ERLM or ABBM goes out; what both sides agreed on holds."""
    held = departure.change_answer
    assert held is not None
    departure.change_answer = None
    by = held.by or "porting"
    if held.agreed:
        message: Settlement | Refusal = departure.pre_agreement.settle_theirs()
        departure.note("departure-change-agreed", at, by=held.by)
    else:
        message = departure.pre_agreement.refuse_theirs(held.words)
        departure.note("departure-change-refused", at, by=held.by, note=held.words)
    departure.no_longer_awaits(Wait.OUR_CHANGE_ANSWER, by)
    departure.done(Duty.DECIDE_CHANGE, by, Saying(_("The other carrier has our answer.")))
    _follow(departure, rules, at, by)
    return message


def cancel(
    departure: Departure, asked: Cancellation, rules: Rules, by: str, at: datetime, goes_out_at: datetime
) -> None:
    """STR: only after our RUEM-VA, with words, and not so late that the day may come before the answer."""
    if departure.state is not DepartureState.AGREED or not departure.pre_agreement.may_cancel():
        raise refusals.NotNow()
    if departure_checks.is_late(departure.change_date, berlin_day(at), rules, departure.federal_state):
        raise refusals.TooLateToCancel(days=rules.change_ahead_days)
    departure.pre_agreement.ask_for(asked)
    departure.cancellation_goes_out_at = goes_out_at
    departure.facts.append(Held(Outgoing.CANCELLATION, goes_out_at))
    departure.note("departure-cancellation-held", at, by=by, note=asked.reason)


def send_cancellation(departure: Departure, rules: Rules, at: datetime) -> Cancellation:
    asked = departure.pre_agreement.send_change(at)
    assert isinstance(asked, Cancellation)
    departure.cancellation_goes_out_at = None
    departure.note("departure-cancellation-sent", at)
    departure.awaits(Wait.CHANGE_ANSWER, deadlines.due_in(at, rules.answer_days, departure.federal_state), rules)
    return asked


def send_again(departure: Departure, rules: Rules, at: datetime, by: str) -> Cancellation:
    """The unanswered message once more, under the same id."""
    asked = departure.pre_agreement.unanswered
    if not isinstance(asked, Cancellation):
        raise refusals.NotNow()
    departure.note("departure-cancellation-sent", at, by=by)
    departure.no_longer_awaits(Wait.CHANGE_ANSWER, by)
    departure.awaits(Wait.CHANGE_ANSWER, deadlines.due_in(at, rules.answer_days, departure.federal_state), rules)
    return asked


def settle_by_hand(departure: Departure, agreed: bool, note: str | None, rules: Rules, at: datetime, by: str) -> None:
    """They said to a person what they make of our cancellation."""
    if not isinstance(departure.pre_agreement.unanswered, Cancellation):
        raise refusals.NotNow()
    departure.pre_agreement.answer_by_hand(agreed=agreed)
    departure.no_longer_awaits(Wait.CHANGE_ANSWER, by)
    departure.note(f"departure-cancellation-{'agreed' if agreed else 'refused'}", at, by=by, note=note)
    _follow(departure, rules, at, by)


def hear_settlement(departure: Departure, settlement: Settlement, rules: Rules, at: datetime) -> Response:
    response = departure.pre_agreement.hear_settlement(settlement)
    if response.reaction is Reaction.TAKE:
        departure.no_longer_awaits(Wait.CHANGE_ANSWER, departure.carrier.name)
        departure.note("departure-cancellation-agreed", at)
        _follow(departure, rules, at, departure.carrier.name)
    return response


def hear_refusal(departure: Departure, refusal: Refusal, rules: Rules, at: datetime) -> Response:
    """ABBM to our cancellation: everything stays, and a person knows."""
    response = departure.pre_agreement.hear_refusal(refusal)
    if response.reaction is Reaction.TAKE:
        departure.no_longer_awaits(Wait.CHANGE_ANSWER, departure.carrier.name)
        codes = tuple(code_of(one.code).text for one in refusal.reasons)
        departure.look_at(_("Our cancellation was refused: %(why)s."), {"why": codes}, at)
        _follow(departure, rules, at, departure.carrier.name)
    return response


def hear_technical_refusal(departure: Departure, refused: TechnicalRefusal, rules: Rules, at: datetime) -> None:
    """Ours was not understood; a person looks."""
    departure.pre_agreement.hear_technical_refusal(refused, at)
    departure.look_at(_("Our message was refused technically: %(why)s."), {"why": (code_of(refused.code).text,)}, at)
    _follow(departure, rules, at, departure.carrier.name)


def _consider(
    departure: Departure, asked: DateChange | Cancellation, rules: Rules, at: datetime, goes_out_at: datetime
) -> None:
    today, state, agreed_on = berlin_day(at), departure.federal_state, departure.change_date
    departure.awaits(Wait.OUR_CHANGE_ANSWER, deadlines.due_in(at, rules.answer_days, state), rules)
    if departure.state is DepartureState.DUE:
        words = _("The numbers are being handed over.")
        departure.hold_change_answer(False, words, goes_out_at)
    elif isinstance(asked, DateChange):
        assert agreed_on is not None, "a date is changed after it was agreed"
        against = departure_checks.against_date(asked, agreed_on, departure.case, today, rules, state)
        departure.hold_change_answer(against is None, against, goes_out_at)
    elif departure_checks.is_late(agreed_on, today, rules, state):
        departure.ask_about_change()
    else:
        departure.hold_change_answer(True, None, goes_out_at)


def _follow(departure: Departure, rules: Rules, at: datetime, by: str) -> None:
    """What became of the pre-agreement becomes of the departure."""
    mine = departure.pre_agreement
    stood = departure.state in (DepartureState.ASKED, DepartureState.AGREED, DepartureState.DUE)
    _forget_what_lapsed(departure)
    if mine.state is PreAgreementState.CANCELLED and not departure.is_over:
        departure.step(DepartureTrigger.CANCEL)
        if stood:
            _called_off(departure, at)
        departure.finish(by)
    elif mine.state is PreAgreementState.AWAITING_NEW and stood:
        departure.step(DepartureTrigger.CALL_OFF_FOR_NEW)
        _called_off(departure, at)
        departure.finish(by)
        was = mine.change_date or mine.request.requested_on
        due_at = deadlines.new_pre_agreement_due(was, at, rules, departure.federal_state)
        departure.awaits(Wait.NEW_PRE_AGREEMENT, due_at, rules)
    elif departure.state is DepartureState.AGREED:
        departure.set_day()


def _called_off(departure: Departure, at: datetime) -> None:
    if departure.released:
        departure.look_at(_("It was called off, but some of the numbers have been handed over."), {}, at)
    departure.facts.append(Cancelled(Saying(_("Called off between the carriers."))))
    departure.note("departure-cancelled", at)


def _forget_what_lapsed(departure: Departure) -> None:
    if departure.pre_agreement.their_change is None:
        departure.no_change_any_more()
    if departure.pre_agreement.our_change is None:
        departure.drop_cancellation()
        departure.no_longer_awaits(Wait.CHANGE_ANSWER, departure.carrier.name)
