"""What provisioning did: numbers assigned complete a porting, a rejected site ends it (PORT-8)."""

from contracts.provisioning.v1 import NumbersAssigned, SiteRejected
from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.application.shapes import numbers_from
from porting.domain import asking, changing
from porting.domain.facts import Saying
from porting.domain.lifecycle import PortingState, PortingTrigger
from porting.domain.part import Part
from porting.domain.particulars import Numbers
from porting.domain.porting import Porting
from telecom.refusal import _


async def complete_part(event: NumbersAssigned, unit: Unit) -> None:
    """The part whose numbers these are."""
    if event.origin != "ported" or event.porting_id is None:
        return
    porting = await unit.portings.get(event.porting_id)
    part = _due(porting, numbers_from(event.blocks)) if porting is not None else None
    if porting is None or part is None:
        unit.count("assignments_ignored", porting.state if porting else "unknown")
        return
    porting.complete(part, await unit.now())
    await save_and_publish(porting, unit)


async def end_portings_of(event: SiteRejected, unit: Unit) -> None:
    """Not asked yet: stopped. Asked already: a person settles it with the donor."""
    await unit.portings.note_rejected_site(event.site_id)
    now = await unit.now()
    for porting in await unit.portings.of_site(event.site_id):
        for part in porting.living:
            if part.binds_donor:
                why = _("the site could not be made; cancel with the donor")
                asking.look_at(porting, part, "SiteRejected", (why,), now)
            elif part.allows(PortingTrigger.CANCEL):
                changing.withdraw(porting, part, Saying(_("The site could not be made.")), now, "provisioning")
        await save_and_publish(porting, unit)


def _due(porting: Porting, numbers: Numbers) -> Part | None:
    wanted = {str(one) for one in numbers}
    due = (part for part in porting.parts if part.state is PortingState.DUE)
    return next((part for part in due if {str(one) for one in part.numbers} == wanted), None)
