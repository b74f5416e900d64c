"""A new cart, priced by the newest catalog (CART-1, CAT-5), from a contract where the case needs one; or a copy."""

from dataclasses import dataclass
from uuid import UUID

from cart.application.ports import Terms, Unit, Who
from cart.application.surroundings import customer_of, newest_catalog, person_of, surroundings_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.business_cases import Entry, row_of
from cart.domain.cart import Cart, check_term
from cart.domain.catalog import BusinessCase, Catalog
from cart.domain.copies import CopiedFrom, price_changes
from cart.domain.renewal import Starts


@dataclass(frozen=True, slots=True)
class CreateCart:
    customer_id: UUID
    business_case: BusinessCase
    agreement_id: UUID | None = None
    term_months: int | None = None
    starts: Starts | None = None


async def create_cart(command: CreateCart, who: Who, unit: Unit, terms: Terms) -> Cart:
    party = await customer_of(command.customer_id, who, unit)
    if row_of(command.business_case).entry is not Entry.SHOPPED:
        raise refusals.OrderedFromAgreement()
    renews = command.business_case is BusinessCase.RENEWAL
    if command.starts is not None and not renews:
        raise refusals.StartChoiceNeedsRenewal()
    catalog = await newest_catalog(unit)
    agreement = await _agreement(command, party.party_id, unit)
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
        term_months=_term(command, agreement, catalog, terms),
        agreement_id=agreement.agreement_id if agreement else None,
        agreement_number=agreement.number if agreement else None,
        agreement_version=agreement.version if agreement else None,
        starts=(command.starts or Starts.AFTER_TERM) if renews else None,
    )
    if renews and agreement is not None:
        cart.begin_from(agreement, catalog, unit.new_id)
        cart.compute(await surroundings_of(cart, unit))
    await unit.carts.save(cart)
    return cart


async def copy_cart(cart_id: UUID, who: Who, unit: Unit) -> Cart:
    frozen = await unit.carts.get(cart_id)
    await customer_of(frozen.customer_id, who, unit)
    if row_of(frozen.business_case).entry is not Entry.SHOPPED:
        raise refusals.OrderedFromAgreement()
    catalog = await newest_catalog(unit)
    by, now = person_of(who), await unit.now()
    cart = frozen.copy(unit.new_id(), await unit.numbers.next_cart(), by, now, catalog, unit.new_id)
    around = await surroundings_of(cart, unit)
    if around.agreement is not None:
        grown = around.agreement.version != frozen.agreement_version
        if grown and cart.business_case is BusinessCase.RENEWAL:
            cart.begin_from(around.agreement, catalog, unit.new_id)
        cart.agreement_version = around.agreement.version
    cart.compute(around)
    number = frozen.quote.number if frozen.quote else frozen.number
    cart.copied_from = CopiedFrom(frozen.cart_id, number, price_changes(frozen.lines, cart.lines))
    await unit.carts.save(cart)
    return cart


def _term(command: CreateCart, agreement: Agreement | None, catalog: Catalog, terms: Terms) -> int | None:
    """A reorder ends with its contract (AMEND-1); all others begin a term of their own."""
    if command.business_case is BusinessCase.REORDER and agreement is not None:
        return agreement.term_months
    term = command.term_months or (agreement.term_months if agreement else None) or terms.first_term_months
    check_term(term, catalog)
    return term


async def _agreement(command: CreateCart, customer_id: UUID, unit: Unit) -> Agreement | None:
    if not row_of(command.business_case).starts_from_agreement:
        return None
    if command.agreement_id is None:
        raise refusals.AgreementNeeded()
    agreement = await unit.agreements.find(command.agreement_id)
    if agreement is None or agreement.customer_id != customer_id:
        raise refusals.NoSuchAgreement()
    if not agreement.may(command.business_case):
        renews = command.business_case is BusinessCase.RENEWAL
        raise refusals.AgreementTakesNoRenewal() if renews else refusals.AgreementTakesNoReorders()
    return agreement
