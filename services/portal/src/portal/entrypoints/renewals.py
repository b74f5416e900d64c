"""Renewal with tariff change: new term and start, then a cart with the contract's number and its lines (PRICE-2)."""

from datetime import date, timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.standing import what_can_change
from portal.entrypoints.catalog import range_for
from portal.entrypoints.visit import Signed, Visit, faults_of

router = APIRouter()
CASE = "renewal_with_tariff_change"


@router.get("/agreements/{agreement_id}/renewal")
async def renewal_form(visit: Signed, agreement_id: UUID) -> Response:
    return await _page(visit, agreement_id, {}, [])


@router.post("/agreements/{agreement_id}/renewal")
async def renew(visit: Signed, agreement_id: UUID) -> Response:
    form = await visit.form()
    if form.number("term") is None:
        fault = {"field": "term", "text": visit._("Choose the new term.")}
        return await _page(visit, agreement_id, form.values(), [fault], 422)
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    body = {
        "customer_id": agreement["customer"]["party_id"],
        "business_case": CASE,
        "agreement_id": str(agreement_id),
        "term_months": form.number("term"),
        "starts": "next_month" if form["starts"] == "next_month" else "after_term",
    }
    try:
        cart = await visit.send("POST", "cart", "/carts", json=body, key=form.key)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return await _page(visit, agreement_id, form.values(), faults_of(problem, {"term_months": "term"}), 422)
    return visit.go(f"/carts/{cart['cart_id']}", "renewal-cart")


async def _page(
    visit: Visit, agreement_id: UUID, values: dict[str, str], faults: list[Json], status: int = 200
) -> Response:
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    shown = await range_for(visit, agreement["customer"]["audience"])
    today = await visit.today()
    terms = shown.terms(*(line["offering"] for line in agreement["lines"])) if shown else []
    return visit.page(
        "renewals/form.html",
        status=status,
        agreement=agreement,
        terms=terms or [agreement["term_months"]],
        values={"term": str(agreement["term_months"] or ""), "starts": "after_term"} | values,
        faults=faults,
        changeable=what_can_change(agreement),
        starts=start_days(agreement, today),
    )


def start_days(agreement: Json, today: date) -> dict[str, date]:
    """When a renewal may begin; a term that has run out already leaves only the next month (AMEND-2)."""
    days = {"next_month": (today.replace(day=1) + timedelta(days=32)).replace(day=1)}
    ends_on = date.fromisoformat(agreement["ends_on"]) if agreement.get("ends_on") else None
    if ends_on is not None and ends_on >= today:
        days = {"after_term": ends_on + timedelta(days=1)} | days
    return days
