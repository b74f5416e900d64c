"""Looks through a whole database for what should have been forgotten, and tells a service that it should."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.service import Running
from chassis.story import Story, telling
from contracts.envelope import Event, Topic

RUNS_OUT = ("outbox", "parked", "idempotency_key")
"""What is on its way, dead letters, and answers kept to be repeated: they go by themselves after days."""
COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY') ORDER BY 1, 2"
)


async def traces(engine: AsyncEngine, words: Collection[str]) -> list[str]:
    """Where any of `words` is still said: `table.column: word`."""
    async with engine.connect() as connection:
        columns = [row for row in await connection.execute(COLUMNS) if row.table_name not in RUNS_OUT]
        found = []
        for table, column in columns:
            written = text(f"SELECT coalesce(string_agg(\"{column}\"::text, ' '), '') FROM \"{table}\"")
            said = str((await connection.execute(written)).scalar_one())
            # JSON may write umlauts as escapes: both spellings are looked for.
            escaped = {word: word.encode("unicode_escape").decode().replace("\\x", "\\u00") for word in words}
            found += [f"{table}.{column}: {word}" for word, other in escaped.items() if word in said or other in said]
        return found


async def hear(running: Running[Any], *events: Event, topic: Topic | None = None) -> None:
    """Each event as the service's consumers hand it on, read back from the bytes that travel."""
    for event in events:
        [subscription] = [one for one in running.service.subscriptions if one.topic is (topic or event.topic)]
        reaction = subscription.reaction(event.type_name(), event.body(), event.partition_key())
        assert reaction is not None, f"nobody reacts to {event.type_name()}"
        with telling(Story("tests", uuid4())):
            async with running.units.writing() as unit:
                await reaction(unit)
