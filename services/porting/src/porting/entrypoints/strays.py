"""HTTP: tasks about messages that fit no pre-agreement of ours; other tasks are settled where they belong."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from chassis.http import InUnit, service_router
from chassis.roles import OrderManager
from porting.application.ports import Unit
from porting.application.settle_stray import settle_stray
from porting.entrypoints.acts import Note

router = service_router(tags=["tasks"])


class Settled(BaseModel):
    state: Literal["settled"] = "settled"


@router.post("/tasks/{task_id}/settle")
async def settle(task_id: UUID, body: Note, unit: InUnit[Unit], caller: OrderManager) -> Settled:
    """A person has looked at a message that fits no pre-agreement, and nothing more is to do."""
    await settle_stray(task_id, body.note, caller.name or caller.subject, unit)
    return Settled()
