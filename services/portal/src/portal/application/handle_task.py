"""Order management works on a task: takes it, hands it on, plans it, writes about it. Each step is audited with it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from portal.application.ports import Note, PortalUnit, Task
from portal.domain.audit import Entry
from portal.domain.clerk import Clerk
from portal.domain.handling import Handling, NoSuchColleague


async def claim(task: Task, by: Clerk, unit: PortalUnit) -> None:
    """Raises ClaimedBySomebodyElse."""
    now = await unit.now()
    await _change("claim", task, by, lambda handling: handling.claim(by, now), unit)


async def take_over(task: Task, by: Clerk, reason: str, unit: PortalUnit) -> None:
    """Raises ReasonMissing."""
    now = await unit.now()
    await _change("take-over", task, by, lambda handling: handling.take_over(by, reason, now), unit, reason=reason)


async def give_back(task: Task, by: Clerk, unit: PortalUnit) -> None:
    """Raises NotClaimed, ClaimedBySomebodyElse."""
    await _change("give-back", task, by, lambda handling: handling.give_back(by), unit)


async def hand_to(task: Task, subject: str, by: Clerk, unit: PortalUnit) -> None:
    """To an order manager who has logged in here. Raises NoSuchColleague, ClaimedBySomebodyElse."""
    known = {one.subject: one for one in await unit.colleagues.all() if one.role == by.role}
    if (colleague := known.get(subject)) is None:
        raise NoSuchColleague
    now = await unit.now()
    await _change("reassign", task, by, lambda handling: handling.hand_to(colleague, by, now), unit)


async def move_due(task: Task, due_at: datetime, reason: str, by: Clerk, unit: PortalUnit) -> None:
    """Raises ReasonMissing, DueInThePast."""
    now = await unit.now()
    await _change("due", task, by, lambda handling: handling.move_due(due_at, reason, now), unit, reason=reason)


async def wait_until(task: Task, day: date | None, reason: str, by: Clerk, unit: PortalUnit) -> None:
    """Raises DayNotAhead."""
    now = await unit.now()
    await _change("wait", task, by, lambda handling: handling.wait_until(day, now), unit, reason=reason)


async def write_note(task: Task, text: str, by: Clerk, unit: PortalUnit) -> None:
    now = await unit.now()
    await unit.notes.add(Note(uuid4(), task.task_id, now, by, text))
    await _audit("note", task, by, {"text": text}, unit)


async def _change(
    act: str, task: Task, by: Clerk, change: Callable[[Handling], None], unit: PortalUnit, **more: str
) -> None:
    handling = await unit.handlings.get(task.task_id)
    before = _told(handling)
    change(handling)
    await unit.handlings.save(handling)
    after = _told(handling)
    moved = {name for name in before if before[name] != after[name]}
    said: dict[str, Any] = {
        "before": {name: before[name] for name in moved},
        "after": {name: after[name] for name in moved},
    }
    await _audit(act, task, by, said | {name: value for name, value in more.items() if value}, unit)


async def _audit(act: str, task: Task, by: Clerk, said: dict[str, Any], unit: PortalUnit) -> None:
    now, order_id, customer_id = await unit.now(), task.order_id, task.customer_id
    unit.audit.write(Entry(now, by, act, said=said, task_id=task.task_id, order_id=order_id, customer_id=customer_id))


def _told(handling: Handling) -> dict[str, str | None]:
    return {
        "has": handling.claimed_by.name if handling.claimed_by else None,
        "due": handling.due_at.isoformat() if handling.due_at else None,
        "waits_until": handling.waits_until.isoformat() if handling.waits_until else None,
    }
