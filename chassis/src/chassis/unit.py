"""The unit of work: one transaction, and everything a use case is given."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self

from sqlalchemy import Insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import metrics
from chassis.clock import BUSINESS_NOW_SQL
from chassis.outbox import Along, Outbox
from chassis.scope import Scope
from chassis.story import Story, current_story
from chassis.timers import TimerRows

Staged = Callable[[Any], Awaitable[None]]


class Unit:
    """Given to use cases by the chassis, which commits it once. Services add their stores by subclassing."""

    def __init__(
        self, connection: AsyncConnection, *, service: str, lanes: int = 1, staff: frozenset[str] = frozenset()
    ):
        self.connection = connection
        self.outbox = Outbox(service, lanes)
        self._staff = staff
        self._staged: list[Staged] = []
        self._rows: dict[Insert, list[dict[str, Any]]] = {}
        self._gathered: dict[Callable[..., Awaitable[None]], list[Any]] = {}
        self._afterwards: list[Callable[[], None]] = []
        self._along: Along | None = None
        self._now: datetime | None = None

    @cached_property
    def timers(self) -> TimerRows:
        """Durable timers, due against business time."""
        return TimerRows(self.connection)

    @cached_property
    def scope(self) -> Scope:
        """Who may see and touch what belongs to whom."""
        return Scope(self.connection, self._staff)

    @property
    def story(self) -> Story:
        return current_story()

    async def now(self) -> datetime:
        """Business time, UTC; asked once a unit."""
        if self._now is None:
            found = (await self.connection.execute(text(f"SELECT {BUSINESS_NOW_SQL}"))).scalar_one()
            self._now = found.astimezone(UTC)
        return self._now

    def stage(self, write: Callable[[Self], Awaitable[None]]) -> None:
        """Run `write` when the unit is flushed, before the outbox."""
        self._staged.append(write)

    def gather(self, use_case: Callable[[list[Any], Any], Awaitable[None]], item: Any) -> None:
        """Run `use_case` once for the whole batch, with all items gathered for it, when the unit is flushed."""
        items = self._gathered.get(use_case)
        if items is None:
            items = self._gathered[use_case] = []
            self.stage(lambda unit: use_case(self._gathered.pop(use_case), unit))
        items.append(item)

    def stage_row(self, insert: Insert, row: dict[str, Any]) -> None:
        """Write `row` when the unit is flushed, together with all other rows of the same statement."""
        self._rows.setdefault(insert, []).append(row)

    def send_along(self, sql: str, values: dict[str, Any]) -> None:
        """Run one statement more, together with the outbox's; one for each flush."""
        assert self._along is None
        self._along = Along(sql, values)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run `act` once the transaction has committed: counters and wake-ups, never work that matters."""
        self._afterwards.append(act)

    async def flush(self) -> bool:
        """Write what is staged, then the outbox: its positions are drawn under the row locks. True if events wait."""
        while self._staged:
            staged, self._staged = self._staged, []
            for write in staged:
                await write(self)
        rows, self._rows = self._rows, {}
        for insert, values in rows.items():
            await self.connection.execute(insert, values)
        along, self._along = self._along, None
        return await self.outbox.flush(self.connection, along)

    def committed(self) -> None:
        """Called by the chassis after the commit."""
        afterwards, self._afterwards = self._afterwards, []
        for act in afterwards:
            act()
        for type_name, times in Counter(self.outbox.types).items():
            metrics.recorded.labels(type_name).inc(times)
