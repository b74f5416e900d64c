"""Another carrier takes numbers of our customer over: on the day they leave their holders, all or none (PORT-9)."""

from uuid import UUID

from contracts.porting.v1 import DepartureFacts
from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import OWNER, About, ask, settle
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_departure
from provisioning.application.shapes import block_from
from provisioning.application.speech import in_both, localized, refusal_in_words
from provisioning.domain.departure import Departure
from provisioning.domain.lifecycle import DepartureTrigger, NotNow
from provisioning.domain.numbers import NumbersNotHeld
from telecom.refusal import Refusal, _


class DepartureUnknown(Refusal):
    kind = "not_found"
    text = _("This porting to another carrier does not exist.")
    rule = "PORT-9"


async def note_departure_due(event: DepartureFacts, unit: Unit) -> None:
    """A failure is a task; telling it again, or order management, tries again."""
    await unit.lock_agreements([event.agreement_id])
    departure = await unit.departures.get(event.departure_id) or _departure(event)
    if not departure.take(DepartureTrigger.COME_DUE):
        return
    departure.numbers = tuple(map(block_from, event.numbers))
    try:
        await _hand_over(departure, unit)
    except NumbersNotHeld as refused:
        title = in_both(_("Numbers could not be handed over to %(carrier)s"), carrier=departure.recipient)
        why = localized(refusal_in_words(refused))
        await ask(TaskKind.ASSIGNMENT_FAILED, _about(departure), title, why, unit)
    await unit.departures.save(departure)


async def note_departure_put_off(event: DepartureFacts, unit: Unit) -> None:
    """Cancelled, or on another day."""
    await unit.lock_agreements([event.agreement_id])
    departure = await unit.departures.get(event.departure_id)
    if departure is not None and departure.take(DepartureTrigger.PUT_OFF):
        await unit.departures.save(departure)
        stay = in_both(_("The numbers stay where they are."))
        await settle(TaskKind.ASSIGNMENT_FAILED, departure.departure_id, OWNER, stay, unit)


async def hand_over_again(departure_id: UUID, unit: Unit) -> None:
    """Order management has cleared the way. Raises NumbersNotHeld if it isn't clear."""
    departure = await unit.departures.get(departure_id)
    if departure is None:
        raise DepartureUnknown
    await unit.lock_agreements([departure.agreement_id])
    departure = await unit.departures.get(departure_id)
    assert departure is not None
    if not departure.take(DepartureTrigger.COME_DUE):
        raise NotNow(state=departure.state.value)
    await _hand_over(departure, unit)
    await unit.departures.save(departure)


async def _hand_over(departure: Departure, unit: Unit) -> None:
    at = await unit.now()
    holders = [departure.agreement_id, *await unit.sites.of_agreement(departure.agreement_id)]
    gone = await unit.inventory.depart(departure.numbers, holders, departure.departure_id, departure.recipient, at)
    departure.take(DepartureTrigger.HAND_OVER)
    for release in gone:
        tell_of_departure(release, departure, at, unit)
    done = in_both(_("The numbers are handed over."))
    await settle(TaskKind.ASSIGNMENT_FAILED, departure.departure_id, OWNER, done, unit)


def _departure(event: DepartureFacts) -> Departure:
    recipient = f"{event.recipient.name} ({event.recipient.carrier_code})"
    return Departure(event.departure_id, event.agreement_id, event.customer_id, recipient, ())


def _about(departure: Departure) -> About:
    return About(departure.departure_id, departure.customer_id, None, departure.agreement_id)
