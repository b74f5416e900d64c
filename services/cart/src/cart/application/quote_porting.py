"""The porting form becomes a quote at once; only the customer's confirmation makes the order (PORT-1, PORT-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cart.application.order_from_trunk import offering_of
from cart.application.ordering import check
from cart.application.ports import Feasibility, Terms, Unit, Who
from cart.application.send_quote import quote_cart
from cart.application.surroundings import agreement_for, customer_of, newest_catalog, person_of, surroundings_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine
from cart.domain.catalog import BusinessCase, Category, Family
from cart.domain.particulars import Address, Donor, Person, Porting, PortingCase, Site, Subscriber, Window
from cart.domain.porting import check_address, check_form
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class NewSite:
    name: str
    address: Address
    area_code: str


@dataclass(frozen=True, slots=True)
class QuotePorting:
    """With `site` a new site is ordered with it, with `site_id` it is for an existing one; Centraflex has neither."""

    agreement_id: UUID
    site: NewSite | None
    site_id: UUID | None
    donor: Donor
    subscriber: Subscriber
    case: PortingCase
    numbers: Sequence[NumberBlock]
    all_numbers: bool
    requested_on: date
    window: Window
    recipient: Person | None
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the numbers will hang."""

    site: Site | None = None
    site_id: UUID | None = None
    area_code: str | None = None
    state: str | None = None


async def quote_porting(command: QuotePorting, who: Who, unit: Unit, feasibility: Feasibility, terms: Terms) -> Cart:
    agreement = await agreement_for(command.agreement_id, who, unit)
    party = await customer_of(agreement.customer_id, who, unit)
    if not agreement.may(BusinessCase.PORTING):
        raise refusals.AgreementTakesNoSites()
    check_address(command.subscriber.address, "subscriber.address")
    place = await _place_of(command, agreement, unit, feasibility)
    porting = Porting(
        porting_id=unit.new_id(),
        site_id=place.site_id,
        donor=command.donor,
        subscriber=command.subscriber,
        case=command.case,
        numbers=tuple(command.numbers),
        requested_on=command.requested_on,
        all_numbers=command.all_numbers,
        window=command.window,
    )
    now = await unit.now()
    check_form(porting, place.area_code, berlin_day(now), place.state)
    catalog = await newest_catalog(unit)
    by = person_of(who)
    cart = Cart(
        cart_id=unit.new_id(),
        number=await unit.numbers.next_cart(),
        customer_id=party.party_id,
        audience=party.audience,
        business_case=BusinessCase.PORTING,
        catalog_version=catalog.version,
        created_by=by,
        changed_at=now,
        changed_by=by.name,
        term_months=agreement.term_months,
        agreement_id=agreement.agreement_id,
        agreement_number=agreement.number,
    )
    if place.site is not None:
        line = CartLine.of(offering_of(Category.USAGE_SITE, party.audience, catalog), unit.new_id())
        line.site = place.site
        cart.lines.append(line)
    line = CartLine.of(offering_of(Category.PORTING, party.audience, catalog), unit.new_id())
    line.porting = porting
    cart.lines.append(line)
    cart.compute(await surroundings_of(cart, unit))
    await check(cart, unit)
    await quote_cart(cart, party, command.recipient, by, unit, terms)
    return cart


async def _place_of(command: QuotePorting, agreement: Agreement, unit: Unit, feasibility: Feasibility) -> Place:
    if agreement.family is Family.CENTRAFLEX:
        return Place()
    if command.site is not None:
        wanted = command.site
        site = Site(unit.new_id(), wanted.name, wanted.address, wanted.area_code)
        verdict = await feasibility.ask(site, None, command.language)
        return Place(site, site.site_id, site.area_code, verdict.state)
    ready = await unit.sites.find(command.site_id) if command.site_id else None
    if ready is None or ready.agreement_id != agreement.agreement_id:
        raise refusals.NoSuchSite()
    if ready.terminates_on is not None:
        raise refusals.AlreadyTerminating(ready.terminates_on)
    return Place(None, ready.site_id, ready.area_code)
