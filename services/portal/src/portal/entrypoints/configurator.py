"""The configurator: a trunk put together on one page, then handed to cart line by line."""

from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.choices import Range, channels_for, price_of
from portal.entrypoints.catalog import range_for
from portal.entrypoints.visit import Entered, Form, Signed, Visit, faults_of
from telecom.refusal import _

router = APIRouter()
DEFAULT_TERM = 24


@router.get("/customers/{party_id}/configure")
async def configure(visit: Signed, party_id: UUID) -> Response:
    party = await visit.get("cart", f"/parties/{party_id}")
    shown = await range_for(visit, party["audience"])
    return _page(visit, party, shown, {}, [])


@router.post("/customers/{party_id}/configure/sum")
async def configure_sum(visit: Signed, party_id: UUID) -> Response:
    """The summary beside the form, while it is filled in."""
    form = await visit.form()
    party = await visit.get("cart", f"/parties/{party_id}")
    shown = await range_for(visit, party["audience"])
    lines = _chosen(shown, form)[0] if shown else []
    return visit.page("configurator/_sum.html", **_sum(shown, lines, _term(form)))


@router.post("/customers/{party_id}/configure")
async def make_cart(visit: Signed, party_id: UUID) -> Response:
    """A cart, then its lines in the order the rules want: variant, channels, options."""
    form = await visit.form()
    party = await visit.get("cart", f"/parties/{party_id}")
    shown = await range_for(visit, party["audience"])
    if shown is None:
        return _page(visit, party, None, form.values(), [], 503)
    lines, faults = _chosen(shown, form)
    faults = [{"field": one["field"], "text": visit._(one["text"])} for one in faults]
    if faults:
        return _page(visit, party, shown, form.values(), faults, 422)
    body = {"customer_id": str(party_id), "business_case": "new_order", "term_months": _term(form)}
    try:
        cart = await filled_cart(visit, body, lines, form.key)
        for line in [one for one in cart["lines"] if one["category"] == "internet"]:
            cart = await visit.send(
                "PATCH",
                "cart",
                f"/carts/{cart['cart_id']}",
                json={"internet": {"line_id": line["line_id"]}},
                key=f"{form.key}-internet",
                if_match=str(cart["version"]),
            )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return _page(visit, party, shown, form.values(), faults_of(problem), 422)
    return visit.go(f"/carts/{cart['cart_id']}")


async def filled_cart(visit: Visit, body: Json, lines: list[Json], key: str) -> Json:
    """A new cart, then its lines one after the other."""
    cart: Json = await visit.send("POST", "cart", "/carts", json=body, key=key)
    for place, line in enumerate(lines):
        cart = await visit.send(
            "POST",
            "cart",
            f"/carts/{cart['cart_id']}/lines",
            json=line,
            key=f"{key}-{place}",
            if_match=str(cart["version"]),
        )
    return cart


def _page(
    visit: Visit, party: Json, shown: Range | None, values: dict[str, str], faults: list[Json], status: int = 200
) -> Response:
    variants = shown.of("trunk") if shown else []
    trunk = values.get("trunk") or next((one["code"] for one in variants if one["orderability"] == "digital"), "")
    values = {"trunk": trunk, "channels": "10", "term": str(DEFAULT_TERM)} | values
    form = Entered(values)
    lines = _chosen(shown, form)[0] if shown else []
    term = _term(form)
    comparison = _kombi_comparison(shown, values["trunk"], term) if shown else None
    return visit.page(
        "configurator/page.html",
        status=status,
        party=party,
        shown=shown,
        values=values,
        faults=faults,
        term=term,
        comparison=comparison,
        price_of=price_of,
        **_sum(shown, lines, term),
    )


def _term(form: Form) -> int:
    return form.number("term") or DEFAULT_TERM


def _chosen(shown: Range, form: Form) -> tuple[list[Json], list[Json]]:
    """The lines for cart, and what is missing (English message ids)."""
    faults: list[Json] = []
    trunk = form["trunk"]
    kombi, srtp = form["combination"] == "on", form["srtp"] == "on"
    if not shown.get(trunk):
        return [], [{"field": "trunk", "text": _("Choose a trunk variant.")}]
    lines: list[Json] = [{"offering": trunk, "combination": kombi}]
    quantity = form.number("channels") or 0
    if quantity < 1:
        faults.append({"field": "channels", "text": _("Enter how many voice channels, at least 1.")})
    fitting = channels_for(shown, trunk, combination=kombi, srtp=srtp)
    if not fitting:
        faults.append({"field": "srtp", "text": _("This combination of variant, Kombi and encryption is not offered.")})
    else:
        lists = fitting[0].get("price_lists") or ()
        chosen = form["price_list"] if form["price_list"] in lists else next(iter(lists), None)
        lines.append({"offering": fitting[0]["code"], "quantity": max(quantity, 1), "price_list": chosen})
    for one in shown.of("voice_flatrate", orderable=True):
        if form[f"flat-{one['code']}"] == "on":
            lines.append({"offering": one["code"]})
    for one in shown.of("minute_package", orderable=True):
        if count := form.number(f"minutes-{one['code']}"):
            lines.append({"offering": one["code"], "quantity": count})
    for one in shown.of("unified_messaging", orderable=True):
        if form[f"um-{one['code']}"] == "on":
            lines.append({"offering": one["code"]})
    if kombi and (internet := form["internet"]) and shown.get(internet):
        lines.append({"offering": internet})
    return lines, faults


def _sum(shown: Range | None, lines: list[Json], term: int) -> Json:
    rows, one_time, monthly = [], Decimal(0), Decimal(0)
    channels = 1
    for line in lines:
        offering = shown.get(line["offering"]) if shown else None
        if offering is None:
            continue
        quantity = line.get("quantity") or 1
        if offering["category"] == "voice_channel":
            channels = quantity
        if offering["category"] == "voice_flatrate":
            quantity = channels
        once, month = price_of(offering, term)
        rows.append({"name": offering["name"], "quantity": quantity, "monthly": month * quantity})
        one_time, monthly = one_time + once * quantity, monthly + month * quantity
    return {"rows": rows, "one_time": one_time, "monthly": monthly}


def _kombi_comparison(shown: Range, trunk: str, term: int) -> Json | None:
    """What a channel costs with and without Kombi (KOMBI-1)."""
    plain = channels_for(shown, trunk, combination=False, srtp=False)
    kombi = channels_for(shown, trunk, combination=True, srtp=False)
    if not plain or not kombi:
        return None
    return {"plain": price_of(plain[0], term), "kombi": price_of(kombi[0], term)}
