"""The portal's store in memory, for unit tests; the same tests run against the real one."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.envelope import Event, Topic
from portal.adapters.memory_back_office import (
    MemoryAudit,
    MemoryColleagues,
    MemoryHandlings,
    MemoryKnownWords,
    MemoryNotes,
    MemoryProposals,
    MemoryTasks,
)
from portal.application.ports import REMEMBERED, CrmMessage, FeedEntry, Member, MessageState, SavedView, Session


class MemorySessions:
    def __init__(self) -> None:
        self.kept: dict[str, Session] = {}

    async def find(self, key: str) -> Session | None:
        return self.kept.get(key)

    async def add(self, session: Session) -> None:
        self.kept[session.key] = session

    async def remove(self, key: str) -> None:
        self.kept.pop(key, None)

    async def set_language(self, key: str, language: str) -> None:
        if key in self.kept:
            self.kept[key] = replace(self.kept[key], language=language)


class MemoryMembers:
    def __init__(self) -> None:
        self.kept: dict[str, Member] = {}

    async def seen(self, member: Member) -> None:
        long_ago = member.seen_at - REMEMBERED
        self.kept = {one.subject: one for one in self.kept.values() if one.seen_at >= long_ago}
        self.kept[member.subject] = member

    async def of(self, party_ids: Collection[UUID]) -> list[Member]:
        found = (one for one in self.kept.values() if one.party_id in party_ids)
        return sorted(found, key=lambda one: (one.name, one.subject))


class MemoryViews:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], SavedView] = {}

    async def keep(self, view: SavedView) -> None:
        self.kept[view.subject, view.path, view.name] = view

    async def of(self, subject: str, path: str) -> list[SavedView]:
        found = (one for one in self.kept.values() if (one.subject, one.path) == (subject, path))
        return sorted(found, key=lambda one: one.name)

    async def remove(self, subject: str, path: str, name: str) -> None:
        self.kept.pop((subject, path, name), None)


class MemoryFeed:
    def __init__(self) -> None:
        self.kept: dict[UUID, FeedEntry] = {}

    def note(self, entry: FeedEntry) -> None:
        self.kept.setdefault(entry.event_id, entry)

    async def of_order(self, order_id: UUID) -> list[FeedEntry]:
        return sorted((one for one in self.kept.values() if one.order_id == order_id), key=lambda one: one.at)

    async def of_quote(self, quote_id: UUID) -> list[FeedEntry]:
        return sorted((one for one in self.kept.values() if one.quote_id == quote_id), key=lambda one: one.at)

    async def of_agreement(self, agreement_id: UUID) -> list[FeedEntry]:
        found = (one for one in self.kept.values() if one.agreement_id == agreement_id and one.order_id is None)
        return sorted((one for one in found if one.quote_id is None), key=lambda one: one.at)


class MemoryPartyTraces:
    """Of one party; what it does to the tables is tested on the real store."""

    def __init__(self) -> None:
        self.moved: list[tuple[UUID, UUID]] = []
        self.forgotten: list[UUID] = []

    async def move(self, loser: UUID, survivor: UUID) -> None:
        self.moved.append((loser, survivor))

    async def forget(self, party_id: UUID) -> None:
        self.forgotten.append(party_id)


class MemoryCrmMessages:
    """Everything that was recorded counts as published."""

    def __init__(self) -> None:
        self.kept: dict[str, CrmMessage] = {}

    async def claim(self, message: CrmMessage) -> CrmMessage | None:
        if (before := self.kept.get(message.message_id)) is not None:
            return before
        state: MessageState = "refused" if message.code else "published"
        self.kept[message.message_id] = replace(message, state=state)
        return None

    async def find(self, status_id: UUID) -> CrmMessage | None:
        return next((one for one in self.kept.values() if one.status_id == status_id), None)

    async def newest(self, most: int, *, only_refused: bool = False) -> list[CrmMessage]:
        found = [one for one in self.kept.values() if one.code or not only_refused]
        return sorted(found, key=lambda one: one.received_at, reverse=True)[:most]


class MemoryOutbox:
    def __init__(self) -> None:
        self.recorded: dict[UUID, Event] = {}
        self.gone: list[tuple[str, str, UUID | None]] = []

    def record(self, event: Event, *, event_id: UUID | None = None) -> UUID:
        found = event_id or uuid4()
        self.recorded[found] = event
        return found

    def tombstone(self, topic: Topic, key: str, *, event_id: UUID | None = None) -> None:
        self.gone.append((topic.name, key, event_id))


class MemoryStore:
    """Sessions, feed, tasks and outbox that live as long as this object."""

    def __init__(self) -> None:
        self.sessions, self.feed, self.outbox = MemorySessions(), MemoryFeed(), MemoryOutbox()
        self.handlings, self.notes, self.proposals = MemoryHandlings(), MemoryNotes(), MemoryProposals()
        self.audit, self.colleagues, self.known = MemoryAudit(), MemoryColleagues(), MemoryKnownWords()
        self.tasks = MemoryTasks(self.handlings, self.proposals, self.known)
        self.crm_messages, self.parties = MemoryCrmMessages(), MemoryPartyTraces()
        self.members, self.views = MemoryMembers(), MemoryViews()

    async def now(self) -> datetime:
        return datetime.now(UTC)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator["MemoryStore"]:
        yield self
