"""A list's filters, kept by a person under a name of his own."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Problem, SavedView
from portal.entrypoints.visit import Signed, Visit

router = APIRouter()
LISTS = ("/customers", "/carts", "/orders", "/agreements", "/trunks", "/portings")
MOST, LONGEST_NAME, LONGEST_QUERY = 20, 60, 1000
"""Views of one list, and letters of what one is called and says."""


@dataclass(frozen=True, slots=True)
class Views:
    """Of the list that is shown; `present` are its filters now."""

    kept: list[SavedView]
    present: str

    @property
    def chosen(self) -> SavedView | None:
        return next((one for one in self.kept if one.query == self.present), None)


async def saved_views(visit: Visit) -> Views:
    async with visit.given.units() as unit:
        kept = await unit.views.of(visit.who.subject, visit.request.url.path)
    return Views(kept, _filters(visit.request.url.query))


@router.post("/views")
async def keep(visit: Signed) -> Response:
    form = await visit.form()
    path, name, query = _list(form["path"]), form["name"][:LONGEST_NAME], _filters(form["query"])
    if not name or not query or len(query) > LONGEST_QUERY:
        remedy = visit._("Set filters, and name the view.")
        raise Problem(422, {"detail": visit._("There is nothing to be kept."), "remedy": remedy})
    async with visit.given.units() as unit:
        known = {one.name for one in await unit.views.of(visit.who.subject, path)}
        if len(known) >= MOST and name not in known:
            detail = visit._("You have kept %(count)s views of this list, and no more fit.", count=MOST)
            raise Problem(409, {"detail": detail, "remedy": visit._("Remove one of them first.")})
        await unit.views.keep(SavedView(visit.who.subject, path, name, query))
    return visit.go(f"{path}?{query}", "view-kept")


@router.post("/views/remove")
async def remove(visit: Signed) -> Response:
    form = await visit.form()
    path = _list(form["path"])
    async with visit.given.units() as unit:
        await unit.views.remove(visit.who.subject, path, form["name"])
    return visit.go(path, "view-removed")


def _list(path: str) -> str:
    if path not in LISTS:
        raise Problem(404, {})
    return path


def _filters(query: str) -> str:
    """Without the place in the list, and without what isn't filled in."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name != "cursor"])
