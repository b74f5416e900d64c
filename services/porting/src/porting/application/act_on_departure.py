"""What order management does about a departure: decide, call off, hand over, look (PORT-9)."""

from datetime import date
from uuid import UUID

from porting.application import wire
from porting.application.departure_ports import DepartureUnit
from porting.application.departure_published import save_and_publish
from porting.application.judge_departure import judge_departure
from porting.application.published import goes_out_at
from porting.application.watch_departures import still_here
from porting.domain import departure_changes, departure_day, refusals
from porting.domain.departure import Departure
from porting.domain.messages import Cancellation, Reason


async def agree(departure: Departure, day: date, agreement_id: UUID | None, by: str, unit: DepartureUnit) -> None:
    verdict = await judge_departure(departure, unit, agreement_id)
    departure.agree(verdict, day, unit.terms.rules, await unit.now(), by, await goes_out_at(unit))
    await save_and_publish(departure, unit)


async def refuse(departure: Departure, reasons: tuple[Reason, ...], by: str, unit: DepartureUnit) -> None:
    departure.refuse(reasons, by, await goes_out_at(unit))
    await save_and_publish(departure, unit)


async def answer_change(departure: Departure, accept: bool, reason: str | None, by: str, unit: DepartureUnit) -> None:
    departure_changes.answer_change(departure, accept, reason, by, await goes_out_at(unit))
    await save_and_publish(departure, unit)


async def cancel(departure: Departure, reason: str, follow_up: bool, by: str, unit: DepartureUnit) -> None:
    named = departure.pre_agreement.pre_agreement_id
    asked = Cancellation(named, unit.new_cancellation_id(), not follow_up, reason)
    departure_changes.cancel(departure, asked, unit.terms.rules, by, await unit.now(), await goes_out_at(unit))
    await save_and_publish(departure, unit)


async def send_again(departure: Departure, by: str, unit: DepartureUnit) -> None:
    asked = departure_changes.send_again(departure, unit.terms.rules, await unit.now(), by)
    await save_and_publish(departure, unit)
    await wire.send(asked, departure.carrier.carrier_code, departure.departure_id, unit)


async def settle_by_hand(departure: Departure, agreed: bool, note: str | None, by: str, unit: DepartureUnit) -> None:
    departure_changes.settle_by_hand(departure, agreed, note, unit.terms.rules, await unit.now(), by)
    await save_and_publish(departure, unit)


async def hand_over(departure: Departure, by: str, unit: DepartureUnit) -> None:
    departure_day.hand_over(departure, await still_here(departure, unit), await unit.now(), by)
    await save_and_publish(departure, unit)


async def stop_held(departure: Departure, reason: str | None, by: str, unit: DepartureUnit) -> None:
    """The next message that would go out."""
    if departure.held is None:
        raise refusals.NothingHeld()
    departure.stop(departure.held, reason, await unit.now(), by)
    await save_and_publish(departure, unit)


async def see_message(departure: Departure, note: str | None, by: str, unit: DepartureUnit) -> None:
    departure.seen(note, await unit.now(), by)
    await save_and_publish(departure, unit)


async def close(departure: Departure, note: str | None, by: str, unit: DepartureUnit) -> None:
    """Called off for a new pre-agreement that will not come."""
    departure.close(note, await unit.now(), by)
    await save_and_publish(departure, unit)
