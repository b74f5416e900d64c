"""The movable business clock: one setting of the database server, that all services read and only its owner sets.

Business time is database time plus `trunkline.clock_offset` (see `chassis.clock`). Needs PostgreSQL 17 or newer, where
ALTER SYSTEM takes settings of one's own.
"""

import asyncio
import contextlib
import time as real
from datetime import UTC, datetime, time, timedelta

import asyncpg

from telecom.formats import BERLIN
from telecom.workdays import add_working_days

SETTING = "trunkline.clock_offset"
MORNING = time(8)
LOOK_EVERY = 0.5


async def offset(server: str) -> timedelta:
    """How far business time is ahead of real time."""
    connection = await asyncpg.connect(server)
    try:
        return await _offset(connection)
    finally:
        await connection.close()


async def advance(server: str, by: timedelta) -> timedelta:
    """Move the clock of every service forward; returns the new offset. Raises ValueError if `by` goes back."""
    if by < timedelta(0):
        raise ValueError("the business clock only moves forward; `make reset` starts anew")
    connection = await asyncpg.connect(server)
    try:
        wanted = await _offset(connection) + by
        await connection.execute(f"ALTER SYSTEM SET {SETTING} = '{wanted.total_seconds()} s'")
        await connection.execute("SELECT pg_reload_conf()")
        while await _offset(connection) != wanted:  # noqa: ASYNC110 - the server's word is all there is to wait for
            await asyncio.sleep(0.01)
        return wanted
    finally:
        await connection.close()


async def let_a_working_day_pass(server: str) -> datetime:
    """It is the morning of the next working day, in every service at once; returns that moment."""
    now = datetime.now(UTC) + await offset(server)
    morning = morning_after(now, 1)
    await advance(server, morning - now)
    return morning


def morning_after(moment: datetime, working_days: int) -> datetime:
    """The morning of the `working_days`-th working day after the day of `moment`, in Berlin."""
    day = add_working_days(moment.astimezone(BERLIN).date(), working_days)
    return datetime.combine(day, MORNING, BERLIN).astimezone(UTC)


class BusinessClock:
    """Business time for a program of the stack; without a server, and while it is away, as last known."""

    def __init__(self, server: str | None) -> None:
        self._server = server
        self._ahead, self._looked = timedelta(0), float("-inf")

    async def now(self) -> datetime:
        if self._server is not None and real.monotonic() - self._looked >= LOOK_EVERY:
            self._looked = real.monotonic()
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                self._ahead = await offset(self._server)
        return datetime.now(UTC) + self._ahead

    async def until(self, moment: datetime) -> None:
        while await self.now() < moment:  # noqa: ASYNC110 - the server's word is all there is to wait for
            await asyncio.sleep(LOOK_EVERY)


async def _offset(connection: "asyncpg.Connection[asyncpg.Record]") -> timedelta:
    found: timedelta = await connection.fetchval(
        f"SELECT coalesce(nullif(current_setting('{SETTING}', true), ''), '0 s')::interval"
    )
    return found
