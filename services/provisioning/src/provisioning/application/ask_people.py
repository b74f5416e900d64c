"""What cannot go on by itself becomes a task for order management, once; and ends when it is settled."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.shapes import Localized
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from provisioning.application.ports import Unit
from provisioning.application.speech import in_both
from provisioning.domain.work_order import WorkOrder
from telecom.refusal import Refusal, _

OWNER = "provisioning"


class TaskUnknown(Refusal):
    kind = "not_found"
    text = _("There is no such open task.")
    remedy = _("Look at the list again: somebody may have settled it.")


class TaskHasItsOwnWay(Refusal):
    kind = "conflict"
    text = _("This task ends when its work order is completed or failed.")
    remedy = _("Complete the work order, or fail it with a reason.")


@dataclass(frozen=True, slots=True)
class About:
    """What a task is about: its subject here, and whom it concerns, if anybody."""

    subject_id: UUID
    customer_id: UUID | None = None
    order_id: UUID | None = None
    agreement_id: UUID | None = None


def the_work(work: WorkOrder) -> About:
    return About(work.work_order_id, work.customer_id, work.order_id, work.agreement_id)


async def ask(
    kind: TaskKind,
    about: About,
    title: Localized,
    explanation: Localized,
    unit: Unit,
    due_at: datetime | None = None,
) -> None:
    """Raise the task unless it is open already."""
    task_id = await unit.tasks.open(kind, about.subject_id)
    if task_id is None:
        return
    raised = TaskRaised(
        task_id=task_id,
        kind=kind,
        owner=OWNER,
        subject_id=about.subject_id,
        title=title,
        explanation=explanation,
        customer_id=about.customer_id,
        order_id=about.order_id,
        agreement_id=about.agreement_id,
        due_at=due_at,
        raised_at=await unit.now(),
    )
    unit.outbox.record(raised)
    unit.count("tasks", kind.value)


async def settle(kind: TaskKind, subject_id: UUID, by: str, outcome: Localized, unit: Unit) -> None:
    """End the task, if there is one."""
    task_id = await unit.tasks.close(kind, subject_id)
    if task_id is not None:
        at = await unit.now()
        unit.outbox.record(TaskSettled(task_id=task_id, owner=OWNER, settled_by=by, outcome=outcome, settled_at=at))


async def settle_by_hand(task_id: UUID, note: str, by: str, unit: Unit) -> None:
    """Order management has looked at it; work orders end their own tasks."""
    found = await unit.tasks.find(task_id)
    if found is None:
        raise TaskUnknown
    kind, subject_id = found
    if kind is TaskKind.MANUAL_WORK and await unit.work_orders.get(subject_id) is not None:
        raise TaskHasItsOwnWay
    await settle(kind, subject_id, by, Localized(de=note, en=note) if note else in_both(_("Seen.")), unit)
