"""HTTP control of the simulated carriers: how each behaves, what was said lately, and what they say when told so."""

from datetime import date
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from contracts.wbci.v1 import ReasonInWords
from devstack.donor.behaviours import Behaviour, ToVa
from devstack.donor.carriers import Away, Carriers
from devstack.donor.cases import Case
from devstack.donor.garbage import ANSWERED_WITH, GarbageKind
from devstack.donor.initiative import NotNow, Wish
from telecom.refusal import Refusal


class Move(BaseModel):
    model_config = ConfigDict(extra="forbid")

    new_date: date


class CallOff(BaseModel):
    model_config = ConfigDict(extra="forbid")

    final: bool = True
    reason: ReasonInWords | None = None


class Spoil(BaseModel):
    model_config = ConfigDict(extra="forbid")

    garbage: GarbageKind = "wrong_structure"


class Again(BaseModel):
    model_config = ConfigDict(extra="forbid")

    requested_on: date | None = None


def control(carriers: Carriers) -> FastAPI:
    app = FastAPI(title="Trunkline simulated donor", docs_url=None, redoc_url=None)

    @app.exception_handler(Refusal)
    async def refused(_: Request, refusal: Refusal) -> JSONResponse:
        return JSONResponse({"detail": str(refusal)}, 422)

    @app.exception_handler(NotNow)
    async def not_now(_: Request, error: NotNow) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    @app.exception_handler(Away)
    async def away(_: Request, error: Away) -> JSONResponse:
        return JSONResponse({"detail": "The broker is away; try again in a moment."}, 503)

    @app.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"ready": carriers.ready}, 200 if carriers.ready else 503)

    @app.get("/behaviours")
    async def behaviours() -> dict[str, Any]:
        return {"carriers": carriers.behaviours.by_carrier, "numbers": carriers.behaviours.by_number}

    @app.put("/behaviours/{key}")
    async def choose(key: str, behaviour: Behaviour) -> Behaviour:
        """`key`: a carrier code such as DEU.ALTNET, or a phone number."""
        carriers.behaviours.choose(key, behaviour)
        return behaviour

    @app.delete("/behaviours/{key}", status_code=204)
    async def forget(key: str) -> None:
        """As it was at first."""
        carriers.behaviours.forget(key)

    @app.get("/cases")
    async def recent() -> list[dict[str, Any]]:
        """What was asked and answered lately, the latest first."""
        return [_view(case) for case in carriers.cases.recent()]

    @app.get("/cases/{pre_agreement_id}")
    async def one(pre_agreement_id: str) -> dict[str, Any]:
        return _view(_known(carriers, pre_agreement_id))

    @app.post("/cases", status_code=201)
    async def ask_for_numbers(wish: Wish) -> dict[str, Any]:
        """A carrier asks for our customer's numbers (PORT-9)."""
        return _view(await carriers.ask_for_numbers(wish))

    @app.post("/cases/{pre_agreement_id}/change")
    async def move(pre_agreement_id: str, wish: Move) -> dict[str, Any]:
        """TV, from a carrier that takes our numbers."""
        case = _known(carriers, pre_agreement_id)
        await carriers.move(case, wish.new_date)
        return _view(case)

    @app.post("/cases/{pre_agreement_id}/cancellation")
    async def call_off(pre_agreement_id: str, wish: CallOff) -> dict[str, Any]:
        """STR-AUF, or STR-AEN where it is not final."""
        case = _known(carriers, pre_agreement_id)
        await carriers.call_off(case, final=wish.final, reason=wish.reason)
        return _view(case)

    @app.post("/cases/{pre_agreement_id}/again", status_code=201)
    async def ask_again(pre_agreement_id: str, wish: Again) -> dict[str, Any]:
        """A new VA after STR-AEN or a refusal, under a new id."""
        return _view(await carriers.ask_again(_known(carriers, pre_agreement_id), wish.requested_on))

    @app.post("/cases/{pre_agreement_id}/answer")
    async def answer(pre_agreement_id: str, how: ToVa) -> dict[str, Any]:
        """Answer our VA at once in this way, whatever was chosen; delays don't count."""
        case = _known(carriers, pre_agreement_id)
        await carriers.answer_now(case, how)
        return _view(case)

    @app.post("/cases/{pre_agreement_id}/garbage")
    async def spoil(pre_agreement_id: str, wish: Spoil) -> dict[str, Any]:
        case = _known(carriers, pre_agreement_id)
        await carriers.send_garbage(case, wish.garbage)
        return {**_view(case), "expected": ANSWERED_WITH[wish.garbage]}

    return app


def _known(carriers: Carriers, pre_agreement_id: str) -> Case:
    case = carriers.cases.by_id.get(pre_agreement_id)
    if case is None:
        raise HTTPException(404, "No pre-agreement of that id was talked about.")
    return case


def _view(case: Case) -> dict[str, Any]:
    return {
        "pre_agreement_id": case.pre_agreement_id,
        "carrier": case.carrier,
        "role": "recipient" if case.is_recipient else "donor",
        "case": case.asked.case if case.asked else None,
        "numbers": case.asked.numbers if case.asked else (),
        "requested_on": case.asked.requested_on if case.asked else None,
        "change_date": case.change_date,
        "state": case.state,
        "correlation_id": case.correlation_id,
        "may": _may(case),
        "messages": case.said,
    }


def _may(case: Case) -> list[str]:
    """What the carrier can be told to say now."""
    acts = []
    if case.is_recipient:
        acts += ["change"] if case.state == "agreed" else []
        acts += ["cancellation"] if case.state in ("asked", "agreed") else []
        acts += ["again"] if case.state in ("awaiting_new", "refused") else []
    else:
        acts += ["cancellation"] if case.state == "agreed" else []
        acts += ["answer"] if case.state == "asked" else []
    return [*acts, *(["garbage"] if case.asked is not None else [])]
