"""Answers that need more than the aggregate: its customer, the rules still broken, the conflict with a newer state."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Response
from fastapi.responses import JSONResponse

from cart.application.porting_form import porting_warnings
from cart.application.ports import Unit, Who
from cart.application.speech import translate
from cart.application.surroundings import customer_of, surroundings_of
from cart.domain import refusals
from cart.domain.cart import Cart
from cart.domain.consents import consent_for
from cart.domain.lifecycle import CartState
from cart.domain.party import Party
from cart.domain.porting import Warned
from cart.domain.rules import Broken
from cart.domain.standing_rules import judge
from cart.entrypoints.asking import Speech
from cart.entrypoints.views import CartView, broken_views, cart_view, consent_view, warning_views
from chassis.problems import Problem
from chassis.story import current_story
from telecom.formats import berlin_day
from telecom.refusal import STATUS, Refusal, _

T = TypeVar("T")


async def whole_cart(cart: Cart, unit: Unit, language: Speech, response: Response) -> CartView:
    """CART-2: every change answers with the whole cart."""
    response.headers["ETag"] = f'"{cart.version}"'
    view = await seen_cart(cart, await customer_behind(cart, unit), unit, language)
    if cart.state is CartState.QUOTED:
        view.warnings = warning_views(await _warnings(cart, unit), language)
    if view.quote is not None and cart.state is CartState.QUOTED:
        view.quote.consent = consent_view(consent_for(cart.business_case, berlin_day(await unit.now())), language)
    return view


async def _warnings(cart: Cart, unit: Unit) -> list[Warned]:
    portings = [line.porting for line in cart.lines if line.porting is not None]
    return [one for porting in portings for one in await porting_warnings(porting, cart.customer_id, unit)]


async def seen_cart(cart: Cart, customer: Party, unit: Unit, language: Speech) -> CartView:
    worked_on = cart.state in (CartState.OPEN, CartState.QUOTED)
    broken = judge(cart, await surroundings_of(cart, unit)) if worked_on else []
    return cart_view(cart, customer, broken, language)


async def customer_behind(cart: Cart, unit: Unit) -> Party:
    party = await unit.parties.find(cart.customer_id)
    if party is None:
        raise refusals.NotFound()
    return party


async def changed(change: Awaitable[T], cart_id: Any, who: Who, unit: Unit, language: Speech) -> T:
    """What the change gives; who saw an older state gets a conflict with the present one (CART-4)."""
    try:
        return await change
    except refusals.CartChangedMeanwhile as refusal:
        cart = await unit.carts.get(cart_id, lock=False)
        await customer_of(cart.customer_id, who, unit)
        current = await seen_cart(cart, await customer_behind(cart, unit), unit, language)
        raise _problem(refusal, language, current=current.model_dump(mode="json")) from refusal


async def unbroken(use_case: Callable[[], Awaitable[Any]], language: Speech) -> Any:
    """What the use case gives; where rules are broken the problem lists them."""
    try:
        return await use_case()
    except refusals.CartInvalid as refusal:
        raise _problem(refusal, language, errors=_errors(refusal.broken, language)) from refusal


async def all_faults(use_case: Callable[[], Awaitable[T]], language: Speech) -> T:
    """What the use case gives; of a faulty form the problem lists every fault by its field."""
    try:
        return await use_case()
    except refusals.PortingFormFaulty as refusal:
        faults = [
            {
                "field": one.field,
                "rule": one.rule,
                "message": translate(one.text, language, **one.params),
                "remedy": translate(one.remedy, language, **one.params) if one.remedy else None,
            }
            for one in refusal.faults
        ]
        raise _problem(refusal, language, errors=faults) from refusal


async def up_to_date(confirmation: Awaitable[T], language: Speech) -> T:
    """The confirmation; where the consent text has been replaced meanwhile, the problem shows the present one."""
    try:
        return await confirmation
    except refusals.ConsentOutdated as refusal:
        present = consent_view(refusal.consent, language)
        raise _problem(refusal, language, consent=present.model_dump(mode="json")) from refusal


def still_a_quote(broken: list[Broken], path: str, language: Speech) -> JSONResponse:
    """The problem as an answer, not as an exception: that the creator is told commits (QUOTE-3)."""
    problem = _problem(refusals.CartInvalid(broken), language, errors=_errors(broken, language))
    return JSONResponse(
        {
            "type": f"urn:trunkline:problem:{problem.code}",
            "title": translate(_("Cart invalid"), language),
            "status": problem.status,
            "detail": problem.detail,
            "remedy": translate(_("The quote stays. Whoever made it has been told why."), language),
            "instance": path,
            "code": problem.code,
            "correlation_id": current_story().correlation_id,
            **problem.more,
        },
        problem.status,
        media_type="application/problem+json",
    )


def _errors(broken: list[Broken], language: Speech) -> list[dict[str, Any]]:
    views = broken_views(broken, language)
    return [
        {
            "field": f"lines.{one.line_id}" if one.line_id else "lines",
            "rule": one.rule,
            "message": one.text,
            "remedy": one.remedy,
        }
        for one in views
    ]


def _problem(refusal: Refusal, language: Speech, **more: Any) -> Problem:
    return Problem(
        STATUS[refusal.kind],
        refusal.code,
        translate(refusal.text, language, **refusal.params),
        remedy=translate(refusal.remedy, language, **refusal.params) if refusal.remedy else None,
        rule=refusal.rule,
        field=refusal.field,
        **more,
    )
