"""What porting tells: dates move activations (ACT-2, ACT-4), the day of a part brings its numbers (PORT-8).

Events that name no numbers, as they were once, mean the whole request.
"""

from datetime import date

from contracts import shapes
from contracts.ordering.v1 import DonorParticulars
from contracts.porting.v1 import PortingFacts
from provisioning.application.plan_activation import replan
from provisioning.application.ports import Unit
from provisioning.application.shapes import block_from
from provisioning.application.take_portings import bring_numbers, end_line, settle_unless_due
from provisioning.domain.lifecycle import PortingTrigger
from provisioning.domain.porting import Porting

Numbers = tuple[shapes.NumberBlock, ...]


async def note_porting(event: PortingFacts, donor: DonorParticulars, numbers: Numbers, unit: Unit) -> None:
    """It has started; the order may have said so already."""
    porting = await _known(event, unit)
    porting.donor = f"{donor.name} ({donor.carrier_code})" if donor.carrier_code else donor.name
    porting.expect(map(block_from, numbers))
    await unit.portings.save(porting)


async def note_date(
    event: PortingFacts, numbers: Numbers, change_date: date, trigger: PortingTrigger, unit: Unit
) -> None:
    await _go_on(event, trigger, numbers, unit, change_date)


async def note_asking(event: PortingFacts, numbers: Numbers, unit: Unit) -> None:
    """The donor is asked anew, or will be, or has refused what a person can clear (PORT-7): no earlier date holds."""
    await _go_on(event, PortingTrigger.ASK, numbers, unit)


async def note_reduction(event: PortingFacts, numbers: Numbers, unit: Unit) -> None:
    """A part ended without numbers; the others go on."""
    await _go_on(event, PortingTrigger.END, numbers, unit)


async def note_end(event: PortingFacts, unit: Unit) -> None:
    """Of the whole: refused for good, cancelled, or completed. What has not come never comes."""
    porting = await _known(event, unit)
    porting.end()
    await _keep(porting, unit)


async def note_due(event: PortingFacts, numbers: Numbers, on: date, unit: Unit) -> None:
    porting = await _known(event, unit)
    if porting.take(PortingTrigger.OPEN, tuple(map(block_from, numbers)), on):
        await unit.portings.save(porting)
        await replan(porting.agreement_id, unit)
        await bring_numbers(porting, unit)
    await _keep(porting, unit)


async def _go_on(
    event: PortingFacts, trigger: PortingTrigger, numbers: Numbers, unit: Unit, on: date | None = None
) -> None:
    porting = await _known(event, unit)
    porting.take(trigger, tuple(map(block_from, numbers)), on)
    await _keep(porting, unit)


async def _keep(porting: Porting, unit: Unit) -> None:
    """With all that follows for tasks, the order's line and the trunk."""
    await unit.portings.save(porting)
    await settle_unless_due(porting, unit)
    await end_line(porting, unit)
    await replan(porting.agreement_id, unit)


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
