"""The porting wizard: provider, holder, numbers, date; always by quote (PORT-1 to PORT-4)."""

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.numbers import size
from portal.domain.porting_again import corrected_fields, corrected_values, form_values, refused_fields
from portal.domain.typed_numbers import Entry, entries_in, entry_of_row, numbers_of
from portal.entrypoints.trunks import site_faults, site_of
from portal.entrypoints.visit import Entered, Form, Signed, Visit, faults_of
from telecom.portions import portions

router = APIRouter()
CASES = ("VA-KUE-MRN", "VA-RRNP", "VA-KUE-ORN")
WITHOUT_NUMBERS = "VA-KUE-ORN"
WINDOWS = ("ZF2", "ZF1", "ZF3")
HOLDER = ("street", "house_number", "addition", "postcode", "town")
RENAMED = {
    "requested_on": "requested_on",
    "donor.name": "donor_name",
    "donor.carrier_code": "donor_name",
    "subscriber.name": "subscriber_name",
    "subscriber.first_name": "subscriber_first_name",
    "replaces": "",
    "recipient.email": "recipient_email",
    "recipient.name": "recipient_name",
}
ROW = re.compile(r"numbers\.(\d+)\.")


@dataclass(slots=True)
class Understood:
    """The numbers that were typed, and what is wrong with each entry, by its place."""

    entries: list[Entry]
    electronic: bool = True
    said: dict[int, str] = field(default_factory=dict)

    @property
    def numbers(self) -> list[Json]:
        return numbers_of(self.entries)

    @property
    def blocks(self) -> int:
        return sum("extension_from" in one for one in self.numbers)

    @property
    def all_of_them(self) -> int:
        return sum(size(one) for one in self.numbers)

    @property
    def pre_agreements(self) -> int:
        return len(portions([block for entry in self.entries for block in entry.blocks]))


@router.get("/trunks/{agreement_id}/porting")
@router.get("/agreements/{agreement_id}/porting")
async def porting_form(
    visit: Signed, agreement_id: UUID, site: str = "", like: UUID | None = None, again: UUID | None = None
) -> Response:
    """PORT-3: what can't be corrected is made anew: `like` a cart's quote, or `again` a porting that was refused."""
    values, notes = {"site_id": site, "case": CASES[0], "window": WINDOWS[0]}, dict[str, list[str]]()
    if like is not None:
        values |= form_values(await visit.get("cart", f"/carts/{like}"))
    if again is not None:
        porting = await visit.get("porting", f"/portings/{again}")
        values |= corrected_values(await visit.get("cart", f"/orders/{porting['order_id']}"), porting)
        notes = refused_fields(porting, visit.language)
        for name, one in corrected_fields(porting).items():
            text = visit._(
                "the provider has “%(theirs)s” instead of “%(ours)s”", theirs=one["theirs"], ours=one["ours"]
            )
            notes.setdefault(name, []).append(text)
    return await _page(visit, agreement_id, values, [], notes=notes)


@router.post("/trunks/{agreement_id}/porting")
@router.post("/agreements/{agreement_id}/porting")
async def porting_step(visit: Signed, agreement_id: UUID) -> Response:
    """Entered, checked, quoted: one address, the button says which."""
    form = await visit.form()
    values = form.values()
    if form["step"] == "edit":
        return await _page(visit, agreement_id, values, [])
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    sites = await _sites(visit, agreement)
    body, understood, faults = _porting_of(visit, form, agreement, sites, await _carriers(visit))
    if faults:
        return await _page(visit, agreement_id, values, faults, understood)
    path = f"/agreements/{agreement_id}/portings"
    try:
        if form["step"] != "place":
            checked = await visit.send("POST", "cart", f"{path}/check", json=body, key=form.key)
            return visit.page(
                "portings/check.html",
                agreement=agreement,
                base=_base(agreement),
                values=values,
                porting=body,
                site=_site_of(sites, form),
                understood=understood,
                checked=checked,
            )
        made = await visit.send("POST", "cart", path, json=body, key=form["order_key"])
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return await _page(visit, agreement_id, values, _said(visit, problem, understood, body), understood)
    return visit.go(f"/carts/{made['cart_id']}", "porting-quoted")


@router.post("/trunks/{agreement_id}/porting/numbers")
@router.post("/agreements/{agreement_id}/porting/numbers")
async def numbers_step(visit: Signed, agreement_id: UUID) -> Response:
    """What was understood so far, while it is typed."""
    form = await visit.form()
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    sites = await _sites(visit, agreement) if form["site_id"] else []
    understood = Understood(entries_in(form["numbers"], _area_code(form, agreement, sites)), not form["donor_other"])
    return visit.page("portings/_numbers.html", understood=understood)


async def _page(
    visit: Visit,
    agreement_id: UUID,
    values: dict[str, str],
    faults: list[Json],
    understood: Understood | None = None,
    notes: dict[str, list[str]] | None = None,
) -> Response:
    agreement = await visit.get("cart", f"/agreements/{agreement_id}")
    sites, form = await _sites(visit, agreement), Entered(values)
    existing = _site_of(sites, form)
    postcode = (
        existing["address"]["postcode"] if existing else values.get("postcode") or values.get("holder_postcode", "")
    )
    options = await visit.ask(
        "cart", f"/agreements/{agreement_id}/porting-options", postcode=postcode if postcode.isdecimal() else ""
    )
    days = {one["case"]: one for one in options["days"]} if options else {}
    if "requested_on" not in values and CASES[0] in days:
        values = values | {"requested_on": days[CASES[0]]["comfortable_on"]}
    if understood is None:
        understood = Understood(entries_in(values.get("numbers", ""), _area_code(form, agreement, sites)))
    return visit.page(
        "portings/form.html",
        status=422 if faults else 200,
        agreement=agreement,
        base=_base(agreement),
        sites=sites,
        carriers=await _carriers(visit),
        values=values,
        faults=faults,
        notes=notes or {},
        understood=understood,
        days=days,
        options=options,
    )


def _base(agreement: Json) -> str:
    """Where the wizard lives: at the trunk, or at a contract without sites."""
    return f"/{'trunks' if _has_sites(agreement) else 'agreements'}/{agreement['agreement_id']}"


def _has_sites(agreement: Json) -> bool:
    return bool(agreement["family"] == "trunk")


async def _carriers(visit: Visit) -> list[Json]:
    found = await visit.ask("porting", "/carriers")
    return list(found.get("items", []) if isinstance(found, dict) else found or [])


async def _sites(visit: Visit, agreement: Json) -> list[Json]:
    if not _has_sites(agreement):
        return []
    trunk = await visit.ask("provisioning", f"/trunks/{agreement['agreement_id']}")
    return list(trunk["sites"]) if trunk else []


def _site_of(sites: list[Json], form: Form) -> Json | None:
    return next((one for one in sites if one["site_id"] == form["site_id"]), None)


def _area_code(form: Form, agreement: Json, sites: list[Json]) -> str | None:
    """That of the chosen site, once it is known; without sites any will do."""
    if not _has_sites(agreement):
        return None
    existing = _site_of(sites, form)
    return str(existing["area_code"]) if existing else form["area_code"].lstrip("0") or None


def _porting_of(
    visit: Visit, form: Form, agreement: Json, sites: list[Json], carriers: list[Json]
) -> tuple[Json, Understood, list[Json]]:
    faults: list[Json] = []
    body: dict[str, Any] = {}
    place: Json | None = None
    existing = _site_of(sites, form)
    if existing:
        body["site_id"], place = existing["site_id"], existing["address"]
    elif _has_sites(agreement):
        faults += site_faults(visit, form)
        body["site"] = site_of(form)
        place = body["site"]["address"]
    body["donor"], wrong = _donor(visit, form, carriers)
    faults += wrong
    body["subscriber"], wrong = _subscriber(visit, form, place)
    faults += wrong
    electronic = body["donor"]["carrier_code"] is not None
    understood = Understood(entries_in(form["numbers"], _area_code(form, agreement, sites)), electronic)
    body["numbers"] = understood.numbers
    faults += _number_faults(visit, understood, form["case"])
    faults += _date_fault(visit, form["requested_on"])
    body |= {
        "case": form["case"] if form["case"] in CASES else CASES[0],
        "all_numbers": form["all_numbers"] == "on" and form["case"] != WITHOUT_NUMBERS,
        "requested_on": form["requested_on"],
        "window": form["window"] if form["window"] in WINDOWS else WINDOWS[0],
    }
    if form["recipient_email"]:
        body["recipient"] = {
            "name": form["recipient_name"] or form["recipient_email"],
            "email": form["recipient_email"],
            "language": visit.language,
        }
    if form["replaces"]:
        body["replaces"] = form["replaces"]
    return body, understood, faults


def _donor(visit: Visit, form: Form, carriers: list[Json]) -> tuple[Json, list[Json]]:
    typed = form["donor_name"]
    if not typed:
        text = visit._("Choose the previous provider, or tick Sonstige and type its name.")
        return {"carrier_code": None, "name": ""}, [{"field": "donor_name", "text": text}]
    if form["donor_other"]:
        return {"carrier_code": None, "name": typed}, []
    names = {one["name"].casefold(): one for one in carriers}
    found = names.get(typed.casefold())
    if found is not None:
        return {"carrier_code": found["carrier_code"], "name": found["name"]}, []
    near = [names[one]["name"] for one in get_close_matches(typed.casefold(), names, n=3)]
    fault = {
        "field": "donor_name",
        "text": visit._("“%(name)s” is not in the list.", name=typed),
        "remedy": visit._("Choose a provider from the list, or tick Sonstige: then the customer signs a form."),
        "suggestions": near,
    }
    return {"carrier_code": None, "name": typed}, [fault]


def _subscriber(visit: Visit, form: Form, place: Json | None) -> tuple[Json, list[Json]]:
    """Whoever holds the contract there; at the site's address, unless another is given."""
    faults: list[Json] = []
    if not form["subscriber_name"] or len(form["subscriber_name"]) > 30:
        text = visit._("Enter the contract holder as the previous provider knows him, up to 30 characters.")
        faults.append({"field": "subscriber_name", "text": text})
    typed = {name: form[f"holder_{name}"] for name in HOLDER}
    if place is None or any(typed.values()):
        wanted = (
            ("holder_street", r".{1,40}", visit._("Enter the street.")),
            ("holder_house_number", r"\d{1,4}", visit._("Enter the house number; letters go into the addition.")),
            ("holder_addition", r".{0,6}", visit._("The addition has up to 6 characters.")),
            ("holder_postcode", r"\d{5}", visit._("Enter the postcode with five digits.")),
            ("holder_town", r".{1,40}", visit._("Enter the town.")),
        )
        faults += [{"field": name, "text": text} for name, shape, text in wanted if not re.fullmatch(shape, form[name])]
        place = {name: value for name, value in typed.items() if value}
    subscriber: Json = {"name": form["subscriber_name"], "address": place}
    if form["subscriber_first_name"]:
        subscriber["first_name"] = form["subscriber_first_name"]
    owners = [one.strip() for one in form["further_owners"].splitlines() if one.strip()]
    if owners:
        subscriber["further_owners"] = owners
    return subscriber, faults


def _number_faults(visit: Visit, understood: Understood, case: str) -> list[Json]:
    if not understood.entries and case != WITHOUT_NUMBERS:
        return [{"field": "numbers", "text": visit._("Enter the numbers to be ported, one a line.")}]
    faults = []
    for place, entry in enumerate(understood.entries):
        if entry.fault is not None:
            text = visit._(entry.fault.text, **entry.fault.params)
            remedy = visit._(entry.fault.remedy, **entry.fault.params) if entry.fault.remedy else ""
            understood.said[place] = f"{text} {remedy}".strip()
            faults.append({"field": "numbers", "text": text, "remedy": remedy})
    return faults


def _said(visit: Visit, problem: Problem, understood: Understood, body: Json) -> list[Json]:
    """The faults that cart found, at the entries of this form; rows of numbers beside their lines."""
    own_address = body["subscriber"]["address"] is not body.get("site", {}).get("address")
    prefix = "holder_" if own_address else ""
    renamed = RENAMED | {f"subscriber.address.{name}": f"{prefix}{name}" for name in HOLDER}
    found = faults_of(problem, renamed)
    document = problem.document
    names = [one["field"] for one in document.get("errors") or []] or [document.get("field") or ""]
    for fault, name in zip(found, names, strict=True):
        fault["field"] = renamed.get(name, fault["field"].rsplit(".", 1)[-1])
        if row := ROW.match(name):
            place = entry_of_row(understood.entries, int(row[1]))
            understood.said[place] = f"{fault['text']} {fault.get('remedy') or ''}".strip()
            fault["field"] = "numbers"
    return found


def _date_fault(visit: Visit, written: str) -> list[Json]:
    try:
        date.fromisoformat(written)
    except ValueError:
        return [{"field": "requested_on", "text": visit._("Enter the date on which the numbers should move.")}]
    return []
