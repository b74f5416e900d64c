"""Ending a contract, a site or numbers, one thing a page: what, when, check; and taking it back (ORD-2, SITE-4).

The answers travel in the address, so that the back button and links work; only the last page writes.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.endings import Ending, block_key, ending_of
from portal.entrypoints.visit import Form, Signed, Visit, faults_of, safe_path

router = APIRouter()
REFUSALS = (403, 409, 422)
Blocks = Query(default=[], alias="block")


@router.get("/agreements/{agreement_id}/termination")
async def what_ends(visit: Signed, agreement_id: UUID, what: str = "") -> Response:
    return await _what_page(visit, agreement_id, what, [])


@router.get("/agreements/{agreement_id}/termination/day")
async def when_it_ends(
    visit: Signed, agreement_id: UUID, what: str = "", block: list[str] = Blocks, effective_on: str = ""
) -> Response:
    """Before the day of numbers comes which of them."""
    agreement, options = await _options(visit, agreement_id)
    ending = ending_of(options, what, block)
    if ending is None or not ending.allowed:
        fault = {"field": "what", "text": visit._("Choose what should end.")}
        return await _what_page(visit, agreement_id, what, [fault], 422)
    if ending.subject == "numbers" and not ending.blocks:
        asked = "block" in visit.request.query_params or "chosen" in visit.request.query_params
        faults = [{"field": "block", "text": visit._("Choose at least one block.")}] if asked else []
        return visit.page(
            "terminations/numbers.html", status=422 if faults else 200, faults=faults, **_shown(agreement, ending)
        )
    return _day_page(visit, agreement, ending, effective_on, [])


@router.get("/agreements/{agreement_id}/termination/check")
async def check(
    visit: Signed,
    agreement_id: UUID,
    what: str = "",
    block: list[str] = Blocks,
    choice: str = "",
    effective_on: str = "",
) -> Response:
    """Everything once more, and what is lost."""
    agreement, options = await _options(visit, agreement_id)
    ending = ending_of(options, what, block)
    if ending is None:
        raise Problem(404, {})
    day, faults = _day_of(visit, ending, "" if choice == "earliest" else effective_on, asked=choice == "other")
    if faults or day is None:
        return _day_page(visit, agreement, ending, effective_on, faults, 422)
    return await _check_page(visit, agreement, ending, day, [], {})


@router.post("/agreements/{agreement_id}/termination")
async def terminate(visit: Signed, agreement_id: UUID) -> Response:
    """QUOTE-5: directly, or as a quote where the customer has to consent."""
    form = await visit.form()
    agreement, options = await _options(visit, agreement_id)
    ending = ending_of(options, form["what"], form.all("block"))
    if ending is None:
        raise Problem(404, {})
    day, faults = _day_of(visit, ending, form["effective_on"])
    if day is None:
        return _day_page(visit, agreement, ending, form["effective_on"], faults, 422)
    recipient, faults = _recipient(visit, form)
    body: dict[str, Any] = ending.body | {"effective_on": day.isoformat()}
    path = f"/agreements/{agreement_id}/terminations"
    if not faults:
        try:
            if form["step"] == "quote":
                told = body | ({"recipient": recipient} if recipient else {})
                made = await visit.send("POST", "cart", f"{path}/quote", json=told, key=form.key)
                return visit.go(f"/carts/{made['cart_id']}", "termination-quoted")
            placed = await visit.send("POST", "cart", path, json=body, key=form.key)
            return visit.go(f"/orders/{placed['order_id']}", "terminated")
        except Problem as problem:
            if problem.status not in REFUSALS or (problem.status == 403 and problem.code != "always-by-quote"):
                raise
            faults = faults_of(problem)
            if problem.code == "notice-too-short":
                return _day_page(visit, agreement, ending, form["effective_on"], faults, 422)
    return await _check_page(visit, agreement, ending, day, faults, form.values())


@router.post("/orders/{order_id}/reversal")
async def take_back(visit: Signed, order_id: UUID) -> Response:
    form = await visit.form()
    await visit.send("POST", "cart", f"/orders/{order_id}/reversal", json={}, key=form.key)
    return visit.go(safe_path(form.get("next", f"/orders/{order_id}")), "taken-back")


async def _options(visit: Visit, agreement_id: UUID) -> tuple[Json, Json]:
    path = f"/agreements/{agreement_id}"
    return await visit.get("cart", path), await visit.get("cart", f"{path}/termination-options")


async def _what_page(visit: Visit, agreement_id: UUID, what: str, faults: list[Json], status: int = 200) -> Response:
    agreement, options = await _options(visit, agreement_id)
    return visit.page(
        "terminations/what.html",
        status=status,
        agreement=agreement,
        options=options,
        site_names={one["site_id"]: one["name"] for one in options["sites"]},
        what=what,
        faults=faults,
    )


def _day_page(
    visit: Visit, agreement: Json, ending: Ending, effective_on: str, faults: list[Json], status: int = 200
) -> Response:
    return visit.page(
        "terminations/day.html",
        status=status,
        faults=faults,
        values={"effective_on": effective_on},
        **_shown(agreement, ending),
    )


async def _check_page(
    visit: Visit, agreement: Json, ending: Ending, day: date, faults: list[Json], values: dict[str, str]
) -> Response:
    trunk = (
        await visit.ask("provisioning", f"/trunks/{agreement['agreement_id']}") if ending.subject != "numbers" else None
    )
    sites = (
        [one for one in trunk["sites"] if ending.site is None or one["site_id"] == ending.site["site_id"]]
        if trunk
        else []
    )
    return visit.page(
        "terminations/check.html",
        status=422 if faults else 200,
        faults=faults,
        values=values,
        day=day,
        last_day=day - timedelta(days=1),
        lost=ending.blocks or [block for site in sites for block in site["blocks"]],
        lost_sites=sites,
        **_shown(agreement, ending),
    )


def _shown(agreement: Json, ending: Ending) -> Json:
    return {"agreement": agreement, "ending": ending, "block_key": block_key}


def _day_of(visit: Visit, ending: Ending, written: str, *, asked: bool = False) -> tuple[date | None, list[Json]]:
    """The day chosen, the earliest where none was asked for; or why it can't be that one."""
    earliest = ending.earliest
    if not written and earliest and not asked:
        return earliest, []
    if not written:
        return None, [{"field": "effective_on", "text": visit._("Enter the day on which it ends.")}]
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None, [{"field": "effective_on", "text": visit._("Enter a day such as 31.01.2027.")}]
    if earliest and day < earliest:
        text = visit._(
            "That is too early: because of the notice it can end on %(date)s at the earliest.", date=earliest
        )
        return None, [{"field": "effective_on", "text": text}]
    return day, []


def _recipient(visit: Visit, form: Form) -> tuple[Json | None, list[Json]]:
    """Somebody else than the customer, where one was typed."""
    if form["step"] != "quote" or not form["email"]:
        return None, []
    try:
        validate_email(form["email"], check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None, [{"field": "email", "text": visit._("Enter an e-mail address such as name@company.de.")}]
    return {"name": form["name"] or form["email"], "email": form["email"], "language": visit.language}, []
