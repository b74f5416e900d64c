"""The page of the simulated carriers: how each behaves, what was said lately, and buttons to have them say more."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Protocol
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from devstack.control_room import words
from devstack.control_room.donor import Asks, Chosen, Donor
from devstack.control_room.services import Services
from devstack.donor.behaviours import OTHERS, Behaviour, VaWay
from devstack.donor.garbage import ANSWERED_WITH, GarbageKind
from telecom.refusal import Refusal
from telecom.workdays import add_working_days

SHOWN = 30
NOBODY: tuple[dict[str, Behaviour], dict[str, Behaviour]] = ({}, {})


class Room(Protocol):
    """What the page needs of the control room."""

    donor: Donor
    services: Services

    async def today(self) -> date | None: ...


def carriers_pages(room: Room, page: Callable[..., HTMLResponse]) -> APIRouter:
    router = APIRouter(prefix="/carriers")

    @router.get("", response_class=HTMLResponse)
    async def carriers(done: str = "", failed: str = "", key: str = "") -> HTMLResponse:
        told, cases, names, today = await asyncio.gather(
            room.donor.behaviours(), room.donor.cases(), room.services.carrier_names(), room.today()
        )
        by_carrier, by_number = told if told is not None else NOBODY
        first_day = add_working_days(today or date.today(), 12)  # noqa: DTZ011 - only where no clock answers
        return page(
            "carriers.html",
            done=done,
            failed=failed,
            away=told is None,
            rows=[*_rows(by_carrier, names), *_rows(by_number, {})],
            key=key,
            chosen=by_carrier.get(key) or by_number.get(key) or OTHERS,
            carriers=sorted(by_carrier.keys() | names.keys()),
            cases=None if cases is None else cases[:SHOWN],
            names=names,
            words=words,
            expected=ANSWERED_WITH,
            today=today,
            first_day=first_day,
            later=first_day + timedelta(days=7),
        )

    @router.get("/live", response_class=HTMLResponse)
    async def live() -> HTMLResponse:
        cases, names, today = await asyncio.gather(room.donor.cases(), room.services.carrier_names(), room.today())
        later = add_working_days(today or date.today(), 17)  # noqa: DTZ011 - see above
        shown = None if cases is None else cases[:SHOWN]
        return page("_cases.html", cases=shown, names=names, words=words, expected=ANSWERED_WITH, later=later)

    @router.post("/behaviours")
    async def choose(form: Annotated[Chosen, Form()]) -> RedirectResponse:
        key = form.key.strip()
        try:
            behaviour = form.behaviour_of()
        except ValidationError as error:
            return _back(_first_fault(error), good=False, key=key)
        except Refusal as refusal:
            return _back(str(refusal), good=False, key=key)
        done = f"{key}: {'. '.join(words.in_words(behaviour))}."
        told = await room.donor.tell("PUT", f"/behaviours/{quote(key)}", behaviour.model_dump(mode="json"), done)
        return _back(told[0], good=told[1])

    @router.post("/forget")
    async def forget(key: Annotated[str, Form(max_length=30)]) -> RedirectResponse:
        told = await room.donor.tell("DELETE", f"/behaviours/{quote(key)}", None, f"{key} behaves as at first.")
        return _back(told[0], good=told[1])

    @router.post("/asks")
    async def asks(form: Annotated[Asks, Form()]) -> RedirectResponse:
        told = await room.donor.tell("POST", "/cases", form.wish(), f"{form.carrier} asks for our numbers.")
        return _back(told[0], good=told[1], at="cases")

    @router.post("/cases/{id}/change")
    async def change(id: str, new_date: Annotated[date, Form()]) -> RedirectResponse:
        told = await _act(id, "change", {"new_date": new_date.isoformat()}, f"TV to {new_date:%d.%m.%Y} was sent.")
        return _back(told[0], good=told[1], at="cases")

    @router.post("/cases/{id}/cancellation")
    async def cancellation(
        id: str, final: Annotated[bool, Form()], reason: Annotated[str, Form(max_length=255)] = ""
    ) -> RedirectResponse:
        done = f"STR-{'AUF' if final else 'AEN'} was sent."
        told = await _act(id, "cancellation", {"final": final, "reason": reason or None}, done)
        return _back(told[0], good=told[1], at="cases")

    @router.post("/cases/{id}/again")
    async def again(id: str) -> RedirectResponse:
        told = await _act(id, "again", {}, "The carrier asks again, under a new id.")
        return _back(told[0], good=told[1], at="cases")

    @router.post("/cases/{id}/answer")
    async def answer(
        id: str, behaviour: Annotated[VaWay, Form()], code: Annotated[str, Form(max_length=4)] = ""
    ) -> RedirectResponse:
        how = {"behaviour": behaviour, "code": code.strip() or None}
        told = await _act(id, "answer", how, f"The carrier answered: {words.VA_WORDS[behaviour].lower()}.")
        return _back(told[0], good=told[1], at="cases")

    @router.post("/cases/{id}/garbage")
    async def garbage(id: str, garbage: Annotated[GarbageKind, Form()]) -> RedirectResponse:
        done = f"Garbage was sent; what should come of it: {ANSWERED_WITH[garbage]}."
        told = await _act(id, "garbage", {"garbage": garbage}, done)
        return _back(told[0], good=told[1], at="cases")

    async def _act(id: str, act: str, body: dict[str, Any], done: str) -> tuple[str, bool]:
        return await room.donor.tell("POST", f"/cases/{quote(id)}/{act}", body, done)

    return router


def _rows(chosen: dict[str, Behaviour], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"key": key, "name": names.get(key, ""), "told": words.in_words(behaviour)} for key, behaviour in chosen.items()
    ]


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    field = str(fault["loc"][-1]) if fault["loc"] else "the form"
    return f"{field.replace('_', ' ')}: {fault['msg'].removeprefix('Value error, ')}."


def _back(text: str, *, good: bool, key: str = "", at: str = "") -> RedirectResponse:
    query = {"done" if good else "failed": text} | ({"key": key} if key else {})
    return RedirectResponse(f"/carriers?{urlencode(query)}{'#' + at if at else ''}", 303)
