"""What was held back goes out: our answer to a VA, to a change, and our own cancellation (PORT-9)."""

from uuid import UUID

from porting.application import wire
from porting.application.departure_ports import DepartureUnit
from porting.application.departure_published import save_and_publish
from porting.application.judge_departure import judge_departure
from porting.domain import departure_changes
from porting.domain.departure import Departure
from porting.domain.departure_facts import Outgoing
from porting.domain.messages import Message
from telecom.formats import berlin_day


async def send_held(what: Outgoing, departure_id: UUID, unit: DepartureUnit) -> None:
    departure = await unit.departures.get(departure_id)
    if departure is None:
        return
    match what:
        case Outgoing.ANSWER:
            message = await _answer(departure, unit)
        case Outgoing.CHANGE_ANSWER:
            message = await _change_answer(departure, unit)
        case Outgoing.CANCELLATION:
            message = await _cancellation(departure, unit)
    await save_and_publish(departure, unit)
    if message is not None:
        await wire.send(message, departure.carrier.carrier_code, departure.departure_id, unit)


async def _answer(departure: Departure, unit: DepartureUnit) -> Message | None:
    """By rule it is looked at once more: another carrier's agreement may stand by now."""
    now = await unit.now()
    if departure.answer is not None and departure.answer.by is None:
        departure.check_again(await judge_departure(departure, unit))
    if departure.answer is None or departure.day_has_passed(berlin_day(now)):
        return None
    return departure.send_answer(now)


async def _change_answer(departure: Departure, unit: DepartureUnit) -> Message | None:
    if departure.change_answer is None:
        return None
    return departure_changes.send_change_answer(departure, unit.terms.rules, await unit.now())


async def _cancellation(departure: Departure, unit: DepartureUnit) -> Message | None:
    if departure.cancellation_goes_out_at is None:
        return None
    return departure_changes.send_cancellation(departure, unit.terms.rules, await unit.now())
