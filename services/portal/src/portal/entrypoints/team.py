"""Who works for the visitor's own company, and for the sub-partners below it (TEN-1).

Logins are kept by the login provider: somebody is known here once he has logged in.
"""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json
from portal.entrypoints.visit import AsOrdering, Visit

router = APIRouter()
PARTNER_KINDS = ("partner", "sub_partner")


@router.get("/team")
async def team(visit: AsOrdering) -> Response:
    own, below = await _companies(visit)
    companies = [own, *below] if own else []
    async with visit.given.units() as unit:
        members = await unit.members.of([UUID(one["party_id"]) for one in companies])
    groups = [(one, [member for member in members if str(member.party_id) == one["party_id"]]) for one in companies]
    return visit.page("team/team.html", groups=groups, contacts=own.get("contacts") or [] if own else [])


async def _companies(visit: Visit) -> tuple[Json | None, list[Json]]:
    """His own, without a name where cart is away, and those of the sub-partners below; cart says which they are."""
    if visit.who.party_id is None:
        return None, []
    own = {"party_id": str(visit.who.party_id), "name": ""}
    if visit.role == "customer":
        return await visit.ask("cart", f"/parties/{own['party_id']}") or own, []
    found = {one["party_id"]: one for kind in PARTNER_KINDS for one in await _all(visit, kind)}
    return found.pop(own["party_id"], own), list(found.values())


async def _all(visit: Visit, kind: str) -> list[Json]:
    found: list[Json] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await visit.ask("cart", "/parties", kind=kind, cursor=cursor) or {"items": [], "next": None}
        found += page["items"]
        cursor = page["next"]
    return found
