"""What the use cases need of the outside, named for what it is to us."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from cart.domain.agreement import Agreement, AgreementVersion
from cart.domain.cart import Cart
from cart.domain.catalog import Catalog
from cart.domain.order import Order
from cart.domain.particulars import Person
from cart.domain.party import Party
from cart.domain.porting_days import PortingRules
from contracts.envelope import Event
from telecom.addresses import Address
from telecom.numbers import NumberBlock


class Who(Protocol):
    """Who asks: the claims of a checked token."""

    @property
    def party_id(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def language(self) -> str: ...


class Scope(Protocol):
    async def admit(self, caller: Who, party_id: UUID) -> None:
        """Refuses strangers as if there were nothing (TEN-2), and partners without customer administration (TEN-3)."""
        ...

    async def put(
        self, party_id: UUID, *, kind: str, parent_id: UUID | None, delegated: bool, version: int
    ) -> bool: ...

    async def merge(self, loser: UUID, survivor: UUID, version: int) -> None: ...

    async def heir(self, party_id: UUID) -> UUID:
        """Whom the party was merged into in the end; itself, if nobody."""
        ...

    async def doubles(self, party_id: UUID) -> list[UUID]: ...

    async def remove(self, party_id: UUID) -> None: ...


class Outbox(Protocol):
    def record(self, event: Event) -> UUID: ...


class Timers(Protocol):
    async def set(self, name: str, subject: object, due_at: datetime) -> None: ...

    async def cancel(self, name: str, subject: object) -> None: ...


class Parties(Protocol):
    async def find(self, party_id: UUID) -> Party | None:
        """The party, or the one it was merged into."""
        ...

    async def lock(self, party_id: UUID) -> Party | None:
        """The same, locked until the unit of work ends: one order at a time decides on number and Centraflex."""
        ...

    async def save(self, party: Party) -> None: ...

    async def merge(self, loser: UUID, survivor: UUID) -> None: ...

    async def anything_runs(self, party_id: UUID) -> bool:
        """An order under way, or an agreement that has not ended."""
        ...

    async def forget(self, party_ids: Collection[UUID]) -> None:
        """Carts, orders, agreements and sites stay without the people in them; the parties and their links go."""
        ...


class Catalogs(Protocol):
    async def newest(self, at: datetime) -> Catalog | None:
        """The newest version already valid."""
        ...

    async def get(self, version: str) -> Catalog: ...

    async def save(self, catalog: Catalog) -> None: ...


class Carts(Protocol):
    async def get(self, cart_id: UUID, *, lock: bool = True) -> Cart:
        """The cart, locked until the unit of work ends. Raises NotFound."""
        ...

    async def of_quote(self, quote_id: UUID, *, lock: bool = True) -> Cart: ...

    async def of_customer(self, customer_id: UUID) -> list[Cart]:
        """Open and quoted ones."""
        ...

    async def quoted_portings(self, customer_id: UUID) -> list[Cart]:
        """Quotes of portings that wait for his consent; not locked."""
        ...

    async def save(self, cart: Cart) -> None: ...

    async def move(self, loser: UUID, survivor: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link as it is kept: never the secret, only its hash (QUOTE-2)."""

    link_id: UUID
    token_hash: bytes
    quote_id: UUID
    cart_id: UUID
    recipient: Person


class Links(Protocol):
    async def save(self, link: IssuedLink) -> None: ...

    async def find(self, token_hash: bytes) -> IssuedLink | None: ...

    async def get(self, link_id: UUID) -> IssuedLink: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Of the numbers in question, the one at `place` shares a number with a running order's porting."""

    place: int
    porting_id: UUID
    order_number: str
    customer_id: UUID


class Orders(Protocol):
    async def add(self, order: Order) -> None: ...

    async def get(self, order_id: UUID) -> Order: ...

    async def lock_all(self, order_ids: Collection[UUID]) -> list[Order]:
        """Those of the orders that exist, locked until the unit of work ends."""
        ...

    async def save_all(self, orders: Sequence[Order]) -> None: ...

    async def under_way(self, agreement_id: UUID) -> list[Order]:
        """Those ordered from the agreement that have not ended."""
        ...

    async def asking_for(self, numbers: Sequence[NumberBlock]) -> list[Asked]:
        """Which of the numbers running orders port in."""
        ...

    async def decide_alone(self, numbers: Sequence[NumberBlock]) -> None:
        """Until the unit of work ends, nobody else orders a porting of these numbers: two at once wait in turn."""
        ...

    async def with_porting(self, porting_id: UUID, agreement_id: UUID) -> Order | None:
        """The order from that agreement that holds the porting."""
        ...

    async def use_reservation(self, reservation_id: UUID, order_id: UUID) -> bool:
        """False if an order has it already; of two at once, the second waits for the first to end."""
        ...

    async def move(self, loser: UUID, survivor: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class OrderedFrom:
    """An agreement that is ordered from, its customer, and the number that the order would get."""

    agreement: Agreement
    customer: Party
    order_number: str


class Agreements(Protocol):
    async def find(self, agreement_id: UUID) -> Agreement | None: ...

    async def ordered_from(self, agreement_id: UUID) -> OrderedFrom | None:
        """All that a direct order needs, asked at once: sites are ordered more often than anything else."""
        ...

    async def of_customer(self, customer_id: UUID) -> list[Agreement]: ...

    async def lock_all(self, agreement_ids: Collection[UUID]) -> list[Agreement]: ...

    async def save_all(self, agreements: Sequence[Agreement]) -> None:
        """With the versions in time that they have recorded since."""
        ...

    async def versions(self, agreement_id: UUID) -> list[AgreementVersion]:
        """In the order in which they were recorded."""
        ...


@dataclass(frozen=True, slots=True)
class ReadySite:
    """A site of a trunk, as provisioning told us."""

    site_id: UUID
    agreement_id: UUID
    name: str
    address: Address
    area_code: str
    customer_id: UUID
    blocks: tuple[NumberBlock, ...] = ()
    ending: tuple[NumberBlock, ...] = ()
    """Those of `blocks` whose termination is planned (ORD-2)."""
    terminates_on: date | None = None

    def with_numbers(self, blocks: tuple[NumberBlock, ...]) -> "ReadySite":
        return replace(self, blocks=tuple(dict.fromkeys((*self.blocks, *blocks))))

    def without_numbers(self, blocks: tuple[NumberBlock, ...]) -> "ReadySite":
        """Also some out of a larger block: the rest stays."""
        return replace(
            self,
            blocks=tuple(rest for one in self.blocks for rest in one.without(blocks)),
            ending=tuple(rest for one in self.ending for rest in one.without(blocks)),
        )


class Sites(Protocol):
    async def find(self, site_id: UUID) -> ReadySite | None: ...

    async def lock_all(self, site_ids: Collection[UUID]) -> list[ReadySite]: ...

    async def of_agreement(self, agreement_id: UUID) -> list[ReadySite]: ...

    async def save_all(self, sites: Sequence[ReadySite]) -> None: ...

    async def move(self, loser: UUID, survivor: UUID) -> None: ...

    async def remove(self, site_id: UUID) -> None: ...


class Numbers(Protocol):
    """Running numbers for people; gaps are possible, doubles are not."""

    async def next_cart(self) -> str: ...

    async def next_quote(self) -> str: ...

    async def next_order(self) -> str: ...

    async def next_agreements(self, count: int) -> list[str]: ...

    async def next_customer(self, allowed: range) -> str:
        """From the configured range (TEN-5); refuses when it is used up."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What provisioning is asked: about a block of ours, or about `numbers` to be ported there.

    `area_code` is None where numbers hang on no site; each must fit by its own then. `named`: how the form calls what
    has the address. `reservation_id`: the block is to be the one that is kept by it.
    """

    address: Address
    area_code: str | None
    block_size: int | None = None
    numbers: tuple[NumberBlock, ...] = ()
    named: str = "site"
    reservation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A block of the reservation asked about, whose it is, and whether it still holds."""

    customer_id: UUID
    block: NumberBlock
    holds: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What provisioning says of a place; `doubtful` where the data can't tell (SITE-1).

    `ours`: the places of the numbers that are with us already.
    """

    numbers_available: bool
    doubtful: bool = False
    state: str | None = None
    ours: tuple[int, ...] = ()
    reserved: Reserved | None = None


class Feasibility(Protocol):
    async def ask(self, question: Question, language: str) -> Verdict:
        """Refuses a bad address; raises FeasibilityUnknown where provisioning doesn't answer in time."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What a product manager may set."""

    quote_days: int = 30
    status_link_days: int = 90
    first_term_months: int = 24
    customer_numbers: range = range(204_000, 900_000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; `after` is the id at which the page before ended.

    `q`: part of the thing's number (a quote has one beside its cart's), or of its customer's name or number.
    """

    customer_id: UUID | None = None
    agreement_id: UUID | None = None
    states: tuple[str, ...] = ()
    family: str | None = None
    after: UUID | None = None
    limit: int = 50
    q: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A party on a list; `open` where the caller may act for it (TEN-3)."""

    party: Party
    open: bool


class Lists(Protocol):
    """The read side. Lists hold what the caller may act for (TEN-2, TEN-3); newest first."""

    async def parties(
        self, caller: Who, q: str, kind: str | None, after: tuple[str, UUID] | None, limit: int
    ) -> list[Listed]:
        """By name; also those that are the caller's but closed to him."""
        ...

    async def carts(self, caller: Who, wanted: Wanted) -> list[Cart]: ...

    async def orders(self, caller: Who, wanted: Wanted) -> list[Order]: ...

    async def agreements(self, caller: Who, wanted: Wanted) -> list[Agreement]: ...

    async def orders_of(self, agreement: Agreement) -> list[Order]: ...


class Unit(Protocol):
    """One transaction and everything in it; the chassis commits it once."""

    @property
    def parties(self) -> Parties: ...
    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def carts(self) -> Carts: ...
    @property
    def links(self) -> Links: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def agreements(self) -> Agreements: ...
    @property
    def sites(self) -> Sites: ...
    @property
    def numbers(self) -> Numbers: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def porting_rules(self) -> PortingRules: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def scope(self) -> Scope: ...

    @property
    def story(self) -> object:
        """The correlation and cause of what is being handled."""
        ...

    def tell(self, event: Event, story: object) -> None:
        """Record an event as part of that story; of the present one where it is None."""
        ...

    async def now(self) -> datetime: ...

    def new_id(self) -> UUID: ...

    def gather(self, use_case: Callable[[list[Any], Any], Awaitable[None]], item: Any) -> None:
        """Run `use_case` once for a whole batch, with everything gathered for it."""
        ...

    def new_secret(self) -> str:
        """What makes a link impossible to guess (QUOTE-2)."""
        ...
