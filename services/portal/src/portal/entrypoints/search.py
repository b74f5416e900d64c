"""One search over customers, contracts, orders, carts, quotes and numbers; each owner searches its own."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json
from portal.entrypoints.visit import Signed

router = APIRouter()
SHOWN = 6
LEAST = 2
"""Letters below which a search would find everything."""


@router.get("/search")
async def search(visit: Signed, q: str = "") -> Response:
    sought = q.strip()[:100]
    if len(sought) < LEAST:
        return visit.page("search.html", q=sought, found=None, shown=SHOWN)
    answers = await visit.ask_all(
        ("cart", "/parties", {"q": sought}),
        ("cart", "/agreements", {"q": sought}),
        ("cart", "/orders", {"q": sought}),
        ("cart", "/carts", {"q": sought}),
        ("provisioning", "/trunks", {"q": sought}),
    )
    kinds = ("customers", "agreements", "orders", "carts", "trunks")
    found = {kind: _items(answer) for kind, answer in zip(kinds, answers, strict=True)}
    if (path := _the_one(sought, found)) is not None:
        return visit.go(path)
    return visit.page("search.html", q=sought, found=found, shown=SHOWN)


def _the_one(q: str, found: dict[str, list[Json]]) -> str | None:
    """Whoever types a whole number of a contract, an order, a cart or a quote means that one."""
    for kind, name in (("agreements", "agreement_id"), ("orders", "order_id"), ("carts", "cart_id")):
        for one in found[kind]:
            numbers = (one["number"], (one.get("quote") or {}).get("number"))
            if q.lower() in (str(number).lower() for number in numbers):
                return f"/{kind}/{one[name]}"
    return None


def _items(answer: Any) -> list[Json]:
    return list(answer["items"]) if answer else []
