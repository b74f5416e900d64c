"""Notices that are due are claimed, held while their sender lives, and settled with what became of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text

from notification.adapters.store import NotificationUnit
from notification.domain.notice import retry_after
from telecom.refusal import _

BATCH = 200
GIVE_UP_DAYS = 5
HOLD_AT, MARGIN = 0.5, 0.25
"""A claim is held on to at its half; in the last quarter of one that could not be, nothing more is begun."""
REFUSED = _("The mail server does not accept the address.")

DUE = text("SELECT EXISTS (SELECT FROM notice WHERE state = 'waiting' AND not_before <= now())")
CLAIM = text(
    "UPDATE notice SET not_before = now() + :seconds * interval '1 s' WHERE notice_id IN ("
    "SELECT notice_id FROM notice WHERE state = 'waiting' AND not_before <= now() "
    f"ORDER BY not_before, notice_id LIMIT {BATCH} FOR UPDATE SKIP LOCKED) "
    f"RETURNING *, recorded_at < now() - interval '{GIVE_UP_DAYS} days' AS is_old"
)
HOLD = text(
    "UPDATE notice SET not_before = now() + :seconds * interval '1 s' WHERE notice_id = ANY(:ids) AND state = 'waiting'"
)
SETTLE = text(
    "UPDATE notice SET state = x.state, reason = x.reason, task_id = x.task_id, sent_at = x.sent_at, "
    "attempts = attempts + x.tried, not_before = now() + x.seconds * interval '1 s', "
    "facts = CASE WHEN x.state IN ('sent', 'given_up') THEN facts - 'sealed_token' ELSE facts END "
    "FROM unnest(cast(:ids AS uuid[]), cast(:states AS text[]), cast(:reasons AS text[]), cast(:tasks AS uuid[]), "
    "cast(:sent AS timestamptz[]), cast(:tried AS int[]), cast(:seconds AS int[])) "
    "AS x(notice_id, state, reason, task_id, sent_at, tried, seconds) "
    "WHERE notice.notice_id = x.notice_id AND notice.state = 'waiting' RETURNING notice.notice_id"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one try. `released`: it was not this mail's fault, and does not count as a try."""

    row: Any
    state: Literal["sent", "bounced", "postponed", "released"]
    reason: str | None = None
    why: str = REFUSED


class Batch:
    """Claimed notices. What is not sent in the end is released."""

    def __init__(self, rows: Sequence[Any], claimed_at: float, seconds: float) -> None:
        self.claimed_at, self._seconds = claimed_at, seconds
        self.open = {row.notice_id for row in rows}
        self.outcomes: list[Outcome] = []
        self._waiting = iter(rows)

    def take(self) -> Any | None:
        return next(self._waiting, None) if self.left > MARGIN else None

    @property
    def left(self) -> float:
        """How much of the claim, of one."""
        return 1 - (time.monotonic() - self.claimed_at) / self._seconds

    def release_rest(self) -> None:
        self.outcomes += [Outcome(row, "released") for row in self._waiting]


async def anything_due(unit: NotificationUnit) -> bool:
    return bool((await unit.connection.execute(DUE)).scalar_one())


async def claim(unit: NotificationUnit, seconds: float) -> Sequence[Any]:
    return (await unit.connection.execute(CLAIM, {"seconds": seconds})).all()


async def hold(unit: NotificationUnit, batch: Batch, seconds: float) -> None:
    await unit.connection.execute(HOLD, {"ids": list(batch.open), "seconds": seconds})


async def settle(
    unit: NotificationUnit, outcomes: Sequence[Outcome], tasks: Mapping[UUID, UUID], at: datetime
) -> set[UUID]:
    """Which of them were still to be settled; `tasks` by notice, for those that came back."""
    columns = [_column(one, tasks.get(one.row.notice_id), at) for one in outcomes]
    names = ("ids", "states", "reasons", "tasks", "sent", "tried", "seconds")
    arrays = dict(zip(names, map(list, zip(*columns, strict=True)), strict=True))
    return set((await unit.connection.execute(SETTLE, arrays)).scalars())


def _column(one: Outcome, task_id: UUID | None, at: Any) -> tuple[Any, ...]:
    """A row of SETTLE's arrays. What came back and is nobody's task is given up."""
    states = {"sent": "sent", "bounced": "bounced" if task_id else "given_up"}
    return (
        one.row.notice_id,
        states.get(one.state, "waiting"),
        one.reason and one.reason[:400],
        task_id,
        at if one.state == "sent" else None,
        0 if one.state == "released" else 1,
        retry_after(one.row.attempts) if one.state == "postponed" else 0,
    )
