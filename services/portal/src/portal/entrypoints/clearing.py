"""Clearing a refusal with the customer (PORT-7): the refusal in words, the mail prepared, the thread, the ways on."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.porting_acts import OF_PART, OF_WHOLE
from portal.domain.proposal import Deed
from portal.entrypoints.acting import ask_owner
from portal.entrypoints.visit import AsOrderManager, AsStaff, Form, Visit, faults_of
from telecom.refusal import _

router = APIRouter()
DEEDS = {"mails": "porting.write-mail", "replies": "porting.note-reply"}
LONGEST = {"subject": 200, "text": 8000, "sender": 200, "reply": 8000}


@router.get("/portings/{porting_id}/clearing")
async def clearing(visit: AsStaff, porting_id: UUID) -> Response:
    return await _page(visit, porting_id, [], None)


@router.post("/portings/{porting_id}/clearing/mails")
async def write_mail(visit: AsOrderManager, porting_id: UUID) -> Response:
    """It goes to the order's customer as it stands; notification sends it. What it says stays out of the audit."""
    form = await visit.form()
    faults = _missing(visit, form, {"subject": _("Enter a subject."), "text": _("Write the mail.")})
    body = {name: form[name] for name in ("subject", "text", "language")}
    return await _sent(visit, porting_id, "mails", body, form, faults, "clearing-mail-written")


@router.post("/portings/{porting_id}/clearing/replies")
async def enter_reply(visit: AsOrderManager, porting_id: UUID) -> Response:
    """What the customer answered, by mail or telephone."""
    form = await visit.form()
    faults = _missing(visit, form, {"sender": _("Enter who answered."), "reply": _("Enter what was answered.")})
    body = {"sender": form["sender"], "text": form["reply"]}
    return await _sent(visit, porting_id, "replies", body, form, faults, "reply-entered")


async def _sent(
    visit: Visit, porting_id: UUID, what: str, body: Json, form: Form, faults: list[Json], done: str
) -> Response:
    if not faults:
        path = f"/portings/{porting_id}/clearing/{what}"
        porting = await visit.get("porting", f"/portings/{porting_id}")
        deed = Deed(
            DEEDS[what],
            "porting",
            path,
            body,
            order_id=UUID(porting["order_id"]),
            customer_id=UUID(porting["customer_id"]),
            back=f"/portings/{porting_id}/clearing",
        )
        try:
            await ask_owner(visit, deed, key=form.key, kept={})
        except Problem as problem:
            if problem.status not in (409, 422):
                raise
            faults = faults_of(problem, {"text": "text" if what == "mails" else "reply"})
        else:
            return visit.go(f"/portings/{porting_id}/clearing", done)
    return await _page(visit, porting_id, faults, form.values())


async def _page(visit: Visit, porting_id: UUID, faults: list[Json], typed: dict[str, str] | None) -> Response:
    porting = await visit.get("porting", f"/portings/{porting_id}")
    found: Json = await visit.get("porting", f"/portings/{porting_id}/clearing")
    order, agreement = await visit.ask_all(
        ("cart", f"/orders/{porting['order_id']}", {}), ("cart", f"/agreements/{porting['agreement_id']}", {})
    )
    values: dict[str, Any] = found["prepared"] | {"sender": order["customer"]["name"] if order else ""} | (typed or {})
    return visit.page(
        "porting_pages/clearing.html",
        status=422 if faults else 200,
        porting=porting,
        order=order,
        refused=[one for one in porting["parts"] if one["reasons"]],
        thread=found["thread"],
        corrected_quote=corrected_quote(porting, agreement),
        clock=await visit.now(),
        of_part=OF_PART,
        of_whole=OF_WHOLE,
        values=values,
        faults=faults,
    )


def corrected_quote(porting: Json, agreement: Json | None) -> str:
    """PORT-3: nothing is corrected in the order; a new quote starts with the particulars of this one."""
    room = "agreements" if agreement and agreement["family"] == "centraflex" else "trunks"
    return f"/{room}/{porting['agreement_id']}/porting?again={porting['porting_id']}"


def _missing(visit: Visit, form: Form, wanted: dict[str, str]) -> list[Json]:
    faults = [{"field": name, "text": visit._(text)} for name, text in wanted.items() if not form[name]]
    for name, longest in LONGEST.items():
        if len(form[name]) > longest:
            text = visit._("Say it shorter: up to %(longest)s characters.", longest=longest)
            faults.append({"field": name, "text": text})
    return faults
