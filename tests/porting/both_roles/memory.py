"""The porting service's stores in memory, for as many instances as a test wants; nothing of a failed unit stays."""

import pickle
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from contracts.envelope import Event
from contracts.wbci.v1 import WbciMessage
from porting.application.departure_ports import WantedDepartures
from porting.application.ports import CarrierMessage, Terms, Who
from porting.domain.departure import Departure
from porting.domain.ids import HIGHEST, CancellationId, ChangeId, PreAgreementId
from porting.domain.lifecycle import DepartureState
from porting.domain.particulars import Carrier, Numbers
from porting.domain.porting import Porting
from porting.domain.same_name import key_of
from porting.domain.whereabouts import Holding, KnownAgreement, KnownCustomer, Rival, touches
from telecom.addresses import Address


@lru_cache(maxsize=4096)
def looked_at(stored: bytes) -> Any:
    """Not to be changed: whoever asks for the same bytes gets the same thing."""
    return pickle.loads(stored)


@dataclass
class Stores:
    """What an instance remembers; whole aggregates as bytes, so that nobody changes one without saving it."""

    portings: dict[UUID, bytes] = field(default_factory=dict)
    departures: dict[UUID, bytes] = field(default_factory=dict)
    messages: list[CarrierMessage] = field(default_factory=list)
    timers: dict[tuple[str, str], datetime] = field(default_factory=dict)
    holdings: dict[tuple[UUID, str], Holding] = field(default_factory=dict)
    customers: dict[UUID, KnownCustomer] = field(default_factory=dict)
    agreements: dict[UUID, KnownAgreement] = field(default_factory=dict)
    sites: dict[UUID, Address] = field(default_factory=dict)
    strays: dict[str, UUID] = field(default_factory=dict)

    def copy(self) -> "Stores":
        return Stores(*(type(one)(one) for one in vars(self).values()))

    def all_portings(self) -> list[Porting]:
        """To look at."""
        return [looked_at(one) for one in self.portings.values()]

    def all_departures(self) -> list[Departure]:
        """To look at."""
        return [looked_at(one) for one in self.departures.values()]


class Portings:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def get(self, porting_id: UUID) -> Porting | None:
        found = self._stores.portings.get(porting_id)
        return None if found is None else pickle.loads(found)

    async def of_pre_agreement(self, pre_agreement_id: str) -> Porting | None:
        for one in self._stores.all_portings():
            for part in one.parts:
                mine = str(part.pre_agreement.pre_agreement_id) if part.pre_agreement else None
                if pre_agreement_id in (mine, *part.earlier):
                    return await self.get(one.porting_id)
        return None

    async def of_site(self, site_id: UUID) -> list[Porting]:
        return _own(one for one in self._stores.all_portings() if one.site_id == site_id)

    async def save(self, porting: Porting) -> None:
        porting.version += 1
        self._stores.portings[porting.porting_id] = pickle.dumps(porting)

    async def is_rejected(self, site_id: UUID) -> bool:
        return False


class Departures:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def get(self, departure_id: UUID) -> Departure | None:
        found = self._stores.departures.get(departure_id)
        return None if found is None else pickle.loads(found)

    one = get

    async def of_pre_agreement(self, pre_agreement_id: str) -> Departure | None:
        found = (
            one for one in self._stores.all_departures() if str(one.pre_agreement.pre_agreement_id) == pre_agreement_id
        )
        return next(iter(_own(found)), None)

    async def of_numbers(self, numbers: Numbers) -> list[Departure]:
        return _own(one for one in self._stores.all_departures() if not one.is_over and _share(one.numbers, numbers))

    async def of_agreement(self, agreement_id: UUID) -> list[Departure]:
        return _own(one for one in self._stores.all_departures() if one.agreement_id == agreement_id)

    async def some(self, caller: Who, wanted: WantedDepartures) -> list[Departure]:
        return sorted(self._stores.all_departures(), key=lambda one: one.departure_id)

    async def save(self, departure: Departure) -> None:
        departure.version += 1
        self._stores.departures[departure.departure_id] = pickle.dumps(departure)


class Whereabouts:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def hold(self, holdings: Collection[Holding]) -> None:
        for one in holdings:
            self._stores.holdings.setdefault((one.holder_id, one.numbers.prefix), one)

    async def release(self, holder_id: UUID, numbers: Numbers | None = None) -> None:
        for key, one in list(self._stores.holdings.items()):
            if key[0] != holder_id:
                continue
            del self._stores.holdings[key]
            rest = one.numbers.without(numbers) if numbers is not None else ()
            await self.hold([Holding(left, holder_id, one.customer_id, one.agreement_id, one.site_id) for left in rest])

    async def keep_site(self, site_id: UUID, customer_id: UUID, address: Address) -> None:
        self._stores.sites[site_id] = address

    async def keep_customer(self, customer: KnownCustomer, version: int) -> None:
        self._stores.customers[customer.customer_id] = customer

    async def keep_agreement(self, agreement: KnownAgreement, version: int) -> None:
        self._stores.agreements[agreement.agreement_id] = agreement

    async def touching(self, numbers: Numbers) -> list[Holding]:
        return [one for one in self._stores.holdings.values() if _share((one.numbers,), numbers)]

    async def of_customers(self, customer_ids: Collection[UUID]) -> list[Holding]:
        return [one for one in self._stores.holdings.values() if one.customer_id in customer_ids]

    async def customers(self, customer_ids: Collection[UUID]) -> dict[UUID, KnownCustomer]:
        return {one: self._stores.customers[one] for one in customer_ids if one in self._stores.customers}

    async def customers_named(self, name: str) -> dict[UUID, KnownCustomer]:
        return {key: one for key, one in self._stores.customers.items() if key_of(one.name) == key_of(name)}

    async def agreements_of(self, customer_ids: Collection[UUID]) -> dict[UUID, KnownAgreement]:
        return {key: one for key, one in self._stores.agreements.items() if one.customer_id in customer_ids}

    async def sites(self, site_ids: Collection[UUID]) -> dict[UUID, Address]:
        return {one: self._stores.sites[one] for one in site_ids if one in self._stores.sites}

    async def rivals(self, numbers: Numbers, besides: UUID) -> list[Rival]:
        return [
            Rival(
                one.departure_id,
                one.carrier.carrier_code,
                one.case,
                one.state is DepartureState.AWAITING_NEW,
                one.numbers,
            )
            for one in self._stores.all_departures()
            if not one.is_over and one.departure_id != besides and _share(one.numbers, numbers)
        ]


class Messages:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def add(self, message: CarrierMessage) -> None:
        self._stores.messages.append(message)

    async def answered_as_stray(self, pre_agreement_id: str, change_id: str) -> bool:
        return any(
            one.porting_id is None
            and one.outbound
            and one.pre_agreement_id == pre_agreement_id
            and change_id in one.body
            for one in self._stores.messages
        )


class Strays:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def ask(self, pre_agreement_id: str, task_id: UUID) -> bool:
        return self._stores.strays.setdefault(pre_agreement_id, task_id) == task_id


class Timers:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def set(self, name: str, subject: object, due_at: datetime) -> None:
        self._stores.timers[name, str(subject)] = due_at

    async def cancel(self, name: str, subject: object) -> None:
        self._stores.timers.pop((name, str(subject)), None)


class Sent:
    """Outbox and exchange in one: what goes out when the unit is committed."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.messages: list[WbciMessage] = []

    def record(self, event: Event) -> UUID:
        self.events.append(event)
        return UUID(int=len(self.events))

    def send(self, message: WbciMessage) -> None:
        self.messages.append(message)


@dataclass(frozen=True)
class CarrierList:
    """All others are electronic."""

    codes: tuple[str, ...]

    def electronic(self) -> list[Carrier]:
        return [Carrier(code, code, True) for code in self.codes]

    def is_electronic(self, carrier_code: str | None) -> bool:
        return carrier_code in self.codes


class Anybody:
    """No tenancy here."""

    async def put(self, party_id: UUID, **_said: Any) -> bool:
        return True


class MemoryUnit:
    """One use case, over a copy of the stores that takes their place when it is done."""

    def __init__(self, stores: Stores, terms: Terms, carriers: CarrierList, at: datetime, chance: Random) -> None:
        self.stores = stores.copy()
        self.portings, self.departures = Portings(self.stores), Departures(self.stores)
        self.whereabouts, self.carrier_messages = Whereabouts(self.stores), Messages(self.stores)
        self.strays = Strays(self.stores)
        self.timers, self.terms, self.carriers = Timers(self.stores), terms, carriers
        self.outbox = self.exchange = Sent()
        self._at, self._chance = at, chance

    @property
    def forms(self) -> Any:
        raise NotImplementedError("no paper here")

    @property
    def lists(self) -> Any:
        raise NotImplementedError("nobody looks at lists here")

    @property
    def scope(self) -> Any:
        return Anybody()

    async def now(self) -> datetime:
        return self._at

    def new_id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def new_pre_agreement_id(self) -> PreAgreementId:
        return PreAgreementId.of(self.terms.own_carrier, self._chance.randrange(HIGHEST))

    def new_change_id(self) -> ChangeId:
        return ChangeId.of(self.terms.own_carrier, self._chance.randrange(HIGHEST))

    def new_cancellation_id(self) -> CancellationId:
        return CancellationId.of(self.terms.own_carrier, self._chance.randrange(HIGHEST))

    def count(self, what: str, label: str) -> None:
        return None


def _own(found: Iterable[Any]) -> list[Any]:
    """Copies that a unit may change."""
    return [pickle.loads(pickle.dumps(one)) for one in found]


def _share(some: Numbers, others: Numbers) -> bool:
    return any(touches(one, other) for one in some for other in others)
