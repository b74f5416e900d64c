"""What was held back goes out: the VA, and later the AKM-TR (PORT-5)."""

from datetime import timedelta
from uuid import UUID

from porting.application import wire
from porting.application.ports import Unit
from porting.application.published import save_and_publish
from porting.domain import deadlines
from porting.domain.contents import faults_of_request
from porting.domain.lifecycle import PortingState
from telecom.formats import berlin_day
from telecom.refusal import _

HOLD = "held-message"
ANSWER_DUE = "answer-due"
TAKE_OVER = "take-over"


async def send_pre_agreement(porting_id: UUID, unit: Unit) -> None:
    """Ask the donor, or have a person look where he can't be asked."""
    porting = await unit.portings.get(porting_id)
    if porting is None or porting.state is not PortingState.HELD:
        return
    now, rules = await unit.now(), unit.terms.rules
    request = porting.request(unit.terms.own_porting_carrier)
    faults = faults_of_request(request)
    if deadlines.is_too_near(porting.requested_on, porting.case, berlin_day(now), rules, porting.federal_state):
        faults.append(_("the requested date is too near or has passed"))
    if faults:
        porting.hold_for_clearing(tuple(faults), now)
        await save_and_publish(porting, unit)
        return
    porting.send(now)
    await save_and_publish(porting, unit)
    await wire.send(request, porting, unit)
    await unit.timers.set(ANSWER_DUE, porting_id, deadlines.answer_due(now, rules, porting.federal_state))


async def hold_take_over(porting_id: UUID, unit: Unit) -> None:
    due = await unit.now() + timedelta(seconds=unit.terms.hold_seconds)
    await unit.timers.set(TAKE_OVER, porting_id, due)


async def send_take_over(porting_id: UUID, unit: Unit) -> None:
    """AKM-TR goes out soon after the answer, so well before it is due."""
    porting = await unit.portings.get(porting_id)
    if porting is None or not porting.owes_take_over:
        return
    message = porting.take_over(unit.terms.own_porting_carrier, await unit.now())
    await save_and_publish(porting, unit)
    await wire.send(message, porting, unit)
