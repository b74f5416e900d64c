"""HTTP: portings, their signed forms, and what order management does about them."""

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from chassis.http import InUnit, UnitRoute, service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.problems import Problem
from chassis.roles import ORDER_MANAGEMENT, ORDERING, PEOPLE, OrderManager, Staff, Viewer, is_staff, require
from chassis.scope import NotFound
from chassis.tokens import Identity
from porting.application import act_on_porting
from porting.application.ports import PdfGate, Unit, Wanted
from porting.domain import refusals
from porting.domain.particulars import Window
from porting.domain.porting import LARGEST_FORM, Porting
from porting.entrypoints.views import CarrierView, PortingView, porting_view

router = service_router(tags=["portings"])
Reader = Annotated[Identity, Depends(require(*PEOPLE, whose="nobody"))]
Uploader = Annotated[Identity, Depends(require(*ORDERING, ORDER_MANAGEMENT, links=("upload",)))]


class UploadRoute(UnitRoute):
    """A route that takes a larger body than the others."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def run(request: Request) -> Response:
            request.state.largest = LARGEST_FORM
            return await handle(request)

        return run


uploads = service_router(tags=["portings"])
uploads.route_class = UploadRoute


class Note(BaseModel):
    note: str | None = Field(default=None, max_length=400)


class Reason(BaseModel):
    reason: str = Field(min_length=1, max_length=400)


class AgreedDate(BaseModel):
    change_date: date
    window: Window = Window.MORNING


async def _gate(request: Request) -> PdfGate:
    gate: PdfGate = request.app.state.pdf_gate
    return gate


@router.get("/carriers")
async def carriers(unit: InUnit[Unit], caller: Reader) -> list[CarrierView]:
    return [
        CarrierView(carrier_code=one.carrier_code, name=one.name, invented=one.invented)
        for one in unit.carriers.electronic()
    ]


@router.get("/portings")
async def portings(
    unit: InUnit[Unit],
    caller: Viewer,
    order_id: UUID | None = None,
    agreement_id: UUID | None = None,
    customer_id: UUID | None = None,
    cursor: str | None = None,
) -> Page[PortingView]:
    wanted = Wanted(order_id, agreement_id, customer_id, after_id(cursor), PAGE + 1)
    if caller.link is not None:
        _check_link(caller, order_id, "view")
        found = await unit.lists.portings(None, wanted)
    else:
        if customer_id is not None:
            await unit.scope.admit(caller, customer_id)
        found = await unit.lists.portings(caller, wanted)
    messages = await unit.lists.messages([one.porting_id for one in found[:PAGE]])
    return Page(
        items=[porting_view(one, messages[one.porting_id], inside=is_staff(caller)) for one in found[:PAGE]],
        next=cursor_of(found[PAGE - 1].porting_id) if len(found) > PAGE else None,
    )


@router.get("/portings/{porting_id}")
async def porting(porting_id: UUID, unit: InUnit[Unit], caller: Viewer) -> PortingView:
    found = await _admitted(await unit.lists.porting(porting_id), caller, "view", unit)
    return await _view(found, caller, unit)


@uploads.put("/portings/{porting_id}/signed-form")
async def upload_form(
    porting_id: UUID,
    request: Request,
    unit: InUnit[Unit],
    caller: Uploader,
    gate: Annotated[PdfGate, Depends(_gate)],
) -> PortingView:
    """Body: the PDF, up to 10 MiB."""
    found = await _admitted(await unit.portings.get(porting_id), caller, "upload", unit)
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/pdf":
        raise Problem(
            415,
            "not-a-pdf",
            "This file is not a readable PDF.",
            remedy="Scan or save the signed form as PDF and upload it again.",
            field="Content-Type",
        )
    done = await act_on_porting.upload_form(found, await request.body(), caller.name or caller.subject, gate, unit)
    return await _view(done, caller, unit)


@router.get("/portings/{porting_id}/signed-form", response_class=Response)
async def signed_form(porting_id: UUID, unit: InUnit[Unit], caller: Staff) -> Response:
    pdf = await unit.forms.get(porting_id)
    if pdf is None:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{porting_id}.pdf"', "X-Content-Type-Options": "nosniff"}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.post("/portings/{porting_id}/release")
async def release(porting_id: UUID, body: Note, unit: InUnit[Unit], caller: OrderManager) -> PortingView:
    found = await _known(porting_id, unit)
    return await _view(await act_on_porting.release(found, body.note, _name(caller), unit), caller, unit)


@router.post("/portings/{porting_id}/form-refusal")
async def refuse_form(porting_id: UUID, body: Reason, unit: InUnit[Unit], caller: OrderManager) -> PortingView:
    found = await _known(porting_id, unit)
    return await _view(await act_on_porting.refuse_form(found, body.reason, _name(caller), unit), caller, unit)


@router.post("/portings/{porting_id}/confirm-date")
async def confirm_date(porting_id: UUID, body: AgreedDate, unit: InUnit[Unit], caller: OrderManager) -> PortingView:
    """A date that people agreed on with the donor: a paper carrier's, or one cleared by mail."""
    found = await _known(porting_id, unit)
    agreed = act_on_porting.DateAgreed(body.change_date, body.window)
    return await _view(await act_on_porting.confirm_date(found, agreed, _name(caller), unit), caller, unit)


@router.post("/portings/{porting_id}/stop")
async def stop(porting_id: UUID, body: Reason, unit: InUnit[Unit], caller: OrderManager) -> PortingView:
    """While the message to the donor is held back, the form awaited, or the case in clearing."""
    found = await _known(porting_id, unit)
    return await _view(await act_on_porting.stop(found, body.reason, _name(caller), unit), caller, unit)


@router.post("/portings/{porting_id}/message-seen")
async def see_message(porting_id: UUID, body: Note, unit: InUnit[Unit], caller: OrderManager) -> PortingView:
    """A carrier's message that needed a look has had one; its task is settled."""
    found = await _known(porting_id, unit)
    return await _view(await act_on_porting.see_message(found, body.note, _name(caller), unit), caller, unit)


async def _known(porting_id: UUID, unit: Unit) -> Porting:
    found = await unit.portings.get(porting_id)
    if found is None:
        raise NotFound
    return found


async def _admitted(found: Porting | None, caller: Identity, right: str, unit: Unit) -> Porting:
    """TEN-2: what isn't yours and what isn't there are answered alike."""
    if found is None:
        raise NotFound
    if caller.link is None:
        await unit.scope.admit(caller, found.customer_id)
    elif caller.link.get("order") != str(found.order_id):
        raise NotFound
    else:
        _check_link(caller, found.order_id, right)
    return found


def _check_link(caller: Identity, order_id: UUID | None, right: str) -> None:
    link = caller.link or {}
    if order_id is None or link.get("order") != str(order_id) or right not in link.get("rights", ()):
        raise refusals.LinkGivesNoRight()


async def _view(found: Porting, caller: Identity, unit: Unit) -> PortingView:
    messages = await unit.lists.messages([found.porting_id])
    return porting_view(found, messages[found.porting_id], inside=is_staff(caller))


def _name(caller: Identity) -> str:
    return caller.name or caller.subject
