"""Shapes of the events ↔ values of the domain."""

from uuid import UUID

from contracts import shapes
from contracts.catalog.v1 import Fulfilment
from contracts.ordering.v1 import Activation, NewNumbers, OrderLine, OrderReceived
from provisioning.domain.work_order import (
    Line,
    Subject,
    WantedNumbers,
    WantedPorting,
    WantedSite,
    WantedTermination,
    Wording,
    WorkOrder,
)
from telecom.addresses import Address
from telecom.numbers import NumberBlock


def block_from(one: shapes.NumberBlock) -> NumberBlock:
    """Raises telecom's refusal for what can't be a number."""
    return NumberBlock(one.area_code, one.stem, one.extension_from, one.extension_to, one.answering_extension)


def block_to(one: NumberBlock) -> shapes.NumberBlock:
    return shapes.NumberBlock(
        area_code=one.area_code,
        stem=one.stem,
        extension_from=one.extension_from,
        extension_to=one.extension_to,
        answering_extension=one.answering_extension,
    )


def address_from(one: shapes.Address) -> Address:
    return Address(one.street, one.house_number, one.postcode, one.town, one.addition)


def address_to(one: Address) -> shapes.Address:
    return shapes.Address(
        street=one.street, house_number=one.house_number, addition=one.addition, postcode=one.postcode, town=one.town
    )


def work_order_of(
    line: OrderLine, order: OrderReceived, work_order_id: UUID, correlation_id: str, story: object
) -> WorkOrder:
    return WorkOrder(
        work_order_id=work_order_id,
        order_id=order.order_id,
        order_number=order.order_number,
        line_id=line.line_id,
        agreement_id=line.agreement_id,
        agreement_number=line.agreement_number,
        customer_id=order.customer.party_id,
        customer_name=order.customer.name,
        business_case=order.business_case.value,
        manual=line.fulfilment is Fulfilment.MANUAL,
        line=_line(line),
        correlation_id=correlation_id,
        opened_at=order.placed_at,
        due_on=line.termination.effective_on if line.termination else order.effective_on,
        story=story,
    )


def _numbers(one: NewNumbers) -> WantedNumbers:
    reserved = None if one.reserved is None else block_from(one.reserved)
    return WantedNumbers(one.site_id, one.area_code, one.block_size, one.reservation_id, reserved)


def _line(line: OrderLine) -> Line:
    site, numbers, porting, ends = line.site, line.new_numbers, line.porting, line.termination
    return Line(
        offering=line.offering,
        name=Wording(line.name.de, line.name.en),
        category=line.category.value,
        family=line.family.value,
        quantity=line.quantity,
        srtp=line.srtp,
        immediate=line.activation is not Activation.DELAYED,
        site=None if site is None else WantedSite(site.site_id, site.name, address_from(site.address), site.area_code),
        numbers=None if numbers is None else _numbers(numbers),
        porting=None
        if porting is None
        else WantedPorting(porting.porting_id, porting.site_id, tuple(map(block_from, porting.numbers))),
        termination=None
        if ends is None
        else WantedTermination(Subject(ends.subject), ends.site_id, tuple(map(block_from, ends.numbers))),
    )
