"""The start page: what needs me."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from chassis.roles import STAFF
from portal.application.ports import Queue
from portal.entrypoints.visit import Signed, Visit
from telecom.formats import berlin_day

router = APIRouter()
SHOWN = 5
"""Tasks on the start page."""


@router.get("/")
async def start(visit: Signed) -> Response:
    """A customer's consent first; a partner's open work; order management's queue."""
    carts, quotes, waiting, running = await visit.ask_all(
        ("cart", "/carts", {"state": "open"}),
        ("cart", "/carts", {"state": "quoted"}),
        ("cart", "/orders", {"status": "awaiting"}),
        ("cart", "/orders", {}),
    )
    return visit.page(
        "start.html", carts=carts, quotes=quotes, waiting=waiting, running=running, **await _next_tasks(visit)
    )


async def _next_tasks(visit: Visit) -> dict[str, Any]:
    """A person's own first, if he has any."""
    if visit.role not in STAFF:
        return {"tasks": [], "open_tasks": 0}
    async with visit.given.units() as unit:
        now = await unit.now()
        wanted = Queue(now, berlin_day(now), visit.who.subject)
        mine = await unit.tasks.queue(replace(wanted, whose="mine"), None, SHOWN)
        others = await unit.tasks.queue(replace(wanted, whose="unclaimed"), None, SHOWN - len(mine))
        counts = await unit.tasks.counts(wanted)
    return {"tasks": [*mine, *others], "open_tasks": counts["open"], "as_of": now}
