"""The public page for fiber: pre-registration, and what the mailed link opens (FIBER-1). No login; a GET only shows."""

from typing import Any, cast

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.entrypoints.visit import Anyone, Form, Visit, faults_of

router = APIRouter(prefix="/glasfaser")
ADDRESS = ("street", "house_number", "addition", "postcode", "town")
SHOWN_AT = {f"address.{name}": name for name in ADDRESS}
REFUSED = (400, 409, 422, 429)
STATUSES = {"unknown": 404, "expired": 410}


@router.get("")
async def form(visit: Anyone) -> Response:
    return await _form(visit, [], {})


@router.post("")
async def register(visit: Anyone) -> Response:
    typed = await _public(visit).form()
    if faults := _missing(visit, typed):
        return await _form(visit, faults, typed.values())
    try:
        await _send(visit, "pre-registrations", typed, _registration(typed))
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        return await _form(visit, faults_of(problem, SHOWN_AT), _kept(typed, problem), status=problem.status)
    return visit.go("/glasfaser/danke")


@router.get("/danke")
async def thanks(visit: Anyone) -> Response:
    return _public(visit).page("fiber/thanks.html")


@router.get("/link/{token}")
async def link(visit: Anyone, token: str) -> Response:
    found = cast(Json, await _send(_public(visit), "links/look", None, {"token": token}))
    return visit.page("fiber/link.html", status=STATUSES.get(found["state"], 200), link=found, token=token)


@router.post("/link/{token}/{act}")
async def act(visit: Anyone, token: str, act: str) -> Response:
    """Only this confirms, and only this withdraws."""
    if act not in ("confirm", "withdraw"):
        raise Problem(404, {})
    typed = await _public(visit).form()
    await _send(visit, f"links/{act}", typed, {"token": token})
    return visit.go(f"/glasfaser/link/{token}")


def _public(visit: Visit) -> Visit:
    """Who registers is whoever fills the form in; a login in the same browser plays no part."""
    visit.session = None
    return visit


async def _form(visit: Visit, faults: list[Json], values: dict[str, str], *, status: int = 422) -> Response:
    texts = await _public(visit).get("provisioning", "/fiber/texts")
    shown = status if faults else 200
    return visit.page("fiber/form.html", status=shown, texts=texts, faults=faults, values=values)


async def _send(visit: Visit, path: str, typed: Form | None, json: Json) -> Any:
    """Provisioning counts by the visitor's network address."""
    visitor = visit.request.client.host if visit.request.client else ""
    answer = await visit.given.services.call(
        "provisioning",
        "POST",
        f"/fiber/{path}",
        token=None,
        language=visit.language,
        json=json,
        key=typed.key if typed is not None else None,
        on_behalf_of=visitor,
    )
    return answer.body


def _registration(typed: Form) -> Json:
    return {
        "name": typed["name"],
        "address": {name: typed[name] or None if name == "addition" else typed[name] for name in ADDRESS},
        "email": typed["email"],
        "phone": typed["phone"],
        "privacy_accepted": typed["privacy_accepted"] == "on",
        "consent_given": typed["consent_given"] == "on",
        "version": typed["version"],
        "language": "en" if typed["language"] == "en" else "de",
    }


def _missing(visit: Visit, typed: Form) -> list[Json]:
    """All that is missing at once, in the order of the form."""
    wanted = {
        "name": visit._("Enter your name."),
        "street": visit._("Enter the street."),
        "house_number": visit._("Enter the house number; letters go into the addition."),
        "postcode": visit._("Enter the postcode with five digits."),
        "town": visit._("Enter the town."),
        "email": visit._("Enter your e-mail address; the confirmation link goes there."),
        "privacy_accepted": visit._("Read the privacy notice and accept it."),
        "consent_given": visit._("Agree to be contacted; without that we could not tell you anything."),
    }
    return [{"field": name, "text": text} for name, text in wanted.items() if not typed[name]]


def _kept(typed: Form, problem: Problem) -> dict[str, str]:
    """What was typed; the ticks not, where the texts beside them are others by now."""
    values = typed.values()
    if problem.document.get("code") == "texts-changed":
        values = {name: value for name, value in values.items() if name not in ("privacy_accepted", "consent_given")}
    return values
