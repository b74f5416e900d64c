"""What is due at a business time. A deadline that passes is a task and a count, never silence."""

from datetime import timedelta
from uuid import UUID

from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.domain.lifecycle import PortingState
from telecom.refusal import _

WINDOW = "window-opens"
TAKE_OVER_DUE = "take-over-due"
ASSIGNMENT_DUE = "assignment-due"


async def answer_is_due(porting_id: UUID, unit: Unit) -> None:
    porting = await unit.portings.get(porting_id)
    if porting is None or porting.state is not PortingState.ASKED:
        return
    unit.count("deadlines_passed", "answer")
    porting.answer_is_late(await unit.now())
    await save_and_publish(porting, unit)


async def take_over_is_due(porting_id: UUID, unit: Unit) -> None:
    porting = await unit.portings.get(porting_id)
    if porting is None or not porting.owes_take_over:
        return
    unit.count("deadlines_passed", "take_over")
    porting.look_at_message("AKM-TR", (_("it is overdue"),), await unit.now())
    await save_and_publish(porting, unit)


async def window_opens(porting_id: UUID, unit: Unit) -> None:
    """PORT-8: the numbers are due."""
    porting = await unit.portings.get(porting_id)
    if porting is None or porting.state is not PortingState.CONFIRMED:
        return
    now = await unit.now()
    porting.open_window(now)
    await save_and_publish(porting, unit)
    if porting.case.moves_numbers:
        due = now + timedelta(minutes=unit.terms.assignment_minutes)
        await unit.timers.set(ASSIGNMENT_DUE, porting_id, due)


async def assignment_is_due(porting_id: UUID, unit: Unit) -> None:
    porting = await unit.portings.get(porting_id)
    if porting is None or porting.state is not PortingState.DUE:
        return
    unit.count("deadlines_passed", "assignment")
    porting.assignment_is_late(await unit.now())
    await save_and_publish(porting, unit)
