"""A unit of work in memory, for tests of use cases. It runs the same tests as the real one."""
# ruff: noqa: ARG002 - the signatures are the ports'

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cart.adapters.codec import ORDERS
from cart.application.ports import Asked, IssuedLink, Listed, OrderedFrom, Question, ReadySite, Verdict, Wanted, Who
from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementVersion
from cart.domain.cart import Cart
from cart.domain.catalog import BusinessCase, Catalog
from cart.domain.lifecycle import UNENDED, CartState
from cart.domain.order import Order
from cart.domain.party import Party, PartyKind
from cart.domain.porting_days import PortingRules
from chassis.ids import uuid7
from chassis.roles import STAFF
from chassis.scope import REMOVED, NotDelegated, NotFound
from chassis.store import Stale
from contracts.envelope import Event
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from telecom.versions import precedence


@dataclass
class Kept:
    """What outlives a unit."""

    parties: dict[UUID, Party] = field(default_factory=dict)
    merged: dict[UUID, UUID] = field(default_factory=dict)
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    carts: dict[UUID, Cart] = field(default_factory=dict)
    links: dict[UUID, IssuedLink] = field(default_factory=dict)
    used_reservations: dict[UUID, UUID] = field(default_factory=dict)
    orders: dict[UUID, Order] = field(default_factory=dict)
    agreements: dict[UUID, Agreement] = field(default_factory=dict)
    sites: dict[UUID, ReadySite] = field(default_factory=dict)
    versions: list[AgreementVersion] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    timers: dict[tuple[str, str], datetime] = field(default_factory=dict)
    scope: dict[UUID, tuple[str, UUID | None, bool, int]] = field(default_factory=dict)
    drawn: dict[str, int] = field(default_factory=dict)


class MemoryUnit:
    """Every store is a facet of the same object; `moment` is the business time."""

    def __init__(self, kept: Kept, moment: datetime) -> None:
        self.kept, self.moment = kept, moment
        self._gathered: dict[Callable[..., Awaitable[None]], list[Any]] = {}
        self.parties, self.catalogs, self.carts = Parties(kept), Catalogs(kept), Carts(kept)
        self.links, self.orders, self.agreements = Links(kept), Orders(kept), Agreements(kept, moment)
        self.sites, self.numbers, self.lists = Sites(kept), Numbers(kept, moment), MemoryLists(kept)
        self.outbox, self.timers, self.scope = Outbox(kept), Timers(kept), Scope(kept)
        self.porting_rules = PortingRules()

    @property
    def story(self) -> object:
        return None

    def tell(self, event: Event, story: object) -> None:
        self.outbox.record(event)

    async def now(self) -> datetime:
        return self.moment

    def new_id(self) -> UUID:
        return uuid7()

    def new_secret(self) -> str:
        return secrets.token_urlsafe(32)

    def gather(self, use_case: Callable[[list[Any], Any], Awaitable[None]], item: Any) -> None:
        self._gathered.setdefault(use_case, []).append(item)

    async def flush(self) -> None:
        gathered, self._gathered = self._gathered, {}
        for use_case, items in gathered.items():
            await use_case(items, self)


@dataclass
class Outbox:
    kept: Kept

    def record(self, event: Event) -> UUID:
        event.body()
        self.kept.events.append(event)
        return uuid7()


@dataclass
class Timers:
    kept: Kept

    async def set(self, name: str, subject: object, due_at: datetime) -> None:
        self.kept.timers[name, str(subject)] = due_at

    async def cancel(self, name: str, subject: object) -> None:
        self.kept.timers.pop((name, str(subject)), None)


@dataclass
class Scope:
    kept: Kept

    async def put(self, party_id: UUID, *, kind: str, parent_id: UUID | None, delegated: bool, version: int) -> bool:
        known = self.kept.scope.get(party_id)
        if known is not None and known[3] >= version:
            return False
        self.kept.scope[party_id] = (kind, parent_id, delegated, version)
        return True

    async def merge(self, loser: UUID, survivor: UUID, version: int) -> None:
        self.kept.merged[loser] = survivor

    async def heir(self, party_id: UUID) -> UUID:
        while party_id in self.kept.merged:
            party_id = self.kept.merged[party_id]
        return party_id

    async def doubles(self, party_id: UUID) -> list[UUID]:
        return [one for one in self.kept.merged if await self.heir(one) == party_id]

    async def remove(self, party_id: UUID) -> None:
        if party_id in self.kept.scope:
            _kind, parent, _delegated, version = self.kept.scope[party_id]
            self.kept.scope[party_id] = (REMOVED, parent, False, version)

    async def admit(self, caller: Who, party_id: UUID) -> None:
        party_id = self.kept.merged.get(party_id, party_id)
        if party_id not in self.kept.scope:
            raise NotFound
        kind, parent, delegated, _version = self.kept.scope[party_id]
        if caller.role in STAFF:
            return
        if kind == REMOVED:
            raise NotFound
        if caller.party_id == party_id:
            return
        if caller.party_id not in self.above(parent):
            raise NotFound
        if not (delegated or kind == PartyKind.PROSPECT):
            raise NotDelegated

    def above(self, parent: UUID | None) -> list[UUID]:
        found = []
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.kept.scope[parent][1] if parent in self.kept.scope else None
        return found


@dataclass
class Parties:
    kept: Kept

    async def find(self, party_id: UUID) -> Party | None:
        return deepcopy(self.kept.parties.get(self.kept.merged.get(party_id, party_id)))

    async def lock(self, party_id: UUID) -> Party | None:
        return await self.find(party_id)

    async def save(self, party: Party) -> None:
        self.kept.parties[party.party_id] = deepcopy(party)

    async def merge(self, loser: UUID, survivor: UUID) -> None:
        self.kept.merged[loser] = survivor

    async def anything_runs(self, party_id: UUID) -> bool:
        orders = [one for one in self.kept.orders.values() if one.customer.party_id == party_id]
        agreements = [one for one in self.kept.agreements.values() if one.customer_id == party_id]
        return any(not one.ended for one in orders) or any(one.status in UNENDED for one in agreements)

    async def forget(self, party_ids: Collection[UUID]) -> None:
        for party_id in party_ids:
            self.kept.parties.pop(party_id, None)
        for order_id, order in self.kept.orders.items():
            if order.customer.party_id in party_ids:
                self.kept.orders[order_id] = ORDERS.read(ORDERS.without_people(ORDERS.text(order)))


@dataclass
class Catalogs:
    kept: Kept

    async def newest(self, at: datetime) -> Catalog | None:
        valid = [one for one in self.kept.catalogs.values() if one.valid_from <= berlin_day(at)]
        return max(valid, key=lambda one: precedence(one.version, one.valid_from), default=None)

    async def get(self, version: str) -> Catalog:
        return self.kept.catalogs[version]

    async def save(self, catalog: Catalog) -> None:
        self.kept.catalogs.setdefault(catalog.version, catalog)


@dataclass
class Carts:
    kept: Kept

    async def get(self, cart_id: UUID, *, lock: bool = True) -> Cart:
        if cart_id not in self.kept.carts:
            raise refusals.NotFound()
        return deepcopy(self.kept.carts[cart_id])

    async def of_quote(self, quote_id: UUID, *, lock: bool = True) -> Cart:
        for cart in self.kept.carts.values():
            if cart.quote is not None and cart.quote.quote_id == quote_id:
                return deepcopy(cart)
        raise refusals.NotFound()

    async def of_customer(self, customer_id: UUID) -> list[Cart]:
        return [
            deepcopy(cart)
            for cart in self.kept.carts.values()
            if cart.customer_id == customer_id and cart.state in (CartState.OPEN, CartState.QUOTED)
        ]

    async def quoted_portings(self, customer_id: UUID) -> list[Cart]:
        return [
            cart
            for cart in await self.of_customer(customer_id)
            if cart.state is CartState.QUOTED and any(line.porting for line in cart.lines)
        ]

    async def save(self, cart: Cart) -> None:
        known = self.kept.carts.get(cart.cart_id)
        if known is not None and known.version != cart.stored_version:
            raise Stale
        cart.stored_version = cart.version
        self.kept.carts[cart.cart_id] = deepcopy(cart)

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for cart in self.kept.carts.values():
            if cart.customer_id == loser:
                cart.customer_id = survivor


@dataclass
class Links:
    kept: Kept

    async def save(self, link: IssuedLink) -> None:
        self.kept.links[link.link_id] = link

    async def find(self, token_hash: bytes) -> IssuedLink | None:
        return next((one for one in self.kept.links.values() if one.token_hash == token_hash), None)

    async def get(self, link_id: UUID) -> IssuedLink:
        if link_id not in self.kept.links:
            raise refusals.LinkGivesNoRight()
        return self.kept.links[link_id]


@dataclass
class Orders:
    kept: Kept

    async def add(self, order: Order) -> None:
        self.kept.orders[order.order_id] = deepcopy(order)

    async def get(self, order_id: UUID) -> Order:
        if order_id not in self.kept.orders:
            raise refusals.NotFound()
        return deepcopy(self.kept.orders[order_id])

    async def lock_all(self, order_ids: Collection[UUID]) -> list[Order]:
        return [deepcopy(self.kept.orders[one]) for one in sorted(order_ids) if one in self.kept.orders]

    async def save_all(self, orders: Sequence[Order]) -> None:
        for order in orders:
            self.kept.orders[order.order_id] = replace(deepcopy(order), facts=[])

    async def under_way(self, agreement_id: UUID) -> list[Order]:
        return [
            deepcopy(one) for one in self.kept.orders.values() if _from_agreement(one) == agreement_id and not one.ended
        ]

    async def asking_for(self, numbers: Sequence[NumberBlock]) -> list[Asked]:
        return [
            Asked(place, asked.porting_id, order.number, order.customer.party_id)
            for place, number in enumerate(numbers)
            for order in self.kept.orders.values()
            for asked, blocks in order.open_portings()
            if any(number.overlaps(block) for block in blocks)
        ]

    async def decide_alone(self, numbers: Sequence[NumberBlock]) -> None:
        """Nothing runs beside us here."""

    async def with_porting(self, porting_id: UUID, agreement_id: UUID) -> Order | None:
        for order in self.kept.orders.values():
            held = {line.porting.porting_id for line in order.lines if line.porting is not None}
            if porting_id in held and _from_agreement(order) == agreement_id:
                return deepcopy(order)
        return None

    async def use_reservation(self, reservation_id: UUID, order_id: UUID) -> bool:
        if reservation_id in self.kept.used_reservations:
            return False
        self.kept.used_reservations[reservation_id] = order_id
        return True

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for order in self.kept.orders.values():
            if order.customer.party_id == loser:
                order.customer = replace(order.customer, party_id=survivor)


@dataclass
class Agreements:
    kept: Kept
    moment: datetime

    async def find(self, agreement_id: UUID) -> Agreement | None:
        return deepcopy(self.kept.agreements.get(agreement_id))

    async def ordered_from(self, agreement_id: UUID) -> OrderedFrom | None:
        agreement = await self.find(agreement_id)
        customer = await Parties(self.kept).find(agreement.customer_id) if agreement else None
        if agreement is None or customer is None:
            return None
        return OrderedFrom(agreement, customer, await Numbers(self.kept, self.moment).next_order())

    async def of_customer(self, customer_id: UUID) -> list[Agreement]:
        return [deepcopy(one) for one in self.kept.agreements.values() if one.customer_id == customer_id]

    async def lock_all(self, agreement_ids: Collection[UUID]) -> list[Agreement]:
        return [deepcopy(self.kept.agreements[one]) for one in sorted(agreement_ids) if one in self.kept.agreements]

    async def save_all(self, agreements: Sequence[Agreement]) -> None:
        for one in agreements:
            one.stored_version = one.version
            self.kept.versions.extend(one.recorded)
            one.recorded.clear()
            self.kept.agreements[one.agreement_id] = deepcopy(one)

    async def versions(self, agreement_id: UUID) -> list[AgreementVersion]:
        return [one for one in self.kept.versions if one.agreement_id == agreement_id]


@dataclass
class Sites:
    kept: Kept

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for site_id, site in self.kept.sites.items():
            if site.customer_id == loser:
                self.kept.sites[site_id] = replace(site, customer_id=survivor)

    async def find(self, site_id: UUID) -> ReadySite | None:
        return self.kept.sites.get(site_id)

    async def lock_all(self, site_ids: Collection[UUID]) -> list[ReadySite]:
        return [self.kept.sites[one] for one in sorted(site_ids) if one in self.kept.sites]

    async def of_agreement(self, agreement_id: UUID) -> list[ReadySite]:
        return sorted(
            (one for one in self.kept.sites.values() if one.agreement_id == agreement_id), key=lambda one: one.site_id
        )

    async def save_all(self, sites: Sequence[ReadySite]) -> None:
        self.kept.sites.update({one.site_id: one for one in sites})

    async def remove(self, site_id: UUID) -> None:
        self.kept.sites.pop(site_id, None)


@dataclass
class Numbers:
    kept: Kept
    moment: datetime

    async def next_cart(self) -> str:
        return self._of_year("W")

    async def next_quote(self) -> str:
        return self._of_year("AN")

    async def next_order(self) -> str:
        return self._of_year("AU")

    async def next_agreements(self, count: int) -> list[str]:
        return [f"VT-{100_000 + self._draw('VT')}" for _nth in range(count)]

    async def next_customer(self, allowed: range) -> str:
        place = self._draw("K") - 1
        if place >= len(allowed):
            raise refusals.CustomerNumbersUsedUp()
        return f"K-{allowed[place]}"

    def _of_year(self, prefix: str) -> str:
        return f"{prefix}-{berlin_day(self.moment).year}-{self._draw(prefix):06d}"

    def _draw(self, name: str) -> int:
        self.kept.drawn[name] = self.kept.drawn.get(name, 0) + 1
        return self.kept.drawn[name]


@dataclass
class MemoryLists:
    kept: Kept

    async def parties(
        self, caller: Who, q: str, kind: str | None, after: tuple[str, UUID] | None, limit: int
    ) -> list[Listed]:
        listed = [
            Listed(party, self._open(caller, party.party_id))
            for party in self.kept.parties.values()
            if self._visible(caller, party.party_id)
            and party.party_id not in self.kept.merged
            and q.lower() in f"{party.name}\n{party.customer_number or ''}".lower()
            and kind in (None, party.kind.value)
        ]
        listed.sort(key=lambda one: (one.party.name.lower(), one.party.party_id))
        place = (after[0].lower(), after[1]) if after else None
        found = [one for one in listed if place is None or (one.party.name.lower(), one.party.party_id) > place]
        return found[:limit]

    async def carts(self, caller: Who, wanted: Wanted) -> list[Cart]:
        rows = [(one.cart_id, one.customer_id, one.agreement_id, one.state.value, None, one) for one in self._carts()]
        return self._listed(caller, wanted, rows)

    async def orders(self, caller: Who, wanted: Wanted) -> list[Order]:
        rows = [
            (one.order_id, one.customer.party_id, _from_agreement(one), one.status.value, None, one)
            for one in self.kept.orders.values()
        ]
        return self._listed(caller, wanted, rows)

    async def agreements(self, caller: Who, wanted: Wanted) -> list[Agreement]:
        rows = [
            (one.agreement_id, one.customer_id, one.agreement_id, one.status.value, one.family.value, one)
            for one in self.kept.agreements.values()
        ]
        return self._listed(caller, wanted, rows)

    async def orders_of(self, agreement: Agreement) -> list[Order]:
        return [
            one
            for one in self.kept.orders.values()
            if one.order_id == agreement.order_id or _from_agreement(one) == agreement.agreement_id
        ]

    def _carts(self) -> list[Cart]:
        return list(self.kept.carts.values())

    def _listed(self, caller: Who, wanted: Wanted, rows: list[tuple[Any, ...]]) -> list[Any]:
        rows.sort(key=lambda row: row[0], reverse=True)
        return [
            deepcopy(row[5])
            for row in rows
            if self._visible(caller, row[1])
            and self._open(caller, row[1])
            and wanted.customer_id in (None, row[1])
            and wanted.agreement_id in (None, row[2])
            and (not wanted.states or row[3] in wanted.states)
            and wanted.family in (None, row[4])
            and (wanted.after is None or row[0] < wanted.after)
            and wanted.q.lower() in f"{_numbers_of(row[5])}\n{self._named(row[1])}".lower()
        ][: wanted.limit]

    def _named(self, party_id: UUID) -> str:
        party = self.kept.parties.get(party_id)
        return f"{party.name}\n{party.customer_number or ''}" if party else ""

    def _visible(self, caller: Who, party_id: UUID) -> bool:
        if caller.role in STAFF or caller.party_id == party_id:
            return True
        known = self.kept.scope.get(party_id)
        return known is not None and caller.party_id in Scope(self.kept).above(known[1])

    def _open(self, caller: Who, party_id: UUID) -> bool:
        if caller.role in STAFF or caller.party_id == party_id:
            return True
        kind, _parent, delegated, _version = self.kept.scope[party_id]
        return delegated or kind == PartyKind.PROSPECT


@dataclass
class ChosenFeasibility:
    """Answers what it was told to, or refuses as it was told to."""

    verdict: Verdict = field(default_factory=lambda: Verdict(numbers_available=True))
    refusal: Exception | None = None
    asked: list[Question] = field(default_factory=list)

    async def ask(self, question: Question, language: str) -> Verdict:
        self.asked.append(question)
        if self.refusal is not None:
            raise self.refusal
        return self.verdict


def _numbers_of(one: Cart | Order | Agreement) -> str:
    return f"{one.number}\n{one.quote.number}" if isinstance(one, Cart) and one.quote else one.number


def _from_agreement(order: Order) -> UUID | None:
    return None if order.business_case is BusinessCase.NEW_ORDER else order.agreement_ids[0]
