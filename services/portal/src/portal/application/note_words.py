"""Names and numbers that events tell, kept so that a task is found by them."""

from uuid import UUID

from contracts.crm.v1 import PartyChanged, ProspectEntered
from contracts.envelope import Event
from contracts.ordering.v1 import AgreementChanged, OrderReceived
from contracts.shapes import NumberBlock
from portal.application.ports import PortalUnit

CUSTOMER, ORDER, AGREEMENT = "customer", "order", "agreement"
"""Kinds of names."""


def note_words(event: Event, unit: PortalUnit) -> None:
    """Who it is about, which order and contract, and which numbers."""
    match event:
        case PartyChanged() | ProspectEntered():
            unit.known.name(event.party_id, CUSTOMER, event.name)
        case OrderReceived():
            unit.known.name(event.order_id, ORDER, event.order_number)
            for line in event.lines:
                if line.porting is not None:
                    _numbers(line.porting.numbers, (event.order_id, line.porting.porting_id), unit)
        case AgreementChanged():
            unit.known.name(event.agreement_id, AGREEMENT, event.number)
        case _:
            told = getattr(event, "numbers", None) or getattr(event, "blocks", None) or ()
            about = (getattr(event, name, None) for name in ("order_id", "porting_id", "departure_id"))
            _numbers(told, tuple(one for one in about if one is not None), unit)


def _numbers(blocks: tuple[NumberBlock, ...], about: tuple[UUID, ...], unit: PortalUnit) -> None:
    for block in blocks:
        for one in about:
            unit.known.number(one, f"{block.area_code}{block.stem}")
