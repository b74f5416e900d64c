"""Contracts: list and page; trunk contracts also open in the module IPfonie SIP."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.comparison import dropped, held_by_product, monthly_of
from portal.domain.standing import what_can_change, what_comes_next
from portal.entrypoints.orders import steps_in
from portal.entrypoints.saved_views import saved_views
from portal.entrypoints.visit import Signed, Visit

router = APIRouter()


@router.get("/agreements")
async def agreements(
    visit: Signed, q: str = "", customer_id: str = "", family: str = "", status: str = "", cursor: str = ""
) -> Response:
    page = await visit.ask(
        "cart", "/agreements", q=q, customer_id=customer_id, family=family, status=status, cursor=cursor
    )
    shown: Json = {"q": q, "family": family, "chosen": status, "customer_id": customer_id}
    return visit.page("agreements/list.html", page=page, views=await saved_views(visit), **shown)


@router.get("/agreements/{agreement_id}")
async def agreement(visit: Signed, agreement_id: UUID, on: str = "") -> Response:
    """What is held now, or was or will be on a day; what comes; who changed what by which order."""
    path = f"/agreements/{agreement_id}"
    found = await visit.get("cart", path)
    then, fault = await _held_on(visit, path, on) if on else (None, "")
    versions, options, shown = await visit.ask_all(
        ("cart", f"{path}/versions", {}),
        ("cart", f"{path}/termination-options", {}),
        ("catalog", "/catalog/current", {"audience": found["customer"]["audience"]}),
    )
    internet = found.get("combination_agreement_id")
    async with visit.given.units() as unit:
        leaving = steps_in(await unit.feed.of_agreement(agreement_id))
    return visit.page(
        "agreements/agreement.html",
        status=422 if fault else 200,
        agreement=found,
        then=then,
        on=on,
        fault=fault,
        versions=versions or [],
        options=options,
        site_names={one["site_id"]: one["name"] for one in options["sites"]} if options else {},
        price_lists={one["code"]: one["name"] for one in shown["price_lists"]} if shown else {},
        internet=await visit.ask("cart", f"/agreements/{internet}") if internet else None,
        next_step=what_comes_next(found),
        changeable=what_can_change(found),
        held=held_by_product(found["lines"]),
        dropped=dropped,
        monthly_of=monthly_of,
        leaving=leaving,
        today=await visit.today(),
    )


async def _held_on(visit: Visit, path: str, on: str) -> tuple[Json | None, str]:
    """The contract as of that day; or why there is nothing to show."""
    try:
        date.fromisoformat(on)
    except ValueError:
        return None, visit._("Enter a day such as 31.01.2027.")
    try:
        found: Json = await visit.get("cart", path, on=on)
        return found, ""
    except Problem as problem:
        if problem.code != "not-yet":
            raise
        return None, problem.detail
