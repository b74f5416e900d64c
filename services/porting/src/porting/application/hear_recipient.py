"""What carriers send us who ask for our customers' numbers (PORT-9). A message heard twice changes nothing twice."""

from contracts.wbci import v1 as wbci
from porting.application import wire
from porting.application.departure_ports import DepartureUnit
from porting.application.departure_published import save_and_publish
from porting.application.hear_donor import hear_donor, stray, why_look
from porting.application.judge_departure import judge_departure
from porting.application.published import goes_out_at
from porting.domain import departure_changes
from porting.domain.contents import faults_of_request
from porting.domain.departure import Departure, Recipient, ask
from porting.domain.messages import (
    Cancellation,
    DateChange,
    Message,
    PreAgreementRequest,
    Reason,
    Refusal,
    Settlement,
    TakeOver,
    TechnicalRefusal,
)
from porting.domain.pre_agreement import ID_USED, Response, unknown
from porting.domain.sequence import Reaction
from telecom.refusal import _


async def hear_carrier(event: wbci.WbciMessage, unit: DepartureUnit) -> None:
    """Each message goes to the side that it is for: we are recipient of the one pre-agreement, donor of the other."""
    departure = await unit.departures.of_pre_agreement(event.pre_agreement_id)
    if isinstance(event, wbci.PreAgreementRequested):
        await _hear_request(event, departure, unit)
    elif departure is not None and departure.carrier.carrier_code == event.sender:
        await _hear_more(event, departure, unit)
    elif departure is None and (porting := await unit.portings.of_pre_agreement(event.pre_agreement_id)) is not None:
        await hear_donor(event, porting, unit)
    else:
        await _unknown(event, unit)


async def _hear_request(event: wbci.PreAgreementRequested, known: Departure | None, unit: DepartureUnit) -> None:
    """VA. One that can't be read or is not complete is no case yet: its sender is told so."""
    message = wire.read(event)
    if not isinstance(message, PreAgreementRequest) or faults_of_request(message):
        await _refuse_technically(event, None, unit)
    elif known is not None and known.carrier.carrier_code == event.sender:
        await wire.keep(event, known.departure_id, unit, outbound=False)
        response = known.pre_agreement.hear_request(message)
        unit.count("second_answers", wire.kind_of(event))
        if response.reply is not None:
            await _tell(response.reply, known, unit)
    elif known is not None or await unit.portings.of_pre_agreement(event.pre_agreement_id) is not None:
        await wire.keep(event, None, unit, outbound=False)
        await wire.send(Refusal(message.pre_agreement_id, (Reason(ID_USED),)), event.sender, None, unit)
    else:
        await _begin(event, message, unit)


async def _begin(event: wbci.PreAgreementRequested, request: PreAgreementRequest, unit: DepartureUnit) -> None:
    names = {one.carrier_code: one.name for one in unit.carriers.electronic()}
    now = await unit.now()
    recipient = Recipient(event.sender, names.get(event.sender, event.sender))
    departure = ask(unit.new_id(), recipient, request, now)
    await wire.keep(event, departure.departure_id, unit, outbound=False)
    verdict = await judge_departure(departure, unit)
    departure.begin(verdict, unit.terms.rules, now, await goes_out_at(unit))
    await save_and_publish(departure, unit)
    earlier = await unit.departures.get(verdict.replaces) if verdict.replaces else None
    if earlier is not None:
        earlier.replace(now)
        await save_and_publish(earlier, unit)


async def _hear_more(event: wbci.WbciMessage, departure: Departure, unit: DepartureUnit) -> None:
    await wire.keep(event, departure.departure_id, unit, outbound=False)
    message = wire.read(event)
    if message is None:
        await _refuse_technically(event, departure, unit)
        return
    if isinstance(message, (DateChange, Cancellation)) and await _was_unknown(message, unit):
        await _tell(unknown(message), departure, unit)
        return
    response, reply = await _hear(message, departure, unit)
    if response.faults:
        await _refuse_technically(event, departure, unit)
        return
    if response.reaction is Reaction.LOOK:
        gaps = {"kind": wire.kind_of(event), "why": why_look(event)}
        departure.look_at(_("%(kind)s: %(why)s."), gaps, await unit.now())
    elif response.reaction is Reaction.NOTE:
        unit.count("second_answers", wire.kind_of(event))
    await save_and_publish(departure, unit)
    if reply is not None:
        await _tell(reply, departure, unit)


async def _hear(message: Message, departure: Departure, unit: DepartureUnit) -> tuple[Response, Message | None]:
    """Take the message's step, if it is one; with what is answered at once."""
    rules, now = unit.terms.rules, await unit.now()
    match message:
        case DateChange() | Cancellation():
            response = departure_changes.hear_change(departure, message, rules, now, await goes_out_at(unit))
        case TakeOver():
            return departure.hear_take_over(message, now)
        case Settlement():
            response = departure_changes.hear_settlement(departure, message, rules, now)
        case Refusal():
            response = departure_changes.hear_refusal(departure, message, rules, now)
        case TechnicalRefusal():
            departure_changes.hear_technical_refusal(departure, message, rules, now)
            response = Response(Reaction.TAKE)
        case _:
            response = Response(Reaction.LOOK)
    return response, response.reply


async def _unknown(event: wbci.WbciMessage, unit: DepartureUnit) -> None:
    """A change of what we don't know is refused (8140); a person looks, once for each pre-agreement."""
    await stray(event, unit)
    message = wire.read(event)
    if isinstance(message, (DateChange, Cancellation)):
        await wire.send(unknown(message), event.sender, None, unit)


async def _was_unknown(message: DateChange | Cancellation, unit: DepartureUnit) -> bool:
    """It had overtaken its VA and got its answer then; the same id gets the same answer."""
    named = message.change_id if isinstance(message, DateChange) else message.cancellation_id
    return await unit.carrier_messages.answered_as_stray(str(message.pre_agreement_id), str(named))


async def _refuse_technically(event: wbci.WbciMessage, departure: Departure | None, unit: DepartureUnit) -> None:
    """Its sender is told, and mends it; where it belongs to a case, a person here knows too."""
    unit.count("unfit_messages", wire.kind_of(event))
    refusal = wire.not_understood(event)
    if departure is None:
        await wire.keep(event, None, unit, outbound=False)
        await wire.send(refusal, event.sender, None, unit)
        return
    await _tell(refusal, departure, unit)
    departure.look_at(_("%(kind)s can't be read."), {"kind": wire.kind_of(event)}, await unit.now())
    await save_and_publish(departure, unit)


async def _tell(message: Message, departure: Departure, unit: DepartureUnit) -> None:
    await wire.send(message, departure.carrier.carrier_code, departure.departure_id, unit)
