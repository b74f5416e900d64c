"""HTTP: orders, sites and numbers ordered from a trunk contract, and the way back from a termination."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from cart.application.amendments import reverse
from cart.application.order_from_trunk import OrderNumbers, OrderSite, order_numbers, order_site
from cart.application.ports import Wanted
from cart.application.surroundings import customer_of
from cart.domain import refusals
from cart.domain.business_cases import STAFF
from cart.domain.lifecycle import OrderStatus
from cart.domain.order import Order
from cart.entrypoints.asking import InUnit, Language, Sought, WithFeasibility
from cart.entrypoints.bodies import NewNumbersBody, NewSiteBody
from cart.entrypoints.views import OrderView, given_consent_view, order_view
from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import Person, Viewer
from chassis.tokens import Identity

router = service_router(tags=["orders"])


@router.get("/orders")
async def orders(
    unit: InUnit,
    caller: Person,
    language: Language,
    customer_id: UUID | None = None,
    agreement_id: UUID | None = None,
    status: Annotated[list[OrderStatus] | None, Query()] = None,
    q: Sought = "",
    cursor: str | None = None,
) -> Page[OrderView]:
    if customer_id is not None:
        customer_id = (await customer_of(customer_id, caller, unit)).party_id
    states = tuple(one.value for one in status or ())
    wanted = Wanted(customer_id, agreement_id, states, None, after_id(cursor), PAGE + 1, q.strip())
    found = await unit.lists.orders(caller, wanted)
    return Page(
        items=[order_view(one, language) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].order_id) if len(found) > PAGE else None,
    )


@router.get("/orders/{order_id}")
async def order(order_id: UUID, unit: InUnit, caller: Viewer, language: Language) -> OrderView:
    found = await unit.orders.get(order_id)
    if caller.link is not None:
        _check_link(caller, found)
        return order_view(found, language)
    await unit.scope.admit(caller, found.customer.party_id)
    view = order_view(found, language)
    if found.quote_id is not None and caller.role in STAFF:
        view.consent = given_consent_view((await unit.carts.of_quote(found.quote_id, lock=False)).quoted)
    return view


@router.post("/orders/{order_id}/reversal")
async def reversal(order_id: UUID, unit: InUnit, caller: Person, language: Language) -> OrderView:
    """A planned termination is taken back, until its day begins (ORD-2)."""
    return order_view(await reverse(order_id, caller, unit), language)


@router.post("/agreements/{agreement_id}/sites", status_code=201)
async def new_site(
    agreement_id: UUID,
    body: NewSiteBody,
    unit: InUnit,
    caller: Person,
    feasibility: WithFeasibility,
    language: Language,
) -> OrderView:
    site = body.site
    command = OrderSite(
        agreement_id,
        site.name,
        site.address.address(),
        site.area_code,
        body.block_size,
        body.reservation_id,
        language,
    )
    return order_view(await order_site(command, caller, unit, feasibility), language)


@router.post("/agreements/{agreement_id}/numbers", status_code=201)
async def more_numbers(
    agreement_id: UUID,
    body: NewNumbersBody,
    unit: InUnit,
    caller: Person,
    feasibility: WithFeasibility,
    language: Language,
) -> OrderView:
    command = OrderNumbers(agreement_id, body.site_id, body.block_size, body.reservation_id, language)
    return order_view(await order_numbers(command, caller, unit, feasibility), language)


def _check_link(caller: Identity, order: Order) -> None:
    """A link opens the order that its quote became; of any other it doesn't tell whether there is one."""
    link = caller.link or {}
    of_quote = order.quote_id is not None and link.get("quote") == str(order.quote_id)
    if not of_quote or "view" not in link.get("rights", ()):
        raise refusals.NotFound()
