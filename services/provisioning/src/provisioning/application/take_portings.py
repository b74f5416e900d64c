"""Ported numbers: an order's porting line waits for them, and they come when porting says so (PORT-2, PORT-8)."""

from datetime import datetime
from uuid import UUID

from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import OWNER, About, ask, settle
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_ported_numbers, tell_of_work
from provisioning.application.speech import in_both, localized, refusal_in_words
from provisioning.domain.lifecycle import NotNow
from provisioning.domain.porting import Part, Porting
from provisioning.domain.site import NumbersElsewhere, SiteGone, SiteUnknown, running
from provisioning.domain.work_order import WorkOrder
from telecom.refusal import Refusal, _


class PortingUnknown(Refusal):
    kind = "not_found"
    text = _("This porting does not exist.")
    rule = "PORT-8"


async def take_porting(work: WorkOrder, unit: Unit) -> None:
    """The order's line, whatever porting has said about it before. The agreement is locked."""
    wanted = work.line.porting
    assert wanted is not None
    porting = await unit.portings.get(wanted.porting_id) or Porting(
        porting_id=wanted.porting_id,
        order_id=work.order_id,
        line_id=work.line_id,
        agreement_id=work.agreement_id,
        site_id=wanted.site_id,
        customer_id=work.customer_id,
    )
    porting.expect(wanted.numbers)
    work.wait_for_porting()
    await bring_numbers(porting, unit)
    await unit.portings.save(porting)
    _conclude(work, porting, await unit.now())


async def bring_numbers(porting: Porting, unit: Unit) -> None:
    """Those that are due, once their site is there; a failure is a task (PORT-8). A site to come asks again."""
    for part in porting.due:
        try:
            await _assign(porting, part, unit)
        except SiteUnknown:
            return
        except (NumbersElsewhere, SiteGone) as refused:
            title = in_both(_("Ported numbers could not be assigned"))
            await ask(TaskKind.ASSIGNMENT_FAILED, _about(porting), title, localized(refusal_in_words(refused)), unit)


async def assign_again(porting_id: UUID, unit: Unit) -> None:
    """Order management has cleared the way, of some parts at least.

    Raises NumbersElsewhere, SiteUnknown or SiteGone if it isn't clear for any.
    """
    porting = await unit.portings.get(porting_id)
    if porting is None:
        raise PortingUnknown
    await unit.lock_agreements([porting.agreement_id])
    porting = await unit.portings.get(porting_id)
    assert porting is not None
    due, refusals = porting.due, list[Refusal]()
    if not due:
        raise NotNow(state=porting.state.value)
    for part in due:
        try:
            await _assign(porting, part, unit)
        except (NumbersElsewhere, SiteUnknown, SiteGone) as refused:
            refusals.append(refused)
    if len(refusals) == len(due):
        raise refusals[0]
    await unit.portings.save(porting)
    await settle_unless_due(porting, unit)


async def _assign(porting: Porting, part: Part, unit: Unit) -> None:
    if porting.site_id is not None:
        running((await unit.sites.of([porting.site_id])).get(porting.site_id))
    at = await unit.now()
    await unit.inventory.hold_ported(part.numbers, porting.holder_id, porting.porting_id, porting.donor, at)
    porting.assigned(part)
    tell_of_ported_numbers(porting, part, at, unit)


async def settle_unless_due(porting: Porting, unit: Unit) -> None:
    """Nobody need look any more once nothing is due: the numbers have come, or come on another day, or never."""
    if not porting.due:
        done = in_both(_("The numbers are assigned.") if porting.has_come else _("The numbers do not come now."))
        await settle(TaskKind.ASSIGNMENT_FAILED, porting.porting_id, OWNER, done, unit)


async def end_line(porting: Porting, unit: Unit) -> None:
    """The order's line ends with its porting, if the order has come already and hasn't ended otherwise."""
    if not porting.ended:
        return
    work = await unit.work_orders.of_line(porting.line_id)
    if work is not None and work.waits_for_porting:
        _conclude(work, porting, await unit.now())
        await unit.work_orders.save([work])
        tell_of_work(work, unit)


def _conclude(work: WorkOrder, porting: Porting, at: datetime) -> None:
    if porting.ended and porting.has_come:
        work.complete(at)
    elif porting.ended:
        work.call_off(at)


def _about(porting: Porting) -> About:
    return About(porting.porting_id, porting.customer_id, porting.order_id, porting.agreement_id)
