"""When a trunk whose activation is delayed becomes active (ACT-2, ACT-4)."""

from uuid import UUID

from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import OWNER, About, ask, settle
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_trunk
from provisioning.application.speech import in_both
from provisioning.domain.activation import plan
from provisioning.domain.facts import ActivationCause
from provisioning.domain.lifecycle import NotNow, TrunkStatus
from provisioning.domain.trunk import Trunk
from telecom.refusal import Refusal, _

ACTIVATION = "activation"
NO_PORTING = "no-porting"


class TrunkUnknown(Refusal):
    kind = "not_found"
    text = _("This trunk does not exist.")


async def wait_for_portings(trunk: Trunk, unit: Unit) -> None:
    """ACT-4: somebody looks at a trunk for which no porting comes."""
    due_at = trunk.provisioned_at + unit.rules.without_porting
    await unit.timers.set(NO_PORTING, trunk.agreement_id, due_at)


async def replan(agreement_id: UUID, unit: Unit) -> None:
    """After anything that happened to its portings. The agreement is locked."""
    trunk = (await unit.trunks.of([agreement_id])).get(agreement_id)
    if trunk is None or trunk.status is not TrunkStatus.READY:
        return
    now, portings = await unit.now(), await unit.portings.of_agreement(agreement_id)
    planned = plan(portings, now, unit.rules)
    if planned is not None and planned.due_at <= now:
        cause = ActivationCause.LEAD_TIME_PASSED if planned.late else ActivationCause.PORTING_NEAR
        trunk.activate(cause, now, planned.porting_on)
        await save_active(trunk, unit)
        return
    if planned is None:
        trunk.activates_on = None
        await unit.timers.cancel(ACTIVATION, agreement_id)
        if portings and not any(porting.lives for porting, _state in portings):
            await _ask_what_now(trunk, unit)
    else:
        trunk.activates_on = planned.day
        await unit.timers.set(ACTIVATION, agreement_id, planned.due_at)
        await _settle(trunk, OWNER, unit)
    await unit.trunks.save(trunk)


async def activation_is_due(agreement_id: UUID, unit: Unit) -> None:
    """The planned day has come: look again, a date may have moved in this moment."""
    await unit.lock_agreements([agreement_id])
    await replan(agreement_id, unit)


async def portings_stay_away(agreement_id: UUID, unit: Unit) -> None:
    await unit.lock_agreements([agreement_id])
    trunk = (await unit.trunks.of([agreement_id])).get(agreement_id)
    if trunk is not None and trunk.status is TrunkStatus.READY and trunk.activates_on is None:
        await _ask_what_now(trunk, unit)


async def activate_by_hand(agreement_id: UUID, by: str, unit: Unit) -> None:
    await unit.lock_agreements([agreement_id])
    trunk = (await unit.trunks.of([agreement_id])).get(agreement_id)
    if trunk is None:
        raise TrunkUnknown
    if trunk.status is not TrunkStatus.READY:
        raise NotNow(state=trunk.status.value)
    trunk.activate(ActivationCause.ORDER_MANAGEMENT, await unit.now())
    await save_active(trunk, unit, by)


async def save_active(trunk: Trunk, unit: Unit, by: str = OWNER) -> None:
    """Told, and planned no more."""
    await unit.trunks.save(trunk)
    tell_of_trunk(trunk, unit)
    await stop_planning(trunk, unit, by)


async def stop_planning(trunk: Trunk, unit: Unit, by: str = OWNER) -> None:
    """It is active, or gone."""
    await unit.timers.cancel(ACTIVATION, trunk.agreement_id)
    await unit.timers.cancel(NO_PORTING, trunk.agreement_id)
    await _settle(trunk, by, unit)


async def _settle(trunk: Trunk, by: str, unit: Unit) -> None:
    outcome = in_both(_("The activation is settled."))
    await settle(TaskKind.ACTIVATION_WITHOUT_PORTING, trunk.trunk_id, by, outcome, unit)


async def _ask_what_now(trunk: Trunk, unit: Unit) -> None:
    title = in_both(_("Trunk %(number)s waits for a porting that does not come"), number=trunk.agreement_number)
    explanation = in_both(_("Activate it now, or clear with the customer what shall happen."))
    about = About(trunk.trunk_id, trunk.customer_id, trunk.order_id, trunk.agreement_id)
    await ask(TaskKind.ACTIVATION_WITHOUT_PORTING, about, title, explanation, unit)
