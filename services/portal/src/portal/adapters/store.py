"""The portal's own store: sessions, the event feed behind timelines, and the task list."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    case,
    delete,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.store import chassis_tables
from chassis.unit import Unit
from portal.application.ports import CrmMessage, FeedEntry, MessageState, Session, Task
from telecom.forgetting import WORD, forgotten

metadata = MetaData()
chassis_tables(metadata)

SESSION = Table(
    "session",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("id_token", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("party_id", Uuid),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("session_expires_at", "expires_at"),
)
FEED = Table(
    "feed",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("order_id", Uuid),
    Column("quote_id", Uuid),
    Column("agreement_id", Uuid),
    Column("customer_id", Uuid),
    Column("body", JSONB, nullable=False),
    Index("feed_order", "order_id", "at", postgresql_where=text("order_id IS NOT NULL")),
    Index("feed_quote", "quote_id", "at", postgresql_where=text("quote_id IS NOT NULL")),
)
TASK = Table(
    "task",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("explanation", JSONB, nullable=False),
    Column("customer_id", Uuid),
    Column("order_id", Uuid),
    Column("agreement_id", Uuid),
    Column("due_at", DateTime(timezone=True)),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    Column("settled_by", Text),
    Column("outcome", JSONB),
    Index("task_open", "due_at", "raised_at", postgresql_where=text("settled_at IS NULL")),
)

CRM_MESSAGE = Table(
    "crm_message",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status_id", Uuid, nullable=False, unique=True),
    Column("event_id", Uuid),
    Column("type", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, index=True),
    Column("code", Text),
    Column("errors", JSONB, nullable=False),
)

_NOTE = insert(FEED).on_conflict_do_nothing()
_RAISE = insert(TASK).on_conflict_do_nothing()
_SETTLE = (
    update(TASK)
    .where(TASK.c.task_id == bindparam("settled_id"))
    .values(settled_at=bindparam("at"), settled_by=bindparam("by"), outcome=bindparam("result", type_=JSONB))
)
_FORGET = text("DELETE FROM session WHERE expires_at < now()")
_FORGET_MESSAGES = text("DELETE FROM crm_message WHERE received_at < now() - interval '30 days'")
_WAITING = text("SELECT headers ->> 'ce_id' FROM outbox WHERE headers ->> 'ce_id' = ANY(:event_ids)")


class SqlSessions:
    """Only a hash of the cookie is kept, so that a copy of the table logs nobody in."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, key: str) -> Session | None:
        row = (
            (await self._connection.execute(select(SESSION).where(SESSION.c.key_hash == _hash(key)))).mappings().first()
        )
        return None if row is None else Session(key=key, **{name: row[name] for name in _SESSION_FIELDS})

    async def add(self, session: Session) -> None:
        await self._connection.execute(_FORGET)
        values = {name: getattr(session, name) for name in _SESSION_FIELDS}
        await self._connection.execute(insert(SESSION).values(key_hash=_hash(session.key), **values))

    async def remove(self, key: str) -> None:
        await self._connection.execute(delete(SESSION).where(SESSION.c.key_hash == _hash(key)))

    async def set_language(self, key: str, language: str) -> None:
        await self._connection.execute(
            update(SESSION).where(SESSION.c.key_hash == _hash(key)).values(language=language)
        )


class SqlFeed:
    """Entries of a batch are written together."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def note(self, entry: FeedEntry) -> None:
        self._unit.stage_row(_NOTE, {column.name: getattr(entry, column.name) for column in FEED.c})

    async def of_order(self, order_id: UUID) -> list[FeedEntry]:
        return await self._where(FEED.c.order_id == order_id)

    async def of_quote(self, quote_id: UUID) -> list[FeedEntry]:
        return await self._where(FEED.c.quote_id == quote_id)

    async def _where(self, condition: Any) -> list[FeedEntry]:
        rows = await self._unit.connection.execute(select(FEED).where(condition).order_by(FEED.c.at, FEED.c.event_id))
        return [FeedEntry(**row) for row in rows.mappings()]


class SqlTasks:
    """What a batch raises and settles is written at its end: first the tasks, then their ends."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._raised: list[dict[str, Any]] = []
        self._settled: list[dict[str, Any]] = []

    def raise_(self, task: Task) -> None:
        self._stage()
        self._raised.append({column.name: getattr(task, column.name) for column in TASK.c})

    def settle(self, task_id: UUID, *, by: str, outcome: dict[str, str], at: datetime) -> None:
        self._stage()
        self._settled.append({"settled_id": task_id, "by": by, "result": outcome, "at": at})

    def _stage(self) -> None:
        if not self._raised and not self._settled:
            self._unit.stage(self._write)

    async def _write(self, unit: Unit) -> None:
        raised, self._raised = self._raised, []
        settled, self._settled = self._settled, []
        if raised:
            await unit.connection.execute(_RAISE, raised)
        if settled:
            await unit.connection.execute(_SETTLE, settled)

    async def open(self, kind: str | None = None) -> list[Task]:
        wanted = select(TASK).where(TASK.c.settled_at.is_(None))
        if kind is not None:
            wanted = wanted.where(TASK.c.kind == kind)
        rows = await self._unit.connection.execute(
            wanted.order_by(TASK.c.due_at.asc().nulls_last(), TASK.c.raised_at).limit(500)
        )
        return [_task(row) for row in rows.mappings()]

    async def get(self, task_id: UUID) -> Task | None:
        row = (await self._unit.connection.execute(select(TASK).where(TASK.c.task_id == task_id))).mappings().first()
        return None if row is None else _task(row)


class SqlPartyTraces:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for table in (FEED, TASK):
            theirs = table.c.customer_id == loser
            await self._connection.execute(update(table).where(theirs).values(customer_id=survivor))

    async def forget(self, party_id: UUID) -> None:
        """Of events that name no customer, those of his orders and quotes."""
        his = FEED.c.customer_id == party_id
        orders, quotes = (
            select(column).where(his, column.is_not(None)) for column in (FEED.c.order_id, FEED.c.quote_id)
        )
        stories = select(FEED.c.event_id, FEED.c.body).where(
            or_(his, FEED.c.order_id.in_(orders), FEED.c.quote_id.in_(quotes))
        )
        for event_id, body in (await self._connection.execute(stories)).all():
            same = FEED.c.event_id == event_id
            await self._connection.execute(update(FEED).where(same).values(body=forgotten(body)))
        neutral = {"de": WORD, "en": "deleted"}
        tasks = update(TASK).where(or_(TASK.c.customer_id == party_id, TASK.c.order_id.in_(orders)))
        settled = case((TASK.c.outcome.is_(None), None), else_=literal(neutral, JSONB))
        await self._connection.execute(tasks.values(explanation=neutral, outcome=settled))
        await self._connection.execute(delete(SESSION).where(SESSION.c.party_id == party_id))


class SqlCrmMessages:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, message: CrmMessage) -> CrmMessage | None:
        await self._connection.execute(_FORGET_MESSAGES)
        values = {column.name: getattr(message, column.name) for column in CRM_MESSAGE.c}
        values["errors"] = list(message.errors)
        added = await self._connection.execute(insert(CRM_MESSAGE).values(values).on_conflict_do_nothing())
        if added.rowcount == 1:
            return None
        [before] = await self._where(CRM_MESSAGE.c.message_id == message.message_id, 1)
        return before

    async def find(self, status_id: UUID) -> CrmMessage | None:
        return next(iter(await self._where(CRM_MESSAGE.c.status_id == status_id, 1)), None)

    async def newest(self, most: int, *, only_refused: bool = False) -> list[CrmMessage]:
        return await self._where(CRM_MESSAGE.c.code.is_not(None) if only_refused else true(), most)

    async def _where(self, condition: Any, most: int) -> list[CrmMessage]:
        query = select(CRM_MESSAGE).where(condition).order_by(CRM_MESSAGE.c.received_at.desc()).limit(most)
        rows = [dict(row) for row in (await self._connection.execute(query)).mappings()]
        asked = {"event_ids": [str(row["event_id"]) for row in rows]}
        waiting = set((await self._connection.execute(_WAITING, asked)).scalars())
        return [_message(row, is_waiting=str(row["event_id"]) in waiting) for row in rows]


class PortalUnit(Unit):
    """One transaction of the portal's store."""

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    @cached_property
    def feed(self) -> SqlFeed:
        return SqlFeed(self)

    @cached_property
    def tasks(self) -> SqlTasks:
        return SqlTasks(self)

    @cached_property
    def parties(self) -> SqlPartyTraces:
        return SqlPartyTraces(self.connection)

    @cached_property
    def crm_messages(self) -> SqlCrmMessages:
        return SqlCrmMessages(self.connection)


def _task(row: RowMapping | Mapping[str, Any]) -> Task:
    return Task(**row)


def _message(row: dict[str, Any], *, is_waiting: bool) -> CrmMessage:
    state: MessageState = "refused" if row["code"] else "taken_in" if is_waiting else "published"
    return CrmMessage(**{**row, "errors": tuple(row["errors"]), "state": state})


def _hash(key: str) -> bytes:
    return sha256(key.encode()).digest()


_SESSION_FIELDS = tuple(column.name for column in SESSION.c if column.name != "key_hash")
