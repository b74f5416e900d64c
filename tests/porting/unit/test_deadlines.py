"""Deadlines fall on working days of the site's federal state."""

from datetime import UTC, date, datetime

import pytest

from porting.domain.deadlines import (
    DateNotPossible,
    Rules,
    check_date,
    due_in,
    is_odd,
    is_too_near,
    take_over_due,
    window_opens,
)
from porting.domain.particulars import PortingCase, Window

MRN, RRNP = PortingCase.END_WITH_NUMBERS, PortingCase.NUMBERS_ONLY


@pytest.mark.parametrize(
    ("sent", "state", "due"),
    [
        # Monday; the end of Thursday in Berlin
        (datetime(2026, 11, 23, 9, tzinfo=UTC), "NW", datetime(2026, 11, 26, 23, tzinfo=UTC)),
        # Friday before Whitsun, the Monday is free everywhere
        (datetime(2026, 5, 22, 9, tzinfo=UTC), "NW", datetime(2026, 5, 28, 22, tzinfo=UTC)),
        # Corpus Christi is free in NW, not in BE
        (datetime(2026, 6, 2, 9, tzinfo=UTC), "NW", datetime(2026, 6, 8, 22, tzinfo=UTC)),
        (datetime(2026, 6, 2, 9, tzinfo=UTC), "BE", datetime(2026, 6, 5, 22, tzinfo=UTC)),
        # Half past eleven at night UTC is the next day in Berlin
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "NW", datetime(2026, 11, 27, 23, tzinfo=UTC)),
    ],
)
def test_an_answer_is_due_after_three_working_days_of_the_state(sent: datetime, state: str, due: datetime) -> None:
    assert due_in(sent, Rules().answer_days, state) == due


def test_the_take_over_is_due_before_the_change_or_a_day_after_a_late_answer() -> None:
    early, late = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 12, 8, 9, tzinfo=UTC)
    assert take_over_due(date(2026, 12, 14), early, Rules(), "NW") == datetime(2026, 12, 2, 23, tzinfo=UTC)
    assert take_over_due(date(2026, 12, 14), late, Rules(), "NW") == datetime(2026, 12, 9, 23, tzinfo=UTC)


@pytest.mark.rule("PORT-8")
@pytest.mark.parametrize(
    ("day", "window", "opens"),
    [
        (date(2026, 12, 10), Window.EARLY, datetime(2026, 12, 10, 5, tzinfo=UTC)),
        (date(2026, 12, 10), Window.MORNING, datetime(2026, 12, 10, 5, tzinfo=UTC)),
        (date(2026, 12, 10), Window.FREE, datetime(2026, 12, 9, 23, tzinfo=UTC)),
        (date(2026, 7, 9), Window.MORNING, datetime(2026, 7, 9, 4, tzinfo=UTC)),
        (date(2026, 12, 10), None, datetime(2026, 12, 9, 23, tzinfo=UTC)),
    ],
)
def test_a_window_opens_in_berlins_time(day: date, window: Window | None, opens: datetime) -> None:
    assert window_opens(day, window) == opens


@pytest.mark.parametrize(
    ("day", "case", "possible"),
    [
        (date(2026, 12, 10), MRN, True),
        (date(2026, 12, 12), MRN, False),
        (date(2026, 12, 24), MRN, False),
        (date(2026, 12, 24), RRNP, True),
        (date(2026, 12, 25), RRNP, False),
        (date(2026, 11, 23), RRNP, False),
        (date(2026, 11, 20), RRNP, False),
        (date(2027, 6, 1), RRNP, False),
    ],
)
def test_numbers_move_on_working_days_ahead_and_never_before_a_holiday(
    day: date, case: PortingCase, possible: bool
) -> None:
    today = date(2026, 11, 23)
    if possible:
        check_date(day, case, today, Rules(), "NW")
    else:
        with pytest.raises(DateNotPossible):
            check_date(day, case, today, Rules(), "NW")


def test_a_date_is_too_near_by_working_days() -> None:
    today = date(2026, 11, 23)
    assert is_too_near(date(2026, 12, 1), MRN, today, Rules(), "NW")
    assert not is_too_near(date(2026, 12, 2), MRN, today, Rules(), "NW")
    assert not is_too_near(date(2026, 11, 24), RRNP, today, Rules(), "NW")


def test_a_donors_date_far_off_the_one_asked_for_is_looked_at() -> None:
    today, asked = date(2026, 11, 23), date(2026, 12, 10)
    assert not is_odd(date(2026, 12, 17), asked, today, MRN, Rules(), "NW")
    assert is_odd(date(2027, 1, 15), asked, today, MRN, Rules(), "NW")
    assert is_odd(date(2026, 12, 9), asked, today, MRN, Rules(), "NW")
    assert is_odd(date(2026, 12, 12), asked, today, MRN, Rules(), "NW")
