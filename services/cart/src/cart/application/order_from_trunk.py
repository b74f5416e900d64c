"""Direct orders from a trunk contract: a site with new numbers, or more numbers for a site (SITE-1, QUOTE-5)."""

from dataclasses import dataclass
from uuid import UUID

from cart.application import published
from cart.application.ordering import awaited_at_first, order_customer
from cart.application.ports import Feasibility, OrderedFrom, Question, Unit, Who
from cart.application.surroundings import newest_catalog, person_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.catalog import FREE, Audience, BusinessCase, Catalog, Category, Offering
from cart.domain.order import Order, OrderLine
from cart.domain.particulars import NewNumbers, Site
from telecom.addresses import Address


@dataclass(frozen=True, slots=True)
class OrderSite:
    agreement_id: UUID
    name: str
    address: Address
    area_code: str
    block_size: int
    reservation_id: UUID | None = None
    language: str = "de"


@dataclass(frozen=True, slots=True)
class OrderNumbers:
    agreement_id: UUID
    site_id: UUID
    block_size: int
    reservation_id: UUID | None = None
    language: str = "de"


async def order_site(command: OrderSite, who: Who, unit: Unit, feasibility: Feasibility) -> Order:
    source = await _source(command.agreement_id, who, unit)
    agreement = source.agreement
    site = Site(unit.new_id(), command.name, command.address, command.area_code)
    catalog = await newest_catalog(unit)
    offering = offering_of(Category.USAGE_SITE, agreement.audience, catalog)
    numbers = await _numbers_for(site, command, agreement, feasibility)
    block = offering_of(Category.NUMBER_BLOCK, agreement.audience, catalog, block_size=command.block_size)
    line = _line(offering, agreement, unit.new_id())
    line.site = site
    price = block.price_for(agreement.term_months) or FREE
    line.one_time, line.monthly = line.one_time + price.one_time, line.monthly + price.monthly
    line.new_numbers = numbers
    return await _place(BusinessCase.SITE_ORDER, line, source, catalog, who, unit)


async def order_numbers(command: OrderNumbers, who: Who, unit: Unit, feasibility: Feasibility) -> Order:
    source = await _source(command.agreement_id, who, unit)
    agreement = source.agreement
    ready = await unit.sites.find(command.site_id)
    if ready is None or ready.agreement_id != agreement.agreement_id:
        raise refusals.NoSuchSite()
    if ready.terminates_on is not None:
        raise refusals.AlreadyTerminating(ready.terminates_on)
    catalog = await newest_catalog(unit)
    offering = offering_of(Category.NUMBER_BLOCK, agreement.audience, catalog, block_size=command.block_size)
    site = Site(ready.site_id, ready.name, ready.address, ready.area_code)
    numbers = await _numbers_for(site, command, agreement, feasibility)
    line = _line(offering, agreement, unit.new_id())
    line.new_numbers = numbers
    return await _place(BusinessCase.MORE_NUMBERS, line, source, catalog, who, unit)


def offering_of(category: Category, audience: Audience, catalog: Catalog, block_size: int | None = None) -> Offering:
    """What a site, a block or a porting is sold as; blocks may be sold by size."""
    found = catalog.of_category(category, audience)
    fitting = [one for one in found if one.block_size == block_size] or [one for one in found if not one.block_size]
    if not fitting:
        raise refusals.NotOfferedNow()
    return fitting[0]


async def _numbers_for(
    site: Site, command: OrderSite | OrderNumbers, agreement: Agreement, feasibility: Feasibility
) -> NewNumbers:
    """Asked before anything is written; provisioning decides again when it acts."""
    size, reservation_id = command.block_size, command.reservation_id
    question = Question(site.address, site.area_code, size, reservation_id=reservation_id)
    verdict = await feasibility.ask(question, command.language)
    if reservation_id is None:
        if not verdict.numbers_available:
            raise refusals.NumbersExhausted(size, site.area_code)
        return NewNumbers(site.site_id, site.area_code, size)
    kept = verdict.reserved
    if kept is None or kept.customer_id != agreement.customer_id:
        raise refusals.NoSuchReservation()
    if (kept.block.area_code, kept.block.size) != (site.area_code, size):
        raise refusals.ReservationUnfit(block=str(kept.block), size=size, area_code=site.area_code)
    if not kept.holds:
        raise refusals.ReservationEnded(block=str(kept.block))
    return NewNumbers(site.site_id, site.area_code, size, reservation_id, kept.block)


def _line(offering: Offering, agreement: Agreement, line_id: UUID) -> OrderLine:
    line = OrderLine.of(offering, agreement, line_id, offering.price_for(agreement.term_months) or FREE)
    line.awaiting = awaited_at_first(offering.fulfilment)
    return line


async def _source(agreement_id: UUID, who: Who, unit: Unit) -> OrderedFrom:
    source = await unit.agreements.ordered_from(agreement_id)
    if source is None:
        raise refusals.NotFound()
    await unit.scope.admit(who, source.agreement.customer_id)
    if not source.agreement.may(BusinessCase.SITE_ORDER):
        raise refusals.AgreementTakesNoSites()
    return source


async def _place(
    case: BusinessCase, line: OrderLine, source: OrderedFrom, catalog: Catalog, who: Who, unit: Unit
) -> Order:
    order = Order(
        order_id=unit.new_id(),
        number=source.order_number,
        business_case=case,
        customer=order_customer(source.customer),
        creator=person_of(who),
        lines=[line],
        catalog_version=catalog.version,
        placed_at=await unit.now(),
    )
    await _use_reservation(order, unit)
    await unit.orders.add(order)
    unit.outbox.record(published.order_received(order))
    return order


async def _use_reservation(order: Order, unit: Unit) -> None:
    """Chosen numbers are ordered once, whoever asks at the same time."""
    for wanted in (line.new_numbers for line in order.lines if line.new_numbers):
        reservation_id = wanted.reservation_id
        if reservation_id and not await unit.orders.use_reservation(reservation_id, order.order_id):
            raise refusals.ReservationOrdered(block=str(wanted.reserved))
