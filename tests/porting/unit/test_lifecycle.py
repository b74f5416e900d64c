"""Whatever happens in whatever order: the tables hold."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porting.domain.deadlines import Rules
from porting.domain.facts import Completed, Confirmed, Due, Fact, Rejected, Started
from porting.domain.ids import PreAgreementId
from porting.domain.lifecycle import (
    PORTING,
    PRE_AGREEMENT,
    PortingState,
    PortingTrigger,
    PreAgreementState,
)
from porting.domain.messages import Answer, Reason, Refusal
from porting.domain.particulars import Donor, PortingCase, Subscriber, Window
from porting.domain.porting import Porting
from telecom.addresses import Address
from telecom.lifecycle import NotPossible
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal as Refused

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 12, 10)
ID = PreAgreementId.of("DEU.TRUNK", 1)


def porting(*, electronic: bool = True, case: PortingCase = PortingCase.END_WITH_NUMBERS) -> Porting:
    found = Porting(
        porting_id=uuid4(),
        order_id=uuid4(),
        line_id=uuid4(),
        agreement_id=uuid4(),
        site_id=uuid4(),
        customer_id=uuid4(),
        donor=Donor("DEU.ALTNET" if electronic else None, "Altnetz"),
        subscriber=Subscriber("Müller", Address("Rosenstraße", "12", "50678", "Köln")),
        case=case,
        numbers=(NumberBlock("221", "479", "00", "99"),),
        all_numbers=False,
        requested_on=DAY,
        window=Window.MORNING,
        federal_state="NW",
        electronic=electronic,
        state=PortingState.HELD if electronic else PortingState.AWAITING_FORM,
    )
    found.start(ID if electronic else None, NOW)
    return found


def answer(code: str = "8001", day: date = DAY) -> Answer:
    return Answer(ID, PortingCase.END_WITH_NUMBERS, code, day, "010", (NumberBlock("221", "479", "00", "99"),))


ACTS = {
    "send": lambda one: one.send(NOW),
    "fault": lambda one: one.hold_for_clearing(("why",), NOW),
    "agree": lambda one: one.agree(answer(), Rules(), NOW),
    "refuse": lambda one: one.refuse(Refusal(ID, (Reason("8117"),)), NOW),
    "refuse for good": lambda one: one.refuse(Refusal(ID, (Reason("8118"),)), NOW),
    "technical": lambda one: one.refuse_technically("0995", NOW),
    "upload": lambda one: one.upload_form(NOW, "Karla"),
    "refuse form": lambda one: one.refuse_form("unsigned", NOW, "Olga"),
    "release": lambda one: one.release(NOW, "Olga", None),
    "date": lambda one: one.confirm_date(DAY, Window.EARLY, Rules(), NOW, "Olga"),
    "window": lambda one: one.open_window(NOW),
    "assigned": lambda one: one.complete(NOW),
}


@given(st.lists(st.sampled_from(sorted(ACTS))), st.booleans())
def test_any_sequence_of_events_tells_a_story_that_makes_sense(acts: list[str], electronic: bool) -> None:
    one = porting(electronic=electronic)
    for act in acts:
        before = one.state
        try:
            ACTS[act](one)
        except (NotPossible, Refused):
            assert one.state is before
        if one.pre_agreement is not None:
            assert (one.pre_agreement.state is PreAgreementState.SENT) is (one.state is PortingState.ASKED)
    told = [type(fact) for fact in one.facts]
    assert told[0] is Started
    for once in (Confirmed, Due, Completed):
        assert told.count(once) <= 1
    if Due in told:
        assert told.index(Confirmed) < told.index(Due)
    if Completed in told:
        assert told.index(Due) < told.index(Completed)
        assert one.state is PortingState.COMPLETED
    if one.state in (PortingState.CONFIRMED, PortingState.DUE, PortingState.COMPLETED):
        assert one.change_date is not None
    if one.state is PortingState.REJECTED:
        assert Rejected in told


@given(st.lists(st.sampled_from(PortingTrigger)))
def test_what_is_over_stays_over(triggers: list[PortingTrigger]) -> None:
    state, ended = PortingState.HELD, None
    for trigger in triggers:
        if PORTING.allows(state, trigger):
            assert ended is None
            state = PORTING.after(state, trigger)
            ended = state if state in PORTING.final_states() else None


def test_every_state_can_be_reached_and_every_open_one_can_end() -> None:
    steps = PORTING.steps
    reached = {PortingState.HELD, PortingState.AWAITING_FORM}
    for _ in PortingState:
        reached |= {step.after for step in steps if step.before in reached}
    assert reached == set(PortingState)
    ends = set(PORTING.final_states())
    for _ in PortingState:
        ends |= {step.before for step in steps if step.after in ends}
    assert ends == set(PortingState)
    assert len({(step.before, step.trigger) for step in steps}) == len(steps)
    assert len(PRE_AGREEMENT.steps) == 4


@pytest.mark.rule("PORT-4")
def test_a_paper_porting_starts_paused_and_its_form_is_checked_before_it_goes_on() -> None:
    one = porting(electronic=False)
    assert one.state is PortingState.AWAITING_FORM
    with pytest.raises(Refused):
        one.release(NOW, "Olga", None)
    one.upload_form(NOW, "Karla")
    one.refuse_form("not signed", NOW, "Olga")
    assert (one.form.state, one.form.refused_because) == ("awaited", "not signed")
    one.upload_form(NOW, "Karla")
    one.release(NOW, "Olga", None)
    assert one.state is PortingState.AWAITING_DATE


def test_without_numbers_to_move_the_agreed_day_completes_the_porting() -> None:
    one = porting(case=PortingCase.END_WITHOUT_NUMBERS)
    one.send(NOW)
    one.agree(answer(), Rules(), NOW)
    one.facts.clear()
    one.open_window(NOW)
    told: list[type[Fact]] = [type(fact) for fact in one.facts]
    assert told == [Completed]
