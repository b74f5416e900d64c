"""Alembic, set up once for all services: each keeps its own versions, in its own database.

A service's `migrations/env.py` is two lines: import `run_migrations` and call it.
"""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text

from chassis.store import open_store

LOCK = 7002


def run_migrations() -> None:
    """Called by Alembic in a service's env.py."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=context.config.attributes["metadata"])
    with context.begin_transaction():
        context.run_migrations()


def migrate(url: str, folder: Path, metadata: MetaData, *, name: str) -> None:
    """Bring the database to the newest version; two at once wait for each other."""
    asyncio.run(migrate_on(url, folder, metadata, name=name))


async def migrate_on(url: str, folder: Path, metadata: MetaData, *, name: str) -> None:
    """The same within a running loop."""

    def upgrade(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(folder, metadata, connection), "head")

    engine = open_store(url, name=f"{name} migrate", pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


def _config(folder: Path, metadata: MetaData, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"], config.attributes["metadata"] = connection, metadata
    return config
