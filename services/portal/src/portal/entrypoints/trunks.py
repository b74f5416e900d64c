"""The module IPfonie SIP: trunks, their sites and numbers, and ordering more of them (SITE, QUOTE-5)."""

import re
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.entrypoints.number_choice import Choosing, about_choice, why_not_kept
from portal.entrypoints.orders import steps_in
from portal.entrypoints.saved_views import saved_views
from portal.entrypoints.visit import Form, Signed, Visit, faults_of

router = APIRouter()
BLOCK_SIZES = (10, 100, 1000)


@router.get("/trunks")
async def trunks(visit: Signed, customer_id: str = "", q: str = "", cursor: str = "") -> Response:
    page = await visit.ask("provisioning", "/trunks", customer_id=customer_id, q=q, cursor=cursor)
    views = await saved_views(visit)
    return visit.page("trunks/list.html", page=page, views=views, q=q, customer_id=customer_id)


@router.get("/trunks/{agreement_id}")
async def trunk(visit: Signed, agreement_id: UUID) -> Response:
    """TRUNK-1: listed at once; until provisioning has made the trunk, the contract speaks for it."""
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    found, portings, options = await visit.ask_all(
        ("provisioning", f"/trunks/{agreement_id}", {}),
        ("porting", "/portings", {"agreement_id": agreement_id}),
        ("cart", f"/agreements/{agreement_id}/termination-options", {}),
    )
    async with visit.given.units() as unit:
        leaving = steps_in(await unit.feed.of_agreement(agreement_id))
    return visit.page(
        "trunks/trunk.html",
        agreement=agreement,
        trunk=found,
        leaving=leaving,
        portings=_by_site(portings),
        options=options,
        site_names={one["site_id"]: one["name"] for one in found["sites"]} if found else {},
    )


@router.get("/trunks/{agreement_id}/new-site")
async def new_site(visit: Signed, agreement_id: UUID) -> Response:
    """The first question: numbers of ours, or from another provider?"""
    return visit.page("trunks/site_kind.html", agreement=await _agreement(visit, agreement_id))


@router.get("/trunks/{agreement_id}/new-site/numbers")
async def new_site_form(visit: Signed, agreement_id: UUID) -> Response:
    return visit.page(
        "trunks/site.html",
        agreement=await _agreement(visit, agreement_id),
        values={"block_size": "10"},
        faults=[],
        sizes=BLOCK_SIZES,
    )


@router.post("/trunks/{agreement_id}/new-site/numbers")
async def new_site_step(visit: Signed, agreement_id: UUID) -> Response:
    """Entered, checked, numbers perhaps chosen, placed: one address, the button says which."""
    form = await visit.form()
    agreement = await _agreement(visit, agreement_id)
    context: Json = {"agreement": agreement, "values": form.values(), "sizes": BLOCK_SIZES}
    if form["step"] == "edit":
        return visit.page("trunks/site.html", faults=[], **context)
    if faults := site_faults(visit, form):
        return visit.page("trunks/site.html", status=422, faults=faults, **context)
    site = site_of(form)
    choosing = Choosing(visit, form, agreement, site["area_code"])
    if form["step"] == "choose":
        return await choosing.page()
    try:
        reservation_id = await choosing.decide()
    except Problem as problem:
        return await choosing.page(why_not_kept(problem))
    context["values"]["reservation_id"] = reservation_id or ""
    wish = {"block_size": form.number("block_size") or 10, "reservation_id": reservation_id}
    try:
        if form["step"] == "place":
            path = f"/agreements/{agreement_id}/sites"
            placed = await visit.send("POST", "cart", path, key=form["order_key"], json={"site": site, **wish})
            return visit.go(f"/orders/{placed['order_id']}", "ordered")
        question = {"address": site["address"], "area_code": site["area_code"], **wish}
        verdict = await visit.send("POST", "provisioning", "/feasibility", key=form.key, json=question)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        if about_choice(problem):
            return await choosing.page(faults_of(problem))
        return visit.page("trunks/site.html", status=422, faults=faults_of(problem), **context)
    if faults := await choosing.outdated(verdict.get("reserved")):
        return await choosing.page(faults)
    if verdict.get("numbers_available") is False:
        exhausted = visit._("Area code %(code)s has no free block of this size.", code="0" + site["area_code"])
        remedy = visit._("Choose a smaller block, or bring numbers with you by porting.")
        faults = [{"field": "block_size", "text": exhausted, "remedy": remedy}]
        return visit.page("trunks/site.html", status=422, faults=faults, **context)
    return visit.page("trunks/site_check.html", verdict=verdict, **context)


@router.get("/trunks/{agreement_id}/sites/{site_id}/numbers")
async def more_numbers_form(visit: Signed, agreement_id: UUID, site_id: UUID) -> Response:
    agreement, site = await _agreement(visit, agreement_id), await _site(visit, agreement_id, site_id)
    return _more_numbers(visit, agreement, site, {"block_size": "10"})


@router.post("/trunks/{agreement_id}/sites/{site_id}/numbers")
async def more_numbers(visit: Signed, agreement_id: UUID, site_id: UUID) -> Response:
    """How many, perhaps which, placed."""
    form = await visit.form()
    agreement, site = await _agreement(visit, agreement_id), await _site(visit, agreement_id, site_id)
    choosing = Choosing(visit, form, agreement, site["area_code"])
    match form["step"]:
        case "choose":
            return await choosing.page()
        case "keep":
            try:
                return _more_numbers(visit, agreement, site, form.values(), reserved=await choosing.keep())
            except Problem as problem:
                return await choosing.page(why_not_kept(problem))
        case "any":
            await choosing.give_up()
            return _more_numbers(visit, agreement, site, form.values())
    wish = {
        "site_id": str(site_id),
        "block_size": form.number("block_size") or 10,
        "reservation_id": choosing.reservation_id,
    }
    try:
        placed = await visit.send("POST", "cart", f"/agreements/{agreement_id}/numbers", key=form.key, json=wish)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        if about_choice(problem):
            return await choosing.page(faults_of(problem))
        reserved = await choosing.kept(site["address"])
        if faults := await choosing.outdated(reserved):
            return await choosing.page(faults)
        return _more_numbers(visit, agreement, site, form.values(), faults_of(problem), reserved)
    return visit.go(f"/orders/{placed['order_id']}", "ordered")


@router.get("/trunks/{agreement_id}/sites/{site_id}/correct")
async def correct(visit: Signed, agreement_id: UUID, site_id: UUID) -> Response:
    """SITE-4: the three permitted ways."""
    agreement, site = await _agreement(visit, agreement_id), await _site(visit, agreement_id, site_id)
    return visit.page("trunks/correct.html", agreement=agreement, site=site)


def site_of(form: Form) -> Json:
    """The site as cart takes it."""
    address = {name: form[name] for name in ("street", "house_number", "postcode", "town")}
    if form["addition"]:
        address["addition"] = form["addition"]
    return {"name": form["site_name"], "address": address, "area_code": form["area_code"].lstrip("0")}


def site_faults(visit: Visit, form: Form) -> list[Json]:
    """What a site's form lacks, before anybody is asked."""
    wanted = (
        ("site_name", r".{1,80}", visit._("Give the site a name.")),
        ("street", r".{1,40}", visit._("Enter the street.")),
        ("house_number", r"\d{1,4}", visit._("Enter the house number; letters go into the addition.")),
        ("addition", r".{0,6}", visit._("The addition has up to 6 characters.")),
        ("postcode", r"\d{5}", visit._("Enter the postcode with five digits.")),
        ("town", r".{1,40}", visit._("Enter the town.")),
        ("area_code", r"0?[1-9]\d{1,4}", visit._("Choose the area code.")),
    )
    return [{"field": name, "text": text} for name, shape, text in wanted if not re.fullmatch(shape, form[name])]


def _more_numbers(
    visit: Visit, agreement: Json, site: Json, values: Json, faults: list[Json] | None = None, reserved: Any = None
) -> Response:
    return visit.page(
        "trunks/numbers.html",
        status=422 if faults else 200,
        agreement=agreement,
        site=site,
        values=values,
        faults=faults or [],
        sizes=BLOCK_SIZES,
        reserved=reserved,
    )


async def _agreement(visit: Visit, agreement_id: UUID) -> Json:
    found: Json = await visit.get("cart", f"/agreements/{agreement_id}")
    return found


async def _site(visit: Visit, agreement_id: UUID, site_id: UUID) -> Json:
    trunk = await visit.get("provisioning", f"/trunks/{agreement_id}")
    for site in trunk["sites"]:
        if site["site_id"] == str(site_id):
            found: Json = site
            return found
    raise Problem(404, {})


def _by_site(portings: Any) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    items = portings.get("items", []) if isinstance(portings, dict) else portings or []
    for one in items:
        found.setdefault(str(one.get("site_id") or ""), []).append(one)
    return found
