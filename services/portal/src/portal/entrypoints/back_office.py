"""Order management: failed messages."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import Json, Problem
from portal.domain.proposal import Deed
from portal.entrypoints.acting import ask_owner
from portal.entrypoints.visit import AsStaff

router = APIRouter()
PARTS = ("catalog", "cart", "provisioning", "porting", "notification")


@router.get("/failed-messages")
async def failed_messages(visit: AsStaff) -> Response:
    """Dead letters of every service, with their reason."""
    answers = await visit.ask_all(*((part, "/operations/parked", {}) for part in PARTS))
    found = [(part, _rows(answer)) for part, answer in zip(PARTS, answers, strict=True)]
    return visit.page("back_office/failed.html", parts=found)


@router.post("/failed-messages/redrive")
async def redrive(visit: AsStaff) -> Response:
    form = await visit.form()
    if form["part"] not in PARTS:
        raise Problem(404, {})
    body = {"group": form["group"], "key": form["key"] or None}
    await ask_owner(visit, Deed("operations.redrive", form["part"], "/operations/redrive", body), key=form.key)
    return visit.go("/failed-messages", "redriven")


def _rows(answer: Any) -> list[Json] | None:
    """One row for each parked key: why its first message failed, and how many wait."""
    if answer is None:
        return None
    found: dict[tuple[str, str], Json] = {}
    for message in answer:
        row = found.setdefault((message["group"], message["key"]), message | {"waiting": 0})
        row["waiting"] += 1
        if message["head"]:
            row["error"] = message["error"]
    return list(found.values())
