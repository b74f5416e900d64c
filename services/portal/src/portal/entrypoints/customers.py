"""Customers and prospects: list, profile, entering a prospect."""

from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter
from starlette.responses import Response

from contracts.shapes import Address, Audience
from portal.application.enter_prospect import EnterProspect, enter_prospect
from portal.application.ports import Json, Problem
from portal.entrypoints.saved_views import saved_views
from portal.entrypoints.visit import AsPartner, Form, Signed, Visit

router = APIRouter()


@router.get("/customers")
async def customers(visit: Signed, q: str = "", kind: str = "", cursor: str = "") -> Response:
    page = await visit.ask("cart", "/parties", q=q, kind=kind, cursor=cursor)
    return visit.page("customers/list.html", page=page, views=await saved_views(visit), q=q, kind=kind)


@router.get("/customers/new-prospect")
async def new_prospect(visit: AsPartner) -> Response:
    return visit.page("customers/prospect.html", faults=[], values={"audience": "business", "language": "de"})


@router.post("/customers/new-prospect")
async def add_prospect(visit: AsPartner) -> Response:
    """CRM-1: entered here, announced to the CRM."""
    form = await visit.form()
    faults = _faults_in(visit, form)
    parent = visit.who.party_id
    if parent is None:
        faults.append({"field": "", "text": visit._("Your account belongs to no partner.")})
    if faults or parent is None:
        return visit.page("customers/prospect.html", status=422, faults=faults, values=form.values())
    address = None
    if form["street"]:
        address = Address(
            street=form["street"], house_number=form["house_number"], postcode=form["postcode"], town=form["town"]
        )
    async with visit.given.units() as unit:
        await enter_prospect(
            EnterProspect(
                form_key=form.key,
                name=form["name"],
                email=form["email"],
                phone=form["phone"] or None,
                audience=Audience(form.get("audience", "business")),
                language="en" if form["language"] == "en" else "de",
                address=address,
                parent_id=parent,
                entered_by=visit.who.name,
            ),
            unit,
        )
    return visit.go("/customers?kind=prospect", "prospect")


@router.get("/customers/{party_id}")
async def customer(visit: Signed, party_id: UUID) -> Response:
    """TEN-3: listed, but closed with the remedy, without customer administration."""
    try:
        party = await visit.get("cart", f"/parties/{party_id}")
    except Problem as problem:
        if problem.status != 403:
            raise
        return visit.page("customers/closed.html", status=403, problem=problem.document)
    carts, orders, agreements = await visit.ask_all(
        ("cart", "/carts", {"customer_id": party_id}),
        ("cart", "/orders", {"customer_id": party_id}),
        ("cart", "/agreements", {"customer_id": party_id}),
    )
    return visit.page("customers/profile.html", party=party, carts=carts, orders=orders, agreements=agreements)


def _faults_in(visit: Visit, form: Form) -> list[Json]:
    found: list[Json] = []
    if not form["name"]:
        found.append({"field": "name", "text": visit._("Enter the company's name.")})
    elif len(form["name"]) > 400:
        found.append({"field": "name", "text": visit._("Shorten the name to 400 characters.")})
    try:
        validate_email(form["email"], check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        found.append({"field": "email", "text": visit._("Enter an e-mail address such as name@company.de.")})
    if any(form[name] for name in ("street", "house_number", "postcode", "town")):
        for name, text in (
            ("street", visit._("Enter the street, or leave the whole address empty.")),
            ("house_number", visit._("Enter the house number.")),
            ("town", visit._("Enter the town.")),
        ):
            if not form[name] or len(form[name]) > (4 if name == "house_number" else 40):
                found.append({"field": name, "text": text})
        if not (form["postcode"].isdecimal() and len(form["postcode"]) == 5):
            found.append({"field": "postcode", "text": visit._("Enter the postcode with five digits.")})
    return found
