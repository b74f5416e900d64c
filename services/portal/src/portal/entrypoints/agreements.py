"""Contracts: list and page; trunk contracts open in the module IPfonie SIP."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.entrypoints.visit import Signed

router = APIRouter()


@router.get("/agreements")
async def agreements(visit: Signed, customer_id: str = "", family: str = "", cursor: str = "") -> Response:
    page = await visit.ask("cart", "/agreements", customer_id=customer_id, family=family, cursor=cursor)
    return visit.page("agreements/list.html", page=page, family=family, customer_id=customer_id)


@router.get("/agreements/{agreement_id}")
async def agreement(visit: Signed, agreement_id: UUID) -> Response:
    found = await visit.get("cart", f"/agreements/{agreement_id}")
    return visit.page("agreements/agreement.html", agreement=found)


@router.post("/agreements/{agreement_id}/reorder")
async def reorder(visit: Signed, agreement_id: UUID) -> Response:
    """A cart that adds to the contract."""
    form = await visit.form()
    found = await visit.get("cart", f"/agreements/{agreement_id}")
    body = {
        "customer_id": found["customer"]["party_id"],
        "business_case": "reorder",
        "agreement_id": str(agreement_id),
    }
    cart = await visit.send("POST", "cart", "/carts", json=body, key=form.key)
    return visit.go(f"/carts/{cart['cart_id']}")
