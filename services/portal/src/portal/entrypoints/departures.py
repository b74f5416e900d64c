"""Numbers that leave (PORT-9): another carrier's request, our checks and answer, its changes, the hand-over."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.porting_acts import OF_DEPARTURE
from portal.domain.refusal_codes import REFUSALS
from portal.entrypoints.acting import proposed_on
from portal.entrypoints.acts import act_page, carried_out, entered, refusal
from portal.entrypoints.visit import AsOrderManager, AsStaff, Form, Visit, faults_of

router = APIRouter()
STATES = ("asked", "agreed", "due", "awaiting_new", "completed", "refused", "cancelled", "replaced")
DEEDS = {
    "agree": "agree-departure",
    "refuse": "refuse-departure",
    "answer": "answer-departure",
    "cancel": "cancel-departure",
    "cancel-follow-up": "cancel-departure",
    "send-again": "send-again",
    "settle-by-hand": "settle-by-hand",
    "stop-held": "stop-held",
    "hand-over": "hand-over",
    "see-message": "see-message",
    "close": "close-departure",
}
"""What the audit, and the setting for four eyes, call the acts."""


@router.get("/departures")
async def departures(visit: AsStaff, state: str = "", cursor: str = "") -> Response:
    found = await visit.ask("porting", "/departures", state=state, cursor=cursor)
    shown = {"page": found, "chosen": state, "states": STATES, "clock": await visit.now()}
    return visit.page("departures/list.html", **shown)


@router.get("/departures/{departure_id}")
async def departure(visit: AsStaff, departure_id: UUID) -> Response:
    return await _page(visit, departure_id, [], {})


@router.post("/departures/{departure_id}/agree")
async def agree(visit: AsOrderManager, departure_id: UUID) -> Response:
    form = await visit.form()
    try:
        date.fromisoformat(form["change_date"])
        faults: list[Json] = []
    except ValueError:
        faults = [{"field": "change_date", "text": visit._("Choose a day.")}]
    return await _answered(visit, departure_id, "agree", {"change_date": form["change_date"]}, form, faults)


@router.post("/departures/{departure_id}/refuse")
async def refuse(visit: AsOrderManager, departure_id: UUID) -> Response:
    """One or several codes; in words where the code needs them."""
    form = await visit.form()
    codes = [code for code in REFUSALS if code in form.all("code")]
    faults: list[Json] = []
    if not codes:
        faults.append({"field": "code", "text": visit._("Choose at least one reason.")})
    elif not form["words"] and any(REFUSALS[code].needs_words for code in codes):
        faults.append({"field": "words", "text": visit._("This reason needs words of yours.")})
    reasons = [
        {"code": code, "words": form["words"] if form["words"] and REFUSALS[code].takes_words else None}
        for code in codes
    ]
    return await _answered(visit, departure_id, "refuse", {"reasons": reasons}, form, faults)


@router.get("/departures/{departure_id}/acts/{name}")
async def act(visit: AsOrderManager, departure_id: UUID, name: str) -> Response:
    found = await visit.get("porting", f"/departures/{departure_id}")
    if name not in OF_DEPARTURE:
        raise Problem(404, {})
    if name not in found["may"]:
        raise Problem(409, {"detail": visit._("That is no longer possible: the request has gone on meanwhile.")})
    return _act_page(visit, found, name, {}, [])


@router.post("/departures/{departure_id}/acts/{name}")
async def do_act(visit: AsOrderManager, departure_id: UUID, name: str) -> Response:
    found = await visit.get("porting", f"/departures/{departure_id}")
    if name not in OF_DEPARTURE:
        raise Problem(404, {})
    act, form = OF_DEPARTURE[name], await visit.form()
    body, faults = entered(visit, act, form)
    if not faults:
        back = f"/departures/{departure_id}"
        try:
            done = await carried_out(visit, DEEDS[name], f"{back}/{act.path}", body, found, back=back, key=form.key)
        except Problem as problem:
            faults = refusal(problem, act)
        else:
            return visit.go(back, act.done if done else "proposed")
    return _act_page(visit, found, name, form.values(), faults)


async def _answered(
    visit: Visit, departure_id: UUID, what: str, body: Json, form: Form, faults: list[Json]
) -> Response:
    back = f"/departures/{departure_id}"
    if not faults:
        found = await visit.get("porting", back)
        try:
            done = await carried_out(visit, DEEDS[what], f"{back}/{what}", body, found, back=back, key=form.key)
        except Problem as problem:
            if problem.status not in (403, 409, 422):
                raise
            faults = faults_of(problem, {"reasons": "code"})
        else:
            return visit.go(back, f"departure-{what}" if done else "proposed")
    return await _page(visit, departure_id, faults, form.values(), form.all("code"))


async def _page(
    visit: Visit, departure_id: UUID, faults: list[Json], values: dict[str, Any], ticked: list[str] | None = None
) -> Response:
    found = await visit.get("porting", f"/departures/{departure_id}")
    return visit.page(
        "departures/departure.html",
        status=422 if faults else 200,
        departure=found,
        acts=OF_DEPARTURE,
        codes=REFUSALS,
        proposals=await proposed_on(visit, f"/departures/{departure_id}"),
        ticked=ticked or [],
        clock=await visit.now(),
        values={"change_date": found["requested_on"]} | values,
        faults=faults,
    )


def _act_page(visit: Visit, found: Json, name: str, values: dict[str, str], faults: list[Json]) -> Response:
    back = f"/departures/{found['departure_id']}"
    title = visit._("Numbers to %(recipient)s", recipient=found["recipient"]["name"])
    return act_page(
        visit,
        OF_DEPARTURE[name],
        values=values,
        faults=faults,
        back=back,
        crumbs=[("/departures", visit._("Numbers that leave")), (back, title)],
        about=found["numbers"],
        date=found["change_date"],
    )
