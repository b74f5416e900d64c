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
from cart.domain.particulars import Address, NewNumbers, Site


@dataclass(frozen=True, slots=True)
class OrderSite:
    agreement_id: UUID
    name: str
    address: Address
    area_code: str
    block_size: int
    language: str = "de"


@dataclass(frozen=True, slots=True)
class OrderNumbers:
    agreement_id: UUID
    site_id: UUID
    block_size: int
    language: str = "de"


async def order_site(command: OrderSite, who: Who, unit: Unit, feasibility: Feasibility) -> Order:
    source = await _source(command.agreement_id, who, unit)
    agreement = source.agreement
    site = Site(unit.new_id(), command.name, command.address, command.area_code)
    catalog = await newest_catalog(unit)
    offering = offering_of(Category.USAGE_SITE, agreement.audience, catalog)
    await _numbers_must_be_free(feasibility, site, command.block_size, command.language)
    block = offering_of(Category.NUMBER_BLOCK, agreement.audience, catalog, block_size=command.block_size)
    line = _line(offering, agreement, unit.new_id())
    line.site = site
    price = block.price_for(agreement.term_months) or FREE
    line.one_time, line.monthly = line.one_time + price.one_time, line.monthly + price.monthly
    line.new_numbers = NewNumbers(site.site_id, site.area_code, command.block_size)
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
    await _numbers_must_be_free(feasibility, site, command.block_size, command.language)
    line = _line(offering, agreement, unit.new_id())
    line.new_numbers = NewNumbers(site.site_id, site.area_code, command.block_size)
    return await _place(BusinessCase.MORE_NUMBERS, line, source, catalog, who, unit)


def offering_of(category: Category, audience: Audience, catalog: Catalog, block_size: int | None = None) -> Offering:
    """What a site, a block or a porting is sold as; blocks may be sold by size."""
    found = catalog.of_category(category, audience)
    fitting = [one for one in found if one.block_size == block_size] or [one for one in found if not one.block_size]
    if not fitting:
        raise refusals.NotOfferedNow()
    return fitting[0]


async def _numbers_must_be_free(feasibility: Feasibility, site: Site, size: int, language: str) -> None:
    """Asked before anything is written; provisioning decides again when it acts."""
    verdict = await feasibility.ask(Question(site.address, site.area_code, size), language)
    if not verdict.numbers_available:
        raise refusals.NumbersExhausted(size, site.area_code)


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
    await unit.orders.add(order)
    unit.outbox.record(published.order_received(order))
    return order
