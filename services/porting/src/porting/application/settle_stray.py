"""A person has looked at a message that fits no pre-agreement of ours."""

from uuid import UUID

from contracts.shapes import Localized
from contracts.work.v1 import TaskSettled
from porting.application.ports import Unit
from porting.application.published import OWNER
from porting.application.speech import in_both
from porting.domain import refusals
from porting.domain.facts import Saying
from telecom.refusal import _


async def settle_stray(task_id: UUID, note: str | None, by: str, unit: Unit) -> None:
    if not await unit.strays.settle(task_id):
        raise refusals.TaskUnknown()
    outcome = Localized(de=note, en=note) if note else in_both(Saying(_("A person has looked at it.")))
    at = await unit.now()
    unit.outbox.record(TaskSettled(task_id=task_id, owner=OWNER, settled_by=by, outcome=outcome, settled_at=at))
