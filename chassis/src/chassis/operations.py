"""What operators look at and do: what is parked and why, redrive, the depth of the outbox, what is set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from chassis.http import InUnit, service_router
from chassis.inlet import Inlet
from chassis.problems import Problem, _
from chassis.redrive import discard, parked_keys, redrive
from chassis.roles import Operator, Staff
from chassis.unit import Unit
from chassis.units import Units

log = structlog.get_logger()

PARKED = text(
    "SELECT grp, key, id, topic, headers ->> 'ce_type' AS type, headers ->> 'ce_correlationid' AS correlation_id, "
    "error, head, parked_at FROM parked ORDER BY parked_at, position LIMIT 500"
)
OUTBOX = text("SELECT lane, count(*) AS depth, min(recorded_at) AS oldest FROM outbox GROUP BY lane ORDER BY lane")


class Redrive(BaseModel):
    """`key` None: all keys of the group."""

    group: str
    key: str | None = None


class Redriven(BaseModel):
    played: int
    still_parked: dict[str, str]
    """Key → why it failed again."""


class Discard(BaseModel):
    group: str
    key: str
    id: UUID


class Discarded(BaseModel):
    discarded: UUID


class ParkedMessage(BaseModel):
    group: str
    key: str
    id: str
    topic: str
    type: str | None
    correlation_id: str | None
    error: str
    head: bool
    parked_at: datetime


def operations_router(inlets: Mapping[str, Inlet[Any]], units: Units[Any], everyday: Mapping[str, Any]) -> APIRouter:
    router = service_router(prefix="/operations", tags=["operations"])

    @router.get("/parked")
    async def parked(unit: InUnit[Unit], caller: Operator) -> list[ParkedMessage]:
        rows = await unit.connection.execute(PARKED)
        return [ParkedMessage(group=row.grp, id=str(row.id), **{n: getattr(row, n) for n in _SAME}) for row in rows]

    @router.get("/outbox")
    async def outbox(unit: InUnit[Unit], caller: Operator) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in await unit.connection.execute(OUTBOX)]

    @router.get("/settings")
    async def settings(caller: Staff) -> dict[str, Any]:
        """What is set of that by which staff work, such as deadlines; the rest is nobody's to read."""
        return dict(everyday)

    @router.post("/discard", status_code=200)
    async def give_up(body: Discard, unit: InUnit[Unit], caller: Operator) -> Discarded:
        if not await discard(unit, group=body.group, key=body.key, message_id=body.id):
            raise Problem(404, "not-parked", _("No such message is parked."), field="id")
        log.warning("parked message discarded", group=body.group, message_id=str(body.id), by=caller.subject)
        return Discarded(discarded=body.id)

    redriving = APIRouter()  # has units of its own, one after the other: holding another meanwhile could starve it

    @redriving.post("/redrive")
    async def play(body: Redrive, caller: Operator) -> Redriven:
        inlet = inlets.get(body.group)
        if inlet is None:
            raise Problem(404, "unknown-group", _("This service has no such consumer group."), field="group")
        async with units.reading() as unit:
            keys = [body.key] if body.key is not None else await parked_keys(body.group, unit)
        return await redrive_keys(keys, inlet, units)

    router.include_router(redriving)
    return router


_SAME = ("key", "topic", "type", "correlation_id", "error", "head", "parked_at")


async def redrive_keys(keys: list[str], inlet: Inlet[Any], units: Units[Any]) -> Redriven:
    """Redrive each key by itself, so that one that fails again holds no other up."""
    played, failed = 0, {}
    for key in keys:
        try:
            played += await redrive(key, inlet.subscription, group=inlet.group, new_unit=units.writing)
        except Exception as error:
            failed[key] = repr(error)[:500]
    return Redriven(played=played, still_parked=failed)
