"""Messages as events of the carrier exchange, and events as messages of the domain, for both roles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.ordering import v1 as ordering
from contracts.wbci import v1 as wbci
from porting.application.ports import CarrierMessage, Unit
from porting.application.shapes import address_from, address_to, numbers_from, numbers_to
from porting.application.speech import translate
from porting.domain.codes import BAD_STRUCTURE
from porting.domain.ids import CancellationId, ChangeId, LineId, PortingCarrier, PreAgreementId
from porting.domain.messages import (
    Answer,
    Cancellation,
    Correction,
    DateChange,
    EndCustomer,
    Message,
    PreAgreementRequest,
    Reason,
    Refusal,
    Settlement,
    TakeOver,
    TakeOverRefusal,
    TechnicalRefusal,
)
from porting.domain.particulars import PortingCase, Window
from telecom.refusal import Refusal as Refused

KINDS = {
    wbci.PreAgreementRequested: "VA",
    wbci.PreAgreementAnswered: "RUEM-VA",
    wbci.Refused: "ABBM",
    wbci.ResourceTakeOver: "AKM-TR",
    wbci.ResourceTakeOverRefused: "ABBM-TR",
    wbci.DateChangeRequested: "TV",
    wbci.Settled: "ERLM",
    wbci.TechnicallyRefused: "technical",
}


NAMED = {kind.__name__: name for kind, name in KINDS.items()} | {wbci.CancellationRequested.__name__: "STR"}


def kind_of(event: wbci.WbciMessage) -> str:
    if isinstance(event, wbci.CancellationRequested):
        return "STR-AUF" if event.final else "STR-AEN"
    return KINDS[type(event)]


async def send(message: Message, receiver: str, subject_id: UUID | None, unit: Unit) -> None:
    """Hand a message to the exchange and keep it with the porting or departure that it belongs to."""
    event = event_of(message, receiver, await unit.now(), unit)
    unit.exchange.send(event)
    await keep(event, subject_id, unit, outbound=True)


async def keep(event: wbci.WbciMessage, subject_id: UUID | None, unit: Unit, *, outbound: bool) -> None:
    at = await unit.now()
    await unit.carrier_messages.add(
        CarrierMessage(
            pre_agreement_id=event.pre_agreement_id,
            porting_id=subject_id,
            kind=kind_of(event),
            outbound=outbound,
            codes=codes_in(event),
            body=event.body().decode(),
            at=at,
        )
    )
    unit.count("messages_out" if outbound else "messages_in", kind_of(event))


def codes_in(event: wbci.WbciMessage) -> tuple[str, ...]:
    match event:
        case wbci.PreAgreementAnswered():
            return (event.answer, *(one.code for one in event.corrections))
        case wbci.Refused():
            return tuple(one.code for one in event.reasons)
        case wbci.ResourceTakeOverRefused() | wbci.TechnicallyRefused():
            return (event.code,)
        case wbci.Settled():
            return (event.answer,)
    return ()


def message_of(event: wbci.WbciMessage) -> Message:
    """Raises telecom's refusal for what can't be a number or an address."""
    named = PreAgreementId(event.pre_agreement_id)
    match event:
        case wbci.PreAgreementRequested():
            carrier = event.recipient_porting_carrier
            return PreAgreementRequest(
                named,
                PortingCase(event.case),
                event.requested_on,
                EndCustomer(event.customer.name, event.customer.first_name),
                tuple(EndCustomer(one.name, one.first_name) for one in event.further_owners),
                address_from(event.address) if event.address else None,
                numbers_from(event.numbers),
                event.all_numbers,
                Window(event.window) if event.window else None,
                PortingCarrier(carrier) if carrier else None,
            )
        case wbci.PreAgreementAnswered():
            return Answer(
                named,
                PortingCase(event.case),
                event.answer,
                event.change_date,
                event.technology,
                numbers_from(tuple(one.block for one in event.numbers)),
                tuple(LineId(one) for one in event.lines),
                tuple(Correction(one.code.value, one.value) for one in event.corrections),
                PortingCarrier(event.numbers[0].donor_porting_carrier) if event.numbers else None,
            )
        case wbci.Refused():
            return Refusal(
                named,
                tuple(Reason(one.code, one.words, numbers_from(one.numbers)) for one in event.reasons),
                _change_id(event.change_id),
                event.unchanged_date,
                _cancellation_id(event.cancellation_id),
            )
        case wbci.ResourceTakeOver():
            carrier = event.recipient_porting_carrier
            lines = tuple(LineId(one) for one in event.lines)
            named_carrier = PortingCarrier(carrier) if carrier else None
            return TakeOver(named, event.take_over, event.safe_haven, lines, named_carrier)
        case wbci.ResourceTakeOverRefused():
            return TakeOverRefusal(named, event.code)
        case wbci.DateChangeRequested():
            return DateChange(named, ChangeId(event.change_id), event.new_date)
        case wbci.CancellationRequested():
            return Cancellation(named, CancellationId(event.cancellation_id), event.final, event.reason)
        case wbci.Settled():
            changed, cancelled = _change_id(event.change_id), _cancellation_id(event.cancellation_id)
            return Settlement(named, event.answer, changed, event.new_date, cancelled)
        case wbci.TechnicallyRefused():
            return TechnicalRefusal(named, event.code, _short(event.refused_type))
    raise AssertionError(f"{type(event).__name__} is no message of carriers'")


def read(event: wbci.WbciMessage) -> Message | None:
    """None for what can't be a number or an address."""
    try:
        return message_of(event)
    except Refused:
        return None


def not_understood(event: wbci.WbciMessage) -> TechnicalRefusal:
    return TechnicalRefusal(PreAgreementId(event.pre_agreement_id), BAD_STRUCTURE, kind_of(event))


def event_of(message: Message, receiver: str, at: datetime, unit: Unit) -> wbci.WbciMessage:
    envelope: dict[str, Any] = {
        "sender": unit.terms.own_carrier,
        "receiver": receiver,
        "pre_agreement_id": str(message.pre_agreement_id),
        "sent_at": at,
    }
    match message:
        case PreAgreementRequest():
            return wbci.PreAgreementRequested(
                **envelope,
                case=ordering.PortingCase(message.case),
                requested_on=message.requested_on,
                customer=_customer(message.customer),
                further_owners=tuple(_customer(one) for one in message.further_owners),
                address=address_to(message.address) if message.address else None,
                numbers=numbers_to(message.numbers),
                all_numbers=message.all_numbers,
                window=ordering.Window(message.window) if message.window else None,
                recipient_porting_carrier=_text(message.recipient_porting_carrier),
            )
        case Answer():
            carrier = _text(message.donor_porting_carrier) or str(unit.terms.own_porting_carrier)
            code: Any = message.code
            return wbci.PreAgreementAnswered(
                **envelope,
                case=ordering.PortingCase(message.case),
                answer=code,
                change_date=message.change_date,
                technology=message.technology,
                numbers=tuple(
                    wbci.PortedNumber(block=one, donor_porting_carrier=carrier) for one in numbers_to(message.numbers)
                ),
                lines=tuple(map(str, message.lines)),
                corrections=tuple(
                    wbci.Correction(code=wbci.CorrectionCode(one.code), value=one.value) for one in message.corrections
                ),
            )
        case Refusal():
            return wbci.Refused(
                **envelope,
                reasons=tuple(_reason(one) for one in message.reasons),
                change_id=_text(message.change_id),
                unchanged_date=message.unchanged_date,
                cancellation_id=_text(message.cancellation_id),
            )
        case TakeOver():
            return wbci.ResourceTakeOver(
                **envelope,
                take_over=message.take_over,
                safe_haven=message.safe_haven,
                lines=tuple(map(str, message.lines)),
                recipient_porting_carrier=_text(message.recipient_porting_carrier),
            )
        case TakeOverRefusal():
            return wbci.ResourceTakeOverRefused(**envelope, code=message.code)
        case DateChange():
            return wbci.DateChangeRequested(**envelope, change_id=str(message.change_id), new_date=message.new_date)
        case Cancellation():
            return wbci.CancellationRequested(
                **envelope,
                cancellation_id=str(message.cancellation_id),
                final=message.final,
                reason=message.reason,
            )
        case Settlement():
            settled: Any = message.code
            return wbci.Settled(
                **envelope,
                answer=settled,
                change_id=_text(message.change_id),
                new_date=message.new_date,
                cancellation_id=_text(message.cancellation_id),
            )
        case TechnicalRefusal():
            fault: Any = message.code
            return wbci.TechnicallyRefused(**envelope, code=fault, refused_type=message.refused_type)


def _customer(one: EndCustomer) -> wbci.EndCustomer:
    return wbci.EndCustomer(name=one.name, first_name=one.first_name)


def _reason(one: Reason) -> wbci.Reason:
    """Carriers read German."""
    words = translate(one.words, "de") if one.words else None
    return wbci.Reason(code=one.code, words=words, numbers=numbers_to(one.numbers))


def _text(one: object | None) -> str | None:
    return None if one is None else str(one)


def _short(written: str) -> str:
    """Carriers call what they refuse by its short name or its type: `TV`, or `wbci.DateChangeRequested.v1`."""
    return next((NAMED[word] for word in written.split(".") if word in NAMED), written)


def _change_id(written: str | None) -> ChangeId | None:
    return ChangeId(written) if written else None


def _cancellation_id(written: str | None) -> CancellationId | None:
    return CancellationId(written) if written else None
