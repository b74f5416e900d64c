"""What telling people needs of the outside."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from contracts.envelope import Event
from notification.application.documents import Paper
from notification.domain.notice import Happening, Notice, Story
from notification.domain.webhook import Delivery, Webhook


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice as it is known after it was written: what became of it."""

    notice_id: UUID
    kind: str
    role: str
    email: str
    language: str
    about: UUID
    state: str
    documents: tuple[str, ...]
    customer_id: UUID | None
    order_id: UUID | None
    quote_id: UUID | None
    reason: str | None
    recorded_at: datetime
    sent_at: datetime | None
    task_id: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    about: UUID | None = None
    state: str | None = None
    after: UUID | None = None
    limit: int = 50


class Lists(Protocol):
    """The read side."""

    async def notices(self, wanted: Wanted) -> list[SentNotice]: ...

    async def notice(self, notice_id: UUID) -> SentNotice | None: ...

    async def forms_awaited(self, order_id: UUID) -> set[str]:
        """Portings of the order that turned out to need a signed form."""
        ...


class Press(Protocol):
    """Sets a document as PDF."""

    async def __call__(self, paper: Paper) -> bytes: ...


class Notices(Protocol):
    """Mails to be sent; a second one of the same kind, subject and address is none."""

    async def add(self, notices: Sequence[Notice]) -> None: ...

    async def get(self, notice_id: UUID) -> SentNotice | None:
        """Locked until the unit of work ends."""
        ...

    async def send_again(self, notice: SentNotice, email: str) -> bool:
        """False if that address has this notice already."""
        ...

    async def give_up(self, notice: SentNotice) -> None: ...

    async def forget(self, about: UUID) -> None:
        """Whether sent or not."""
        ...


class Stories(Protocol):
    """Quotes, orders and agreements with their people; what happens before one of them is known waits for it."""

    async def lock(self, abouts: Collection[UUID]) -> None:
        """Nobody else tells of these until the unit of work ends."""
        ...

    async def keep(self, stories: Sequence[Story]) -> None:
        """An order stays as it was received, a quote is as its newest link says, an agreement as its newest order."""
        ...

    async def find(self, abouts: Collection[UUID]) -> dict[UUID, Story]: ...

    async def wait(self, happenings: Sequence[Happening]) -> None: ...

    async def take_waiting(self, abouts: Collection[UUID]) -> list[Happening]: ...

    async def correct_address(self, about: UUID, wrong: str, right: str) -> None: ...

    async def move(self, loser: UUID, survivor: UUID) -> None:
        """Notices as well."""
        ...

    async def forget_party(self, party_id: UUID) -> None:
        """With its stories, notices and whatever waits."""
        ...


class Sites(Protocol):
    """Usage sites by name and address, for the forms of portings to them."""

    def keep(self, site_id: UUID, name: str, address: dict[str, Any]) -> None: ...

    async def find(self, site_ids: Collection[UUID]) -> dict[UUID, tuple[str, dict[str, Any]]]: ...


@dataclass(frozen=True, slots=True)
class Told:
    """An event as webhooks are told of it, and the party it is about. `party_known`: so that we know whose it is."""

    event_id: UUID
    type: str
    party_id: UUID | None
    at: datetime
    correlation_id: str
    body: dict[str, Any]
    party_known: bool = True


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who wants which events; `party_id` is None for the house."""

    webhook_id: UUID
    party_id: UUID | None
    events: frozenset[str]
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class WantedWebhooks:
    """`party_id` None: of all, the house's among them."""

    party_id: UUID | None = None
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class WantedDeliveries:
    """Newest first, from before the position `before`."""

    webhook_id: UUID
    state: str | None = None
    before: int | None = None
    limit: int = 50


class Webhooks(Protocol):
    """Who wants to be told of what, what there is to tell, and each telling."""

    async def add(self, webhook: Webhook) -> None: ...

    async def get(self, webhook_id: UUID) -> Webhook | None:
        """Locked until the unit of work ends."""
        ...

    async def look(self, webhook_id: UUID) -> Webhook | None: ...

    async def save(self, webhook: Webhook) -> None: ...

    async def remove(self, webhook_id: UUID) -> None:
        """With its deliveries."""
        ...

    async def count_of(self, party_id: UUID | None) -> int: ...

    async def find(self, wanted: WantedWebhooks) -> list[Webhook]: ...

    async def waiting_for(self, webhook_ids: Collection[UUID]) -> dict[UUID, int]:
        """How many deliveries wait, by webhook; those without any are left out."""
        ...

    async def subscribers(self, types: Collection[str]) -> list[Subscriber]: ...

    async def keep(self, told: Sequence[Told]) -> None: ...

    async def take_late(self, party_ids: Collection[UUID]) -> list[Told]:
        """Events that came before their party was known; each is taken once."""
        ...

    async def told_since(self, since: datetime, types: Collection[str], most: int) -> list[Told]:
        """Oldest first, without their bodies."""
        ...

    async def deliver(self, pairs: Sequence[tuple[UUID, UUID]], *, is_test: bool = False) -> int:
        """Set out a delivery for each webhook and event that has none; how many were."""
        ...

    async def set_out_again(self, webhook_id: UUID, event_ids: Collection[UUID], states: Collection[str]) -> int:
        """How many of these deliveries, being in one of `states`, wait again."""
        ...

    async def delivery(self, webhook_id: UUID, delivery_id: UUID) -> Delivery | None:
        """Locked until the unit of work ends."""
        ...

    async def save_delivery(self, delivery: Delivery) -> None: ...

    async def deliveries(self, wanted: WantedDeliveries) -> list[tuple[int, Delivery]]:
        """Each with its position."""
        ...

    async def move(self, loser: UUID, survivor: UUID) -> None: ...

    async def forget_party(self, party_id: UUID) -> None: ...


class Timers(Protocol):
    async def set(self, name: str, subject: object, due_at: datetime) -> None: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


class Who(Protocol):
    """Whoever calls."""

    @property
    def party_id(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...


class Scope(Protocol):
    async def admit(self, caller: Who, party_id: UUID) -> None:
        """Let the caller at what is the party's, or raise."""
        ...

    async def above(self, party_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Each known party with itself and all above it."""
        ...

    async def put(
        self, party_id: UUID, *, kind: str, parent_id: UUID | None, delegated: bool, version: int
    ) -> bool: ...

    async def merge(self, loser: UUID, survivor: UUID, version: int) -> None: ...

    async def heir(self, party_id: UUID) -> UUID:
        """Whom the party was merged into in the end; itself, if nobody."""
        ...

    async def remove(self, party_id: UUID) -> None: ...


class Unit(Protocol):
    @property
    def notices(self) -> Notices: ...
    @property
    def stories(self) -> Stories: ...
    @property
    def sites(self) -> Sites: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def event_id(self) -> UUID:
        """Of the message that is being handled."""
        ...

    async def now(self) -> datetime: ...

    def gather(self, use_case: Callable[[list[Any], Any], Any], item: Any) -> None:
        """Run `use_case` once for a whole batch, with everything gathered for it."""
        ...

    def new_id(self) -> UUID: ...

    def sealed(self, secret: str) -> str:
        """Encrypted, as link tokens and webhooks' secrets are kept."""
        ...

    def opened(self, sealed: str) -> str: ...
