"""The audit: who did what and when, and whether nobody has changed it since."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.note_words import ORDER
from portal.application.ports import Audited, PortalUnit
from portal.domain.audit import Row, first_broken
from portal.entrypoints.visit import AsStaff, Visit, as_day, as_uuid, plain
from telecom.formats import day_begins
from telecom.workdays import DAY

router = APIRouter()
PAGE = 50
STRETCH = 1000
"""Rows that are looked through at once."""
NOBODY = UUID(int=0)
"""Whose rows are asked for where an order is named that there is not."""


@router.get("/audit")
async def audit(visit: AsStaff, cursor: str = "") -> Response:
    before = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19 else None
    async with visit.given.units() as unit:
        wanted = await _wanted(visit, unit)
        found = await unit.audit.rows(wanted, before, PAGE + 1)
        people = await unit.colleagues.all()
        known = await unit.known.names([one.entry.order_id for one in found if one.entry.order_id])
    following = str(found[PAGE - 1].number) if len(found) > PAGE else None
    return visit.page(
        "back_office/audit.html",
        rows=found[:PAGE],
        page={"next": following},
        people=people,
        orders={one: names[ORDER] for one, names in known.items() if ORDER in names},
        chosen=dict(visit.request.query_params),
        is_narrowed=wanted != Audited(),
    )


@router.get("/audit/check")
async def check(visit: AsStaff) -> Response:
    """Look through the whole chain."""
    count, broken = await checked(visit)
    return visit.page("back_office/audit_check.html", count=count, broken=broken)


async def checked(visit: Visit) -> tuple[int, int | None]:
    """How many rows there are, and the first that does not follow from the one before it."""
    earlier: Row | None = None
    while True:
        async with visit.given.units() as unit:
            rows = await unit.audit.stretch(earlier.number + 1 if earlier else 1, STRETCH)
        if not rows:
            return (earlier.number if earlier else 0), None
        if (broken := first_broken(rows, earlier)) is not None:
            return rows[-1].number, broken
        earlier = rows[-1]


async def all_of(visit: Visit) -> AsyncIterator[Row]:
    """Newest first, page after page."""
    before: int | None = None
    while True:
        async with visit.given.units() as unit:
            rows = await unit.audit.rows(await _wanted(visit, unit), before, STRETCH)
        for row in rows:
            yield row
        if len(rows) < STRETCH:
            return
        before = rows[-1].number


async def _wanted(visit: Visit, unit: PortalUnit) -> Audited:
    """As the address says; `order` is an order's number, or its id."""
    asked = {name: plain(value) for name, value in visit.request.query_params.items()}
    order_id: UUID | None = None
    if order := asked.get("order", ""):
        found = await unit.known.about(ORDER, order)
        order_id = as_uuid(order) or (found[0] if found else NOBODY)
    day = as_day(asked.get("day", ""))
    narrowed: dict[str, Any] = {"since": day_begins(day), "until": day_begins(day + DAY)} if day else {}
    task = asked.get("task", "")
    task_id = (as_uuid(task) or NOBODY) if task else None
    return Audited(asked.get("who", ""), task_id, order_id, **narrowed)
