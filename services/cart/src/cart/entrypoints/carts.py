"""HTTP: carts, from the first line to the quote."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Response

from cart.application import change_cart as changing
from cart.application.create_cart import CreateCart, copy_cart, create_cart
from cart.application.place_order import place_order
from cart.application.ports import Wanted
from cart.application.send_quote import send_quote, withdraw_cart
from cart.application.surroundings import customer_of
from cart.domain.cart import Internet
from cart.domain.lifecycle import CartState
from cart.entrypoints.answers import changed, seen_cart, unbroken, whole_cart
from cart.entrypoints.asking import InUnit, Language, Seen, Sought, WithTerms
from cart.entrypoints.bodies import CartChange, LineChange, NewCart, NewLine, SendBody
from cart.entrypoints.views import CartView, OrderView, order_view
from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import Person

router = service_router(tags=["carts"])
ACTIVE = (CartState.OPEN, CartState.QUOTED)


@router.post("/carts", status_code=201)
async def create(
    body: NewCart, response: Response, unit: InUnit, caller: Person, terms: WithTerms, language: Language
) -> CartView:
    command = CreateCart(body.customer_id, body.business_case, body.agreement_id, body.term_months, body.starts)
    return await whole_cart(await create_cart(command, caller, unit, terms), unit, language, response)


@router.get("/carts")
async def carts(
    unit: InUnit,
    caller: Person,
    language: Language,
    customer_id: UUID | None = None,
    agreement_id: UUID | None = None,
    state: Annotated[list[CartState] | None, Query()] = None,
    q: Sought = "",
    cursor: str | None = None,
) -> Page[CartView]:
    """Without `state` the active ones: open and quoted (CART-1); a search finds all.

    Those of customers who were forgotten are left out.
    """
    if customer_id is not None:
        customer_id = (await customer_of(customer_id, caller, unit)).party_id
    sought = q.strip()
    states = tuple(one.value for one in state or (() if sought else ACTIVE))
    wanted = Wanted(customer_id, agreement_id, states, None, after_id(cursor), PAGE + 1, sought)
    found = await unit.lists.carts(caller, wanted)
    views = []
    for one in found[:PAGE]:
        customer = await unit.parties.find(one.customer_id)
        if customer is not None:
            views.append(await seen_cart(one, customer, unit, language))
    return Page(items=views, next=cursor_of(found[PAGE - 1].cart_id) if len(found) > PAGE else None)


@router.get("/carts/{cart_id}")
async def cart(cart_id: UUID, response: Response, unit: InUnit, caller: Person, language: Language) -> CartView:
    found = await unit.carts.get(cart_id, lock=False)
    await customer_of(found.customer_id, caller, unit)
    return await whole_cart(found, unit, language, response)


@router.patch("/carts/{cart_id}")
async def settle(
    cart_id: UUID,
    body: CartChange,
    response: Response,
    seen: Seen,
    unit: InUnit,
    caller: Person,
    language: Language,
) -> CartView:
    cleared = Internet() if "internet" in body.model_fields_set else None
    internet = body.internet.internet() if body.internet else cleared
    command = changing.SettleCart(
        cart_id,
        seen,
        body.immediate_activation,
        body.term_months,
        internet,
        body.starts,
        body.combination is False,
    )
    done = await changed(changing.settle_cart(command, caller, unit), cart_id, caller, unit, language)
    return await whole_cart(done, unit, language, response)


@router.post("/carts/{cart_id}/lines", status_code=201)
async def add_line(
    cart_id: UUID,
    body: NewLine,
    response: Response,
    seen: Seen,
    unit: InUnit,
    caller: Person,
    language: Language,
) -> CartView:
    command = changing.AddLine(cart_id, seen, body.offering, body.quantity, body.price_list, body.combination)
    done = await changed(changing.add_line(command, caller, unit), cart_id, caller, unit, language)
    return await whole_cart(done, unit, language, response)


@router.patch("/carts/{cart_id}/lines/{line_id}")
async def change_line(
    cart_id: UUID,
    line_id: UUID,
    body: LineChange,
    response: Response,
    seen: Seen,
    unit: InUnit,
    caller: Person,
    language: Language,
) -> CartView:
    command = changing.ChangeLine(cart_id, seen, line_id, body.quantity, body.price_list, body.offering)
    done = await changed(changing.change_line(command, caller, unit), cart_id, caller, unit, language)
    return await whole_cart(done, unit, language, response)


@router.delete("/carts/{cart_id}/lines/{line_id}")
async def remove_line(
    cart_id: UUID,
    line_id: UUID,
    response: Response,
    seen: Seen,
    unit: InUnit,
    caller: Person,
    language: Language,
) -> CartView:
    command = changing.RemoveLine(cart_id, seen, line_id)
    done = await changed(changing.remove_line(command, caller, unit), cart_id, caller, unit, language)
    return await whole_cart(done, unit, language, response)


@router.post("/carts/{cart_id}/copy", status_code=201)
async def copy(cart_id: UUID, response: Response, unit: InUnit, caller: Person, language: Language) -> CartView:
    return await whole_cart(await copy_cart(cart_id, caller, unit), unit, language, response)


@router.post("/carts/{cart_id}/withdraw")
async def withdraw(cart_id: UUID, response: Response, unit: InUnit, caller: Person, language: Language) -> CartView:
    """Open or quoted; what was put together stays to be looked at and copied."""
    return await whole_cart(await withdraw_cart(cart_id, caller, unit), unit, language, response)


@router.post("/carts/{cart_id}/quote")
async def quote(
    cart_id: UUID,
    response: Response,
    seen: Seen,
    unit: InUnit,
    caller: Person,
    terms: WithTerms,
    language: Language,
    body: Annotated[SendBody | None, Body()] = None,
) -> CartView:
    recipient = body.person() if body else None
    done = await unbroken(
        lambda: changed(send_quote(cart_id, seen, recipient, caller, unit, terms), cart_id, caller, unit, language),
        language,
    )
    return await whole_cart(done, unit, language, response)


@router.post("/carts/{cart_id}/order", status_code=201)
async def order(
    cart_id: UUID, seen: Seen, unit: InUnit, caller: Person, terms: WithTerms, language: Language
) -> OrderView:
    placed = await unbroken(
        lambda: changed(place_order(cart_id, seen, caller, unit, terms), cart_id, caller, unit, language), language
    )
    return order_view(placed, language)
