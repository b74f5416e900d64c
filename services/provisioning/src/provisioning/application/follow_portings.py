"""What porting tells: dates move activations (ACT-2, ACT-4), the day brings the numbers (PORT-8)."""

from datetime import date

from contracts import shapes
from contracts.porting.v1 import PortingFacts
from provisioning.application.plan_activation import replan
from provisioning.application.ports import Unit
from provisioning.application.shapes import block_from
from provisioning.application.take_portings import bring_numbers, end_line
from provisioning.domain.lifecycle import PortingTrigger
from provisioning.domain.porting import Porting


async def note_porting(event: PortingFacts, unit: Unit) -> None:
    """It has started; the order may have said so already."""
    await unit.portings.save(await _known(event, unit))


async def note_date(event: PortingFacts, change_date: date, trigger: PortingTrigger, unit: Unit) -> None:
    porting = await _known(event, unit)
    if porting.take(trigger):
        porting.change_date = change_date
    await unit.portings.save(porting)
    await replan(porting.agreement_id, unit)


async def note_end(event: PortingFacts, unit: Unit) -> None:
    """Refused for good or cancelled: no numbers will come."""
    porting = await _known(event, unit)
    porting.take(PortingTrigger.END)
    await unit.portings.save(porting)
    await end_line(porting, unit)
    await replan(porting.agreement_id, unit)


async def note_due(event: PortingFacts, numbers: tuple[shapes.NumberBlock, ...], on: date, unit: Unit) -> None:
    porting = await _known(event, unit)
    if porting.take(PortingTrigger.OPEN):
        porting.change_date, porting.numbers = on, tuple(map(block_from, numbers))
        await unit.portings.save(porting)
        await replan(porting.agreement_id, unit)
        await bring_numbers(porting, unit)
    await unit.portings.save(porting)
    await end_line(porting, unit)


async def _known(event: PortingFacts, unit: Unit) -> Porting:
    """The porting that the event speaks of; porting may be ahead of the order. Its agreement is locked."""
    await unit.lock_agreements([event.agreement_id])
    return await unit.portings.get(event.porting_id) or Porting(
        porting_id=event.porting_id,
        order_id=event.order_id,
        line_id=event.line_id,
        agreement_id=event.agreement_id,
        site_id=event.site_id,
        customer_id=event.customer_id,
    )
