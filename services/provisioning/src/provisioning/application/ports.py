"""What the use cases need of the outside."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from contracts.envelope import Event
from contracts.work.v1 import TaskKind
from provisioning.application.number_ports import Departures, Numbers, Reservations
from provisioning.domain.fiber import Registration
from provisioning.domain.inventory import NumberRange
from provisioning.domain.porting import Porting
from provisioning.domain.reservation import Reservation
from provisioning.domain.site import Site
from provisioning.domain.trade_rules import TradeRules
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import WorkOrder
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class HeldBlock:
    """`origin` is `own` or `ported`. With `rests_until` it was released and can't be given out before (SITE-5)."""

    holder_id: UUID
    block: NumberBlock
    origin: str
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What a holder holds no more. `rests_until` ends the quarantine; None where the numbers left us.

    `returned_to`: the carrier that ported numbers came from, and go back to (SITE-5).
    """

    holder_id: UUID
    blocks: tuple[NumberBlock, ...]
    rests_until: datetime | None
    returned_to: str | None = None


@dataclass(frozen=True, slots=True)
class Resting:
    """A block in quarantine; `position` is its place in the list."""

    position: int
    block: NumberBlock
    rests_until: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of trunks is asked for; `text` is a contract number, a site's name or a phone number."""

    customer_id: UUID | None = None
    text: str = ""
    after: UUID | None = None
    limit: int = 50


class Who(Protocol):
    """Whoever calls."""

    @property
    def party_id(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...


class Lists(Protocol):
    """The read side: nothing that the caller may not see (TEN-2, TEN-3)."""

    async def trunks(self, caller: Who, wanted: Wanted) -> list[Trunk]: ...

    async def trunk(self, agreement_id: UUID) -> Trunk | None: ...

    async def sites(self, agreement_ids: Collection[UUID]) -> list[Site]:
        """Those that run."""
        ...

    async def blocks(self, holder_ids: Collection[UUID]) -> list[HeldBlock]: ...

    async def planned(self, agreement_ids: Collection[UUID]) -> list[WorkOrder]:
        """What waits for its day, the nearest first."""
        ...

    async def work_orders(self, order_id: UUID | None, state: str | None, after: UUID | None) -> list[WorkOrder]: ...

    async def registrations(self, state: str | None, after: UUID | None) -> list[Registration]: ...

    async def resting(self, area_code: str, after: int | None) -> list[Resting]:
        """Blocks in quarantine, by number."""
        ...


class Trunks(Protocol):
    async def of(self, agreement_ids: Collection[UUID]) -> dict[UUID, Trunk]:
        """By agreement. Whoever changes one holds its agreement's lock."""
        ...

    async def save(self, trunk: Trunk) -> None: ...

    async def rename(self, customer_id: UUID, name: str) -> None: ...


class WorkOrders(Protocol):
    async def known(self, line_ids: Collection[UUID]) -> set[UUID]: ...

    async def add(self, works: Sequence[WorkOrder]) -> None: ...

    async def save(self, works: Sequence[WorkOrder]) -> None: ...

    async def get(self, work_order_id: UUID) -> WorkOrder | None:
        """Locked until the unit of work ends."""
        ...

    async def of_line(self, line_id: UUID) -> WorkOrder | None:
        """Locked until the unit of work ends."""
        ...

    async def dated(self, order_ids: Collection[UUID]) -> list[WorkOrder]:
        """Those that take effect on a day, whatever became of them. Locked until the unit of work ends."""
        ...

    async def waiting_for_trunk(self, agreement_ids: Collection[UUID]) -> list[WorkOrder]: ...

    async def wait_with(self, reservation_id: UUID) -> bool:
        """Is one unfinished that names this reservation?"""
        ...


class Sites(Protocol):
    async def of(self, site_ids: Collection[UUID]) -> dict[UUID, Site]: ...

    async def of_agreement(self, agreement_id: UUID) -> dict[UUID, Site]:
        """All it ever had."""
        ...

    async def add(self, sites: Sequence[Site]) -> None: ...

    async def end(self, site_ids: Collection[UUID], at: datetime) -> None: ...


class Portings(Protocol):
    async def get(self, porting_id: UUID) -> Porting | None: ...

    async def of_agreement(self, agreement_id: UUID) -> list[tuple[Porting, str | None]]:
        """Each with the federal state of its site, where that is known."""
        ...

    async def save(self, porting: Porting) -> None: ...


class Registrations(Protocol):
    """Pre-registrations for fiber (FIBER-1)."""

    async def add(self, registration: Registration) -> None: ...

    async def behind(self, token_hash: bytes) -> Registration | None:
        """Whose link it is. Locked until the unit of work ends."""
        ...

    async def get(self, registration_id: UUID) -> Registration | None:
        """Locked until the unit of work ends."""
        ...

    async def save(self, registration: Registration) -> None: ...

    async def count_try(self, who: str, now: datetime, until: datetime) -> tuple[int, datetime]:
        """How many there were with this one since counting began anew, and when it will again."""
        ...


class Inventory(Protocol):
    async def take(self, area_code: str, size: int, holder_ids: Sequence[UUID]) -> list[NumberBlock]:
        """A block for each holder, in turn, as far as they go; nobody else has any left either (SITE-3)."""
        ...

    async def hold_ported(
        self, blocks: tuple[NumberBlock, ...], holder_id: UUID, porting_id: UUID, donor: str | None, at: datetime
    ) -> None:
        """All of them or, where one is at another place or our own, none (PORT-8). Raises NumbersElsewhere.

        Numbers of our own that were ported out come back with their user.
        """
        ...

    async def release(
        self,
        holder_ids: Collection[UUID],
        blocks: Collection[NumberBlock] | None,
        at: datetime,
        rests_until: datetime,
    ) -> list[Release]:
        """Their blocks, or only what lies in those named: own ones rest, ported ones are ours no more (SITE-5)."""
        ...

    async def depart(
        self,
        blocks: Sequence[NumberBlock],
        holder_ids: Collection[UUID],
        departure_id: UUID,
        recipient: str,
        at: datetime,
    ) -> list[Release]:
        """Hand these numbers over, all or none (PORT-9); what is held in larger blocks is cut. Raises NumbersNotHeld.

        Own ones are with the other carrier until they come back; the others are ours no more.
        """
        ...

    async def come_back(self, block: NumberBlock, at: datetime, rests_until: datetime) -> None:
        """Numbers of our own that were ported out rest now (SITE-5). Raises NotPortedOut."""
        ...

    async def merge(self, area_code: str) -> None:
        """Free blocks that make a larger one become it."""
        ...

    async def end_rest(self, at: datetime, limit: int) -> int:
        """Blocks whose quarantine is over are free again; returns how many."""
        ...

    async def load(self, numbers: NumberRange) -> bool:
        """Add a range to the pool; False where it is loaded already. Raises PoolOverlaps."""
        ...


class Supply(Protocol):
    """What is left and what is ours, as of a moment ago: good enough to ask before an order."""

    async def has(self, area_code: str, size: int) -> bool: ...

    async def kept(self, reservation_id: UUID, who: Who | None) -> tuple[Reservation, bool]:
        """The reservation, and whether it still holds.

        Where there is none it raises what strangers get, among them `who` (TEN-2); None: a service of ours.
        """
        ...

    async def ours(self, blocks: Sequence[NumberBlock]) -> list[int]:
        """The places of those that share a number with our inventory, or with what a customer of ours uses."""
        ...


class Tasks(Protocol):
    """What order management has been asked for, and not yet done."""

    async def open(self, kind: TaskKind, subject_id: UUID) -> UUID | None:
        """The new task's id, or None if there is such a task already."""
        ...

    async def close(self, kind: TaskKind, subject_id: UUID) -> UUID | None:
        """The id of the task that is open no more, if there was one."""
        ...

    async def find(self, task_id: UUID) -> tuple[TaskKind, UUID] | None: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


class Story(Protocol):
    @property
    def correlation_id(self) -> str: ...


class Timers(Protocol):
    async def set(self, name: str, subject: object, due_at: datetime) -> None: ...

    async def cancel(self, name: str, subject: object) -> None: ...


class Scope(Protocol):
    async def admit(self, caller: Who, party_id: UUID) -> None:
        """Let the caller at what is the party's, or raise."""
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
    """One transaction."""

    @property
    def trunks(self) -> Trunks: ...
    @property
    def work_orders(self) -> WorkOrders: ...
    @property
    def sites(self) -> Sites: ...
    @property
    def portings(self) -> Portings: ...
    @property
    def inventory(self) -> Inventory: ...
    @property
    def departures(self) -> Departures: ...
    @property
    def reservations(self) -> Reservations: ...
    @property
    def numbers(self) -> Numbers: ...
    @property
    def registrations(self) -> Registrations: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def rules(self) -> TradeRules: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def story(self) -> Story:
        """What is being told."""
        ...

    async def now(self) -> datetime: ...

    async def lock_agreements(self, agreement_ids: Collection[UUID]) -> None:
        """Whoever changes trunks, or what waits for them, does so one after the other, an agreement at a time."""
        ...

    async def move(self, loser: UUID, survivor: UUID) -> None:
        """Two parties were one: what hung on the loser hangs on the survivor."""
        ...

    async def forget(self, party_id: UUID) -> None:
        """Trunks, sites and work stay without the people in them."""
        ...

    def story_of(self, work: WorkOrder) -> AbstractContextManager[object]:
        """What is recorded within belongs to the work order's story."""
        ...

    def gather(self, use_case: Callable[[list[Any], Any], Awaitable[None]], item: Any) -> None: ...

    def new_id(self) -> UUID: ...

    def new_secret(self) -> str:
        """What makes a link impossible to guess."""
        ...

    def count(self, what: str, label: str, by: int = 1) -> None: ...

    def gauge(self, what: str, value: float) -> None: ...

    def measure(self, what: str, seconds: float) -> None: ...
