"""A new cart, priced by the newest catalog (CART-1, CAT-5); or a copy of a frozen one (QUOTE-1)."""

from dataclasses import dataclass
from uuid import UUID

from cart.application.ports import Terms, Unit, Who
from cart.application.surroundings import customer_of, newest_catalog, person_of, surroundings_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.cart import Cart, check_term
from cart.domain.catalog import BusinessCase

SHOPPED = (BusinessCase.NEW_ORDER, BusinessCase.REORDER)
"""Cases whose lines are put together by hand; the others are ordered from a contract."""


@dataclass(frozen=True, slots=True)
class CreateCart:
    customer_id: UUID
    business_case: BusinessCase
    agreement_id: UUID | None = None
    term_months: int | None = None


async def create_cart(command: CreateCart, who: Who, unit: Unit, terms: Terms) -> Cart:
    party = await customer_of(command.customer_id, who, unit)
    if command.business_case not in SHOPPED:
        raise refusals.OrderedFromAgreement()
    catalog = await newest_catalog(unit)
    agreement = None
    if command.business_case is BusinessCase.REORDER:
        agreement = await _agreement(command, party.party_id, unit)
        term = agreement.term_months
    else:
        term = command.term_months or terms.first_term_months
        check_term(term, catalog)
    by = person_of(who)
    cart = Cart(
        cart_id=unit.new_id(),
        number=await unit.numbers.next_cart(),
        customer_id=party.party_id,
        audience=party.audience,
        business_case=command.business_case,
        catalog_version=catalog.version,
        created_by=by,
        changed_at=await unit.now(),
        changed_by=by.name,
        term_months=term,
        agreement_id=agreement.agreement_id if agreement else None,
        agreement_number=agreement.number if agreement else None,
    )
    await unit.carts.save(cart)
    return cart


async def copy_cart(cart_id: UUID, who: Who, unit: Unit) -> Cart:
    frozen = await unit.carts.get(cart_id)
    await customer_of(frozen.customer_id, who, unit)
    if frozen.business_case not in SHOPPED:
        raise refusals.OrderedFromAgreement()
    catalog = await newest_catalog(unit)
    by, now = person_of(who), await unit.now()
    cart = frozen.copy(unit.new_id(), await unit.numbers.next_cart(), by, now, unit.new_id)
    cart.catalog_version = catalog.version
    cart.compute(await surroundings_of(cart, unit))
    await unit.carts.save(cart)
    return cart


async def _agreement(command: CreateCart, customer_id: UUID, unit: Unit) -> Agreement:
    if command.agreement_id is None:
        raise refusals.AgreementNeeded()
    agreement = await unit.agreements.find(command.agreement_id)
    if agreement is None or agreement.customer_id != customer_id:
        raise refusals.NoSuchAgreement()
    if not agreement.takes_reorders:
        raise refusals.AgreementTakesNoReorders()
    return agreement
