"""Portings: the list, a porting's page with its parts, and what order management does about it (PORT-5 to PORT-8)."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.porting_acts import OF_PART, OF_WHOLE, Act
from portal.domain.portings import CASES
from portal.entrypoints.acting import proposed_on
from portal.entrypoints.acts import act_page, carried_out, entered, refusal
from portal.entrypoints.live_part import live_part
from portal.entrypoints.saved_views import saved_views
from portal.entrypoints.visit import AsOrderManager, Signed, Visit

router = APIRouter()
ORDER_NUMBER = re.compile(r"[A-Za-z]{1,3}-[\d-]+")
STATES = (
    "held",
    "asked",
    "awaiting_form",
    "form_uploaded",
    "awaiting_date",
    "clearing",
    "awaiting_new",
    "confirmed",
    "due",
    "completed",
    "rejected",
    "cancelled",
)


@router.get("/portings")
async def portings(visit: Signed, q: str = "", state: str = "", risk: str = "", cursor: str = "") -> Response:
    """Whoever looks sees his own; found by number, provider, order and state."""
    found = await visit.ask("porting", "/portings", **await _sought(visit, q), state=state, risk=risk, cursor=cursor)
    shown = {"page": found, "q": q, "chosen": state, "risk": risk, "states": STATES, "clock": await visit.now()}
    return visit.page("porting_pages/list.html", views=await saved_views(visit), **shown)


@router.get("/portings/{porting_id}")
async def porting(visit: Signed, porting_id: UUID) -> Response:
    story = await _story(visit, porting_id)
    order = await visit.ask("cart", f"/orders/{story['porting']['order_id']}")
    proposals = await proposed_on(visit, f"/portings/{porting_id}")
    return visit.page("porting_pages/porting.html", order=order, proposals=proposals, **story)


@router.get("/portings/{porting_id}/live")
async def porting_live(visit: Signed, porting_id: UUID) -> Response:
    found = await visit.get("porting", f"/portings/{porting_id}")

    async def load() -> dict[str, Any]:
        return await _story(visit, porting_id)

    return live_part(visit, UUID(found["order_id"]), load, "porting_pages/_live.html")


@router.get("/portings/{porting_id}/acts/{name}")
async def act(visit: AsOrderManager, porting_id: UUID, name: str) -> Response:
    return await _ask(visit, porting_id, None, name)


@router.post("/portings/{porting_id}/acts/{name}")
async def do_act(visit: AsOrderManager, porting_id: UUID, name: str) -> Response:
    return await _do(visit, porting_id, None, name)


@router.get("/portings/{porting_id}/parts/{part}/acts/{name}")
async def act_on_part(visit: AsOrderManager, porting_id: UUID, part: int, name: str) -> Response:
    return await _ask(visit, porting_id, part, name)


@router.post("/portings/{porting_id}/parts/{part}/acts/{name}")
async def do_act_on_part(visit: AsOrderManager, porting_id: UUID, part: int, name: str) -> Response:
    return await _do(visit, porting_id, part, name)


async def _sought(visit: Visit, q: str) -> dict[str, Any]:
    """Porting does not know an order by its number; cart does."""
    if not ORDER_NUMBER.fullmatch(q.strip()):
        return {"q": q.strip()}
    orders = await visit.ask("cart", "/orders", q=q.strip())
    found = orders["items"] if orders else []
    return {"order_id": found[0]["order_id"]} if found else {"q": q.strip()}


async def _story(visit: Visit, porting_id: UUID) -> dict[str, Any]:
    found = await visit.get("porting", f"/portings/{porting_id}")
    clock = await visit.now()
    return {"porting": found, "as_of": datetime.now(UTC), "clock": clock, "of_part": OF_PART, "of_whole": OF_WHOLE}


async def _ask(visit: Visit, porting_id: UUID, part: int | None, name: str) -> Response:
    act, found, shown = await _known(visit, porting_id, part, name)
    if name not in shown["may"]:
        raise Problem(409, {"detail": visit._("That is no longer possible: the porting has gone on meanwhile.")})
    values = {"window": shown["window"], "case": shown["case"], "requested_on": "", "take_over": "on"}
    return await _page(visit, act, found, part, shown, values, [])


async def _do(visit: Visit, porting_id: UUID, part: int | None, name: str) -> Response:
    act, found, shown = await _known(visit, porting_id, part, name)
    form = await visit.form()
    body, faults = entered(visit, act, form)
    if not faults:
        of_part = f"/parts/{part}" if part is not None else ""
        path, back = f"/portings/{porting_id}{of_part}/{act.path}", f"/portings/{porting_id}"
        try:
            done = await carried_out(visit, name, path, body, found, back=back, key=form.key)
        except Problem as problem:
            faults = refusal(problem, act)
        else:
            return visit.go(back, act.done if done else "proposed")
    return await _page(visit, act, found, part, shown, form.values(), faults)


async def _known(visit: Visit, porting_id: UUID, part: int | None, name: str) -> tuple[Act, Json, Json]:
    """The act, the porting, and that of it which it is about."""
    act = (OF_WHOLE if part is None else OF_PART).get(name)
    if act is None:
        raise Problem(404, {})
    found = await visit.get("porting", f"/portings/{porting_id}")
    if part is None:
        return act, found, found
    shown = next((one for one in found["parts"] if one["part"] == part), None)
    if shown is None:
        raise Problem(404, {})
    return act, found, shown


async def _page(
    visit: Visit, act: Act, found: Json, part: int | None, shown: Json, values: dict[str, str], faults: list[Json]
) -> Response:
    chosen = None
    if any(kind == "day" for _name, kind in act.fields):
        purpose = "change" if any(name == "new_date" for name, _kind in act.fields) else "request"
        chosen = await visit.ask("porting", f"/portings/{found['porting_id']}/parts/{part}/days", purpose=purpose)
    back = f"/portings/{found['porting_id']}"
    title = visit._("Porting from %(donor)s", donor=found["donor"]["name"])
    return act_page(
        visit,
        act,
        values=values,
        faults=faults,
        back=back,
        crumbs=[("/portings", visit._("Portings")), (back, title)],
        about=shown["numbers"],
        date=shown["change_date"],
        part=part if len(found["parts"]) > 1 else None,
        cases=[one for one in CASES if one in (shown["case"], "VA-RRNP")] if part is not None else [],
        days=chosen["days"] if chosen else None,
        rule=chosen["rule"] if chosen else None,
    )
