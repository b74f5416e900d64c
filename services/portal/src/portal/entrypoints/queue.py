"""The queue of order management: what cannot go on without a person, filtered, searched, counted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from chassis.pages import PAGE, as_id, cursor_of, read_cursor
from chassis.problems import Problem as BadCursor
from portal.application.ports import Place, Problem, Queue, QueuedTask, When, Whose
from portal.entrypoints.visit import AsStaff, Visit, plain
from telecom.formats import berlin_day
from telecom.refusal import _

router = APIRouter()
LONGEST = 100
"""Letters of a search."""
FIELDS = ("kind", "owner", "whose", "when", "q")
WHOSE = {"": _("All"), "mine": _("Mine"), "unclaimed": _("Nobody's")}
WHEN = {
    "": _("Open"),
    "overdue": _("Overdue"),
    "today": _("Due today"),
    "later": _("Put aside"),
    "settled": _("Done"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    label: str
    href: str
    is_chosen: bool
    count: int | None


@router.get("/tasks")
async def tasks(visit: AsStaff, cursor: str = "") -> Response:
    return visit.page("back_office/tasks.html", **await _shown(visit, cursor))


@router.get("/tasks/rows")
async def rows(visit: AsStaff, cursor: str = "") -> Response:
    """The changing part of the page, which asks for it again and again."""
    return visit.page("back_office/_queue.html", **await _shown(visit, cursor))


async def wanted_by(visit: Visit) -> Queue:
    """As the address says; a filter that there is not filters nothing."""
    asked = {name: plain(visit.request.query_params.get(name, ""))[:LONGEST] for name in FIELDS}
    async with visit.given.units() as unit:
        now = await unit.now()
    return Queue(
        now,
        berlin_day(now),
        visit.who.subject,
        asked["kind"],
        asked["owner"],
        cast(Whose, asked["whose"] if asked["whose"] in WHOSE else ""),
        cast(When, asked["when"] if asked["when"] in WHEN else ""),
        asked["q"],
    )


async def all_of(visit: Visit, wanted: Queue) -> AsyncIterator[QueuedTask]:
    """Page after page."""
    place: Place | None = None
    while True:
        async with visit.given.units() as unit:
            found = await unit.tasks.queue(wanted, place, PAGE)
        for one in found:
            yield one
        if len(found) < PAGE:
            return
        place = found[-1].place


async def _shown(visit: Visit, cursor: str) -> dict[str, Any]:
    wanted = await wanted_by(visit)
    async with visit.given.units() as unit:
        found = await unit.tasks.queue(wanted, _place(cursor), PAGE + 1)
        counts = await unit.tasks.counts(wanted)
        kinds = await unit.tasks.kinds()
        proposals = [one for one in await unit.proposals.open() if one.state_at(wanted.now) in ("open", "approved")]
    following = cursor_of(*found[PAGE - 1].place) if len(found) > PAGE else None
    return {
        "wanted": wanted,
        "tasks": found[:PAGE],
        "page": {"next": following},
        "kinds": sorted({kind for kind, _owner in kinds} | ({wanted.kind} if wanted.kind else set())),
        "owners": sorted({owner for _kind, owner in kinds} | ({wanted.owner} if wanted.owner else set())),
        "whose": _filters(visit, wanted, "whose", WHOSE, counts | {"": counts["all"]}),
        "when": _filters(visit, wanted, "when", WHEN, counts | {"": counts["open"]}),
        "proposals": len(proposals),
        "every": round(visit.given.queue_seconds * 1000),
        "rows_address": f"/tasks/rows?{_query(wanted, cursor=cursor)}",
    }


def _filters(visit: Visit, wanted: Queue, field: str, names: dict[str, str], counts: dict[str, int]) -> list[Filter]:
    chosen = getattr(wanted, field)
    return [
        Filter(visit._(label), f"/tasks?{_query(wanted, **{field: name})}", name == chosen, counts.get(name))
        for name, label in names.items()
    ]


def _query(wanted: Queue, **changed: str) -> str:
    values = {name: getattr(wanted, name) for name in FIELDS} | changed
    return urlencode({name: value for name, value in values.items() if value})


def _place(cursor: str) -> Place | None:
    """Raises Problem for what is no cursor of ours."""
    try:
        place = read_cursor(cursor or None, 3)
        if place is None:
            return None
        due, raised = (datetime.fromisoformat(str(one)) for one in place[:2])
        if due.tzinfo is None or raised.tzinfo is None:
            raise Problem(404, {})
        return due, raised, as_id(place[2])
    except (BadCursor, ValueError) as error:
        raise Problem(404, {}) from error
