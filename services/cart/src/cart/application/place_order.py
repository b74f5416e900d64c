"""A direct order of a cart: a customer user may, a partner sends a quote (QUOTE-5)."""

from uuid import UUID

from cart.application.ordering import bring_up_to_date, check, customer_locked, turn_into_order
from cart.application.ports import Terms, Unit, Who
from cart.application.surroundings import customer_of, person_of
from cart.domain import refusals
from cart.domain.business_cases import row_of
from cart.domain.lifecycle import CartState
from cart.domain.order import Order


async def place_order(cart_id: UUID, seen: int, who: Who, unit: Unit, terms: Terms) -> Order:
    cart = await unit.carts.get(cart_id)
    await customer_of(cart.customer_id, who, unit)
    if who.role not in row_of(cart.business_case).direct:
        raise refusals.AlwaysByQuote()
    cart.check_seen(seen)
    if cart.state is not CartState.OPEN:
        raise refusals.CartFrozen(cart.state)
    party = await customer_locked(cart, unit)
    await bring_up_to_date(cart, unit)
    await check(cart, unit)
    creator, order_id = person_of(who), unit.new_id()
    cart.order(order_id)
    order = await turn_into_order(cart, party, creator, None, order_id, unit, terms)
    cart.touch(creator.name, order.placed_at)
    await unit.carts.save(cart)
    return order
