"""By when something is due, in working days of the site's federal state; and when a window opens. All times UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from porting.domain.particulars import PortingCase, Window
from telecom.formats import BERLIN, berlin_day, day_begins
from telecom.refusal import Refusal, _
from telecom.workdays import add_working_days, is_holiday, is_working_day, working_days_between

DAY, MORNING = timedelta(days=1), timedelta(hours=8)
OPENS_AT = {Window.EARLY: time(6), Window.MORNING: time(6), Window.FREE: time(0)}


class DateNotPossible(Refusal):
    remedy = _("Choose another date.")
    field = "change_date"


@dataclass(frozen=True, slots=True)
class Rules:
    """One carrier's values for the marked rules of the carriers' papers; all are settings."""

    answer_days: int = 3
    take_over_days: int = 8
    ahead_with_end: int = 7
    ahead_numbers_only: int = 1
    confirmed_ahead_with_end: int = 5
    confirmed_ahead_numbers_only: int = 1
    farthest_days: int = 180
    odd_after_days: int = 10
    new_ahead_days: int = 7
    """So long before the change date a new VA is due after STR-AEN."""
    change_ahead_days: int = 3
    """So long before the change date a TV or STR-AUF must be there."""
    confirmed_warn_days: int = 7
    """Where a contract ends: nearer than so many is possible, yet tight."""
    warn_days: int = 1
    """So long before a deadline people are warned."""
    paper_date_days: int = 5
    clearing_days: int = 3
    reminder_days: int = 5
    """So long after it was asked for, or after the last reminder, a missing form is asked for again."""
    reminders: int = 3


def end_of_day(day: date) -> datetime:
    return day_begins(day + DAY).astimezone(UTC)


def form_due(at: datetime, rules: Rules, state: str | None) -> datetime:
    """The signed form: a step after the last reminder a person has to act."""
    return due_in(at, rules.reminder_days * (rules.reminders + 1), state)


def remind_at(at: datetime, rules: Rules, state: str | None) -> datetime:
    """In the morning of a working day."""
    return day_begins(add_working_days(berlin_day(at), rules.reminder_days, state)).astimezone(UTC) + MORNING


def due_in(at: datetime, days: int, state: str | None) -> datetime:
    """The end of the working day so many after `at`."""
    return end_of_day(add_working_days(berlin_day(at), days, state))


def warn_at(due_at: datetime, rules: Rules, state: str | None) -> datetime:
    """When the working day begins that lies so many before the last one on which it is in time."""
    last = berlin_day(due_at - timedelta(seconds=1))
    return day_begins(add_working_days(last, -rules.warn_days, state)).astimezone(UTC)


def new_pre_agreement_due(before: date, at: datetime, rules: Rules, state: str | None) -> datetime:
    """After STR-AEN: so many working days before the change date that was, or tomorrow where that is later."""
    day = add_working_days(before, -rules.new_ahead_days, state)
    return end_of_day(max(day, add_working_days(berlin_day(at), 1, state)))


def take_over_due(change_date: date, answered_at: datetime, rules: Rules, state: str | None) -> datetime:
    """AKM-TR: so many working days before the change date, or one after the answer where that is later."""
    before = add_working_days(change_date, -rules.take_over_days, state)
    return end_of_day(max(before, add_working_days(berlin_day(answered_at), 1, state)))


def window_opens(change_date: date, window: Window | None) -> datetime:
    """PORT-8."""
    return datetime.combine(change_date, OPENS_AT[window or Window.FREE], BERLIN).astimezone(UTC)


def is_change_date(day: date, case: PortingCase, state: str | None) -> bool:
    """A working day; where the donor contract ends also not the day before a holiday."""
    return is_working_day(day, state) and not (case.ends_donor_agreement and is_holiday(day + DAY, state))


def check_date(day: date, case: PortingCase, today: date, rules: Rules, state: str | None) -> None:
    """Refused unless numbers can move on that day."""
    if day <= today:
        raise DateNotPossible(_("The date is in the past or today."))
    if day > today + timedelta(days=rules.farthest_days):
        raise DateNotPossible(_("The date is more than %(days)s days ahead."), days=rules.farthest_days)
    if not is_change_date(day, case, state):
        raise DateNotPossible(_("Numbers move on working days only, and not the day before a holiday."))


def check_ahead(agreed: date, today: date, rules: Rules, state: str | None) -> None:
    """Refused where a change would reach the donor too shortly before the agreed day."""
    if working_days_between(today, agreed, state) < rules.change_ahead_days:
        raise DateNotPossible(
            _("The agreed day is less than %(days)s working days ahead; speak to the donor."),
            days=rules.change_ahead_days,
            field="new_date",
        )


def is_too_near(requested_on: date, case: PortingCase, today: date, rules: Rules, state: str | None) -> bool:
    """Is it too late to ask the donor for that day?"""
    ahead = rules.ahead_with_end if case.ends_donor_agreement else rules.ahead_numbers_only
    return working_days_between(today, requested_on, state) < ahead


def is_tight(change_date: date, today: date, case: PortingCase, rules: Rules, state: str | None) -> bool:
    """In time, but with little of it left for what has to be done before."""
    ahead = working_days_between(today, change_date, state)
    return case.ends_donor_agreement and ahead < rules.confirmed_warn_days


def is_odd(
    change_date: date, requested_on: date, today: date, case: PortingCase, rules: Rules, state: str | None
) -> bool:
    """A donor's date that a person looks at: far off the one asked for, too near, or no day on which numbers move."""
    ahead = rules.confirmed_ahead_with_end if case.ends_donor_agreement else rules.confirmed_ahead_numbers_only
    return (
        change_date < requested_on
        or working_days_between(requested_on, change_date, state) > rules.odd_after_days
        or working_days_between(today, change_date, state) < ahead
        or not is_change_date(change_date, case, state)
    )
