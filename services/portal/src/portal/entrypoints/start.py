"""The start page: what needs me."""

from fastapi import APIRouter
from starlette.responses import Response

from chassis.roles import STAFF
from portal.entrypoints.visit import Signed

router = APIRouter()


@router.get("/")
async def start(visit: Signed) -> Response:
    """A customer's consent first; a partner's open work; order management's queue."""
    carts, quotes, waiting, running = await visit.ask_all(
        ("cart", "/carts", {"state": "open"}),
        ("cart", "/carts", {"state": "quoted"}),
        ("cart", "/orders", {"status": "awaiting"}),
        ("cart", "/orders", {}),
    )
    tasks = []
    if visit.role in STAFF:
        async with visit.given.units() as unit:
            tasks = await unit.tasks.open()
    return visit.page("start.html", carts=carts, quotes=quotes, waiting=waiting, running=running, tasks=tasks)
