"""One number's life: where it is, where it has been, and where it was on a day (SITE-3, SITE-5, PORT-9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from telecom.formats import day_begins
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal, _


class NumbersNotHeld(Refusal):
    kind = "conflict"
    text = _("The customer does not hold all of %(number)s.")
    remedy = _("Look at the number's history, and clear it with the other carrier or the customer.")
    rule = "PORT-9"


class NotPortedOut(Refusal):
    kind = "conflict"
    text = _("%(number)s is not with another carrier.")
    remedy = _("Look at the number's history.")
    rule = "PORT-9"


class NumberState(StrEnum):
    HELD = "held"
    RESTING = "resting"
    RESERVED = "reserved"
    PORTED_OUT = "ported_out"
    FREE = "free"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a number is from `since` until before `until`; None: since ever, or up to now.

    `carrier`: whom it came from, or with `ported_out` and `elsewhere` whom it is with. `ended` says why it ended.
    """

    state: NumberState
    since: datetime | None
    until: datetime | None = None
    block: NumberBlock | None = None
    holder_id: UUID | None = None
    origin: str | None = None
    porting_id: UUID | None = None
    departure_id: UUID | None = None
    carrier: str | None = None
    ended: str | None = None
    went_to: str | None = None
    put_until: datetime | None = None
    """When the rest or the reservation ends."""

    def touches(self, begin: datetime, end: datetime) -> bool:
        return (self.since is None or self.since < end) and (self.until is None or self.until > begin)


def life(known: Iterable[Stay], own_since: datetime | None) -> list[Stay]:
    """The whole life in order: what is known of it, and between that free, if it is ours, or elsewhere.

    `own_since`: since when the number is in our pool; None if it never was.
    """
    told: list[Stay] = []
    at: datetime | None = None
    carrier: str | None = None
    for stay in sorted(known, key=lambda one: (one.since is not None, one.since)):
        if at is None or (stay.since is not None and stay.since > at):
            told += _between(at, stay.since, own_since, carrier)
        told.append(stay)
        at, carrier = stay.until, stay.went_to
        if at is None:
            return told
    return told + _between(at, None, own_since, carrier)


def on_day(whole: Sequence[Stay], day: date) -> list[Stay]:
    """Where the number was on that day in Berlin; more than one where it moved."""
    begin, end = day_begins(day), day_begins(day + timedelta(days=1))
    return [stay for stay in whole if stay.touches(begin, end)]


def lies_in(part: NumberBlock, whole: NumberBlock) -> bool:
    return part.prefix.startswith(whole.prefix) and len(part.digits) == len(whole.digits)


def _between(
    since: datetime | None, until: datetime | None, own_since: datetime | None, carrier: str | None
) -> list[Stay]:
    """What nothing is known of: elsewhere until it is our own, free from then on."""
    if own_since is None or (until is not None and until <= own_since):
        return [Stay(NumberState.ELSEWHERE, since, until, carrier=carrier)]
    if since is not None and since >= own_since:
        return [Stay(NumberState.FREE, since, until)]
    free = Stay(NumberState.FREE, own_since, until)
    return [replace(free, state=NumberState.ELSEWHERE, since=since, until=own_since, carrier=carrier), free]
