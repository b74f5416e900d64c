"""Our messages as events of the carrier exchange, and theirs as values of the domain."""

from datetime import datetime
from typing import Any

from contracts.ordering import v1 as ordering
from contracts.wbci import v1 as wbci
from porting.application.ports import CarrierMessage, Unit
from porting.application.shapes import address_to, numbers_from, numbers_to
from porting.domain.ids import CancellationId, ChangeId, LineId, PreAgreementId
from porting.domain.messages import (
    Answer,
    Correction,
    EndCustomer,
    PreAgreementRequest,
    Reason,
    Refusal,
    TakeOver,
    TechnicalRefusal,
)
from porting.domain.particulars import PortingCase
from porting.domain.porting import Porting

KINDS = {
    wbci.PreAgreementRequested: "VA",
    wbci.PreAgreementAnswered: "RUEM-VA",
    wbci.Refused: "ABBM",
    wbci.ResourceTakeOver: "AKM-TR",
    wbci.ResourceTakeOverRefused: "ABBM-TR",
    wbci.DateChangeRequested: "TV",
    wbci.CancellationRequested: "STR",
    wbci.Settled: "ERLM",
    wbci.TechnicallyRefused: "technical",
}


def kind_of(message: wbci.WbciMessage) -> str:
    return KINDS[type(message)]


async def send(message: PreAgreementRequest | TakeOver | TechnicalRefusal, porting: Porting, unit: Unit) -> None:
    """Hand a message to the exchange and keep it."""
    assert porting.donor.carrier_code is not None, "a paper carrier gets no messages"
    event = _event(message, porting.donor.carrier_code, await unit.now(), unit)
    unit.exchange.send(event)
    await keep(event, porting, unit, outbound=True)


async def keep(event: wbci.WbciMessage, porting: Porting | None, unit: Unit, *, outbound: bool) -> None:
    at = await unit.now()
    await unit.carrier_messages.add(
        CarrierMessage(
            pre_agreement_id=event.pre_agreement_id,
            porting_id=porting.porting_id if porting is not None else None,
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


def answer_from(event: wbci.PreAgreementAnswered) -> Answer:
    """Raises telecom's refusal for what can't be a number."""
    return Answer(
        PreAgreementId(event.pre_agreement_id),
        PortingCase(event.case),
        event.answer,
        event.change_date,
        event.technology,
        numbers_from(tuple(one.block for one in event.numbers)),
        tuple(LineId(one) for one in event.lines),
        tuple(Correction(one.code, one.value) for one in event.corrections),
    )


def refusal_from(event: wbci.Refused) -> Refusal:
    return Refusal(
        PreAgreementId(event.pre_agreement_id),
        tuple(Reason(one.code, one.words, numbers_from(one.numbers)) for one in event.reasons),
        ChangeId(event.change_id) if event.change_id else None,
        event.unchanged_date,
        CancellationId(event.cancellation_id) if event.cancellation_id else None,
    )


def _event(
    message: PreAgreementRequest | TakeOver | TechnicalRefusal, receiver: str, at: datetime, unit: Unit
) -> wbci.WbciMessage:
    envelope: dict[str, Any] = {
        "sender": unit.terms.own_carrier,
        "receiver": receiver,
        "pre_agreement_id": str(message.pre_agreement_id),
        "sent_at": at,
    }
    match message:
        case PreAgreementRequest():
            carrier = message.recipient_porting_carrier
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
                recipient_porting_carrier=str(carrier) if carrier else None,
            )
        case TakeOver():
            carrier = message.recipient_porting_carrier
            return wbci.ResourceTakeOver(
                **envelope,
                take_over=message.take_over,
                safe_haven=message.safe_haven,
                lines=tuple(map(str, message.lines)),
                recipient_porting_carrier=str(carrier) if carrier else None,
            )
        case TechnicalRefusal():
            code: Any = message.code
            return wbci.TechnicallyRefused(**envelope, code=code, refused_type=message.refused_type)


def _customer(one: EndCustomer) -> wbci.EndCustomer:
    return wbci.EndCustomer(name=one.name, first_name=one.first_name)
