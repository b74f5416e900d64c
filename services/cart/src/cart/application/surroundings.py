"""What a cart must know of the world before it is computed or judged."""

from uuid import UUID

from cart.application.ports import Unit, Who
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.cart import Cart, Surroundings
from cart.domain.catalog import BusinessCase, Catalog, Family
from cart.domain.particulars import Person
from cart.domain.party import Party
from telecom.formats import berlin_day


async def surroundings_of(cart: Cart, unit: Unit) -> Surroundings:
    today = berlin_day(await unit.now())
    catalog = await unit.catalogs.get(cart.catalog_version)
    agreement = await unit.agreements.find(cart.agreement_id) if cart.agreement_id else None
    if cart.business_case not in (BusinessCase.NEW_ORDER, BusinessCase.RENEWAL):
        return Surroundings(catalog, today, agreement=agreement, site_stays=await _site_stays(cart, unit))
    held = await unit.agreements.of_customer(cart.customer_id)
    return Surroundings(
        catalog,
        today,
        agreement=agreement,
        combinable={one.agreement_id: one.number for one in held if one.carries_combination(today)},
        centraflex_held=any(one.family is Family.CENTRAFLEX and one.unended for one in held),
    )


async def _site_stays(cart: Cart, unit: Unit) -> bool:
    """Of a porting to a site that the cart itself doesn't make."""
    made = {line.site.site_id for line in cart.lines if line.site is not None}
    for line in cart.lines:
        if line.porting is not None and line.porting.site_id is not None and line.porting.site_id not in made:
            site = await unit.sites.find(line.porting.site_id)
            if site is None or site.terminates_on is not None:
                return False
    return True


async def newest_catalog(unit: Unit) -> Catalog:
    found = await unit.catalogs.newest(await unit.now())
    if found is None:
        raise refusals.NoCatalogYet()
    return found


async def customer_of(customer_id: UUID, who: Who, unit: Unit) -> Party:
    """The customer, if `who` may act for it (TEN-2, TEN-3)."""
    await unit.scope.admit(who, customer_id)
    party = await unit.parties.find(customer_id)
    if party is None:
        raise refusals.NotFound()
    if not party.may_order:
        raise refusals.NobodyToOrderFor()
    return party


async def agreement_for(agreement_id: UUID, who: Who, unit: Unit) -> Agreement:
    agreement = await unit.agreements.find(agreement_id)
    if agreement is None:
        raise refusals.NotFound()
    await unit.scope.admit(who, agreement.customer_id)
    return agreement


def person_of(who: Who) -> Person:
    if not who.email:
        raise refusals.CallerWithoutAddress()
    return Person(who.name or who.email, who.email, who.language)
