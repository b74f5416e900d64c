"""The porting wizard: donor, numbers, date; always by quote (PORT-1 to PORT-4)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.porting_again import form_values
from portal.domain.typed_numbers import NotNumbers, numbers_in
from portal.entrypoints.trunks import site_faults, site_of
from portal.entrypoints.visit import Form, Signed, Visit, faults_of

router = APIRouter()
OTHER = "other"
CASES = ("VA-KUE-MRN", "VA-KUE-ORN", "VA-RRNP")
WINDOWS = ("ZF2", "ZF1", "ZF3")
RENAMED = {
    "requested_on": "requested_on",
    "donor.name": "donor_name",
    "donor.carrier_code": "donor",
    "subscriber.name": "subscriber_name",
}


@router.get("/trunks/{agreement_id}/porting")
async def porting_form(visit: Signed, agreement_id: UUID, site: str = "", like: UUID | None = None) -> Response:
    """PORT-3: a quote can't be corrected, but a new one can be made with the particulars of the one in cart `like`."""
    values = {"site_id": site, "case": CASES[0], "window": WINDOWS[0]}
    if like is not None:
        values |= form_values(await visit.get("cart", f"/carts/{like}"))
    return await _page(visit, agreement_id, values, [])


@router.post("/trunks/{agreement_id}/porting")
async def porting_step(visit: Signed, agreement_id: UUID) -> Response:
    """Entered, checked, quoted: one address, the button says which."""
    form = await visit.form()
    values = form.values()
    if form["step"] == "edit":
        return await _page(visit, agreement_id, values, [])
    sites = await _sites(visit, agreement_id)
    body, faults = _porting_of(visit, form, sites)
    if faults:
        return await _page(visit, agreement_id, values, faults, 422)
    if form["step"] != "place":
        agreement = await visit.get("cart", f"/agreements/{agreement_id}")
        return visit.page(
            "portings/check.html", agreement=agreement, values=values, porting=body, site=_site_of(sites, form)
        )
    try:
        made = await visit.send(
            "POST", "cart", f"/agreements/{agreement_id}/portings", json=body, key=form["order_key"]
        )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return await _page(visit, agreement_id, values, faults_of(problem, RENAMED), 422)
    return visit.go(f"/carts/{made['cart_id']}", "porting-quoted")


async def _page(
    visit: Visit, agreement_id: UUID, values: dict[str, str], faults: list[Json], status: int = 200
) -> Response:
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    carriers = await visit.ask("porting", "/carriers")
    return visit.page(
        "portings/form.html",
        status=status,
        agreement=agreement,
        sites=await _sites(visit, agreement_id),
        carriers=carriers.get("items", []) if isinstance(carriers, dict) else carriers or [],
        values=values,
        faults=faults,
        earliest=(date.today() + timedelta(days=1)).isoformat(),  # noqa: DTZ011 - a hint for the calendar only
    )


async def _sites(visit: Visit, agreement_id: UUID) -> list[Json]:
    trunk = await visit.ask("provisioning", f"/trunks/{agreement_id}")
    return list(trunk["sites"]) if trunk else []


def _site_of(sites: list[Json], form: Form) -> Json | None:
    return next((one for one in sites if one["site_id"] == form["site_id"]), None)


def _porting_of(visit: Visit, form: Form, sites: list[Json]) -> tuple[Json, list[Json]]:
    faults: list[Json] = []
    body: dict[str, Any] = {}
    existing = _site_of(sites, form)
    if existing:
        body["site_id"], area_code, place = existing["site_id"], existing["area_code"], existing["address"]
    else:
        faults += site_faults(visit, form)
        site = site_of(form)
        body["site"], area_code, place = site, site["area_code"], site["address"]
    body["donor"] = {"carrier_code": None if form["donor"] == OTHER else form["donor"], "name": form["donor_name"]}
    if not form["donor"]:
        faults.append({"field": "donor", "text": visit._("Choose the previous provider, or Sonstige.")})
    elif form["donor"] == OTHER and not form["donor_name"]:
        faults.append({"field": "donor_name", "text": visit._("Enter the name of the previous provider.")})
    elif form["donor"] != OTHER:
        body["donor"]["name"] = form[f"name-{form['donor']}"] or form["donor"]
    if not form["subscriber_name"] or len(form["subscriber_name"]) > 30:
        text = visit._("Enter the contract holder as the previous provider knows him, up to 30 characters.")
        faults.append({"field": "subscriber_name", "text": text})
    own = ("holder_street", "holder_house_number", "holder_postcode", "holder_town")
    holder = {name.removeprefix("holder_"): form[name] for name in own} if form["holder_street"] else place
    body["subscriber"] = {"name": form["subscriber_name"], "address": holder}
    if form["subscriber_first_name"]:
        body["subscriber"]["first_name"] = form["subscriber_first_name"]
    try:
        body["numbers"] = numbers_in(form["numbers"], area_code.lstrip("0"))
        if not body["numbers"]:
            faults.append({"field": "numbers", "text": visit._("Enter the numbers to be ported, one a line.")})
    except NotNumbers as error:
        text = visit._("“%(line)s” is not a number with the area code 0%(code)s.", line=error.line, code=area_code)
        faults.append({"field": "numbers", "text": text})
    faults += _date_fault(visit, form["requested_on"])
    body |= {
        "case": form["case"] if form["case"] in CASES else CASES[0],
        "all_numbers": form["all_numbers"] == "on",
        "requested_on": form["requested_on"],
        "window": form["window"] if form["window"] in WINDOWS else WINDOWS[0],
    }
    if form["recipient_email"]:
        body["recipient"] = {
            "name": form["recipient_name"] or form["recipient_email"],
            "email": form["recipient_email"],
            "language": visit.language,
        }
    return body, faults


def _date_fault(visit: Visit, written: str) -> list[Json]:
    try:
        date.fromisoformat(written)
    except ValueError:
        return [{"field": "requested_on", "text": visit._("Enter the date on which the numbers should move.")}]
    return []
