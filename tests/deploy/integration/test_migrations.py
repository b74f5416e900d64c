"""A database that comes from the first release, by one migration after the other, is as the code wants it."""

from importlib import import_module

import asyncpg
import pytest
from sqlalchemy import MetaData

from chassis.store import open_store
from contracts.readers import PUBLISHES
from tests.conftest import NewDatabase

SHAPE = """
SELECT table_name, column_name, concat_ws(' ', data_type, is_nullable, column_default, is_identity)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL SELECT relname, relkind::text, reloptions::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
"""


@pytest.mark.parametrize("name", PUBLISHES)
async def test_migrations_make_the_tables_that_the_code_works_on(name: str, new_database: NewDatabase) -> None:
    service = import_module(f"{name}.main").service
    made = await _made_at_once(await new_database(name), service.metadata)
    migrated = await _shape(await new_database(service))
    assert {row for row in migrated if not row[0].startswith("alembic_version")} == made


async def _made_at_once(url: str, metadata: MetaData) -> set[tuple[str, str, str]]:
    engine = open_store(url, name="whole", pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    return await _shape(url)


async def _shape(url: str) -> set[tuple[str, str, str]]:
    """Table, what of it, and how that is."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(SHAPE)
    await connection.close()
    return {tuple(row) for row in rows}
