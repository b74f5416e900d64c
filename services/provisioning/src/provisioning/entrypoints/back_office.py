"""HTTP: what order management sees and settles: work orders, tasks."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, Field

from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import OrderManager, Staff
from provisioning.application.ask_people import settle_by_hand
from provisioning.application.settle_work import complete_by_hand, fail_by_hand
from provisioning.application.take_portings import assign_again
from provisioning.domain.lifecycle import WorkState
from provisioning.entrypoints.asking import PRINTABLE, InUnit, name_of
from provisioning.entrypoints.views import (
    WorkOrderView,
    work_order_view,
)

AreaCode = Annotated[str, Path(pattern=r"^[1-9]\d{1,4}$")]
router = service_router(tags=["order management"])


class Reason(BaseModel):
    reason: str = Field(min_length=1, max_length=400, pattern=PRINTABLE, description="what the customer is told")


class Note(BaseModel):
    note: str = Field(default="", max_length=400, pattern=PRINTABLE)


class Loaded(BaseModel):
    new_ranges: int


class Settled(BaseModel):
    state: Literal["settled"] = "settled"


@router.get("/work-orders")
async def work_orders(
    unit: InUnit, caller: Staff, order_id: UUID | None = None, state: WorkState | None = None, cursor: str | None = None
) -> Page[WorkOrderView]:
    found = await unit.lists.work_orders(order_id, state and state.value, after_id(cursor))
    return Page(
        items=[work_order_view(one) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].work_order_id) if len(found) > PAGE else None,
    )


@router.post("/work-orders/{work_order_id}/complete")
async def complete(work_order_id: UUID, unit: InUnit, caller: OrderManager) -> WorkOrderView:
    return work_order_view(await complete_by_hand(work_order_id, name_of(caller), unit))


@router.post("/work-orders/{work_order_id}/fail")
async def fail(work_order_id: UUID, body: Reason, unit: InUnit, caller: OrderManager) -> WorkOrderView:
    return work_order_view(await fail_by_hand(work_order_id, body.reason, name_of(caller), unit))


@router.post("/portings/{porting_id}/assign")
async def assign(porting_id: UUID, unit: InUnit, caller: OrderManager) -> Settled:
    """Try again to bring ported numbers to their site, once they have been released elsewhere (PORT-8)."""
    await assign_again(porting_id, unit)
    return Settled()


@router.post("/tasks/{task_id}/settle")
async def settle(task_id: UUID, body: Note, unit: InUnit, caller: OrderManager) -> Settled:
    """A person has looked at it and nothing more is to do."""
    await settle_by_hand(task_id, body.note, name_of(caller), unit)
    return Settled()
