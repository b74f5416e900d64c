"""What is due at a business time."""

from uuid import UUID

from chassis.timers import Timers
from porting.application.ports import Unit
from porting.application.send_pre_agreement import ANSWER_DUE, HOLD, TAKE_OVER, send_pre_agreement, send_take_over
from porting.application.watch_deadlines import (
    ASSIGNMENT_DUE,
    TAKE_OVER_DUE,
    WINDOW,
    answer_is_due,
    assignment_is_due,
    take_over_is_due,
    window_opens,
)

timers = Timers[Unit]()


@timers.on(HOLD)
async def on_held_long_enough(subject: str, unit: Unit) -> None:
    await send_pre_agreement(UUID(subject), unit)


@timers.on(ANSWER_DUE)
async def on_answer_due(subject: str, unit: Unit) -> None:
    await answer_is_due(UUID(subject), unit)


@timers.on(TAKE_OVER)
async def on_take_over_held_long_enough(subject: str, unit: Unit) -> None:
    await send_take_over(UUID(subject), unit)


@timers.on(TAKE_OVER_DUE)
async def on_take_over_due(subject: str, unit: Unit) -> None:
    await take_over_is_due(UUID(subject), unit)


@timers.on(WINDOW)
async def on_window_opens(subject: str, unit: Unit) -> None:
    await window_opens(UUID(subject), unit)


@timers.on(ASSIGNMENT_DUE)
async def on_assignment_due(subject: str, unit: Unit) -> None:
    await assignment_is_due(UUID(subject), unit)
