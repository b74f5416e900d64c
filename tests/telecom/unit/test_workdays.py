from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom.workdays import (
    NotAState,
    add_working_days,
    is_working_day,
    next_working_day,
    working_days_between,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
STATES = st.sampled_from([None, "NW", "BY", "BE", "SN", "HH", "BW"])


@given(DAYS, st.integers(1, 60), STATES)
def test_going_forth_and_back_as_many_working_days_returns_to_a_working_day(day: date, count: int, state: str) -> None:
    start = next_working_day(day, state)
    assert add_working_days(add_working_days(start, count, state), -count, state) == start


@given(DAYS, st.integers(1, 60), STATES)
def test_the_nth_working_day_is_n_working_days_away(day: date, count: int, state: str) -> None:
    end = add_working_days(day, count, state)
    assert is_working_day(end, state)
    assert working_days_between(day, end, state) == count
    assert working_days_between(end, day, state) == -count


@given(DAYS, STATES)
def test_no_weekend_is_a_working_day(day: date, state: str) -> None:
    saturday = day + timedelta(days=(5 - day.weekday()) % 7)
    assert not is_working_day(saturday, state)
    assert not is_working_day(saturday + timedelta(days=1), state)


@pytest.mark.parametrize(
    ("day", "state", "working"),
    [
        (date(2026, 12, 25), None, False),
        (date(2027, 1, 6), "BY", False),
        (date(2027, 1, 6), "NW", True),
        (date(2026, 11, 18), "SN", False),
        (date(2026, 11, 18), "NW", True),
        (date(2027, 5, 27), "NW", False),
    ],
)
def test_the_holidays_of_the_state_count(day: date, state: str | None, working: bool) -> None:
    assert is_working_day(day, state) is working


def test_three_working_days_before_a_date_jump_the_holidays() -> None:
    assert add_working_days(date(2026, 12, 29), -3, "NW") == date(2026, 12, 23)


def test_the_first_working_day_of_a_year_is_not_new_year() -> None:
    assert add_working_days(date(2026, 12, 31), 1, "NW") == date(2027, 1, 4)
    assert add_working_days(date(2026, 12, 31), 3, "BY") == date(2027, 1, 7)


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(NotAState):
        is_working_day(date(2026, 1, 1), "XX")
