"""HTTP: contracts: what they hold on which day, how they came about, and how they end."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from cart.application.amendments import settle_combination
from cart.application.ports import Wanted
from cart.application.surroundings import agreement_for, customer_of
from cart.application.terminate import Terminate, quote_termination, terminate, termination_options
from cart.domain import refusals
from cart.domain.agreement import held_on
from cart.domain.catalog import Family
from cart.domain.history import chapters
from cart.domain.lifecycle import AgreementStatus
from cart.entrypoints.agreement_views import (
    AgreementView,
    HeldView,
    TerminationOptionsView,
    VersionView,
    agreement_view,
    held_view,
    options_view,
    version_view,
)
from cart.entrypoints.answers import whole_cart
from cart.entrypoints.asking import InUnit, Language, Sought, WithTerms
from cart.entrypoints.bodies import SettleBody, TerminationBody, TerminationQuoteBody, blocks_of
from cart.entrypoints.views import CartView, OrderView, order_view
from chassis.http import service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import OrderManager, Person

router = service_router(tags=["agreements"])


@router.get("/agreements")
async def agreements(
    unit: InUnit,
    caller: Person,
    customer_id: UUID | None = None,
    family: Family | None = None,
    status: Annotated[list[AgreementStatus] | None, Query()] = None,
    q: Sought = "",
    cursor: str | None = None,
) -> Page[AgreementView]:
    if customer_id is not None:
        customer_id = (await customer_of(customer_id, caller, unit)).party_id
    states = tuple(one.value for one in status or ())
    kind = family.value if family else None
    wanted = Wanted(customer_id, None, states, kind, after_id(cursor), PAGE + 1, q.strip())
    found = await unit.lists.agreements(caller, wanted)
    views = []
    for one in found[:PAGE]:
        customer = await unit.parties.find(one.customer_id)
        if customer is not None:
            views.append(agreement_view(one, customer, []))
    return Page(items=views, next=cursor_of(found[PAGE - 1].agreement_id) if len(found) > PAGE else None)


@router.get("/agreements/{agreement_id}", response_model=AgreementView | HeldView)
async def agreement(
    agreement_id: UUID, unit: InUnit, caller: Person, on: date | None = None
) -> AgreementView | HeldView:
    """As it is now; with `on` what it holds on that day, past or to come."""
    found = await agreement_for(agreement_id, caller, unit)
    customer = await customer_of(found.customer_id, caller, unit)
    if on is None:
        return agreement_view(found, customer, await unit.lists.orders_of(found))
    held = held_on(on, await unit.agreements.versions(agreement_id))
    if held is None:
        raise refusals.NotYetHeld()
    return held_view(found, held, on)


@router.get("/agreements/{agreement_id}/versions")
async def versions(agreement_id: UUID, unit: InUnit, caller: Person, language: Language) -> list[VersionView]:
    """Who changed what by which order, newest first."""
    found = await agreement_for(agreement_id, caller, unit)
    told = chapters(await unit.agreements.versions(found.agreement_id))
    return [version_view(one, language) for one in told]


@router.get("/agreements/{agreement_id}/termination-options")
async def options(agreement_id: UUID, unit: InUnit, caller: Person, language: Language) -> TerminationOptionsView:
    return options_view(await termination_options(agreement_id, caller, unit), language)


@router.post("/agreements/{agreement_id}/terminations", status_code=201)
async def end(agreement_id: UUID, body: TerminationBody, unit: InUnit, caller: Person, language: Language) -> OrderView:
    return order_view(await terminate(_wanted(agreement_id, body), caller, unit), language)


@router.post("/agreements/{agreement_id}/terminations/quote", status_code=201)
async def quote_end(
    agreement_id: UUID,
    body: TerminationQuoteBody,
    response: Response,
    unit: InUnit,
    caller: Person,
    terms: WithTerms,
    language: Language,
) -> CartView:
    recipient = body.recipient.person() if body.recipient else None
    done = await quote_termination(_wanted(agreement_id, body), recipient, caller, unit, terms)
    return await whole_cart(done, unit, language, response)


@router.post("/agreements/{agreement_id}/combination/settle", status_code=204)
async def settle(agreement_id: UUID, body: SettleBody, unit: InUnit, caller: OrderManager) -> None:
    """Order management has decided about a Kombi whose internet contract has ended (KOMBI-3)."""
    await settle_combination(agreement_id, body.note, caller, unit)


def _wanted(agreement_id: UUID, body: TerminationBody) -> Terminate:
    return Terminate(agreement_id, body.subject, body.site_id, blocks_of(body.numbers), body.effective_on)
