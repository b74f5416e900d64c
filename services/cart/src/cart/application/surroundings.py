"""What a cart must know of the world before it is computed or judged."""

from datetime import date
from uuid import UUID

from cart.application.ports import Unit, Who
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.amendment_rules import ANY_TIME
from cart.domain.cart import Cart
from cart.domain.catalog import BusinessCase, Catalog, Family
from cart.domain.order import Order
from cart.domain.particulars import Person, Porting
from cart.domain.party import Party
from cart.domain.porting import Elsewhere
from cart.domain.surroundings import Surroundings
from telecom.formats import berlin_day

OVERLAPPING = {
    BusinessCase.RENEWAL: BusinessCase.REORDER,
    BusinessCase.REORDER: BusinessCase.RENEWAL,
}


async def surroundings_of(cart: Cart, unit: Unit) -> Surroundings:
    today = berlin_day(await unit.now())
    catalog = await unit.catalogs.get(cart.catalog_version)
    agreement = await unit.agreements.find(cart.agreement_id) if cart.agreement_id else None
    if cart.business_case is BusinessCase.PORTING:
        return Surroundings(
            catalog,
            today,
            agreement=agreement,
            porting_rules=unit.porting_rules,
            site_stays=await _site_stays(cart, unit),
            ported_elsewhere=await _ported_elsewhere(cart, unit),
            replaced_goes_on=await _replaced_goes_on(cart, unit),
        )
    carried_out = await _carried_out(cart, today, unit)
    if cart.business_case not in (BusinessCase.NEW_ORDER, BusinessCase.RENEWAL):
        return Surroundings(catalog, today, agreement=agreement, carried_out=carried_out)
    held = await unit.agreements.of_customer(cart.customer_id)
    return Surroundings(
        catalog,
        today,
        agreement=agreement,
        combinable={one.agreement_id: one.number for one in held if one.carries_combination(today)},
        centraflex_held=any(one.family is Family.CENTRAFLEX and one.unended for one in held),
        carried_out=carried_out,
    )


async def _carried_out(cart: Cart, today: date, unit: Unit) -> list[str]:
    """Reorders and renewals don't overlap; a renewal that waits for its day is the contract's `upcoming`."""
    other = OVERLAPPING.get(cart.business_case)
    if other is None or cart.agreement_id is None:
        return []
    return [
        order.number
        for order in await unit.orders.under_way(cart.agreement_id)
        if order.business_case is other
        and (order.effective_on is None or order.effective_on <= today)
        and any(not line.ended and line.category not in ANY_TIME for line in order.lines)
    ]


async def _site_stays(cart: Cart, unit: Unit) -> bool:
    """Of a porting to a site that the cart itself doesn't make."""
    made = {line.site.site_id for line in cart.lines if line.site is not None}
    for line in cart.lines:
        if line.porting is not None and line.porting.site_id is not None and line.porting.site_id not in made:
            site = await unit.sites.find(line.porting.site_id)
            if site is None or site.terminates_on is not None:
                return False
    return True


async def _ported_elsewhere(cart: Cart, unit: Unit) -> dict[UUID, list[Elsewhere]]:
    """What other running orders port of it, a line."""
    return {
        line.line_id: await asked_elsewhere(line.porting, cart.agreement_id, cart.customer_id, unit)
        for line in cart.lines
        if line.porting is not None and cart.agreement_id is not None
    }


async def _replaced_goes_on(cart: Cart, unit: Unit) -> dict[UUID, str]:
    found = {}
    for line in cart.lines:
        if line.porting is not None and line.porting.replaces is not None and cart.agreement_id is not None:
            order = await unit.orders.with_porting(line.porting.replaces, cart.agreement_id)
            if order is not None and not order.porting_line(line.porting.replaces).may_be_asked_anew:
                found[line.line_id] = order.number
    return found


async def asked_elsewhere(porting: Porting, agreement_id: UUID, customer_id: UUID, unit: Unit) -> list[Elsewhere]:
    """Running orders that port a number of it; only those of the same customer by name (TEN-2).

    What it replaces doesn't count, unless that goes on for the number.
    """
    replaced: Order | None = None
    if porting.replaces is not None:
        replaced = await unit.orders.with_porting(porting.replaces, agreement_id)
    return [
        Elsewhere(one.place, one.porting_id, one.order_number if one.customer_id == customer_id else None)
        for one in await unit.orders.asking_for(porting.numbers)
        if one.porting_id != porting.porting_id
        and not (
            replaced is not None
            and one.porting_id == porting.replaces
            and not replaced.porting_line(one.porting_id).moves(porting.numbers[one.place])
        )
    ]


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


async def cart_head(
    case: BusinessCase, agreement: Agreement, party: Party, catalog: Catalog, who: Who, unit: Unit
) -> Cart:
    """A cart from a contract, still without lines."""
    by = person_of(who)
    return Cart(
        cart_id=unit.new_id(),
        number=await unit.numbers.next_cart(),
        customer_id=party.party_id,
        audience=party.audience,
        business_case=case,
        catalog_version=catalog.version,
        created_by=by,
        changed_at=await unit.now(),
        changed_by=by.name,
        term_months=agreement.term_months,
        agreement_id=agreement.agreement_id,
        agreement_number=agreement.number,
    )


def person_of(who: Who) -> Person:
    if not who.email:
        raise refusals.CallerWithoutAddress()
    return Person(who.name or who.email, who.email, who.language)
