"""What the portal's pages need from outside, named for what it is to us."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from contracts.envelope import Event, Topic
from portal.domain.audit import Entry, Row
from portal.domain.clerk import Clerk
from portal.domain.handling import Handling
from portal.domain.proposal import Proposal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Session:
    """A login as the portal keeps it; `id_token` goes on to services as it is."""

    key: str
    id_token: str
    csrf: str
    subject: str
    name: str
    email: str
    role: str
    language: str
    party_id: UUID | None
    expires_at: datetime


REMEMBERED = timedelta(days=365)
"""So long after his last login somebody counts among those of his company."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a customer or a partner, as his last login told, and when that was."""

    subject: str
    name: str
    email: str
    role: str
    party_id: UUID
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class SavedView:
    """What somebody narrowed the list at `path` to, under his own name for it; `query` as it stands in the address."""

    subject: str
    path: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An event as the timeline needs it."""

    event_id: UUID
    kind: str
    at: datetime
    body: Json
    order_id: UUID | None = None
    quote_id: UUID | None = None
    agreement_id: UUID | None = None
    customer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person has to do; `owner` is the service that acts on it."""

    task_id: UUID
    kind: str
    owner: str
    subject_id: UUID
    title: dict[str, str]
    explanation: dict[str, str]
    raised_at: datetime
    customer_id: UUID | None = None
    order_id: UUID | None = None
    agreement_id: UUID | None = None
    due_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    outcome: dict[str, str] | None = None


FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""What has no deadline comes last."""
Whose = Literal["", "mine", "unclaimed"]
When = Literal["", "overdue", "today", "later", "settled"]
"""Of the queue: all that is open now, or of it what is late or due today; what waits for its day; what is done."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Which tasks are asked for, by whom and when. `q` is looked for in texts, names and numbers."""

    now: datetime
    today: date
    me: str = ""
    kind: str = ""
    owner: str = ""
    whose: Whose = ""
    when: When = ""
    q: str = ""


Place = tuple[datetime, datetime, UUID]
"""Of a task in the list, after which the next page begins."""


@dataclass(frozen=True, slots=True)
class QueuedTask:
    """A task with what order management added to it. `names`: what is known of its order and customer, by kind."""

    task: Task
    handling: Handling
    names: dict[str, str]
    is_proposed: bool = False

    @property
    def due_at(self) -> datetime | None:
        """Our own moment goes before the owner's."""
        return self.handling.due_at or self.task.due_at

    @property
    def place(self) -> Place:
        return self.task.settled_at or self.due_at or FAR, self.task.raised_at, self.task.task_id


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a task, for the colleagues."""

    note_id: UUID
    task_id: UUID
    at: datetime
    by: Clerk
    text: str


@dataclass(frozen=True, slots=True)
class Audited:
    """Which rows of the audit are asked for."""

    subject: str = ""
    task_id: UUID | None = None
    order_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class Sessions(Protocol):
    async def find(self, key: str) -> Session | None: ...
    async def add(self, session: Session) -> None: ...
    async def remove(self, key: str) -> None: ...
    async def set_language(self, key: str, language: str) -> None: ...


class Members(Protocol):
    async def seen(self, member: Member) -> None:
        """Who has not been seen for too long is forgotten then."""
        ...

    async def of(self, party_ids: Collection[UUID]) -> list[Member]:
        """By name."""
        ...


class Views(Protocol):
    async def keep(self, view: SavedView) -> None:
        """In place of the one of that name, if there is one."""
        ...

    async def of(self, subject: str, path: str) -> list[SavedView]:
        """By name."""
        ...

    async def remove(self, subject: str, path: str, name: str) -> None: ...


class Feed(Protocol):
    def note(self, entry: FeedEntry) -> None: ...
    async def of_order(self, order_id: UUID) -> list[FeedEntry]: ...
    async def of_quote(self, quote_id: UUID) -> list[FeedEntry]: ...
    async def of_agreement(self, agreement_id: UUID) -> list[FeedEntry]:
        """What belongs to no order of it: numbers that leave."""
        ...


class Tasks(Protocol):
    def raise_(self, task: Task) -> None: ...
    def settle(self, task_id: UUID, *, by: str, outcome: dict[str, str], at: datetime) -> None: ...
    async def get(self, task_id: UUID) -> Task | None: ...
    async def open_on(self, subject_id: UUID, kind: str) -> Task | None: ...
    async def queue(self, wanted: Queue, after: Place | None, most: int) -> list[QueuedTask]:
        """The most urgent first; settled ones the newest first."""
        ...

    async def counts(self, wanted: Queue) -> dict[str, int]:
        """How many each `whose` (`all` without) and each `when` (`open` without) finds beside the other filters."""
        ...

    async def kinds(self) -> list[tuple[str, str]]:
        """Kind and owner of what is open."""
        ...


class Handlings(Protocol):
    async def get(self, task_id: UUID) -> Handling:
        """Locked until the unit of work ends; a new one if nobody has touched the task."""
        ...

    async def look(self, task_id: UUID) -> Handling: ...
    async def save(self, handling: Handling) -> None: ...


class Notes(Protocol):
    async def add(self, note: Note) -> None: ...
    async def of_task(self, task_id: UUID) -> list[Note]: ...


class Proposals(Protocol):
    async def add(self, proposal: Proposal) -> bool:
        """False if another is open that asks the same owner for the same."""
        ...

    async def open_on(self, part: str, path: str) -> Proposal | None:
        """Locked until the unit of work ends."""
        ...

    async def get(self, proposal_id: UUID) -> Proposal | None:
        """Locked until the unit of work ends."""
        ...

    async def save(self, proposal: Proposal) -> None: ...
    async def open(self) -> list[Proposal]:
        """Oldest first; some may have expired."""
        ...

    async def of_task(self, task_id: UUID) -> list[Proposal]:
        """Newest first."""
        ...


class AuditLog(Protocol):
    def write(self, entry: Entry) -> None:
        """As the next row, when the unit is flushed."""
        ...

    async def rows(self, wanted: Audited, before: int | None, most: int) -> list[Row]:
        """Newest first."""
        ...

    async def stretch(self, first: int, most: int) -> list[Row]:
        """Rows from that number on, oldest first."""
        ...


class Colleagues(Protocol):
    """Who of the house has logged in."""

    async def seen(self, clerk: Clerk, at: datetime) -> None: ...
    async def all(self) -> list[Clerk]: ...


class KnownWords(Protocol):
    """By what tasks are found: names and numbers of what they are about."""

    def name(self, about: UUID, kind: str, name: str) -> None: ...
    def number(self, about: UUID, digits: str) -> None: ...
    async def about(self, kind: str, name: str) -> list[UUID]: ...
    async def names(self, about: list[UUID]) -> dict[UUID, dict[str, str]]: ...


class PartyTraces(Protocol):
    """What of a party stands in feed, tasks and sessions."""

    async def move(self, loser: UUID, survivor: UUID) -> None: ...

    async def forget(self, party_id: UUID) -> None: ...


MessageState = Literal["taken_in", "published", "refused"]


@dataclass(frozen=True, slots=True)
class CrmMessage:
    """What became of a message of the CRM's, without what it said. `errors`: what was refused, by field."""

    message_id: str
    fingerprint: bytes
    status_id: UUID
    event_id: UUID | None
    type: str
    received_at: datetime
    state: MessageState = "taken_in"
    code: str | None = None
    errors: tuple[Json, ...] = ()


class CrmMessages(Protocol):
    """Messages that came by the CRM's webhook; published once the event has left our outbox."""

    async def claim(self, message: CrmMessage) -> CrmMessage | None:
        """None if it is new, else the one that came before under this id. Two at once: the second waits."""
        ...

    async def find(self, status_id: UUID) -> CrmMessage | None: ...

    async def newest(self, most: int, *, only_refused: bool = False) -> list[CrmMessage]: ...


class Outbox(Protocol):
    def record(self, event: Event, *, event_id: UUID | None = None) -> UUID: ...
    def tombstone(self, topic: Topic, key: str, *, event_id: UUID | None = None) -> None: ...


class PortalUnit(Protocol):
    """One transaction of the portal's own store."""

    @property
    def sessions(self) -> Sessions: ...
    @property
    def members(self) -> Members: ...
    @property
    def views(self) -> Views: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def crm_messages(self) -> CrmMessages: ...
    @property
    def parties(self) -> PartyTraces: ...
    @property
    def handlings(self) -> Handlings: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def colleagues(self) -> Colleagues: ...
    @property
    def known(self) -> KnownWords: ...
    async def now(self) -> datetime: ...


NewUnit = Callable[[], AbstractAsyncContextManager[PortalUnit]]


class Problem(Exception):
    """A service said no, in the reader's language (a problem document)."""

    def __init__(self, status: int, document: Json) -> None:
        super().__init__(document.get("detail") or document.get("title") or str(status))
        self.status, self.document = status, document

    @property
    def detail(self) -> str:
        return str(self)

    @property
    def code(self) -> str:
        return str(self.document.get("code") or "")


class Away(Exception):
    """A service does not answer; `part` is its name."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} does not answer")
        self.part = part


class LoginRefused(Exception):
    """The login provider did not vouch for this login."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer: JSON in `body`, or a document's bytes in `content`."""

    status: int
    body: Any = None
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Services(Protocol):
    """The other services by name: catalog, cart, provisioning, porting, notification."""

    async def call(
        self,
        part: str,
        method: str,
        path: str,
        *,
        token: str | None,
        language: str,
        params: dict[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        content_type: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
        on_behalf_of: str | None = None,
    ) -> Answer:
        """`on_behalf_of`: the visitor's network address, where a service counts tries by it."""
        ...


class LoginProvider(Protocol):
    """The OpenID provider: where to send the browser, and whom a code stands for."""

    async def authorize_url(self, *, state: str, nonce: str, verifier: str) -> str: ...
    async def redeem(self, *, code: str, nonce: str, verifier: str) -> tuple[str, Json]:
        """The ID token for a code, and its claims. Raises LoginRefused, or Away."""
        ...

    async def logout_url(self, id_token: str) -> str | None: ...


class Live(Protocol):
    """Tells pages in this process that something about an order has changed."""

    def changed(self, order_id: UUID) -> None: ...
    async def wait(self, order_id: UUID, seconds: float) -> None: ...
