"""HTTP: portings, for all who may see them; what may be done is in `acts`, signed forms are in `signed_forms`."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from chassis.http import InUnit, service_router
from chassis.pages import PAGE, Page, after_id, cursor_of
from chassis.roles import PEOPLE, Staff, Viewer, is_staff, require
from chassis.scope import NotFound
from chassis.tokens import Identity
from porting.application.clearing import prepared_mail
from porting.application.ports import Unit, Wanted
from porting.domain import refusals
from porting.domain.days import days_for_change, days_for_request
from porting.domain.lifecycle import PortingState
from porting.domain.porting import Porting
from porting.entrypoints.part_views import both
from porting.entrypoints.views import (
    CarrierView,
    ClearingView,
    DaysView,
    PortingView,
    PreparedView,
    clearing_view,
    porting_view,
)
from telecom.formats import berlin_day

router = service_router(tags=["portings"])
Reader = Annotated[Identity, Depends(require(*PEOPLE, whose="nobody"))]


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
    q: Annotated[str | None, Query(max_length=100)] = None,
    state: PortingState | None = None,
    risk: Literal["warning", "overdue"] | None = None,
    cursor: str | None = None,
) -> Page[PortingView]:
    """`q`: the beginning of a number, the donor's name or code, or a pre-agreement's id."""
    wanted = Wanted(
        order_id,
        agreement_id,
        customer_id,
        after_id(cursor),
        PAGE + 1,
        q.replace("\0", "").strip() if q else None,
        state.value if state else None,
        risk,
    )
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
    found = await admitted(await unit.lists.porting(porting_id), caller, "view", unit)
    return await view_of(found, caller, unit)


@router.get("/portings/{porting_id}/parts/{number}/days")
async def days(
    porting_id: UUID,
    number: int,
    unit: InUnit[Unit],
    caller: Staff,
    purpose: Literal["change", "request"] = "change",
) -> DaysView:
    """Which days can be chosen: for a date change of what is agreed, or for a new request."""
    found = await unit.lists.porting(porting_id)
    part = found.part(number) if found is not None else None
    if found is None or part is None:
        raise NotFound
    choose = days_for_change if purpose == "change" else days_for_request
    chosen, rule = choose(found, part, berlin_day(await unit.now()), unit.terms.rules)
    return DaysView(days=chosen, rule=both(rule))


@router.get("/portings/{porting_id}/clearing")
async def clearing(porting_id: UUID, unit: InUnit[Unit], caller: Staff) -> ClearingView:
    """The mail to the customer as prepared from the refusal, and what was written so far (PORT-7)."""
    found = await unit.lists.porting(porting_id)
    if found is None:
        raise NotFound
    prepared = prepared_mail(found, unit.terms.return_to)
    return clearing_view(found, PreparedView(subject=prepared.subject, text=prepared.text, language=prepared.language))


async def admitted(found: Porting | None, caller: Identity, right: str, unit: Unit) -> Porting:
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


async def view_of(found: Porting, caller: Identity, unit: Unit) -> PortingView:
    messages = await unit.lists.messages([found.porting_id])
    return porting_view(found, messages[found.porting_id], inside=is_staff(caller))
