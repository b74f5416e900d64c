"""The day on which numbers may be asked to move, counted in working days of the site's state (PORT-1)."""

from collections.abc import Iterator
from datetime import date, timedelta

from cart.domain.particulars import PortingCase
from cart.domain.wording import Message, message
from telecom.refusal import _
from telecom.workdays import add_working_days, is_holiday, is_working_day, working_days_between

FARTHEST_DAYS = 180
AHEAD_WITH_END = 7
COMFORTABLE_WITH_END = 10
AHEAD_NUMBERS_ONLY = 1
DAY = timedelta(days=1)


def date_fault(case: PortingCase, requested_on: date, today: date, state: str | None) -> Message | None:
    """Why a porting can't be asked for on that day, or None. Without `state` only holidays of all states count."""
    if requested_on <= today:
        return message(_("The requested date is in the past."))
    if requested_on > today + timedelta(days=FARTHEST_DAYS):
        return message(_("The requested date is more than %(days)s days ahead."), days=FARTHEST_DAYS)
    if not is_working_day(requested_on, state):
        return message(_("The requested date is no working day."))
    if case.ends_donor_agreement and is_holiday(requested_on + DAY, state):
        return message(_("The requested date is the day before a holiday."))
    ahead = AHEAD_WITH_END if case.ends_donor_agreement else AHEAD_NUMBERS_ONLY
    if working_days_between(today, requested_on, state) < ahead:
        return message(_("The requested date must be at least %(days)s working days ahead."), days=ahead)
    return None


def is_tight(case: PortingCase, requested_on: date, today: date, state: str | None) -> bool:
    """Allowed, but so near that the donor may well name a later day."""
    near = working_days_between(today, requested_on, state) < COMFORTABLE_WITH_END
    return case.ends_donor_agreement and near


def first_day(case: PortingCase, today: date, state: str | None) -> date:
    """The first on which the numbers may be asked to move."""
    return next(_days(case, today, AHEAD_WITH_END if case.ends_donor_agreement else AHEAD_NUMBERS_ONLY, state))


def comfortable_day(case: PortingCase, today: date, state: str | None) -> date:
    """The first that leaves the donor time enough."""
    return next(_days(case, today, COMFORTABLE_WITH_END if case.ends_donor_agreement else AHEAD_NUMBERS_ONLY, state))


def _days(case: PortingCase, today: date, ahead: int, state: str | None) -> Iterator[date]:
    day = add_working_days(today, ahead, state)
    while True:
        if date_fault(case, day, today, state) is None:
            yield day
        day += DAY
