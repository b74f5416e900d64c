"""HTTP: signed forms (PORT-4), from whoever has one; looking at them is order management's."""

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from chassis.http import InUnit, UnitRoute, service_router
from chassis.problems import Problem
from chassis.roles import ORDER_MANAGEMENT, ORDERING, Staff, is_staff, require
from chassis.scope import NotFound
from chassis.tokens import Identity
from porting.application.act_on_porting import Actor
from porting.application.act_on_porting import upload_form as upload_signed_form
from porting.application.ports import FormGate, Unit
from porting.domain.refusals import UnfitFile
from porting.domain.signed_forms import LARGEST_FORM, Sender
from porting.entrypoints.http import admitted, view_of
from porting.entrypoints.views import PortingView

Uploader = Annotated[Identity, Depends(require(*ORDERING, ORDER_MANAGEMENT, links=("upload",)))]
TAKEN = ("application/pdf", "image/")
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tiff"}
LOCKED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
}
"""What came from outside does nothing in a browser, whatever it is."""


class UploadRoute(UnitRoute):
    """A route that takes a larger body than the others."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def run(request: Request) -> Response:
            request.state.largest = LARGEST_FORM
            return await handle(request)

        return run


router = service_router(tags=["portings"])
uploads = service_router(tags=["portings"])
uploads.route_class = UploadRoute


async def _gate(request: Request) -> FormGate:
    gate: FormGate = request.app.state.form_gate
    return gate


@uploads.put("/portings/{porting_id}/signed-form")
async def upload_form(
    porting_id: UUID,
    request: Request,
    unit: InUnit[Unit],
    caller: Uploader,
    gate: Annotated[FormGate, Depends(_gate)],
    came_from: Annotated[str | None, Query(min_length=1, max_length=120)] = None,
    came_on: date | None = None,
) -> PortingView:
    """Body: a PDF or a picture, up to 10 MiB. `came_from`, `came_on`: of one that order management got by mail."""
    found = await admitted(await unit.portings.get(porting_id), caller, "upload", unit)
    if not request.headers.get("Content-Type", "").strip().lower().startswith(TAKEN):
        raise Problem(415, "unfit-file", UnfitFile.text, remedy=UnfitFile.remedy, field="Content-Type")
    by = caller.name or caller.subject
    sender = Sender(by, came_from, came_on) if is_staff(caller) else Sender(by)
    done = await upload_signed_form(Actor(found, found.parts[0], by, unit), await request.body(), sender, gate)
    return await view_of(done, caller, unit)


@router.get("/portings/{porting_id}/signed-form", response_class=Response)
async def signed_form(porting_id: UUID, unit: InUnit[Unit], caller: Staff) -> Response:
    """As it came: to be saved, never shown."""
    found = await unit.forms.original(porting_id)
    if found is None:
        raise NotFound
    media_type, content = found
    name = f"{porting_id}.{ENDINGS[media_type]}"
    headers = {**LOCKED, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


@router.get("/portings/{porting_id}/signed-form/pages/{number}.jpg", response_class=Response)
async def page(porting_id: UUID, number: int, unit: InUnit[Unit], caller: Staff) -> Response:
    """A picture made of the page."""
    picture = await unit.forms.page(porting_id, number)
    if picture is None:
        raise NotFound
    return Response(picture, media_type="image/jpeg", headers={**LOCKED, "Content-Disposition": "inline"})
