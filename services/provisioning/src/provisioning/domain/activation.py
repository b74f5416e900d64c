"""When a trunk whose activation is delayed becomes active (ACT-2 to ACT-4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from provisioning.domain.porting import Porting
from provisioning.domain.trade_rules import TradeRules
from telecom.formats import berlin_day, day_begins
from telecom.workdays import add_working_days


@dataclass(frozen=True, slots=True)
class Plan:
    """Activate on `day`; `porting_on` is the earliest confirmed date. `late`: the lead time has passed (ACT-4)."""

    day: date
    porting_on: date
    late: bool

    @property
    def due_at(self) -> datetime:
        return day_begins(self.day)


def plan(portings: Iterable[tuple[Porting, str | None]], now: datetime, rules: TradeRules) -> Plan | None:
    """The earliest activation that a confirmed part of a porting asks for, by the working days of its site's state.

    ACT-2. None as long as no part that lives has a confirmed date.
    """
    wanted = [
        (add_working_days(part.change_date, -rules.lead_working_days, state), part.change_date)
        for porting, state in portings
        for part in porting.parts
        if part.has_date and part.change_date is not None
    ]
    if not wanted:
        return None
    day, porting_on = min(wanted)
    return Plan(day, porting_on, late=day < berlin_day(now))
