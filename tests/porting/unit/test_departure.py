"""A departure from the request to its end, and what keeps it from beginning its day (PORT-9)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from porting.domain import departure_changes, departure_day, refusals
from porting.domain.deadlines import Rules
from porting.domain.departure import Departure, Recipient, ask
from porting.domain.departure_checks import judge
from porting.domain.departure_facts import Agreed, Awaited, Cancelled, Completed, Due, Duty, Needed, Outgoing, Wait
from porting.domain.ids import CancellationId, ChangeId, PortingCarrier
from porting.domain.lifecycle import DepartureState, PreAgreementState
from porting.domain.messages import Cancellation, DateChange, Settlement, TakeOver, TechnicalRefusal
from porting.domain.particulars import PortingCase
from porting.domain.sequence import Reaction
from telecom.formats import berlin_day
from tests.porting.unit.test_departure_checks import BLOCK, KNOWN, KUE

pytestmark = pytest.mark.rule("PORT-9")

NOW, RULES = datetime(2026, 3, 2, 9, tzinfo=UTC), Rules()
SOON, DAY = NOW + timedelta(seconds=5), datetime(2026, 3, 16, 9, tzinfo=UTC)
THEIRS = KUE.pre_agreement_id


def asked() -> Departure:
    found = ask(uuid4(), Recipient("DEU.ALTNET", "Altnetz"), KUE, NOW)
    found.begin(judge(KUE, "DEU.ALTNET", KNOWN, NOW.date(), RULES), RULES, NOW, SOON)
    return found


def agreed() -> Departure:
    found = asked()
    found.send_answer(SOON)
    return found


def ours(*, final: bool = True) -> Cancellation:
    return Cancellation(THEIRS, CancellationId("DEU.TRUNK.S000000001"), final, "Kunde bleibt")


def theirs(number: int = 1, *, final: bool = True) -> Cancellation:
    return Cancellation(THEIRS, CancellationId.of("DEU.ALTNET", number), final)


def test_a_clear_answer_waits_a_while_and_then_stands() -> None:
    found = asked()
    assert (found.held, found.state) == (Outgoing.ANSWER, DepartureState.ASKED)
    assert any(isinstance(one, Awaited) and one.wait is Wait.OUR_ANSWER for one in found.facts)
    found.send_answer(SOON)
    assert (found.held, found.state, found.change_date) == (None, DepartureState.AGREED, KUE.requested_on)
    assert Agreed(KUE.requested_on) in found.facts
    assert not found.waits


def test_an_answer_that_is_stopped_is_a_persons_to_give() -> None:
    found = asked()
    found.stop(Outgoing.ANSWER, None, NOW, "Olga")
    assert found.held is None
    assert any(isinstance(one, Needed) and one.duty is Duty.DECIDE and one.due_at for one in found.facts)
    with pytest.raises(refusals.NotNow):
        found.stop(Outgoing.ANSWER, None, NOW, "Olga")


def test_only_numbers_of_the_customer_can_be_given_away_whoever_decides() -> None:
    strange = replace(KUE, numbers=(replace(BLOCK, stem="999"),))
    found = ask(uuid4(), Recipient("DEU.ALTNET", "Altnetz"), strange, NOW)
    verdict = judge(strange, "DEU.ALTNET", KNOWN, NOW.date(), RULES)
    found.begin(verdict, RULES, NOW, SOON)
    with pytest.raises(refusals.NumbersNotOurs):
        found.agree(verdict, DAY.date(), RULES, NOW, "Olga", SOON)


@pytest.mark.rule("PORT-8")
def test_on_the_day_the_numbers_are_due_and_with_the_last_of_them_it_is_completed() -> None:
    found = agreed()
    departure_day.begin_day(found, KUE.numbers, DAY - timedelta(days=1))
    assert found.state is DepartureState.AGREED
    departure_day.begin_day(found, KUE.numbers, DAY)
    assert Due(DAY.date(), KUE.numbers) in found.facts
    departure_day.release(found, (BLOCK,), DAY)
    assert found.state is DepartureState.DUE
    departure_day.release(found, (BLOCK, *KUE.numbers[1:]), DAY)
    assert (found.state, found.pre_agreement.state) == (DepartureState.COMPLETED, PreAgreementState.COMPLETE)
    assert Completed() in found.facts


@pytest.mark.rule("PORT-8")
def test_only_what_is_still_with_us_is_handed_over() -> None:
    found = agreed()
    rest = BLOCK.tenths()[1:]
    departure_day.begin_day(found, rest, DAY)
    assert Due(DAY.date(), rest) in found.facts
    departure_day.hand_over(found, rest[1:], DAY, "Olga")
    assert Due(DAY.date(), rest[1:]) in found.facts
    departure_day.release(found, rest[1:], DAY)
    assert found.state is DepartureState.COMPLETED


@pytest.mark.rule("PORT-8")
def test_of_a_departure_of_which_nothing_is_with_us_any_more_nothing_is_due() -> None:
    found = agreed()
    departure_day.begin_day(found, (), DAY)
    assert found.state is DepartureState.COMPLETED
    assert not [one for one in found.facts if isinstance(one, Due)]


@pytest.mark.rule("PORT-8")
def test_while_a_change_is_open_the_day_does_not_begin_and_a_person_is_asked() -> None:
    found = agreed()
    departure_changes.cancel(found, ours(), RULES, "Olga", NOW, SOON)
    departure_changes.send_cancellation(found, RULES, SOON)
    departure_day.begin_day(found, KUE.numbers, DAY)
    assert found.state is DepartureState.AGREED
    assert any(isinstance(one, Needed) and one.duty is Duty.HAND_OVER for one in found.facts)
    departure_changes.settle_by_hand(found, False, "bleibt dabei", RULES, DAY, "Olga")
    departure_day.begin_day(found, KUE.numbers, DAY)
    assert found.state is DepartureState.DUE


def test_we_call_off_early_enough_or_not_at_all() -> None:
    found = agreed()
    with pytest.raises(refusals.TooLateToCancel):
        departure_changes.cancel(found, ours(), RULES, "Olga", DAY - timedelta(days=3), SOON)
    departure_changes.cancel(found, ours(), RULES, "Olga", NOW, SOON)
    asked_for = departure_changes.send_cancellation(found, RULES, SOON)
    assert departure_changes.send_again(found, RULES, SOON, "Olga") == asked_for
    departure_changes.hear_settlement(
        found, Settlement(THEIRS, "8004", cancellation_id=asked_for.cancellation_id), RULES, SOON
    )
    assert found.state is DepartureState.CANCELLED
    assert sum(isinstance(one, Cancelled) for one in found.facts) == 1


def test_calling_off_is_offered_only_while_it_is_not_too_late() -> None:
    found = agreed()
    assert {"cancel", "cancel-follow-up"} <= set(found.may(berlin_day(NOW), RULES))
    late = found.may(berlin_day(DAY - timedelta(days=3)), RULES)
    assert not {"cancel", "cancel-follow-up"} & set(late)


def test_our_answer_refused_technically_leaves_our_cancellation_with_the_other_carrier() -> None:
    found = agreed()
    departure_changes.cancel(found, ours(), RULES, "Olga", NOW, SOON)
    departure_changes.send_cancellation(found, RULES, SOON)
    departure_changes.hear_technical_refusal(found, TechnicalRefusal(THEIRS, "0995", "RUEM-VA"), RULES, SOON)
    assert found.pre_agreement.our_change is not None
    assert Wait.CHANGE_ANSWER in found.waits
    departure_changes.hear_technical_refusal(found, TechnicalRefusal(THEIRS, "0995", "STR-AUF"), RULES, SOON)
    assert found.pre_agreement.our_change is None
    assert Wait.CHANGE_ANSWER not in found.waits


def test_theirs_comes_before_what_we_still_hold_back() -> None:
    found = agreed()
    departure_changes.cancel(found, ours(), RULES, "Olga", NOW, SOON)
    departure_changes.hear_change(found, theirs(), RULES, NOW, SOON)
    assert found.held is Outgoing.CHANGE_ANSWER
    departure_changes.send_change_answer(found, RULES, SOON)
    assert (found.state, found.waits) == (DepartureState.CANCELLED, {})


def test_a_late_cancellation_is_a_persons_and_while_numbers_move_it_is_refused() -> None:
    late = agreed()
    assert (
        departure_changes.hear_change(late, theirs(), RULES, DAY - timedelta(days=3), DAY).reaction is Reaction.DECIDE
    )
    assert late.held is None
    with pytest.raises(refusals.ReasonMissing):
        departure_changes.answer_change(late, False, None, "Olga", DAY)
    moving = agreed()
    departure_day.begin_day(moving, KUE.numbers, DAY)
    departure_changes.hear_change(moving, theirs(), RULES, DAY, DAY)
    refused = departure_changes.send_change_answer(moving, RULES, DAY)
    assert [one.code for one in getattr(refused, "reasons", ())] == ["8142"]
    assert moving.state is DepartureState.DUE


def test_what_was_called_off_for_a_new_request_waits_for_it_and_can_be_closed() -> None:
    found = agreed()
    departure_changes.hear_change(found, theirs(final=False), RULES, NOW, SOON)
    departure_changes.send_change_answer(found, RULES, SOON)
    assert (found.state, list(found.waits)) == (DepartureState.AWAITING_NEW, [Wait.NEW_PRE_AGREEMENT])
    assert found.deadline_passed(Wait.NEW_PRE_AGREEMENT, DAY)
    assert not found.deadline_passed(Wait.NEW_PRE_AGREEMENT, DAY)
    assert found.pre_agreement.state is PreAgreementState.OVERDUE
    found.close("per Telefon", DAY, "Olga")
    assert (found.state, found.waits) == (DepartureState.CANCELLED, {})


def test_no_line_of_ours_is_given_away_and_who_asks_again_is_told_again() -> None:
    found = agreed()
    wanted = TakeOver(THEIRS, True, False, (), PortingCarrier("D0B2"))
    _response, refused = found.hear_take_over(wanted, NOW)
    assert refused is not None
    assert refused.code == "8147"
    assert found.hear_take_over(wanted, NOW)[1] == refused
    assert found.hear_take_over(replace(wanted, take_over=False), NOW)[1] is None


def test_a_new_date_moves_the_day() -> None:
    found = agreed()
    later = date(2026, 3, 18)
    departure_changes.hear_change(found, DateChange(THEIRS, ChangeId("DEU.ALTNET.T000000001"), later), RULES, NOW, SOON)
    departure_changes.send_change_answer(found, RULES, SOON)
    assert found.change_date == later
    departure_day.begin_day(found, KUE.numbers, DAY)
    assert found.state is DepartureState.AGREED


def test_a_contract_that_ends_without_its_numbers_is_over_with_the_day() -> None:
    orn = replace(KUE, case=PortingCase.END_WITHOUT_NUMBERS, numbers=(BLOCK,), window=None)
    found = ask(uuid4(), Recipient("DEU.ALTNET", "Altnetz"), orn, NOW)
    found.begin(judge(orn, "DEU.ALTNET", KNOWN, NOW.date(), RULES), RULES, NOW, SOON)
    found.send_answer(SOON)
    departure_day.begin_day(found, KUE.numbers, DAY)
    assert (found.numbers, found.state) == ((), DepartureState.COMPLETED)
    assert not [one for one in found.facts if isinstance(one, Due)]
