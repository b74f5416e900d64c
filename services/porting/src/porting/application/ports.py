"""What the use cases need of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from contracts.envelope import Event
from contracts.wbci.v1 import WbciMessage
from porting.domain.deadlines import Rules
from porting.domain.ids import CancellationId, ChangeId, PortingCarrier, PreAgreementId
from porting.domain.particulars import Carrier
from porting.domain.porting import Porting
from porting.domain.signed_forms import SignedFile


@dataclass(frozen=True, slots=True)
class Terms:
    """What an operator may set."""

    own_carrier: str
    own_porting_carrier: PortingCarrier
    hold_seconds: float
    assignment_minutes: int
    return_to: str
    rules: Rules


@dataclass(frozen=True, slots=True)
class CarrierMessage:
    """A message as it was exchanged; `porting_id` (or a departure's) is None where it fits nothing here."""

    pre_agreement_id: str
    porting_id: UUID | None
    kind: str
    outbound: bool
    codes: tuple[str, ...]
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A message with the donor, as a list shows it."""

    pre_agreement_id: str
    kind: str
    outbound: bool
    codes: tuple[str, ...]
    at: datetime
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`q`: of a number, the donor or a pre-agreement; `risk`: at least that late."""

    order_id: UUID | None = None
    agreement_id: UUID | None = None
    customer_id: UUID | None = None
    after: UUID | None = None
    limit: int = 50
    q: str | None = None
    state: str | None = None
    risk: Literal["warning", "overdue"] | None = None


class Who(Protocol):
    """Whoever calls."""

    @property
    def party_id(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...


class Lists(Protocol):
    """The read side: nothing that the caller may not see (TEN-2, TEN-3)."""

    async def portings(self, caller: Who | None, wanted: Wanted) -> list[Porting]:
        """`caller` None: whose link was checked against the order already."""
        ...

    async def porting(self, porting_id: UUID) -> Porting | None: ...

    async def messages(self, porting_ids: list[UUID]) -> dict[UUID, list[Exchanged]]: ...


class Portings(Protocol):
    async def get(self, porting_id: UUID) -> Porting | None:
        """Locked until the unit of work ends."""
        ...

    async def of_pre_agreement(self, pre_agreement_id: str) -> Porting | None:
        """Locked until the unit of work ends; also of an earlier pre-agreement."""
        ...

    async def of_site(self, site_id: UUID) -> list[Porting]: ...

    async def save(self, porting: Porting) -> None: ...

    async def move(self, loser: UUID, survivor: UUID) -> None:
        """Two parties were one: what hung on the loser hangs on the survivor."""
        ...

    async def forget(self, party_id: UUID) -> None:
        """Portings and what was said to carriers stay without the people in them; signed forms go."""
        ...

    async def note_rejected_site(self, site_id: UUID) -> None: ...

    async def is_rejected(self, site_id: UUID) -> bool: ...


class CarrierMessages(Protocol):
    async def add(self, message: CarrierMessage) -> None: ...

    async def answered_as_stray(self, pre_agreement_id: str, change_id: str) -> bool:
        """Was that change heard, and refused, before we knew its pre-agreement?"""
        ...


class Strays(Protocol):
    """Pre-agreements that messages name, though they are none of ours with the sender: one task about each."""

    async def ask(self, pre_agreement_id: str, task_id: UUID) -> bool:
        """False where a person was asked about it before."""
        ...

    async def settle(self, task_id: UUID) -> bool:
        """False where no such task is open."""
        ...


class Forms(Protocol):
    """One signed form for each porting; another one replaces it."""

    async def put(self, porting_id: UUID, file: SignedFile) -> None: ...

    async def original(self, porting_id: UUID) -> tuple[str, bytes] | None:
        """Media type and content, as it came."""
        ...

    async def page(self, porting_id: UUID, number: int) -> bytes | None:
        """A page's picture; they count from 1."""
        ...


class CarrierExchange(Protocol):
    """The other carriers, by whatever they are reached."""

    def send(self, message: WbciMessage) -> None: ...


class Carriers(Protocol):
    def electronic(self) -> Sequence[Carrier]: ...

    def is_electronic(self, carrier_code: str | None) -> bool: ...


class FormGate(Protocol):
    """Lets in what is a plain PDF or a picture and nothing else."""

    async def admit(self, content: bytes) -> SignedFile: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


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
    """One transaction and everything in it; the chassis commits it once."""

    @property
    def portings(self) -> Portings: ...
    @property
    def carrier_messages(self) -> CarrierMessages: ...
    @property
    def strays(self) -> Strays: ...
    @property
    def forms(self) -> Forms: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def exchange(self) -> CarrierExchange: ...
    @property
    def carriers(self) -> Carriers: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def terms(self) -> Terms: ...

    async def now(self) -> datetime: ...

    def new_id(self) -> UUID: ...

    def new_pre_agreement_id(self) -> PreAgreementId: ...

    def new_change_id(self) -> ChangeId: ...

    def new_cancellation_id(self) -> CancellationId: ...

    def count(self, what: str, label: str) -> None:
        """Count a business fact, once the unit is committed."""
        ...
