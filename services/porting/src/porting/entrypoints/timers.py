"""What is due at a business time. A timer's subject is `porting/part`; before requests had parts, the porting alone."""

from functools import partial
from uuid import UUID

from chassis.timers import Timers
from porting.application import answer_departure, departure_published
from porting.application.departure_ports import DepartureUnit
from porting.application.ports import Unit
from porting.application.published import HOLD, REMINDER, WINDOW, due_timer, near_timer
from porting.application.send_held import send_held
from porting.application.watch_deadlines import deadline_is, form_is_missing, window_opens
from porting.application.watch_departures import day_begins, deadline_is_near, deadline_passes
from porting.domain.departure_facts import Outgoing, Wait
from porting.domain.facts import Deadline, Level

timers = Timers[DepartureUnit]()


@timers.on(HOLD)
async def on_held_long_enough(subject: str, unit: Unit) -> None:
    await send_held(*_part(subject), unit)


@timers.on(WINDOW)
async def on_window_opens(subject: str, unit: Unit) -> None:
    await window_opens(*_part(subject), unit)


@timers.on(REMINDER)
async def on_form_missing(subject: str, unit: Unit) -> None:
    await form_is_missing(UUID(subject), unit)


async def _on_deadline(level: Level, deadline: Deadline, subject: str, unit: Unit) -> None:
    await deadline_is(level, deadline, *_part(subject), unit)


for one in Deadline:
    timers.on(near_timer(one))(partial(_on_deadline, Level.WARNING, one))
    timers.on(due_timer(one))(partial(_on_deadline, Level.OVERDUE, one))


def _part(subject: str) -> tuple[UUID, int]:
    porting_id, _slash, number = subject.partition("/")
    return UUID(porting_id), int(number or 1)


@timers.on(departure_published.DAY)
async def on_day_of_departure(subject: str, unit: DepartureUnit) -> None:
    await day_begins(UUID(subject), unit)


async def _on_departure_held(what: Outgoing, subject: str, unit: DepartureUnit) -> None:
    await answer_departure.send_held(what, UUID(subject), unit)


async def _on_departure_near(wait: Wait, subject: str, unit: DepartureUnit) -> None:
    await deadline_is_near(wait, UUID(subject), unit)


async def _on_departure_due(wait: Wait, subject: str, unit: DepartureUnit) -> None:
    await deadline_passes(wait, UUID(subject), unit)


for what in Outgoing:
    timers.on(departure_published.held_timer(what))(partial(_on_departure_held, what))
for wait in Wait:
    timers.on(near_timer(departure_published.deadline_of(wait)))(partial(_on_departure_near, wait))
    timers.on(due_timer(departure_published.deadline_of(wait)))(partial(_on_departure_due, wait))
