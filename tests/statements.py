"""What a piece of work asks the database: each statement is a round trip, and those are most of a request's time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def statements_on(engine: AsyncEngine) -> Iterator[list[str]]:
    """Those run meanwhile, without begin and commit."""
    run: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        run.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
