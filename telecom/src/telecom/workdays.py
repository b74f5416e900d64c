"""Working days of the federal states: Monday to Friday without the state's public holidays.

`state` is the ISO 3166-2 code without `DE-` (`NW`), or None for the holidays that all states share.
"""

from datetime import date, timedelta
from functools import cache

import holidays

from telecom.refusal import Refusal, _

DAY = timedelta(days=1)


class NotAState(Refusal):
    text = _("%(state)s is not a federal state.")


@cache
def _holidays_of(state: str | None) -> holidays.HolidayBase:
    """Years are added by the library as they are asked for."""
    try:
        return holidays.country_holidays("DE", subdiv=state)
    except NotImplementedError:
        raise NotAState(state=state) from None


def is_holiday(day: date, state: str | None = None) -> bool:
    return day in _holidays_of(state)


def is_working_day(day: date, state: str | None = None) -> bool:
    return day.weekday() < 5 and not is_holiday(day, state)


def next_working_day(day: date, state: str | None = None) -> date:
    """The day itself if it is one, else the first after it."""
    while not is_working_day(day, state):
        day += DAY
    return day


def add_working_days(day: date, count: int, state: str | None = None) -> date:
    """The `count`-th working day after `day`, or before it where `count` is negative; 0 is the day itself."""
    step = DAY if count > 0 else -DAY
    for _nth in range(abs(count)):
        day += step
        while not is_working_day(day, state):
            day += step
    return day


def working_days_between(start: date, end: date, state: str | None = None) -> int:
    """How many working days lie after `start` up to and with `end`; negative where `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, state)
    return sum(is_working_day(start + timedelta(days=n), state) for n in range(1, (end - start).days + 1))
