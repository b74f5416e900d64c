"""When a trunk whose activation is delayed becomes active (ACT-2 to ACT-4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from provisioning.domain.porting import Porting
from telecom.formats import BERLIN, berlin_day
from telecom.workdays import add_working_days


@dataclass(frozen=True, slots=True)
class ActivationRules:
    """The settings behind ACT-2, ACT-4 and the wait for a trunk."""

    lead_working_days: int = 3
    without_porting: timedelta = timedelta(days=180)
    wait_for_trunk: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Plan:
    """Activate on `day`; `porting_on` is the earliest confirmed date. `late`: the lead time has passed (ACT-4)."""

    day: date
    porting_on: date
    late: bool

    @property
    def due_at(self) -> datetime:
        """The first moment of the day in Berlin."""
        return datetime.combine(self.day, time.min, BERLIN)


def plan(portings: Iterable[tuple[Porting, str | None]], now: datetime, rules: ActivationRules) -> Plan | None:
    """The earliest activation that a confirmed porting asks for, by the working days of its site's state (ACT-2).

    None as long as no porting that lives has a confirmed date.
    """
    wanted = [
        (add_working_days(porting.change_date, -rules.lead_working_days, state), porting.change_date)
        for porting, state in portings
        if porting.has_date and porting.change_date is not None
    ]
    if not wanted:
        return None
    day, porting_on = min(wanted)
    return Plan(day, porting_on, late=day < berlin_day(now))
