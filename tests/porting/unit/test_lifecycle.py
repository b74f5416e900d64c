"""Whatever happens in whatever order: the tables hold, and nothing is waited for in silence."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from porting.adapters.codec import loaded, stored
from porting.application.speech import in_both
from porting.domain import asking, changing, paper, standing
from porting.domain.facts import (
    AtRisk,
    Cancelled,
    Completed,
    Confirmed,
    DaySet,
    Deadline,
    Due,
    Fact,
    Held,
    Level,
    PartCompleted,
    Reduced,
    Rejected,
    Saying,
    Started,
)
from porting.domain.ids import PreAgreementId
from porting.domain.lifecycle import CHANGE, PORTING, PRE_AGREEMENT, TAKE_OVER, PortingState, PortingTrigger
from porting.domain.messages import Cancellation, DateChange, TechnicalRefusal
from porting.domain.part import Part
from porting.domain.particulars import PortingCase, Window
from porting.domain.porting import Porting
from porting.domain.pre_agreement import PreAgreement, settlement_of
from porting.domain.sequence import Reaction
from telecom.formats import berlin_day
from telecom.lifecycle import Lifecycle, NotPossible
from telecom.refusal import Refusal as Refused
from tests.porting.requests import (
    BLOCKS,
    DAY,
    LATER,
    NOW,
    RULES,
    SENT,
    SINGLES,
    US,
    agreement,
    asked,
    cancellation,
    date_change,
    refusal,
    request,
)

Act = Callable[[Porting, Part], object]
NUMBERS = count(10)


def release(one: Porting, part: Part) -> None:
    """What is held goes out, as the service does it."""
    if part.state is PortingState.HELD:
        asking.send(one, part, RULES, NOW)
    if part.pre_agreement is not None and part.pre_agreement.held_change is not None:
        changing.send_change(one, part, RULES, NOW)
    if part.pre_agreement is not None and part.pre_agreement.held_take_over is not None:
        asking.send_take_over(one, part, NOW)


def hear_agreement(one: Porting, part: Part) -> None:
    if asked(part).hear_answer(agreement(part), berlin_day(NOW)).reaction is Reaction.TAKE:
        asking.agree(one, part, agreement(part), US, RULES, NOW)


def hear_refusal(code: str) -> Act:
    def hear(one: Porting, part: Part) -> None:
        if asked(part).hear_refusal(refusal(part, code)).reaction is Reaction.TAKE:
            asking.refuse(one, part, refusal(part, code), RULES, NOW)

    return hear


def not_understood(kind: str) -> Act:
    def hear(one: Porting, part: Part) -> None:
        refused = TechnicalRefusal(asked(part).pre_agreement_id, "0995", kind)
        changing.hear_technical_refusal(one, part, refused, RULES, NOW)

    return hear


def hear_settlement(one: Porting, part: Part) -> None:
    change = asked(part).our_change
    if change is not None and asked(part).hear_settlement(settlement_of(change.asked)).reaction is Reaction.TAKE:
        changing.change_agreed(one, part, RULES, NOW, "Altnetz")


def hear_cancellation(one: Porting, part: Part) -> None:
    said = cancellation(part, carrier="DEU.ALTNET", number=next(NUMBERS), final=False)
    response = asked(part).hear_change(said, NOW)
    if response.reaction is Reaction.DECIDE:
        changing.donor_cancels(one, part, said, RULES, NOW)
    elif response.reaction is Reaction.SETTLE:
        changing.change_agreed(one, part, RULES, NOW, "Altnetz")


def accept_cancellation(one: Porting, part: Part) -> None:
    if asked(part).their_change is not None:
        asked(part).settle_theirs()
        changing.change_agreed(one, part, RULES, NOW, "Olga")


def ask_again(one: Porting, part: Part) -> None:
    named = PreAgreementId.of("DEU.TRUNK", next(NUMBERS))
    asking.ask_again(one, part, (LATER, Window.EARLY, part.case), named, US, RULES, NOW, "Olga")


def hear_take_over_refusal(one: Porting, part: Part) -> None:
    if asked(part).hear_take_over_refusal("8147", NOW).reaction is Reaction.TAKE:
        asking.take_over_refused(one, part, "8147", RULES, NOW)


def announce_again(one: Porting, part: Part) -> None:
    announced = asking.take_over_of(asked(part), US, take_over=False, safe_haven=False)
    asking.announce_again(one, part, announced, RULES, NOW, "Olga")


def by_hand(one: Porting, part: Part) -> None:
    paper.confirm_date(one, part, (LATER, Window.EARLY), US, RULES, NOW, "Olga")


ACTS: dict[str, Act] = {
    "what is held goes out": release,
    "agreed": hear_agreement,
    "refused": hear_refusal("8117"),
    "refused for good": hear_refusal("8118"),
    "VA not understood": not_understood("VA-RRNP"),
    "AKM-TR not understood": not_understood("AKM-TR"),
    "TV not understood": not_understood("TV"),
    "STR not understood": not_understood("STR-AUF"),
    "take-over refused": hear_take_over_refusal,
    "take-over announced again": announce_again,
    "another date": lambda one, part: changing.reschedule(
        one, part, date_change(part, number=next(NUMBERS)), RULES, NOW
    ),
    "call off": lambda one, part: changing.call_off(one, part, cancellation(part, number=next(NUMBERS))),
    "call off for new": lambda one, part: changing.call_off(
        one, part, cancellation(part, final=False, number=next(NUMBERS))
    ),
    "change agreed": hear_settlement,
    "donor cancels": hear_cancellation,
    "donor's cancellation accepted": accept_cancellation,
    "ask again": ask_again,
    "stop": lambda one, part: changing.withdraw(one, part, Saying("why"), NOW, "Olga"),
    "stop held": lambda one, part: changing.stop_held(one, part, NOW, "Olga", "why"),
    "upload": lambda one, part: paper.upload_form(one, SENT, NOW),
    "refuse form": lambda one, part: paper.refuse_form(one, "unsigned", RULES, NOW, "Olga"),
    "release": lambda one, part: paper.release(one, RULES, NOW, "Olga", None),
    "date by hand": by_hand,
    "window": lambda one, part: (
        one.awaits(part, Deadline.ASSIGNMENT, NOW, RULES) if one.open_window(part, NOW) else None
    ),
    "assigned": lambda one, part: one.complete(part, NOW),
}


STOPPED_LATE = ("what is held goes out", "agreed", "what is held goes out", "call off", "window", "stop held")


@settings(deadline=None, max_examples=400)
@example([(sorted(ACTS).index(name), 0) for name in STOPPED_LATE], True)
@given(st.lists(st.tuples(st.integers(0, len(ACTS) - 1), st.integers(0, 2)), max_size=25), st.booleans())
def test_any_sequence_of_events_tells_a_story_that_makes_sense(acts: list[tuple[int, int]], electronic: bool) -> None:
    one = request(electronic=electronic, numbers=BLOCKS[:7] + SINGLES[:3])
    names, days = sorted(ACTS), set[int]()
    facts = one.take_facts()
    for first, nth in acts:
        part = one.parts[nth % len(one.parts)]
        if _do_the_first_possible(names[first:] + names[:first], one, part) == "window":
            days.discard(part.number)
        newest = one.take_facts()
        days |= {fact.part for fact in newest if isinstance(fact, DaySet)}
        facts += newest
        for other in one.living:
            nothing_is_waited_for_in_silence(one, other, days)
    told = [type(fact) for fact in facts]
    assert told[0] is Started
    assert told.count(Completed) + told.count(Cancelled) + sum(_final(fact) for fact in facts) == one.is_over
    ended = [part for part in one.parts if part.is_over and not part.moved]
    assert told.count(Reduced) == sum(part.end_told for part in ended)
    untold = [part for part in ended if not part.end_told]
    assert one.is_over or not untold or all(part.is_being_called_off for part in one.living)
    for part in one.parts:
        assert (part.change_date is not None) or part.state not in (PortingState.CONFIRMED, PortingState.DUE)
    if one.is_over:
        assert not one.waiting


def _do_the_first_possible(names: list[str], one: Porting, part: Part) -> str | None:
    """The first act that the tables allow and that changes something; its name."""
    for name in names:
        before, facts = one.state, len(one.facts)
        try:
            ACTS[name](one, part)
        except (NotPossible, Refused, AssertionError):
            assert one.state is before
        if len(one.facts) > facts:
            return name
    return None


def _final(fact: Fact) -> bool:
    return isinstance(fact, Rejected) and not fact.fixable


def nothing_is_waited_for_in_silence(one: Porting, part: Part, days: set[int]) -> None:
    """A deadline runs, a message of ours is about to go out, the agreed day is yet to come, or the customer has the
    form. `days`: of the parts whose window is set to open."""
    comes = part.state is PortingState.CONFIRMED and not part.change_is_open
    assert not comes or part.number in days
    owed = standing.owed(part)
    if owed is not None:
        assert one.waited_for(part, owed) is not None, (part.state, owed)
        return
    held = part.state is PortingState.HELD or (part.pre_agreement is not None and _holds(part.pre_agreement))
    assert comes or held or part.state in (PortingState.AWAITING_FORM, PortingState.FORM_UPLOADED)


def _holds(pre_agreement: PreAgreement) -> bool:
    return pre_agreement.held_change is not None or pre_agreement.held_take_over is not None


@pytest.mark.rule("PORT-5")
@given(st.lists(st.sampled_from(PortingTrigger)))
def test_what_is_over_stays_over(triggers: list[PortingTrigger]) -> None:
    state, ended = PortingState.HELD, None
    for trigger in triggers:
        if PORTING.allows(state, trigger):
            assert ended is None
            state = PORTING.after(state, trigger)
            ended = state if state in PORTING.final_states() else None


@pytest.mark.parametrize("table", [PORTING, PRE_AGREEMENT, CHANGE, TAKE_OVER])
def test_every_state_can_be_reached_and_every_open_one_can_end(table: Lifecycle[Any, Any]) -> None:
    states = {state for step in table.steps for state in (step.before, step.after)}
    reached, ends = set(table.begins), table.final_states()
    for _ in states:
        reached |= {step.after for step in table.steps if step.before in reached}
        ends |= {step.before for step in table.steps if step.after in ends}
    assert reached == states
    if table is not TAKE_OVER:  # it may be announced again as long as the pre-agreement lives
        assert ends == states


@pytest.mark.rule("PORT-4")
def test_a_paper_porting_starts_paused_and_its_form_is_checked_before_it_goes_on() -> None:
    one = request(electronic=False)
    assert one.state == "awaiting_form"
    with pytest.raises(Refused):
        paper.release(one, RULES, NOW, "Olga", None)
    paper.upload_form(one, SENT, NOW)
    paper.refuse_form(one, "not signed", RULES, NOW, "Olga")
    assert one.form is not None
    assert (one.form.state, one.form.refused_because) == ("awaited", "not signed")
    paper.upload_form(one, SENT, NOW)
    paper.release(one, RULES, NOW, "Olga", None)
    assert one.state is PortingState.AWAITING_DATE


@pytest.mark.rule("PORT-5")
def test_a_paper_carriers_date_can_be_moved_by_hand() -> None:
    one = request(electronic=False)
    paper.upload_form(one, SENT, NOW)
    paper.release(one, RULES, NOW, "Olga", None)
    for day in (DAY, LATER):
        paper.confirm_date(one, one.parts[0], (day, Window.MORNING), US, RULES, NOW, "Olga")
    assert one.change_date == LATER
    assert [type(fact).__name__ for fact in one.facts].count("Rescheduled") == 1


@pytest.mark.rule("PORT-7", "PORT-8")
@pytest.mark.parametrize("asked_for", [DAY, berlin_day(NOW)])
def test_a_date_agreed_by_hand_can_be_moved_by_hand_though_the_donor_is_electronic(asked_for: date) -> None:
    one = request()
    (part,) = one.parts
    part.requested_on = asked_for
    release(one, part)
    if asked_for == DAY:
        hear_refusal("8117")(one, part)
    assert part.state is PortingState.CLEARING
    for day in (DAY, LATER):
        assert "confirm-date" in standing.acts_on_part(one, part)
        paper.confirm_date(one, part, (day, Window.MORNING), US, RULES, NOW, "Olga")
    assert (one.change_date, one.state) == (LATER, PortingState.CONFIRMED)
    assert [type(fact).__name__ for fact in one.facts].count("Rescheduled") == 1
    assert [fact for fact in one.facts if isinstance(fact, DaySet)][-1].opens_at.date() == LATER


@pytest.mark.rule("PORT-5")
def test_a_date_agreed_by_message_is_moved_by_message_only() -> None:
    one = request()
    (part,) = one.parts
    release(one, part)
    hear_agreement(one, part)
    assert "confirm-date" not in standing.acts_on_part(one, part)
    with pytest.raises(Refused):
        by_hand(one, part)


def test_without_numbers_to_move_the_agreed_day_completes_the_porting() -> None:
    one = request(case=PortingCase.END_WITHOUT_NUMBERS, numbers=SINGLES[:1])
    release(one, one.parts[0])
    hear_agreement(one, one.parts[0])
    assert standing.what_comes_next(one).text == "The contract there ends on the agreed day, by itself."
    one.facts.clear()
    one.open_window(one.parts[0], NOW)
    assert standing.meaning(one).text == "The contract with the previous provider has ended."
    assert Completed in [type(fact) for fact in one.facts]
    assert Due not in [type(fact) for fact in one.facts]


@pytest.mark.rule("PORT-1", "PORT-5")
def test_many_numbers_are_asked_for_in_parts_of_which_one_ends_the_donors_contract() -> None:
    one = request(numbers=BLOCKS[:7] + SINGLES[:12])
    assert [len(part.numbers) for part in one.parts] == [5, 2, 10, 2]
    assert [part.case for part in one.parts] == [PortingCase.END_WITH_NUMBERS, *[PortingCase.NUMBERS_ONLY] * 3]
    assert len({asked(part).pre_agreement_id for part in one.parts}) == 4
    assert [type(fact) for fact in one.facts].count(Held) == 4


@pytest.mark.rule("PORT-7")
def test_the_state_of_a_request_is_that_of_the_part_that_needs_most() -> None:
    one = request(numbers=BLOCKS[:7])
    first, second = one.parts
    for part in one.parts:
        release(one, part)
    hear_agreement(one, first)
    assert one.state == "asked"
    confirmed = next(fact for fact in one.facts if isinstance(fact, Confirmed))
    assert (confirmed.numbers, confirmed.awaiting) == (first.numbers, second.numbers)
    hear_refusal("8117")(one, second)
    assert (one.state, one.change_date) == (PortingState.CLEARING, DAY)
    changing.withdraw(one, second, Saying("why"), NOW, "Olga")
    assert one.state == "confirmed"
    one.open_window(first, NOW)
    one.complete(first, NOW)
    assert one.state is PortingState.COMPLETED
    completed = one.facts[-1]
    assert isinstance(completed, Completed)
    assert (completed.numbers, completed.not_ported) == (first.numbers, second.numbers)


@pytest.mark.rule("PORT-8", "NOTE-1")
def test_a_part_that_has_moved_is_told_at_once_and_the_whole_with_the_last() -> None:
    one = request(numbers=BLOCKS[:7])
    first, second = one.parts
    for part in (first, second):
        release(one, part)
        hear_agreement(one, part)
        one.open_window(part, NOW)
    one.facts.clear()
    one.complete(first, NOW)
    assert PartCompleted(first.numbers, second.numbers) in one.facts
    assert not [fact for fact in one.facts if isinstance(fact, Completed)]
    one.complete(second, NOW)
    assert one.facts[-1] == Completed(BLOCKS[:7], (), first.numbers)


@pytest.mark.rule("PORT-3", "NOTE-1")
def test_a_request_called_off_as_a_whole_tells_its_end_once_and_of_parts_only_if_another_goes_on() -> None:
    for donor_agrees in (True, False):
        one = request(numbers=BLOCKS[:12])
        first, second, third = one.parts
        for part in (first, second):
            release(one, part)
            hear_agreement(one, part)
            changing.call_off(one, part, cancellation(part, number=part.number))
        changing.withdraw(one, third, Saying("why"), NOW, "Olga")
        for part in (first, second):
            release(one, part)
        hear_settlement(one, first)
        if donor_agrees:
            hear_settlement(one, second)
        else:
            change = asked(second).answer_by_hand(agreed=False)
            changing.change_refused(one, second, change, "zu spät", NOW, "Olga")
        told = [type(fact) for fact in one.take_facts()]
        assert (told.count(Reduced), told.count(Cancelled)) == ((0, 1) if donor_agrees else (2, 0))


@pytest.mark.rule("PORT-3", "NOTE-1")
def test_a_part_refused_while_all_was_called_off_is_told_as_refused_once_another_goes_on() -> None:
    one = request(numbers=BLOCKS[:12])
    first, second, third = one.parts
    for part in (first, second):
        release(one, part)
        hear_agreement(one, part)
        changing.call_off(one, part, cancellation(part, number=part.number))
        release(one, part)
    release(one, third)
    hear_refusal("8118")(one, third)
    assert Reduced not in [type(fact) for fact in one.take_facts()]
    one = loaded(stored(one), one.version)
    first, second, third = one.parts
    hear_settlement(one, first)
    change = asked(second).answer_by_hand(agreed=False)
    changing.change_refused(one, second, change, "zu spät", NOW, "Olga")
    told = {fact.numbers: fact for fact in one.take_facts() if isinstance(fact, Reduced)}
    assert (told[first.numbers].rejected, told[third.numbers].rejected) == (False, True)
    assert "8118" in in_both(told[third.numbers].reason).de
    assert "[" not in in_both(told[third.numbers].reason).de


@pytest.mark.rule("PORT-8")
def test_a_day_that_comes_while_a_change_is_open_moves_no_number_until_it_is_settled() -> None:
    one = request()
    (part,) = one.parts
    release(one, part)
    hear_agreement(one, part)
    changing.call_off(one, part, cancellation(part))
    release(one, part)
    assert one.open_window(part, NOW) is False
    assert part.state is PortingState.CONFIRMED
    change = asked(part).answer_by_hand(agreed=False)
    changing.change_refused(one, part, change, "zu spät", NOW, "Olga")
    assert one.open_window(part, NOW) is True


def test_what_is_late_is_told_once_for_each_level_and_is_back_on_track_with_the_answer() -> None:
    one = request()
    (part,) = one.parts
    release(one, part)
    one.facts.clear()
    for level in (Level.WARNING, Level.OVERDUE):
        one.at_risk(part, Deadline.ANSWER, level, NOW)
    hear_agreement(one, part)
    told = [fact for fact in one.facts if isinstance(fact, AtRisk) or type(fact).__name__ == "BackOnTrack"]
    assert [type(fact).__name__ for fact in told] == ["AtRisk", "AtRisk", "BackOnTrack"]


def test_a_change_of_date_goes_only_to_a_later_day_and_only_one_is_open_at_a_time() -> None:
    one = request()
    (part,) = one.parts
    with pytest.raises(Refused):
        changing.reschedule(one, part, date_change(part), RULES, NOW)
    release(one, part)
    hear_agreement(one, part)
    with pytest.raises(Refused, match="later day"):
        changing.reschedule(one, part, date_change(part, DAY), RULES, NOW)
    changing.reschedule(one, part, date_change(part), RULES, NOW)
    for second in (date_change(part, number=2), cancellation(part)):
        with pytest.raises(Refused):
            _change(one, part, second)
    release(one, part)
    hear_settlement(one, part)
    assert (part.change_date, one.state) == (LATER, PortingState.CONFIRMED)


def _change(one: Porting, part: Part, wanted: DateChange | Cancellation) -> None:
    if isinstance(wanted, DateChange):
        changing.reschedule(one, part, wanted, RULES, NOW)
    else:
        changing.call_off(one, part, wanted)


def test_a_message_that_is_held_back_can_be_stopped_and_everything_stays_as_it_was() -> None:
    one = request()
    (part,) = one.parts
    release(one, part)
    hear_agreement(one, part)
    release(one, part)
    changing.reschedule(one, part, date_change(part), RULES, NOW)
    changing.stop_held(one, part, NOW, "Olga", None)
    assert (part.change_is_open, part.change_date) == (False, DAY)
    with pytest.raises(Refused):
        changing.stop_held(one, part, NOW, "Olga", None)


def test_a_request_that_is_stopped_before_it_is_sent_binds_nobody() -> None:
    one = request(numbers=BLOCKS[:6])
    for part in one.parts:
        changing.stop_held(one, part, NOW, "Olga", "Versehen")
    assert (one.state, type(one.facts[-1])) == (PortingState.CANCELLED, Cancelled)
    assert all(asked(part).at is None for part in one.parts)


def test_numbers_alone_never_become_the_end_of_a_contract() -> None:
    one = request(case=PortingCase.NUMBERS_ONLY)
    (part,) = one.parts
    release(one, part)
    hear_refusal("8117")(one, part)
    named = PreAgreementId.of("DEU.TRUNK", 77)
    with pytest.raises(Refused):
        asking.ask_again(one, part, (LATER, Window.EARLY, PortingCase.END_WITH_NUMBERS), named, US, RULES, NOW, "Olga")
    ask_again(one, part)
    assert (one.state, part.earlier) == (PortingState.HELD, ["DEU.TRUNK.V000000000"])
