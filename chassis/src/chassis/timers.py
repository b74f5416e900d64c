"""Durable timers: rows that are due at a business time, each run once in a transaction of its own."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.story import current_story

U = TypeVar("U")

SET = text(
    "INSERT INTO timer (name, subject, due_at, correlation_id, trace) "
    "VALUES (:name, :subject, :due_at, :correlation_id, :trace) ON CONFLICT (name, subject) "
    "DO UPDATE SET due_at = excluded.due_at, correlation_id = excluded.correlation_id, trace = excluded.trace, "
    "failures = 0, not_before = now()"
)
CANCEL = text("DELETE FROM timer WHERE name = :name AND subject = :subject")


class TimerRows:
    """The timers of one unit of work; one for each name and subject, setting again moves it, and into this story."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def set(self, name: str, subject: object, due_at: datetime) -> None:
        story = current_story()
        await self._connection.execute(
            SET,
            {
                "name": name,
                "subject": str(subject),
                "due_at": due_at,
                "correlation_id": story.correlation_id,
                "trace": story.trace,
            },
        )

    async def cancel(self, name: str, subject: object) -> None:
        await self._connection.execute(CANCEL, {"name": name, "subject": str(subject)})


class Timers(Generic[U]):
    """What happens when a timer is due, by name."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[str, U], Awaitable[None]]] = {}

    def on(self, name: str) -> Callable[[Callable[[str, U], Awaitable[None]]], Callable[[str, U], Awaitable[None]]]:
        def register(handler: Callable[[str, U], Awaitable[None]]) -> Callable[[str, U], Awaitable[None]]:
            self.handlers[name] = handler
            return handler

        return register
