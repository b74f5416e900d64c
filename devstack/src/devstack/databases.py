"""A database and a role for each service, migrated where it is the stack's own and its migrations grew.

The newest migration is kept as the database's comment, so that starting an unchanged stack imports no service for it.
"""

import asyncio
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from devstack.layout import SERVICES, Layout
from devstack.programs import DidNotStart

SEEN = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1"


async def make_databases(layout: Layout) -> list[str]:
    """All services' databases, made and migrated; returns whose needed it."""
    server = await asyncpg.connect(layout.database_server)
    try:
        for name in SERVICES:
            if not await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
                await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
            if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await server.execute(f"CREATE DATABASE {name} OWNER {name}")
        behind = await _behind(server, layout)
        if behind:
            await _migrate(behind, layout)
        for name in behind:
            await server.execute(f"COMMENT ON DATABASE {name} IS '{newest_migration(name)}'")
        return behind
    finally:
        await server.close()


async def databases_behind(layout: Layout) -> list[str]:
    """Whose database lacks a migration."""
    server = await asyncpg.connect(layout.database_server)
    try:
        return await _behind(server, layout)
    finally:
        await server.close()


async def _behind(server: "asyncpg.Connection[asyncpg.Record]", layout: Layout) -> list[str]:
    return [name for name in layout.own_services if await server.fetchval(SEEN, name) != newest_migration(name)]


def newest_migration(service: str) -> str:
    """The name of its last file, without importing the service."""
    found = find_spec(service)
    assert found is not None, f"{service} is not installed"
    assert found.origin is not None
    return max(path.stem for path in Path(found.origin).parent.glob("migrations/versions/*.py"))


async def _migrate(services: list[str], layout: Layout) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "devstack.migrating", *services,
        env={**os.environ, **layout.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode:
        raise DidNotStart(f"migrating {', '.join(services)}: {said.decode(errors='replace')[-2000:]}")
