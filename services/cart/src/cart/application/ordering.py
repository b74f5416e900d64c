"""From a valid cart to an order and its agreements, in one transaction (TRUNK-1, ORD-3, TEN-5)."""

from datetime import datetime
from uuid import UUID

from cart.application import published
from cart.application.amendments import plan
from cart.application.ports import Terms, Unit
from cart.application.surroundings import surroundings_of
from cart.domain import refusals
from cart.domain.agreement import Agreement
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine
from cart.domain.catalog import BusinessCase, Category, Family, Fulfilment
from cart.domain.order import Awaited, Order, OrderCustomer, OrderLine
from cart.domain.particulars import Person
from cart.domain.party import Party
from cart.domain.standing_rules import judge
from telecom.formats import berlin_day

Membership = dict[UUID, Agreement]
"""The agreement of each line."""


async def customer_locked(cart: Cart, unit: Unit) -> Party:
    """Orders of one customer are decided one after the other: its number (TEN-5), its one Centraflex (CTX-2).

    So are amendments of one contract (AMEND-2), and portings of the same numbers, whoever asks for them (PORT-1). It
    comes before every rule: what they look at stays as they saw it.
    """
    party = await unit.parties.lock(cart.customer_id)
    if party is None:
        raise refusals.NotFound()
    if cart.agreement_id is not None:
        await unit.agreements.lock_all([cart.agreement_id])
    numbers = [number for line in cart.lines if line.porting is not None for number in line.porting.numbers]
    if numbers:
        await unit.orders.decide_alone(numbers)
    return party


async def check(cart: Cart, unit: Unit) -> None:
    """Every rule once more, at the moment of ordering (QUOTE-3, KOMBI-3)."""
    broken = judge(cart, await surroundings_of(cart, unit))
    if broken:
        raise refusals.CartInvalid(broken)


async def bring_up_to_date(cart: Cart, unit: Unit) -> None:
    """An open renewal begins on a day that moves on while nobody touches it."""
    if cart.business_case is BusinessCase.RENEWAL:
        cart.compute(await surroundings_of(cart, unit))


async def turn_into_order(
    cart: Cart, party: Party, creator: Person, approver: Person | None, order_id: UUID, unit: Unit, terms: Terms
) -> Order:
    """Write order and agreements, tell the world. The cart was checked, and is moved and saved by the caller."""
    now = await unit.now()
    if party.customer_number is None:
        party.become_customer(await unit.numbers.next_customer(terms.customer_numbers))
        await unit.parties.save(party)
        unit.outbox.record(published.prospect_became_customer(party, order_id, now))
    made: list[Agreement] = []
    if cart.business_case is BusinessCase.NEW_ORDER:
        members, made = await _new_agreements(cart, order_id, now, unit)
    else:
        members = await _agreement_of_all(cart, unit)
    quote = cart.quote
    order = Order(
        order_id=order_id,
        number=await unit.numbers.next_order(),
        business_case=cart.business_case,
        customer=order_customer(party),
        creator=creator,
        approver=approver,
        lines=[_order_line(line, cart, members) for line in cart.lines],
        catalog_version=cart.catalog_version,
        placed_at=now,
        cart_id=cart.cart_id,
        quote_id=quote.quote_id if quote else None,
        quote_number=quote.number if quote else None,
        effective_on=cart.effective_on,
    )
    for agreement in made:
        agreement.lines = [line.as_held() for line in order.lines if line.agreement_id == agreement.agreement_id]
        agreement.begin(order.cause, berlin_day(now))
    await unit.agreements.save_all(made)
    for agreement in made:
        unit.outbox.record(published.agreement_changed(agreement))
    unit.outbox.record(published.order_received(order))
    if order.effective_on is not None:
        await plan(order, members[order.lines[0].line_id], (), unit)
    await _replace_portings(order, unit)
    await unit.orders.add(order)
    return order


def order_customer(party: Party) -> OrderCustomer:
    return OrderCustomer(party.party_id, party.customer_number, party.name, party.email, party.language, party.audience)


def awaited_at_first(fulfilment: Fulfilment) -> Awaited | None:
    """What isn't automatic waits for order management from the start."""
    return Awaited.ORDER_MANAGEMENT if fulfilment is Fulfilment.MANUAL else None


async def _new_agreements(cart: Cart, order_id: UUID, now: datetime, unit: Unit) -> tuple[Membership, list[Agreement]]:
    """One for each family, and one for each internet line, since a line is a contract there (ORD-3, CTX-3)."""
    groups: dict[tuple[Family, UUID | None], list[CartLine]] = {}
    for line in cart.lines:
        alone = line.line_id if line.family is Family.INTERNET else None
        groups.setdefault((line.family, alone), []).append(line)
    numbers = await unit.numbers.next_agreements(len(groups))
    members: Membership = {}
    made: list[Agreement] = []
    for number, ((family, _alone), lines) in zip(numbers, groups.items(), strict=True):
        agreement = Agreement(
            agreement_id=unit.new_id(),
            number=number,
            customer_id=cart.customer_id,
            audience=cart.audience,
            family=family,
            order_id=order_id,
            lines=[],
            term_months=cart.term_months,
            changed_at=now,
            immediate_activation=cart.immediate_activation if family is Family.TRUNK else None,
            voice_ready=any(line.voice_ready for line in lines),
        )
        made.append(agreement)
        members.update({line.line_id: agreement for line in lines})
    _bind_combination(cart, members)
    return members, made


def _bind_combination(cart: Cart, members: Membership) -> None:
    """KOMBI-2: the trunk's agreement knows which internet contract carries it."""
    internet = cart.internet
    if not cart.combination or internet is None:
        return
    if internet.line_id is not None:
        carrier: UUID | None = members[internet.line_id].agreement_id
    else:
        carrier = internet.agreement_id
    for agreement in members.values():
        if agreement.family is Family.TRUNK:
            agreement.combination_agreement_id = carrier


async def _agreement_of_all(cart: Cart, unit: Unit) -> Membership:
    agreement = await unit.agreements.find(cart.agreement_id) if cart.agreement_id else None
    if agreement is None:
        raise refusals.NoSuchAgreement()
    return {line.line_id: agreement for line in cart.lines}


async def _replace_portings(order: Order, unit: Unit) -> None:
    """PORT-3: from now on the corrected request asks for the numbers; porting calls the earlier one off."""
    for line in order.lines:
        earlier = line.porting.replaces if line.porting is not None else None
        if earlier is None:
            continue
        found = await unit.orders.with_porting(earlier, line.agreement_id)
        for replaced in await unit.orders.lock_all([found.order_id] if found else []):
            replaced.porting_line(earlier).be_replaced()
            await unit.orders.save_all([replaced])


def _order_line(line: CartLine, cart: Cart, members: Membership) -> OrderLine:
    agreement = members[line.line_id]
    carried = line.combination or line.category is Category.TRUNK
    carrier = _carrier(cart, agreement) if carried else None
    return OrderLine(
        line_id=line.line_id,
        agreement_id=agreement.agreement_id,
        agreement_number=agreement.number,
        offering=line.offering,
        name=line.name,
        category=line.category,
        family=line.family,
        fulfilment=line.fulfilment,
        quantity=line.quantity,
        one_time=line.one_time,
        monthly=line.monthly,
        term_months=cart.term_months,
        computed=line.computed,
        price_list=line.price_list,
        price_list_name=line.price_list_name,
        srtp=line.srtp,
        voice_ready=line.voice_ready,
        combination=line.combination,
        combination_agreement_id=carrier,
        immediate_activation=cart.immediate_activation if line.category is Category.TRUNK else None,
        site=line.site,
        new_numbers=line.new_numbers,
        porting=line.porting,
        termination=line.termination,
        held_quantity=line.held_quantity,
        awaiting=awaited_at_first(line.fulfilment),
    )


def _carrier(cart: Cart, agreement: Agreement) -> UUID | None:
    """The internet contract of a Kombi; a renewal may name another one (KOMBI-2)."""
    if cart.business_case is BusinessCase.RENEWAL:
        return cart.internet.agreement_id if cart.combination and cart.internet else None
    return agreement.combination_agreement_id
