"""What is due of a departure at a business time. A deadline that passes is a task and a count, never silence."""

from datetime import timedelta
from uuid import UUID

from porting.application.departure_ports import DepartureUnit
from porting.application.departure_published import deadline_of, save_and_publish
from porting.domain import departure_day
from porting.domain.departure import Departure
from porting.domain.departure_facts import Wait
from porting.domain.lifecycle import DepartureState
from porting.domain.particulars import Numbers


async def day_begins(departure_id: UUID, unit: DepartureUnit) -> None:
    """PORT-8."""
    departure = await unit.departures.get(departure_id)
    if departure is None:
        return
    now = await unit.now()
    departure_day.begin_day(departure, await still_here(departure, unit), now)
    if departure.state is DepartureState.DUE:
        departure.awaits(Wait.ASSIGNMENT, now + timedelta(minutes=unit.terms.assignment_minutes), unit.terms.rules)
    await save_and_publish(departure, unit)


async def still_here(departure: Departure, unit: DepartureUnit) -> Numbers:
    """Of its numbers; whoever holds them."""
    return tuple(one.numbers for one in await unit.whereabouts.touching(departure.numbers))


async def deadline_is_near(wait: Wait, departure_id: UUID, unit: DepartureUnit) -> None:
    departure = await unit.departures.get(departure_id)
    if departure is not None:
        departure.deadline_near(wait, await unit.now())
        await save_and_publish(departure, unit)


async def deadline_passes(wait: Wait, departure_id: UUID, unit: DepartureUnit) -> None:
    departure = await unit.departures.get(departure_id)
    if departure is not None and departure.deadline_passed(wait, await unit.now()):
        unit.count("deadlines_passed", deadline_of(wait))
        await save_and_publish(departure, unit)
