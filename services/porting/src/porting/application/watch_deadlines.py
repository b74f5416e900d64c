"""What is due at a business time. A deadline that passes is a task, an event and a count, never silence."""

from datetime import timedelta
from uuid import UUID

from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.domain import paper
from porting.domain.facts import Deadline, Level
from porting.domain.lifecycle import PortingState
from porting.domain.part import Part
from porting.domain.porting import Porting


async def deadline_is(level: Level, deadline: Deadline, porting_id: UUID, number: int, unit: Unit) -> None:
    """Near, or passed."""
    porting, part = await _found(porting_id, number, unit)
    if porting is None or part is None or (waiting := porting.waited_for(part, deadline)) is None:
        return
    if waiting.level is level:
        return
    porting.at_risk(part, deadline, level, await unit.now())
    await save_and_publish(porting, unit)


async def form_is_missing(porting_id: UUID, unit: Unit) -> None:
    porting = await unit.portings.get(porting_id)
    if porting is not None:
        paper.remind(porting, unit.terms.rules, await unit.now())
        await save_and_publish(porting, unit)


async def window_opens(porting_id: UUID, number: int, unit: Unit) -> None:
    """PORT-8: the numbers are due."""
    porting, part = await _found(porting_id, number, unit)
    if porting is None or part is None or part.state is not PortingState.CONFIRMED:
        return
    now = await unit.now()
    if porting.open_window(part, now):
        due = now + timedelta(minutes=unit.terms.assignment_minutes)
        porting.awaits(part, Deadline.ASSIGNMENT, due, unit.terms.rules)
    await save_and_publish(porting, unit)


async def _found(porting_id: UUID, number: int, unit: Unit) -> tuple[Porting | None, Part | None]:
    porting = await unit.portings.get(porting_id)
    return porting, porting.part(number) if porting is not None else None
