"""Events on their way out: recorded in the transaction of the work, sent by the relay."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import uuid7
from chassis.story import current_story
from contracts.envelope import Event, Topic, headers

LARGEST = 900 * 1024
"""Bytes of a message; a larger one would block its partition."""
DEAD_LETTER_LANE = 1000

INSERT = (
    "INSERT INTO outbox (lane, topic, key, headers, payload) "
    "SELECT l, t, k, h::jsonb, p FROM unnest(cast(:lanes AS smallint[]), cast(:topics AS text[]), "
    "cast(:keys AS text[]), cast(:headers AS text[]), cast(:payloads AS bytea[])) "
    "WITH ORDINALITY AS x(l, t, k, h, p, o) ORDER BY o"
)


@dataclass(frozen=True, slots=True)
class Along:
    """A statement that goes to the database with the outbox: one round trip less. It may touch no event's subject."""

    sql: str
    values: dict[str, Any]


class EventTooLarge(ValueError):
    """An event over 900 KiB is refused where it is recorded, with its name and size."""


class Row(NamedTuple):
    lane: int
    topic: str
    key: str | None
    headers: str
    payload: bytes | None


class Outbox:
    """The events of one unit of work, in the order in which they were recorded."""

    def __init__(self, source: str, lanes: int = 1) -> None:
        self._source, self._lanes = source, lanes
        self._rows: list[Row] = []
        self.types: list[str] = []
        """What was recorded, for counting."""

    def record(self, event: Event, *, topic: Topic | None = None, event_id: UUID | None = None) -> UUID:
        """Note an event for sending; returns its id. `topic` only where the event may travel on several."""
        body, key, event_id = event.body(), event.partition_key(), event_id or uuid7()
        if len(body) > LARGEST:
            raise EventTooLarge(f"{event.type_name()} has {len(body)} bytes, {LARGEST} are allowed")
        made = self._headers(event_id, event.type_name(), key)
        self._rows.append(Row(self._lane_of(key), (topic or event.topic).name, key, made, body))
        self.types.append(event.type_name())
        return event_id

    def tombstone(self, topic: Topic, key: str, *, event_id: UUID | None = None) -> None:
        """Forget what a compacted topic knows of `key`."""
        made = self._headers(event_id or uuid7(), f"{topic.context}.Tombstone.v1", key)
        self._rows.append(Row(self._lane_of(key), topic.name, key, made, None))

    def forward(self, topic: str, key: str | None, message_headers: dict[str, str], payload: bytes | None) -> None:
        """Send a message as it is, in the lane of dead letters, so that their topic's absence stops nothing else.

        With our headers added, a message at the broker's limit would be over it and block the lane: it is cut.
        """
        room = max(0, LARGEST - sum(len(name) + len(value) for name, value in message_headers.items()))
        if payload is not None and len(payload) > room:
            message_headers = {**message_headers, "dlt_cut_from": str(len(payload))}
            payload = payload[:room]
        self._rows.append(Row(DEAD_LETTER_LANE, topic, key, to_json(message_headers).decode(), payload))

    async def flush(self, connection: AsyncConnection, along: Along | None = None) -> bool:
        """Write what was recorded, in order, and what goes along; True if there was anything recorded."""
        if not self._rows:
            if along is not None:
                await connection.execute(_statement(along.sql), along.values)
            return False
        rows, self._rows = self._rows, []
        await connection.execute(
            _statement(INSERT if along is None else f"WITH along AS ({along.sql}) {INSERT}"),
            {
                **({} if along is None else along.values),
                "lanes": [row.lane for row in rows],
                "topics": [row.topic for row in rows],
                "keys": [row.key for row in rows],
                "headers": [row.headers for row in rows],
                "payloads": [row.payload for row in rows],
            },
        )
        return True

    def _headers(self, event_id: UUID, type_name: str, key: str) -> str:
        story = current_story()
        return to_json(
            headers(
                event_id=event_id,
                type_name=type_name,
                source=self._source,
                subject=key,
                correlation_id=story.correlation_id,
                cause=story.cause,
                traceparent=story.trace,
            )
        ).decode()

    def _lane_of(self, key: str) -> int:
        return 0 if self._lanes == 1 else sum(key.encode()) % self._lanes


@lru_cache
def _statement(sql: str) -> TextClause:
    return text(sql)
