"""Carts and quotes: overview, cart, sending, resending, withdrawing, copying, ordering directly."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.choices import (
    CATEGORY_ORDER,
    Range,
    lists_for,
    may_be_added,
    may_be_chosen,
    price_of,
    without_combination,
)
from portal.domain.comparison import dropped, held_by_product
from portal.entrypoints.catalog import range_for
from portal.entrypoints.documents import pdf
from portal.entrypoints.renewals import CASE as RENEWAL
from portal.entrypoints.renewals import start_days
from portal.entrypoints.saved_views import saved_views
from portal.entrypoints.visit import AsCustomer, Form, Signed, Visit, as_uuid, faults_of

router = APIRouter()


@router.get("/carts")
async def carts(
    visit: Signed, q: str = "", customer_id: str = "", agreement_id: str = "", state: str = "", cursor: str = ""
) -> Response:
    """CART-1: the active ones, or all that are searched for; PORT-6: filtered to one trunk's portings."""
    narrowed: Json = {"q": q, "customer_id": customer_id, "agreement_id": agreement_id, "state": state}
    page = await visit.ask("cart", "/carts", **narrowed, cursor=cursor)
    return visit.page("carts/list.html", page=page, views=await saved_views(visit), **narrowed)


@router.get("/carts/{cart_id}")
async def cart(visit: Signed, cart_id: UUID) -> Response:
    found = await visit.get("cart", f"/carts/{cart_id}")
    return await _cart_page(visit, found)


@router.post("/carts/{cart_id}/change")
async def change_cart(visit: Signed, cart_id: UUID) -> Response:
    """One change: a line's quantity or price list, a line more or less, or a choice of the whole cart."""
    form = await visit.form()
    method, path, body = _change_of(form, cart_id)
    try:
        await visit.send(method, "cart", path, json=body, key=form.key, if_match=form["version"])
    except Problem as problem:
        if problem.document.get("current"):
            return await _changed_meanwhile(visit, problem, form.values() | _meant(problem, form))
        if problem.status not in (409, 422):
            raise
        found = await visit.get("cart", f"/carts/{cart_id}")
        return await _cart_page(visit, found, faults=faults_of(problem), status=problem.status)
    return visit.go(f"/carts/{cart_id}{'#' + form['anchor'] if form['anchor'] else ''}")


@router.get("/carts/{cart_id}/send")
async def send_quote_form(visit: Signed, cart_id: UUID, version: str = "") -> Response:
    """`version`: the cart as the page that leads here showed it."""
    found = await visit.get("cart", f"/carts/{cart_id}")
    again = _is_quoted(found)
    values = {"to": "same" if again else "", "version": version}
    return visit.page("carts/send.html", cart=found, faults=[], values=values, again=again)


@router.post("/carts/{cart_id}/send")
async def send_quote(visit: Signed, cart_id: UUID) -> Response:
    """QUOTE-1, QUOTE-2: the first time freezes the cart; again makes a new link and kills the old."""
    form = await visit.form()
    found = await visit.get("cart", f"/carts/{cart_id}")
    again, recipient, faults = _is_quoted(found) and bool(form["again"]), None, []
    if form["to"] == "customer" and again:
        profile = await visit.get("cart", f"/parties/{found['customer']['party_id']}")
        recipient = {name: profile[name] for name in ("name", "email", "language")}
    elif form["to"] == "other":
        recipient = {"name": form["name"], "email": form["email"], "language": form.get("language", "de")}
        if not form["name"]:
            faults.append({"field": "name", "text": visit._("Enter the recipient's name.")})
        if "@" not in form["email"]:
            faults.append({"field": "email", "text": visit._("Enter an e-mail address such as name@company.de.")})
    if not faults:
        path = f"/quotes/{found['quote']['quote_id']}/resend" if again else f"/carts/{cart_id}/quote"
        try:
            told, seen = {"recipient": recipient} if recipient else {}, None if again else form["version"]
            await visit.send("POST", "cart", path, json=told, key=form.key, if_match=seen)
            return visit.go(f"/carts/{cart_id}", "quote-resent" if again else "quote-sent")
        except Problem as problem:
            if problem.document.get("current"):
                return await _changed_meanwhile(visit, problem, {"change": "quote"})
            if problem.status not in (409, 422):
                raise
            faults = faults_of(problem)
    return visit.page("carts/send.html", status=422, cart=found, faults=faults, values=form.values(), again=again)


@router.get("/carts/{cart_id}/withdraw")
async def withdraw_form(visit: Signed, cart_id: UUID) -> Response:
    found = await visit.get("cart", f"/carts/{cart_id}")
    return visit.page("carts/withdraw.html", cart=found)


@router.post("/carts/{cart_id}/withdraw")
async def withdraw(visit: Signed, cart_id: UUID) -> Response:
    """A quote, or a cart that nobody knows of yet."""
    form = await visit.form()
    try:
        done = await visit.send("POST", "cart", f"/carts/{cart_id}/withdraw", json={}, key=form.key)
    except Problem as problem:
        if problem.status != 409:
            raise
        found = await visit.get("cart", f"/carts/{cart_id}")
        return await _cart_page(visit, found, faults=faults_of(problem), status=409)
    return visit.go(f"/carts/{cart_id}", "quote-withdrawn" if done["quote"] else "cart-withdrawn")


@router.post("/carts/{cart_id}/copy")
async def copy_cart(visit: Signed, cart_id: UUID) -> Response:
    form = await visit.form()
    made = await visit.send("POST", "cart", f"/carts/{cart_id}/copy", json={}, key=form.key)
    return visit.go(f"/carts/{made['cart_id']}", "copied")


@router.get("/carts/{cart_id}/order")
async def order_check(visit: AsCustomer, cart_id: UUID) -> Response:
    """QUOTE-5: a customer may place it directly; first his answers once more."""
    return visit.page("carts/order.html", cart=await visit.get("cart", f"/carts/{cart_id}"), faults=[])


@router.post("/carts/{cart_id}/order")
async def order(visit: AsCustomer, cart_id: UUID) -> Response:
    form = await visit.form()
    try:
        path = f"/carts/{cart_id}/order"
        placed = await visit.send("POST", "cart", path, json={}, key=form.key, if_match=form["version"])
    except Problem as problem:
        if problem.document.get("current"):
            return await _changed_meanwhile(visit, problem, {"change": "order"})
        if problem.status not in (409, 422):
            raise
        found = await visit.get("cart", f"/carts/{cart_id}")
        return visit.page("carts/order.html", status=problem.status, cart=found, faults=faults_of(problem))
    return visit.go(f"/orders/{placed['order_id']}", "ordered")


def _is_quoted(found: Json) -> bool:
    return found["state"] == "quoted" and bool(found.get("quote"))


async def _changed_meanwhile(visit: Visit, problem: Problem, mine: Json) -> Response:
    """The cart as it is now, beside what the visitor wanted to do with what he saw (CART-4)."""
    return await _cart_page(visit, problem.document["current"], mine=mine, status=409)


async def _cart_page(
    visit: Visit, found: Json, *, faults: list[Json] | None = None, mine: Json | None = None, status: int = 200
) -> Response:
    shown = None
    if found["state"] == "open":
        shown = await range_for(visit, found["customer"]["audience"], found["catalog_version"])
    agreement = await visit.ask("cart", f"/agreements/{found['agreement_id']}") if found.get("agreement_id") else None
    held = []
    if found.get("combination") and found["state"] == "open":
        page = await visit.ask("cart", "/agreements", customer_id=found["customer"]["party_id"], family="internet")
        held = [one for one in page["items"] if one["voice_ready"] and one["status"] == "active"] if page else []
    return visit.page(
        "carts/cart.html",
        status=status,
        cart=found,
        faults=faults or [],
        mine=mine,
        shown=shown,
        addable=_addable(shown, found, agreement) if shown else [],
        categories=CATEGORY_ORDER,
        terms=shown.terms(*(line["offering"] for line in found["lines"])) if shown else [],
        internet_agreements=held,
        agreement=agreement,
        held=held_by_product(agreement["lines"]) if agreement else {},
        dropped=dropped(agreement["lines"], found["lines"]) if agreement else [],
        starts=start_days(agreement, await visit.today()) if agreement else {},
        plain=_plain_prices(shown, found["lines"], found["term_months"]) if shown else {},
        price_of=price_of,
        lists_for=lists_for,
    )


def _addable(shown: Range, found: Json, agreement: Json | None) -> list[Json]:
    """What may be put into it by its business case; cart checks it again."""
    if agreement is not None and found["business_case"] == "reorder":
        return may_be_added(shown, agreement)
    if agreement is not None and found["business_case"] == RENEWAL:
        return may_be_chosen(shown, agreement)
    return [one for category in CATEGORY_ORDER for one in shown.of(category, orderable=True)]


def _plain_prices(shown: Range, lines: list[Json], term: int | None) -> dict[str, Any]:
    """Of each Kombi channel what it would cost a month without Kombi (KOMBI-1)."""
    trunk = next((line["offering"] for line in lines if line["category"] == "trunk"), "")
    channels = [line for line in lines if line["category"] == "voice_channel" and line.get("combination")]
    found = ((line["offering"], without_combination(shown, line, trunk)) for line in channels)
    return {code: price_of(plain, term)[1] for code, plain in found if plain}


def _meant(problem: Problem, form: Form) -> dict[str, str]:
    lines = {line["line_id"]: line for line in problem.document["current"].get("lines", [])}
    line = lines.get(form["line_id"])
    return {"line_name": line["name"] if line else "", "line_gone": "" if line or not form["line_id"] else "1"}


def _change_of(form: Form, cart_id: UUID) -> tuple[str, str, Json | None]:
    line = f"/carts/{cart_id}/lines/{as_uuid(form['line_id'])}"
    match form["change"]:
        case "add":
            return (
                "POST",
                f"/carts/{cart_id}/lines",
                {"offering": form["offering"], "quantity": form.number("quantity")},
            )
        case "remove":
            return "DELETE", line, None
        case "quantity":
            return "PATCH", line, {"quantity": form.number("quantity") or 0}
        case "channel":
            body = {"offering": form["offering"], "quantity": form.number("quantity") or 1}
            body |= {"price_list": form["price_list"] or None}
            return ("PATCH", line, body) if form["line_id"] else ("POST", f"/carts/{cart_id}/lines", body)
        case "price_list":
            return "PATCH", line, {"price_list": form["price_list"]}
        case "activation":
            return "PATCH", f"/carts/{cart_id}", {"immediate_activation": form["immediate"] == "on"}
        case "starts":
            return "PATCH", f"/carts/{cart_id}", {"starts": form["starts"]}
        case "internet":
            kind, _, chosen = form["internet"].partition(":")
            return "PATCH", f"/carts/{cart_id}", {"internet": {f"{kind}_id": chosen} if chosen else None}
        case "way":
            return _way_of(form, f"/carts/{cart_id}", line)
        case _:
            return "PATCH", f"/carts/{cart_id}", {"term_months": form.number("term")}


def _way_of(form: Form, cart: str, line: str) -> tuple[str, str, Json | None]:
    """A way to mend a broken rule, as cart named it: its fields are those of the change itself."""
    match form["action"]:
        case "add":
            body = {"offering": form["offering"], "quantity": form.number("quantity")}
            return "POST", f"{cart}/lines", body | {"combination": form["combination"] == "True"}
        case "remove":
            return "DELETE", line, None
        case "exchange":
            return "PATCH", line, {"offering": form["offering"]}
        case "set_quantity":
            return "PATCH", line, {"quantity": form.number("quantity")}
        case "choose_price_list":
            return "PATCH", line, {"price_list": form["price_list"]}
        case "choose_internet":
            chosen = "agreement_id" if form["agreement_id"] else "line_id"
            return "PATCH", cart, {"internet": {chosen: form[chosen]}}
        case "drop_combination":
            return "PATCH", cart, {"combination": False}
        case _:
            return "PATCH", cart, {"term_months": form.number("term_months")}


@router.get("/carts/{cart_id}/quote.pdf")
async def quote_document(visit: Signed, cart_id: UUID) -> Response:
    found = await visit.get("cart", f"/carts/{cart_id}")
    if found["quote"] is None:
        raise Problem(404, {})
    answer = await visit.fetch("notification", f"/quotes/{found['quote']['quote_id']}/documents/quote.pdf")
    return pdf(answer.content, f"{found['quote']['number']}.pdf")
