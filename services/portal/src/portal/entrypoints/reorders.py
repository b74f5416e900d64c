"""Ordering more on a contract: only what may be added, the rest shown locked with its reason (AMEND-1)."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.choices import may_be_added, price_of
from portal.entrypoints.catalog import range_for
from portal.entrypoints.configurator import filled_cart
from portal.entrypoints.visit import Form, Signed, Visit, faults_of

router = APIRouter()


@router.get("/agreements/{agreement_id}/reorder")
async def reorder_form(visit: Signed, agreement_id: UUID) -> Response:
    return await _page(visit, agreement_id, {}, [])


@router.post("/agreements/{agreement_id}/reorder")
async def reorder(visit: Signed, agreement_id: UUID) -> Response:
    """A cart that adds to the contract."""
    form = await visit.form()
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    shown = await range_for(visit, agreement["customer"]["audience"])
    lines = _lines(form, may_be_added(shown, agreement) if shown else [])
    if not lines:
        fault = {"field": "", "text": visit._("Enter how many of at least one product.")}
        return await _page(visit, agreement_id, form.values(), [fault], 422)
    body = {
        "customer_id": agreement["customer"]["party_id"],
        "business_case": "reorder",
        "agreement_id": str(agreement_id),
    }
    try:
        cart = await filled_cart(visit, body, lines, form.key)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return await _page(visit, agreement_id, form.values(), faults_of(problem), 422)
    return visit.go(f"/carts/{cart['cart_id']}")


def _lines(form: Form, offered: list[Json]) -> list[Json]:
    counts = ((one["code"], form.number(f"more-{one['code']}") or 0) for one in offered)
    return [{"offering": code, "quantity": count} for code, count in counts if count]


async def _page(
    visit: Visit, agreement_id: UUID, values: dict[str, str], faults: list[Json], status: int = 200
) -> Response:
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    shown = await range_for(visit, agreement["customer"]["audience"])
    return visit.page(
        "reorders/form.html",
        status=status,
        agreement=agreement,
        shown=shown,
        offered=may_be_added(shown, agreement) if shown else [],
        values=values,
        faults=faults,
        price_of=price_of,
    )
