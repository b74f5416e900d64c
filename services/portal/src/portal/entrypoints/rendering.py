"""The template environment: how money, times, numbers and statuses are written on pages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Undefined,
    pass_context,
    select_autoescape,
)
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Context
from jinja2.utils import missing

from portal.domain import numbers, portings
from portal.domain.acts import ACTS, PARTICULARS, RESULTS, WINDOWS
from portal.domain.due_clock import ends_its_day, last_day, standing
from portal.domain.form_review import CHECKS
from portal.domain.statuses import Status, status_of
from portal.domain.steps import AWAITED
from portal.domain.words import BUSINESS_CASES, FAMILIES
from telecom.formats import berlin_day, day, day_of, long_day, moment, money
from telecom.texts import Language


class Absent(StrictUndefined):
    """A name that no page gave is an error; a field that a service left out is blank."""

    def __new__(cls, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> Any:
        if obj is missing:
            return super().__new__(cls)
        return ChainableUndefined(hint, obj, name, exc or UndefinedError)


def environment() -> Environment:
    """Compiled once."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=select_autoescape(),
        undefined=Absent,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        money=_money,
        day=_day,
        long_day=_long_day,
        day_before=_day_before,
        moment=_moment,
        due=_due,
        clock=_clock,
        instant=_as_moment,
        local=_local,
        standing=_standing,
        national=numbers.national,
        international=numbers.international,
    )
    env.globals.update(
        status_of=_status_of,
        awaited=AWAITED,
        act_names=ACTS,
        check_names=CHECKS,
        result_names=RESULTS,
        particular_names=PARTICULARS,
        window_names=WINDOWS,
        numbers_in=numbers.size,
        porting_words=portings,
        case_names=BUSINESS_CASES,
        family_names=FAMILIES,
    )
    return env


def _language(context: Context) -> Language:
    return "en" if context.get("language") == "en" else "de"


@pass_context
def _money(context: Context, amount: str | Decimal | None) -> str:
    return money(Decimal(str(amount or "0")), _language(context))


@pass_context
def _day(context: Context, when: str | date | None) -> str:
    found = _as_date(when)
    return day(found, _language(context)) if found else ""


def _day_before(when: str | date | None) -> date | None:
    """The last day of what no longer holds on that one."""
    found = _as_date(when)
    return found - timedelta(days=1) if found else None


@pass_context
def _long_day(context: Context, when: str | date | None) -> str:
    found = _as_date(when)
    return long_day(found, _language(context)) if found else ""


@pass_context
def _moment(context: Context, when: str | datetime | None) -> str:
    found = _as_moment(when)
    return moment(found, _language(context)) if found else ""


@pass_context
def _due(context: Context, when: str | datetime | None) -> str:
    """Day and time by which; of a whole day only the day, with all of it in time."""
    found = _as_moment(when)
    if found is None or not ends_its_day(found):
        return _moment(context, when)
    _: Callable[..., Any] = context["_"]
    return str(_("%(day)s, end of the day", day=day(last_day(found), _language(context))))


@pass_context
def _clock(context: Context, when: str | datetime | None) -> str:
    """Hour and minute only, where the day is said elsewhere."""
    found = _as_moment(when)
    return moment(found, _language(context)).split(", ")[-1] if found else ""


@pass_context
def _local(context: Context, text: dict[str, str] | str | None) -> str:
    """A `{de, en}` text in the reader's language."""
    if isinstance(text, dict):
        return text.get(_language(context)) or text.get("de") or text.get("en") or ""
    return text or ""


@pass_context
def _standing(context: Context, due: str | datetime | None, now: datetime) -> Status:
    """How long until something is due, as a status with its colour."""
    found = standing(_as_moment(due), now)
    _: Callable[..., Any] = context["_"]
    places = dict(found.places)
    if "time" in places:
        places["time"] = _clock(context, places["time"])
    if "day" in places:
        places["day"] = _day(context, places["day"])
    return Status(_(found.text, **places), found.colour)


@pass_context
def _status_of(context: Context, kind: str, state: str) -> Status:
    found = status_of(kind, "" if isinstance(state, Undefined) else str(state))
    _: Callable[..., Any] = context["_"]
    return Status(_(found.label), found.colour, _(found.meaning) if found.meaning else "")


def _as_date(when: str | date | None) -> date | None:
    if isinstance(when, datetime):
        return berlin_day(when)
    if isinstance(when, str):
        return day_of(when) if when else None
    return when


def _as_moment(when: str | datetime | None) -> datetime | None:
    if isinstance(when, str):
        return datetime.fromisoformat(when) if when else None
    return when
