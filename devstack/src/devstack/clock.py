"""The movable business clock: one setting of the database server, that all services read and only its owner sets.

Business time is database time plus `trunkline.clock_offset` (see `chassis.clock`). Needs PostgreSQL 17 or newer, where
ALTER SYSTEM takes settings of one's own.
"""

import asyncio
from datetime import timedelta

import asyncpg

SETTING = "trunkline.clock_offset"


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


async def _offset(connection: "asyncpg.Connection[asyncpg.Record]") -> timedelta:
    found: timedelta = await connection.fetchval(
        f"SELECT coalesce(nullif(current_setting('{SETTING}', true), ''), '0 s')::interval"
    )
    return found
