"""The porting form becomes a quote at once; only the customer's confirmation makes the order (PORT-1, PORT-2)."""

from cart.application.order_from_trunk import offering_of
from cart.application.ordering import check
from cart.application.porting_form import PortingForm, prepare
from cart.application.ports import Feasibility, Terms, Unit, Who
from cart.application.send_quote import quote_cart
from cart.application.surroundings import cart_head, newest_catalog, person_of, surroundings_of
from cart.domain.cart import Cart
from cart.domain.cart_line import CartLine
from cart.domain.catalog import BusinessCase, Category


async def quote_porting(form: PortingForm, who: Who, unit: Unit, feasibility: Feasibility, terms: Terms) -> Cart:
    prepared = await prepare(form, who, unit, feasibility)
    party, catalog = prepared.party, await newest_catalog(unit)
    cart = await cart_head(BusinessCase.PORTING, prepared.agreement, party, catalog, who, unit)
    if prepared.site is not None:
        line = CartLine.of(offering_of(Category.USAGE_SITE, party.audience, catalog), unit.new_id())
        line.site = prepared.site
        cart.lines.append(line)
    line = CartLine.of(offering_of(Category.PORTING, party.audience, catalog), unit.new_id())
    line.porting = prepared.porting
    cart.lines.append(line)
    cart.compute(await surroundings_of(cart, unit))
    await check(cart, unit)
    await quote_cart(cart, party, form.recipient, person_of(who), unit, terms)
    return cart
