"""Moves the business clock of one test's database; the devstack moves a whole server's."""

from datetime import timedelta

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

AHEAD = "SELECT coalesce(nullif(current_setting('trunkline.clock_offset', true), ''), '0 s')::interval"


async def days_pass(engine: AsyncEngine, days: float) -> None:
    """Business time is `days` later than it was; the engine's connections are new ones, which know."""
    url = engine.url.set(drivername="postgresql")
    server = await asyncpg.connect(url.render_as_string(hide_password=False))
    ahead = await server.fetchval(AHEAD) + timedelta(days=days)
    await server.execute(f"ALTER DATABASE {url.database} SET trunkline.clock_offset = '{ahead.total_seconds()} s'")
    await server.close()
    await engine.dispose()
