"""Cart sells the days that porting takes (PORT-1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cart.domain.particulars import PortingCase
from cart.domain.porting_days import PortingRules, comfortable_day, date_fault, first_day, is_tight
from cart.settings import PortingRuleSettings
from porting.domain import deadlines
from porting.domain.particulars import PortingCase as AskedCase
from porting.settings import PortingSettings

pytestmark = pytest.mark.rule("PORT-1")
CASES = st.sampled_from(list(PortingCase))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
STATES = st.sampled_from([None, "BW", "BY", "NW", "RP", "SN"])


def test_what_both_judge_by_is_one_setting_with_one_default() -> None:
    mine, theirs = PortingRuleSettings.model_fields, PortingSettings.model_fields
    both = mine.keys() & theirs.keys()
    assert both == {"farthest_days", "ahead_with_end", "ahead_numbers_only"}
    assert {name: mine[name].default for name in both} == {name: theirs[name].default for name in both}


@given(
    case=CASES,
    today=DAYS,
    ahead=st.integers(-2, 60),
    farthest=st.integers(1, 60),
    state=STATES,
    days=st.tuples(st.integers(0, 12), st.integers(0, 4)),
)
def test_a_day_that_is_sold_is_one_that_porting_asks_for(
    case: PortingCase, today: date, ahead: int, farthest: int, state: str | None, days: tuple[int, int]
) -> None:
    rules = PortingRules(farthest, *days)
    theirs = deadlines.Rules(farthest_days=farthest, ahead_with_end=days[0], ahead_numbers_only=days[1])
    day, asked = today + timedelta(days=ahead), AskedCase(case.value)
    try:
        deadlines.check_date(day, asked, today, theirs, state)
        taken = not deadlines.is_too_near(day, asked, today, theirs, state)
    except deadlines.DateNotPossible:
        taken = False
    assert (date_fault(case, day, today, state, rules) is None) is taken


@given(case=CASES, today=DAYS, state=STATES, ahead=st.integers(1, 12), more=st.integers(0, 5))
def test_days_that_are_offered_are_possible_and_the_comfortable_one_is_not_tight(
    case: PortingCase, today: date, state: str | None, ahead: int, more: int
) -> None:
    rules = PortingRules(ahead_with_end=ahead, comfortable_with_end=ahead + more)
    first, comfortable = first_day(case, today, state, rules), comfortable_day(case, today, state, rules)
    assert first <= comfortable
    assert [date_fault(case, day, today, state, rules) for day in (first, comfortable)] == [None, None]
    assert not is_tight(case, comfortable, today, state, rules)
