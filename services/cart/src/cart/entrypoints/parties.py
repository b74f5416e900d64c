"""HTTP: the customers and prospects of a caller."""

from uuid import UUID

from cart.application.surroundings import customer_of
from cart.domain.party import PartyKind
from cart.entrypoints.asking import InUnit, Sought
from cart.entrypoints.views import PartyView, ProfileView, party_view, profile_view
from chassis.http import service_router
from chassis.pages import PAGE, Page, as_id, cursor_of, read_cursor
from chassis.roles import Person

router = service_router(tags=["parties"])


@router.get("/parties")
async def parties(
    unit: InUnit,
    caller: Person,
    q: Sought = "",
    kind: PartyKind | None = None,
    cursor: str | None = None,
) -> Page[PartyView]:
    place = read_cursor(cursor, 2)
    after = (str(place[0]), as_id(place[1])) if place else None
    found = await unit.lists.parties(caller, q.strip(), kind.value if kind else None, after, PAGE + 1)
    last = found[PAGE - 1].party if len(found) > PAGE else None
    return Page(
        items=[party_view(one) for one in found[:PAGE]],
        next=cursor_of(last.name, last.party_id) if last else None,
    )


@router.get("/parties/{party_id}")
async def party(party_id: UUID, unit: InUnit, caller: Person) -> ProfileView:
    return profile_view(await customer_of(party_id, caller, unit))
