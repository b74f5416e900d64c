"""What a person did about a work order."""

from uuid import UUID

from contracts.shapes import Localized
from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import settle
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_work
from provisioning.application.speech import LONGEST, in_both
from provisioning.domain.lifecycle import NotNow, WorkState
from provisioning.domain.work_order import Wording, WorkOrder
from telecom.refusal import Refusal, _


class WorkOrderUnknown(Refusal):
    kind = "not_found"
    text = _("This work order does not exist.")


async def complete_by_hand(work_order_id: UUID, by: str, unit: Unit) -> WorkOrder:
    work = await _by_hand(work_order_id, unit)
    work.complete(await unit.now())
    await _end(work, by, in_both(_("Done.")), unit)
    return work


async def fail_by_hand(work_order_id: UUID, reason: str, by: str, unit: Unit) -> WorkOrder:
    """`reason` goes to the customer in the words of order management."""
    work = await _by_hand(work_order_id, unit)
    said = reason[:LONGEST]
    work.fail("failed-by-hand", Wording(said, said), await unit.now())
    await _end(work, by, Localized(de=said, en=said), unit)
    return work


async def _by_hand(work_order_id: UUID, unit: Unit) -> WorkOrder:
    work = await unit.work_orders.get(work_order_id)
    if work is None:
        raise WorkOrderUnknown
    if not work.manual or work.state is not WorkState.OPEN:
        raise NotNow(state=work.state.value)
    return work


async def _end(work: WorkOrder, by: str, outcome: Localized, unit: Unit) -> None:
    await unit.work_orders.save([work])
    with unit.story_of(work):
        tell_of_work(work, unit)
        await settle(TaskKind.MANUAL_WORK, work.work_order_id, by, outcome, unit)
