"""Runs the timers that are due: one transaction each, a failing one later again, none lost."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import metrics
from chassis.clock import BUSINESS_NOW_SQL
from chassis.regularly import pause
from chassis.store import is_infrastructure
from chassis.story import Story
from chassis.timers import Timers
from chassis.tracing import ringing
from chassis.unit import Unit

log = structlog.get_logger()
U = TypeVar("U", bound=Unit)

DUE = text(
    f"SELECT name, subject FROM timer WHERE due_at <= {BUSINESS_NOW_SQL} AND not_before <= now() "
    "AND name = ANY(cast(:names AS text[])) ORDER BY due_at LIMIT 100"
)
CLAIM = text(
    "DELETE FROM timer WHERE (name, subject) = (SELECT name, subject FROM timer "
    f"WHERE name = :name AND subject = :subject AND due_at <= {BUSINESS_NOW_SQL} FOR UPDATE SKIP LOCKED) "
    "RETURNING correlation_id, trace"
)
POSTPONE = text(
    "UPDATE timer SET failures = failures + 1, "
    "not_before = now() + least(600, 0.5 * 2 ^ least(failures, 12)) * interval '1 s' "
    "WHERE name = :name AND subject = :subject"
)
PAUSE = 0.25
"""Seconds between two looks: business time may jump, so the next due date says nothing."""


class Alarm(Generic[U]):
    """The worker behind `Timers`."""

    def __init__(self, engine: AsyncEngine, timers: Timers[U], new_unit: Callable[[], AbstractAsyncContextManager[U]]):
        self._engine, self._timers, self._new_unit = engine, timers, new_unit

    async def run(self, stopping: asyncio.Event) -> None:
        waits = False
        while not stopping.is_set():
            try:
                await self.ring()
                waits = False
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                if not waits:
                    log.warning("timers wait for the database", error=repr(error))
                waits = True
            await pause(PAUSE, stopping)

    async def ring(self) -> int:
        """Run what is due now; returns how many ran."""
        if not self._timers.handlers:
            return 0
        async with self._engine.connect() as connection:
            due = (await connection.execute(DUE, {"names": list(self._timers.handlers)})).all()
        return sum([await self._run(one.name, one.subject) for one in due])

    async def _run(self, name: str, subject: str) -> bool:
        try:
            async with self._new_unit() as unit:
                claimed = (await unit.connection.execute(CLAIM, {"name": name, "subject": subject})).first()
                if claimed is None:
                    return False
                with ringing(name, Story(claimed.correlation_id), claimed.trace):
                    await self._timers.handlers[name](subject, unit)
            metrics.timers_run.labels(name).inc()
        except Exception:  # also trouble with another service: it must not hold up the timers behind this one
            log.exception("timer failed and is tried again", timer=name, subject=subject)
            metrics.timers_failed.labels(name).inc()
            async with self._engine.begin() as connection:
                await connection.execute(POSTPONE, {"name": name, "subject": subject})
            return False
        return True
