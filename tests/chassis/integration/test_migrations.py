"""A migration takes its time, and none of the running version's."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError

from chassis import migrations, store
from chassis.migrations import migrate_on
from chassis.readiness import database_trouble

SLOW = "SELECT pg_sleep(1.5)"


def folder_of(here: Path, *statements: str) -> Path:
    """Migrations that make a table `thing`, and then do `statements`."""
    versions = here / "versions"
    versions.mkdir(parents=True)
    (here / "env.py").write_text(
        "from chassis.migrations import run_migrations\n\nrun_migrations()\n", encoding="utf-8"
    )
    for number, said in enumerate(("CREATE TABLE thing (name text)", *statements), start=1):
        before = f"{number - 1:04}" if number > 1 else None
        (versions / f"{number:04}_step.py").write_text(
            f"from alembic import op\n\nrevision, down_revision = '{number:04}', {before!r}\n\n\n"
            f"def upgrade() -> None:\n    op.execute({said!r})\n",
            encoding="utf-8",
        )
    return here


async def test_a_migration_takes_longer_than_any_other_statement_may(
    new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "STATEMENT_SECONDS", 0.5)
    url = await new_database()
    await migrate_on(url, folder_of(tmp_path / "of", SLOW), MetaData(), name="probe")
    assert await version_of(url) == "0002"


async def test_a_second_one_waits_for_the_first_however_long_that_takes(
    new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 0.5)
    url, folder = await new_database(), folder_of(tmp_path / "of", SLOW)
    both = (asyncio.to_thread(migrations.migrate, url, folder, MetaData(), name="probe") for _ in range(2))
    await asyncio.gather(*both)
    assert await version_of(url) == "0002"


async def test_a_migration_that_gets_no_table_leaves_it_to_the_running_version_and_says_so(
    new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await new_database()
    await migrate_on(url, folder_of(tmp_path / "before"), MetaData(), name="probe")
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 0.5)
    works = await asyncpg.connect(url)
    async with works.transaction():
        await works.execute("INSERT INTO thing VALUES ('one')")
        after = folder_of(tmp_path / "after", "ALTER TABLE thing ADD COLUMN more text")
        with pytest.raises(DBAPIError) as refused:
            await migrate_on(url, after, MetaData(), name="probe")
    await works.close()
    assert database_trouble(refused.value).cause == "somebody else holds a table that is needed"
    assert await version_of(url) == "0001"
    await migrate_on(url, after, MetaData(), name="probe")
    assert await version_of(url) == "0002"


async def version_of(url: str) -> str | None:
    connection = await asyncpg.connect(url)
    found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    await connection.close()
    return found
