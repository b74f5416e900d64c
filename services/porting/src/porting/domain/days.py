"""The days that can be chosen for a part, and the rule behind them in words."""

from collections.abc import Iterator
from datetime import date

from porting.domain.deadlines import DAY, Rules, is_change_date, is_too_near
from porting.domain.facts import Saying
from porting.domain.part import Part
from porting.domain.porting import Porting
from telecom.refusal import _
from telecom.workdays import working_days_between

MOST = 60
"""So many are offered; whoever wants a later one speaks to people anyway."""


def days_for_change(porting: Porting, part: Part, today: date, rules: Rules) -> tuple[list[date], Saying]:
    """TV: after the agreed day, while that is far enough ahead."""
    agreed, state = part.change_date, porting.federal_state
    if agreed is None or working_days_between(today, agreed, state) < rules.change_ahead_days:
        too_late = _("The agreed day is less than %(days)s working days ahead; speak to the donor.")
        return [], Saying(too_late, {"days": rules.change_ahead_days})
    found = [day for day in _from(agreed + DAY, today, rules) if is_change_date(day, part.case, state)]
    return found[:MOST], Saying(
        _("Working days after the agreed one; never earlier, and not the day before a holiday.")
    )


def days_for_request(porting: Porting, part: Part, today: date, rules: Rules) -> tuple[list[date], Saying]:
    """A new VA: far enough ahead for the donor to answer and prepare."""
    state = porting.federal_state
    found = [
        day
        for day in _from(today + DAY, today, rules)
        if is_change_date(day, part.case, state) and not is_too_near(day, part.case, today, rules, state)
    ]
    ahead = rules.ahead_with_end if part.case.ends_donor_agreement else rules.ahead_numbers_only
    rule = _("Working days, at least %(ahead)s working days and at most %(farthest)s days ahead.")
    return found[:MOST], Saying(rule, {"ahead": ahead, "farthest": rules.farthest_days})


def _from(first: date, today: date, rules: Rules) -> Iterator[date]:
    last = (today - first).days + rules.farthest_days
    return (first + n * DAY for n in range(last + 1))
