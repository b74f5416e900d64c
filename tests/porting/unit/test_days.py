"""Which days are offered for a change or a new request, and what a search for a number looks for."""

from datetime import timedelta

import pytest

from porting.adapters.queries import national_digits
from porting.domain.days import MOST, days_for_change, days_for_request
from porting.domain.deadlines import check_date, is_too_near
from porting.domain.lifecycle import PortingState
from telecom.formats import berlin_day
from telecom.workdays import is_working_day
from tests.porting.requests import DAY, NOW, RULES, request

TODAY = berlin_day(NOW)


@pytest.mark.rule("PORT-8")
def test_only_days_after_the_agreed_one_on_which_numbers_can_move_are_offered_for_a_change() -> None:
    porting = request()
    part = porting.parts[0]
    part.state, part.change_date = PortingState.CONFIRMED, DAY
    days, rule = days_for_change(porting, part, TODAY, RULES)
    assert 0 < len(days) <= MOST
    assert min(days) > DAY
    for day in days:
        check_date(day, part.case, TODAY, RULES, porting.federal_state)
    holidays_eve = days[0].replace(day=24)
    assert holidays_eve not in days
    assert rule.text.startswith("Working days after the agreed one")


@pytest.mark.rule("PORT-8")
def test_where_the_agreed_day_is_too_near_none_is_offered_and_the_reason_is_given() -> None:
    porting = request()
    part = porting.parts[0]
    part.state, part.change_date = PortingState.CONFIRMED, DAY
    days, rule = days_for_change(porting, part, DAY - timedelta(days=1), RULES)
    assert days == []
    assert "speak to the donor" in rule.text


@pytest.mark.rule("PORT-5")
def test_days_for_a_new_request_leave_the_donor_time_to_answer() -> None:
    porting = request()
    part = porting.parts[0]
    days, _rule = days_for_request(porting, part, TODAY, RULES)
    assert not any(is_too_near(day, part.case, TODAY, RULES, porting.federal_state) for day in days)
    assert all(is_working_day(day, porting.federal_state) for day in days)
    assert (days[-1] - TODAY).days <= RULES.farthest_days


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0221 4711", "2214711"),
        ("+49 221 4711-00", "221471100"),
        ("0049 (221) 4711", "2214711"),
        ("221/4711", "2214711"),
        ("Vodafone", ""),
        ("DEU.TRUNK.V000000001", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_number_is_found_however_it_is_written(written: str, digits: str) -> None:
    assert national_digits(written) == digits
