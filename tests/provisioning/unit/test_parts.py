"""Whatever is told of a porting's parts, each number is in one part, and what has come stays (ACT-2, PORT-8)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.domain.activation import plan
from provisioning.domain.lifecycle import PortingState, PortingTrigger
from provisioning.domain.porting import Part, Porting
from provisioning.domain.trade_rules import TradeRules
from telecom.formats import day_begins
from telecom.numbers import NumberBlock
from telecom.workdays import add_working_days, is_working_day

BLOCKS = [NumberBlock("221", f"98{nth}", "00", "99") for nth in range(5)]
FIRST = date(2026, 12, 1)
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))
TOLD = st.tuples(
    st.sampled_from([*(one for one in PortingTrigger if one is not PortingTrigger.ASSIGN), "assign", "end"]),
    st.lists(st.sampled_from(BLOCKS), unique=True, max_size=4),
    DAYS,
)


def porting(*parts: Part) -> Porting:
    return Porting(uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), parts=list(parts))


@pytest.mark.rule("PORT-8")
@settings(deadline=None)
@given(st.lists(TOLD, max_size=20))
def test_each_number_is_in_one_part_comes_once_and_stays(told: list) -> None:
    one, came = porting(), list[NumberBlock]()
    one.expect(BLOCKS[:3])
    known = set(BLOCKS[:3])
    for what, blocks, day in told:
        ended = one.ended
        if what == "end":
            one.end()
        elif what == "assign":
            for part in one.due:
                one.assigned(part)
                came += part.numbers
        else:
            one.take(what, tuple(blocks), day)
            known |= set(blocks)
        assert sorted(one.numbers, key=str) == sorted(known, key=str)
        assert len(came) == len(set(came))
        assert set(came) == {
            block for part in one.parts if part.state is PortingState.ASSIGNED for block in part.numbers
        }
        if ended:
            assert all(part.state in (PortingState.ASSIGNED, PortingState.DEAD) for part in one.parts)
        assert one.lives is any(part.lives for part in one.parts)
        assert all(part.numbers for part in one.parts)


@pytest.mark.rule("ACT-2")
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PortingState), st.none() | DAYS, st.sampled_from(["NW", "BY", None])), max_size=6
    ),
    st.integers(0, 5),
)
def test_the_trunk_is_active_so_many_working_days_of_the_site_before_the_nearest_date(found: list, lead: int) -> None:
    rules = TradeRules(lead_working_days=lead)
    several = [(porting(Part((BLOCKS[0],), state, day)), where) for state, day, where in found]
    planned = plan(several, day_begins(FIRST - timedelta(days=30)), rules)
    living = [
        (day, where)
        for state, day, where in found
        if day is not None and state not in (PortingState.STARTED, PortingState.DEAD)
    ]
    if not living:
        assert planned is None
        return
    assert planned is not None
    for day, where in living:
        assert planned.day <= add_working_days(day, -lead, where)
    assert any(
        planned.porting_on == day
        and sum(is_working_day(planned.day + timedelta(n), where) for n in range((day - planned.day).days)) == lead
        for day, where in living
        if lead or planned.day == day
    )


@pytest.mark.rule("ACT-2", "ACT-4")
def test_a_holiday_of_the_sites_state_only_moves_the_activation_of_that_state() -> None:
    after_epiphany = date(2027, 1, 8)
    rules = TradeRules(lead_working_days=3)
    before = day_begins(date(2026, 12, 1))

    def activation(state: str) -> date:
        planned = plan([(porting(Part((BLOCKS[0],), PortingState.CONFIRMED, after_epiphany)), state)], before, rules)
        assert planned is not None
        return planned.day

    assert (activation("NW"), activation("BY")) == (date(2027, 1, 5), date(2027, 1, 4))
