"""The portal's own store: sessions, the event feed behind timelines, and the task list."""

from collections.abc import Collection
from dataclasses import asdict
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, case, delete, literal, or_, select, text, true, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.unit import Unit
from portal.adapters.audit import SqlAudit, SqlColleagues, SqlNotes, SqlProposals
from portal.adapters.queue import SqlHandlings, SqlKnownWords, SqlTasks
from portal.adapters.tables import (
    AUDIT,
    CRM_MESSAGE,
    FEED,
    KNOWN_NAME,
    MEMBER,
    PROPOSAL,
    SAVED_VIEW,
    SESSION,
    TASK,
    TASK_NOTE,
)
from portal.application.ports import REMEMBERED, CrmMessage, FeedEntry, Member, MessageState, SavedView, Session
from telecom.forgetting import WORD, forgotten

_NOTE = insert(FEED).on_conflict_do_nothing()
_FORGET = text("DELETE FROM session WHERE expires_at < now()")
_FORGET_MEMBERS = text("DELETE FROM member WHERE seen_at < :long_ago")
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


class SqlMembers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def seen(self, member: Member) -> None:
        await self._connection.execute(_FORGET_MEMBERS, {"long_ago": member.seen_at - REMEMBERED})
        values = asdict(member)
        known = insert(MEMBER).values(values)
        await self._connection.execute(known.on_conflict_do_update(index_elements=["subject"], set_=values))

    async def of(self, party_ids: Collection[UUID]) -> list[Member]:
        query = select(MEMBER).where(MEMBER.c.party_id.in_(party_ids)).order_by(MEMBER.c.name, MEMBER.c.subject)
        return [Member(**row) for row in (await self._connection.execute(query)).mappings()]


class SqlViews:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, view: SavedView) -> None:
        added = insert(SAVED_VIEW).values(asdict(view))
        await self._connection.execute(
            added.on_conflict_do_update(index_elements=["subject", "path", "name"], set_={"query": view.query})
        )

    async def of(self, subject: str, path: str) -> list[SavedView]:
        his = SAVED_VIEW.c.subject == subject, SAVED_VIEW.c.path == path
        query = select(SAVED_VIEW).where(*his).order_by(SAVED_VIEW.c.name)
        return [SavedView(**row) for row in (await self._connection.execute(query)).mappings()]

    async def remove(self, subject: str, path: str, name: str) -> None:
        same = SAVED_VIEW.c.subject == subject, SAVED_VIEW.c.path == path, SAVED_VIEW.c.name == name
        await self._connection.execute(delete(SAVED_VIEW).where(*same))


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

    async def of_agreement(self, agreement_id: UUID) -> list[FeedEntry]:
        return await self._where(
            (FEED.c.agreement_id == agreement_id) & FEED.c.order_id.is_(None) & FEED.c.quote_id.is_(None)
        )

    async def _where(self, condition: Any) -> list[FeedEntry]:
        rows = await self._unit.connection.execute(select(FEED).where(condition).order_by(FEED.c.at, FEED.c.event_id))
        return [FeedEntry(**row) for row in rows.mappings()]


class SqlPartyTraces:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for table in (FEED, TASK, PROPOSAL, AUDIT):
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
        await self._forget_acts(party_id, orders)
        settled = case((TASK.c.outcome.is_(None), None), else_=literal(neutral, JSONB))
        await self._connection.execute(tasks.values(explanation=neutral, outcome=settled))
        members = select(MEMBER.c.subject).where(MEMBER.c.party_id == party_id)
        await self._connection.execute(delete(SAVED_VIEW).where(SAVED_VIEW.c.subject.in_(members)))
        for table in (SESSION, MEMBER):
            await self._connection.execute(delete(table).where(table.c.party_id == party_id))

    async def _forget_acts(self, party_id: UUID, orders: Select[tuple[Any]]) -> None:
        """What was written about his tasks goes; who did what and when stays, and so does the audit's chain."""
        his_tasks = select(TASK.c.task_id).where(or_(TASK.c.customer_id == party_id, TASK.c.order_id.in_(orders)))

        def his(table: Table) -> ColumnElement[bool]:
            columns = table.c
            return or_(columns.customer_id == party_id, columns.order_id.in_(orders), columns.task_id.in_(his_tasks))

        notes = update(TASK_NOTE).where(TASK_NOTE.c.task_id.in_(his_tasks))
        await self._connection.execute(notes.values(text=WORD))
        reason = case((PROPOSAL.c.reason.is_(None), None), else_=WORD)
        await self._connection.execute(update(PROPOSAL).where(his(PROPOSAL)).values(body={}, subject={}, reason=reason))
        await self._connection.execute(update(AUDIT).where(his(AUDIT)).values(said={}, salt=None))
        await self._connection.execute(delete(KNOWN_NAME).where(KNOWN_NAME.c.about == party_id))


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
    def members(self) -> SqlMembers:
        return SqlMembers(self.connection)

    @cached_property
    def views(self) -> SqlViews:
        return SqlViews(self.connection)

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
    def handlings(self) -> SqlHandlings:
        return SqlHandlings(self.connection)

    @cached_property
    def notes(self) -> SqlNotes:
        return SqlNotes(self.connection)

    @cached_property
    def proposals(self) -> SqlProposals:
        return SqlProposals(self.connection)

    @cached_property
    def audit(self) -> SqlAudit:
        return SqlAudit(self)

    @cached_property
    def colleagues(self) -> SqlColleagues:
        return SqlColleagues(self.connection)

    @cached_property
    def known(self) -> SqlKnownWords:
        return SqlKnownWords(self)

    @cached_property
    def crm_messages(self) -> SqlCrmMessages:
        return SqlCrmMessages(self.connection)


def _message(row: dict[str, Any], *, is_waiting: bool) -> CrmMessage:
    state: MessageState = "refused" if row["code"] else "taken_in" if is_waiting else "published"
    return CrmMessage(**{**row, "errors": tuple(row["errors"]), "state": state})


def _hash(key: str) -> bytes:
    return sha256(key.encode()).digest()


_SESSION_FIELDS = tuple(column.name for column in SESSION.c if column.name != "key_hash")
