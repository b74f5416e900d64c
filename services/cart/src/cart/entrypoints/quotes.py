"""HTTP: quotes and the links that were mailed for them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Request, Response

from cart.application.confirm_quote import ConfirmQuote, confirm_quote
from cart.application.exchange_link import LinkState, Right, claims_of, exchange_link, quote_behind
from cart.application.ports import Unit
from cart.application.send_quote import resend_quote, withdraw_quote
from cart.application.surroundings import customer_of
from cart.domain import refusals
from cart.domain.cart import Cart
from cart.entrypoints.answers import still_a_quote, up_to_date, whole_cart
from cart.entrypoints.asking import InUnit, Language, WithLinkTokens, WithMisses, WithTerms
from cart.entrypoints.bodies import ConfirmBody, LinkBody, SendBody
from cart.entrypoints.views import CartView, LinkView, OrderView, order_view
from chassis.http import service_router
from chassis.problems import Problem
from chassis.roles import Anybody, Person, Viewer, require
from chassis.tokens import Identity
from telecom.refusal import _

TOO_MANY = _("Too many links were tried from your address that don't exist.")
WAIT = _("Wait a minute, then open the link of your mail again.")
router = service_router(tags=["quotes"])
Approver = Annotated[Identity, Depends(require(links=(Right.CONFIRM, Right.UPLOAD)))]
"""Who confirmed already holds a link to upload with, and may press again."""


@router.post(
    "/links/exchange",
    openapi_extra={"x-idempotency": False},
    response_model_exclude_none=True,
    responses={429: {"description": "Too many unknown links from one address"}},
)
async def exchange(
    body: LinkBody,
    request: Request,
    unit: InUnit,
    caller: Anybody,
    terms: WithTerms,
    tokens: WithLinkTokens,
    misses: WithMisses,
) -> LinkView:
    address = request.client.host if request.client else ""
    if seconds := misses.wait(address):
        raise Problem(429, "too-many-tries", TOO_MANY, remedy=WAIT, headers={"Retry-After": str(seconds)})
    opened = await exchange_link(body.token, unit, terms)
    if opened.state is LinkState.UNKNOWN:
        misses.note(address)
    if opened.link is None:
        return LinkView(state=opened.state)
    return LinkView(
        state=opened.state,
        access_token=tokens.sign(claims_of(opened)),
        expires_in=tokens.lifetime,
        quote_id=opened.link.quote_id,
        order_id=opened.order_id,
        rights=[right.value for right in opened.rights],
    )


@router.get("/quotes/{quote_id}")
async def quote(quote_id: UUID, response: Response, unit: InUnit, caller: Viewer, language: Language) -> CartView:
    if caller.link is not None:
        found = await _behind_link(quote_id, caller, Right.VIEW, unit)
    else:
        found = await unit.carts.of_quote(quote_id, lock=False)
        await customer_of(found.customer_id, caller, unit)
    return await whole_cart(found, unit, language, response)


@router.post("/quotes/{quote_id}/resend")
async def resend(
    quote_id: UUID,
    response: Response,
    unit: InUnit,
    caller: Person,
    terms: WithTerms,
    language: Language,
    body: Annotated[SendBody | None, Body()] = None,
) -> CartView:
    done = await resend_quote(quote_id, body.person() if body else None, caller, unit, terms)
    return await whole_cart(done, unit, language, response)


@router.post("/quotes/{quote_id}/withdraw")
async def withdraw(quote_id: UUID, response: Response, unit: InUnit, caller: Person, language: Language) -> CartView:
    return await whole_cart(await withdraw_quote(quote_id, caller, unit), unit, language, response)


@router.post("/quotes/{quote_id}/confirm", response_model=OrderView)
async def confirm(
    quote_id: UUID,
    body: ConfirmBody,
    request: Request,
    unit: InUnit,
    caller: Approver,
    terms: WithTerms,
    language: Language,
) -> Any:
    link_id = link_of(quote_id, caller, Right.CONFIRM)
    command = ConfirmQuote(quote_id, link_id, body.name, body.consent_version, body.consent_language or language)
    confirmation = await up_to_date(confirm_quote(command, unit, terms), language)
    if confirmation.order is None:
        return still_a_quote(list(confirmation.broken), request.url.path, language)
    return order_view(confirmation.order, language)


async def _behind_link(quote_id: UUID, caller: Identity, right: Right, unit: Unit) -> Cart:
    return await quote_behind(link_of(quote_id, caller, right), quote_id, unit)


def link_of(quote_id: UUID, caller: Identity, right: Right) -> UUID:
    """The link behind the token, if it is for this quote and gives the right; confirmed ones may be pressed again."""
    link = caller.link or {}
    if link.get("quote") != str(quote_id) or not {right.value, Right.UPLOAD.value} & set(link.get("rights", ())):
        raise refusals.LinkGivesNoRight()
    return UUID(str(link["link_id"]))
