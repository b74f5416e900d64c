"""How long until something is due, in working days: what a person plans by.

Holidays are those that all states share: a task does not say whose work it waits for.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portal.domain.statuses import Colour
from telecom.formats import berlin_day
from telecom.refusal import _
from telecom.workdays import working_days_between


@dataclass(frozen=True, slots=True)
class Standing:
    """`text` is an English message id; `places` may hold a moment (shown as a clock time) or a day."""

    text: str
    colour: Colour
    places: dict[str, Any] = field(default_factory=dict)


def standing(due: datetime | None, now: datetime) -> Standing:
    if due is None:
        return Standing(_("no deadline"), "off")
    return _overdue(due, now) if due < now else _ahead(due, last_day(due), berlin_day(now))


def last_day(due: datetime) -> date:
    """On which it is in time: what is due at midnight is due when the day before ends."""
    return berlin_day(due - timedelta(microseconds=1))


def ends_its_day(due: datetime) -> bool:
    return last_day(due) != berlin_day(due)


def _overdue(due: datetime, now: datetime) -> Standing:
    day, today = last_day(due), berlin_day(now)
    if day == today:
        return Standing(_("overdue since %(time)s"), "bad", {"time": due})
    if day == today - timedelta(days=1):
        return Standing(_("overdue since yesterday"), "bad")
    match working_days_between(day, today):
        case 0:
            return Standing(_("overdue since %(day)s"), "bad", {"day": day})
        case 1:
            return Standing(_("overdue for one working day"), "bad")
        case count:
            return Standing(_("overdue for %(count)s working days"), "bad", {"count": count})


def _ahead(due: datetime, day: date, today: date) -> Standing:
    if day == today and ends_its_day(due):
        return Standing(_("due today"), "wait")
    if day == today:
        return Standing(_("due today, %(time)s"), "wait", {"time": due})
    if day == today + timedelta(days=1):
        return Standing(_("due tomorrow"), "wait")
    match working_days_between(today, day):
        case 0:
            return Standing(_("due on %(day)s"), "wait", {"day": day})
        case 1:
            return Standing(_("due in one working day"), "wait")
        case count:
            return Standing(_("due in %(count)s working days"), "calm", {"count": count})
