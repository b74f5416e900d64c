"""The day on which numbers may be asked to move, counted in working days of the site's state (PORT-1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cart.domain.particulars import PortingCase
from cart.domain.wording import Message, message
from telecom.refusal import _
from telecom.workdays import add_working_days, is_holiday, is_working_day, working_days_between

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PortingRules:
    """One carrier's values; all are settings, those that porting judges by as well are its settings, too."""

    farthest_days: int = 180
    ahead_with_end: int = 7
    ahead_numbers_only: int = 1
    comfortable_with_end: int = 10
    """Where a contract ends: nearer than so many is possible, yet tight."""

    def ahead(self, case: PortingCase) -> int:
        return self.ahead_with_end if case.ends_donor_agreement else self.ahead_numbers_only


def date_fault(
    case: PortingCase, requested_on: date, today: date, state: str | None, rules: PortingRules
) -> Message | None:
    """Why a porting can't be asked for on that day, or None. Without `state` only holidays of all states count."""
    if requested_on <= today:
        return message(_("The requested date is in the past."))
    if requested_on > _farthest(today, rules):
        return message(_("The requested date is more than %(days)s days ahead."), days=rules.farthest_days)
    if not is_working_day(requested_on, state):
        return message(_("The requested date is no working day."))
    if case.ends_donor_agreement and is_holiday(requested_on + DAY, state):
        return message(_("The requested date is the day before a holiday."))
    if working_days_between(today, requested_on, state) < rules.ahead(case):
        return message(_("The requested date must be at least %(days)s working days ahead."), days=rules.ahead(case))
    return None


def is_tight(case: PortingCase, requested_on: date, today: date, state: str | None, rules: PortingRules) -> bool:
    """Allowed, but so near that the donor may well name a later day."""
    near = working_days_between(today, requested_on, state) < rules.comfortable_with_end
    return case.ends_donor_agreement and near


def first_day(case: PortingCase, today: date, state: str | None, rules: PortingRules) -> date:
    """The first on which the numbers may be asked to move; the farthest where settings leave none."""
    return next(_days(case, today, state, rules), _farthest(today, rules))


def comfortable_day(case: PortingCase, today: date, state: str | None, rules: PortingRules) -> date:
    """The first that leaves the donor time enough; the farthest where settings leave none."""
    calm = (day for day in _days(case, today, state, rules) if not is_tight(case, day, today, state, rules))
    return next(calm, _farthest(today, rules))


def _days(case: PortingCase, today: date, state: str | None, rules: PortingRules) -> Iterator[date]:
    day = add_working_days(today, rules.ahead(case), state)
    while day <= _farthest(today, rules):
        if date_fault(case, day, today, state, rules) is None:
            yield day
        day += DAY


def _farthest(today: date, rules: PortingRules) -> date:
    return today + timedelta(days=rules.farthest_days)
