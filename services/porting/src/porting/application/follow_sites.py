"""What provisioning did: numbers assigned complete a porting, a rejected site ends it (PORT-8)."""

from contracts.provisioning.v1 import NumbersAssigned, SiteRejected
from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.application.watch_deadlines import ASSIGNMENT_DUE
from porting.domain.facts import Saying
from porting.domain.lifecycle import PORTING, PortingState, PortingTrigger
from telecom.refusal import _


async def complete_porting(event: NumbersAssigned, unit: Unit) -> None:
    if event.origin != "ported" or event.porting_id is None:
        return
    porting = await unit.portings.get(event.porting_id)
    if porting is None or porting.state is not PortingState.DUE:
        unit.count("assignments_ignored", porting.state if porting else "unknown")
        return
    porting.complete(await unit.now())
    await save_and_publish(porting, unit)
    await unit.timers.cancel(ASSIGNMENT_DUE, porting.porting_id)


async def end_portings_of(event: SiteRejected, unit: Unit) -> None:
    """Not asked yet: stopped. Asked already: a person settles it with the donor."""
    await unit.portings.note_rejected_site(event.site_id)
    now = await unit.now()
    for porting in await unit.portings.of_site(event.site_id):
        if porting.is_over:
            continue
        if PORTING.allows(porting.state, PortingTrigger.CANCEL):
            porting.cancel(Saying(_("The site could not be made.")), now, "provisioning")
        else:
            porting.look_at_message("SiteRejected", (_("the site could not be made; cancel with the donor"),), now)
        await save_and_publish(porting, unit)
