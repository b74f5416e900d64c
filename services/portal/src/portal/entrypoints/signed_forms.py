"""Signed forms of paper carriers (PORT-4): taken from whoever has one, and reviewed side by side with the order."""

import mimetypes
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.form_review import CHECKS, FAULTS, reason_of
from portal.domain.lifecycle import ProposalState
from portal.domain.proposal import Deed, Proposal
from portal.entrypoints.acting import carry_out
from portal.entrypoints.visit import AsOrderManager, AsStaff, Visit, faults_of
from portal.entrypoints.visit import Form as Typed
from telecom.texts import Language

router = APIRouter()
OCTETS = "application/octet-stream"
TAKEN = ("application/pdf", "image/")
LOCKED = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}
"""What came from outside does nothing in a browser, whatever it is."""


@router.get("/portings/{porting_id}/review")
async def review(visit: AsStaff, porting_id: UUID) -> Response:
    return await _page(visit, porting_id, [], {}, [])


@router.post("/portings/{porting_id}/review")
async def decide(visit: AsOrderManager, porting_id: UUID) -> Response:
    """Accepted with everything ticked, or sent back with a reason."""
    form = await visit.form()
    accepts = form["act"] == "accept"
    faults = _unchecked(visit, form) if accepts else _unexplained(visit, form)
    if not faults:
        deed = await (_acceptance(visit, porting_id, form) if accepts else _return(visit, porting_id, form))
        try:
            done = await carry_out(visit, deed, key=form.key)
        except Problem as problem:
            if problem.status not in (403, 409, 422):
                raise
            faults = faults_of(problem)
        else:
            return visit.go(deed.back, ("released" if accepts else "form-refused") if done else "proposed")
    return await _page(visit, porting_id, faults, form.values(), [*form.all("checked"), *form.all("fault")], 422)


@router.post("/portings/{porting_id}/review/form")
async def take_from_mail(visit: AsOrderManager, porting_id: UUID) -> Response:
    """A form that came by mail, with who sent it and when."""
    form = await visit.form()
    faults = _unknown_sender(visit, form)
    if not faults:
        sender = {"came_from": form["came_from"], "came_on": form["came_on"]}
        faults = await _pass_on(visit, form, porting_id, params=sender)
    if faults:
        return await _page(visit, porting_id, faults, form.values(), [], 422)
    return visit.go(f"/portings/{porting_id}/review", "form-uploaded")


@router.get("/portings/{porting_id}/signed-form/pages/{number}.jpg")
async def page_picture(visit: AsStaff, porting_id: UUID, number: int) -> Response:
    answer = await visit.fetch("porting", f"/portings/{porting_id}/signed-form/pages/{number}.jpg")
    return Response(answer.content, media_type="image/jpeg", headers=LOCKED)


@router.get("/portings/{porting_id}/signed-form")
async def original(visit: AsStaff, porting_id: UUID) -> Response:
    """As it came; to be saved, never shown."""
    answer = await visit.fetch("porting", f"/portings/{porting_id}/signed-form")
    kind = answer.headers.get("content-type", OCTETS)
    name = answer.headers.get("content-disposition", "attachment")
    return Response(answer.content, media_type=kind, headers={**LOCKED, "Content-Disposition": name})


async def take_signed_form(visit: Visit, porting_id: UUID, token: str | None) -> list[Json]:
    """Pass an upload on to porting; returns what is wrong with it."""
    return await _pass_on(visit, await visit.form(), porting_id, token=token)


async def _pass_on(visit: Visit, form: Typed, porting_id: UUID, **more: Any) -> list[Json]:
    upload = form.file("form") or form.file("photo")
    if upload is None:
        return [{"field": "form", "text": visit._("Choose the signed form as a PDF or a picture.")}]
    content = await upload.read(visit.given.signed_form_bytes + 1)
    if len(content) > visit.given.signed_form_bytes:
        return [{"field": "form", "text": visit._("The file is larger than 10 MB. Scan it with a lower resolution.")}]
    kind = _kind_of(upload)
    if not kind.startswith(TAKEN):
        return [{"field": "form", "text": visit._("Upload the form as a PDF or a picture (JPEG, PNG, TIFF).")}]
    try:
        await visit.send(
            "PUT",
            "porting",
            f"/portings/{porting_id}/signed-form",
            key=form.key,
            content=content,
            content_type=kind,
            **more,
        )
    except Problem as problem:
        if problem.status not in (409, 413, 415, 422):
            raise
        return [one | {"field": "form"} for one in faults_of(problem)]
    return []


def _kind_of(upload: UploadFile) -> str:
    """Some phones say nothing of what they send; porting looks into it anyway."""
    said = upload.content_type or OCTETS
    return said if said != OCTETS else mimetypes.guess_type(upload.filename or "")[0] or OCTETS


async def _page(
    visit: Visit, porting_id: UUID, faults: list[Json], values: dict[str, str], ticked: list[str], status: int = 200
) -> Response:
    porting = await visit.get("porting", f"/portings/{porting_id}")
    order = await visit.ask("cart", f"/orders/{porting['order_id']}")
    return visit.page(
        "signed_forms/review.html",
        status=status,
        porting=porting,
        order=order,
        proposal=await _proposed(visit, porting_id),
        checks=CHECKS,
        prepared=FAULTS,
        faults=faults,
        values=values,
        ticked=ticked,
        today=await visit.today(),
    )


async def _proposed(visit: Visit, porting_id: UUID) -> Proposal | None:
    """The release that waits for a second person."""
    async with visit.given.units() as unit:
        found = await unit.proposals.open_on("porting", f"/portings/{porting_id}/release")
        return found if found is not None and found.state_at(await unit.now()) is ProposalState.OPEN else None


async def _acceptance(visit: Visit, porting_id: UUID, form: Typed) -> Deed:
    told = _told(form, "note", "uploaded_at")
    return await _deed(visit, porting_id, "release", "release", {**told, "checked": list(CHECKS)})


async def _return(visit: Visit, porting_id: UUID, form: Typed) -> Deed:
    told = _told(form, "uploaded_at")
    return await _deed(visit, porting_id, "refuse", "form-refusal", {**told, "reason": _reason(visit, form)})


def _told(form: Typed, *names: str) -> Json:
    """`uploaded_at` is of the form that was looked at: should a newer one come meanwhile, porting refuses."""
    return {name: form[name] for name in names if form[name]}


async def _deed(visit: Visit, porting_id: UUID, act: str, path: str, body: Json) -> Deed:
    """What is done about the task, if there is one, with all that a second person has to see."""
    porting = await visit.get("porting", f"/portings/{porting_id}")
    order = await visit.ask("cart", f"/orders/{porting['order_id']}")
    async with visit.given.units() as unit:
        task = await unit.tasks.open_on(porting_id, "signed_form")
    subject = {"donor": porting["donor"]["name"], "numbers": porting["numbers"]}
    if order:
        subject |= {"order": order["number"], "customer": order["customer"]["name"]}
    return Deed(
        f"porting.{act}",
        "porting",
        f"/portings/{porting_id}/{path}",
        body,
        task_id=task.task_id if task else None,
        order_id=UUID(porting["order_id"]),
        customer_id=UUID(porting["customer_id"]),
        subject=subject,
        back=f"/portings/{porting_id}/review",
    )


def _unchecked(visit: Visit, form: Typed) -> list[Json]:
    missing = [one for one in CHECKS if one not in form.all("checked")]
    text = visit._("Tick what you have compared. What is not right is sent back with a reason.")
    return [{"field": f"check-{missing[0]}", "text": text}] if missing else []


def _unexplained(visit: Visit, form: Typed) -> list[Json]:
    reason = _reason(visit, form)
    if not reason:
        return [{"field": "reason", "text": visit._("Choose what is wrong, or say it in your own words.")}]
    if len(reason) > 400:
        return [{"field": "reason", "text": visit._("Say it shorter: up to 400 characters in all.")}]
    return []


def _unknown_sender(visit: Visit, form: Typed) -> list[Json]:
    faults: list[Json] = []
    if not form["came_from"]:
        faults.append({"field": "came_from", "text": visit._("Enter who sent the form.")})
    try:
        date.fromisoformat(form["came_on"])
    except ValueError:
        faults.append({"field": "came_on", "text": visit._("Enter the day on which it came.")})
    return faults


def _reason(visit: Visit, form: Typed) -> str:
    """In the customer's language: he reads it."""
    language: Language = "en" if form["language"] == "en" else "de"
    prepared = [visit.given.texts.translate(text, language) for text in reason_of(form.all("fault"))]
    return " ".join(filter(None, [*prepared, form["reason"]]))
