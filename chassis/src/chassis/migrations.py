"""Alembic, set up once for all services: each keeps its own versions, in its own database.

A service's `migrations/env.py` is two lines: import `run_migrations` and call it.
"""

import asyncio
from pathlib import Path

import structlog
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, inspect, text

from chassis.readiness import AT, Trouble, migrations_missing, versions_in
from chassis.store import open_store

log = structlog.get_logger()
LOCK = 7002
LOCK_SECONDS = 10.0
"""So long a migration waits for a table, and with it whoever asks for that table after it."""


class NotOurs(Exception):
    """The database is at a migration of somebody else."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def run_migrations() -> None:
    """Called by Alembic in a service's env.py."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=context.config.attributes["metadata"])
    with context.begin_transaction():
        context.run_migrations()


def migrate(url: str, folder: Path, metadata: MetaData, *, name: str) -> None:
    """Bring the database to the newest version; two at once wait for each other. One that is ahead stays as it is."""
    asyncio.run(migrate_on(url, folder, metadata, name=name))


async def migrate_on(url: str, folder: Path, metadata: MetaData, *, name: str) -> None:
    """The same within a running loop."""

    def upgrade(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if _is_ahead(connection, versions_in(folder)):
            return
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        command.upgrade(_config(folder, metadata, connection), "head")

    engine = open_store(url, name=f"{name} migrate", pool_size=1, patient=True)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


def _is_ahead(connection: Connection, versions: list[str]) -> bool:
    """As after a rollback, or while a newer version rolls out."""
    at = connection.execute(AT).scalar_one_or_none() if inspect(connection).has_table("alembic_version") else None
    if at is None or at in versions:
        return False
    if (trouble := migrations_missing(at, versions, "")) is not None:
        raise NotOurs(trouble)
    log.info("nothing to migrate, the database is ahead", at=at, newest=versions[-1])
    return True


def _config(folder: Path, metadata: MetaData, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"], config.attributes["metadata"] = connection, metadata
    return config
