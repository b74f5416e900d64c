"""Renewals and terminations take effect when their day begins in Berlin; until then they can be taken back (ORD-2)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import OWNER, About, ask, settle
from provisioning.application.carry_out import carry_out
from provisioning.application.ports import Unit
from provisioning.application.speech import in_both
from provisioning.domain.work_order import WorkOrder
from telecom.formats import berlin_day, day_begins
from telecom.refusal import _

DAY_BEGINS = "day-begins"


async def put_off(works: Sequence[WorkOrder], unit: Unit) -> list[WorkOrder]:
    """Those whose day is still to come wait for it; the others are due."""
    if all(work.due_on is None for work in works):
        return list(works)
    today = berlin_day(await unit.now())
    due = [work for work in works if work.due_on is None or work.due_on <= today]
    later: dict[UUID, list[WorkOrder]] = defaultdict(list)
    for work in works:
        if work.due_on is not None and work.due_on > today:
            if not work.waits_for_day:
                work.wait_for_day()
            later[work.order_id].append(work)
    for order_id, waiting in later.items():
        with unit.story_of(waiting[0]):
            first = min(work.due_on for work in waiting if work.due_on is not None)
            await unit.timers.set(DAY_BEGINS, order_id, day_begins(first))
    return due


async def the_day_begins(order_id: UUID, unit: Unit) -> None:
    """What waits for it is carried out, all lines of the order together."""
    waiting = [work for work in await unit.work_orders.dated([order_id]) if work.waits_for_day]
    due = await put_off(waiting, unit)
    for work in due:
        work.resume()
    await carry_out(due, unit)
    await unit.work_orders.save(due)


async def take_back(order_ids: Collection[UUID], unit: Unit) -> None:
    """What still waits is called off, also where a person has been asked; what was done already a person clears."""
    done: dict[UUID, WorkOrder] = {}
    for work in await unit.work_orders.dated(order_ids):
        with unit.story_of(work):
            if work.may_be_called_off:
                await _call_off(work, unit)
            elif work.is_done:
                done[work.order_id] = work
    for order_id in order_ids:
        await unit.timers.cancel(DAY_BEGINS, order_id)
    for work in done.values():
        with unit.story_of(work):
            await _ask_what_now(work, unit)


async def _call_off(work: WorkOrder, unit: Unit) -> None:
    work.call_off(await unit.now())
    await unit.work_orders.save([work])
    outcome = in_both(_("The order was taken back."))
    await settle(TaskKind.MANUAL_WORK, work.work_order_id, OWNER, outcome, unit)


async def _ask_what_now(work: WorkOrder, unit: Unit) -> None:
    """The customer was in time, we heard of it too late."""
    title = in_both(_("Order %(number)s was taken back after it had been carried out"), number=work.order_number)
    explanation = in_both(
        _("Contract %(agreement)s: clear with the customer what shall be set up again. Its own numbers still rest."),
        agreement=work.agreement_number,
    )
    about = About(work.order_id, work.customer_id, work.order_id, work.agreement_id)
    await ask(TaskKind.CLEARING, about, title, explanation, unit)
