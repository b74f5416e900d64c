"""What the use cases of departures need of the outside, besides what portings need (PORT-9)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from porting.application.ports import Unit, Who
from porting.domain.departure import Departure
from porting.domain.lifecycle import DepartureState
from porting.domain.particulars import Numbers
from porting.domain.whereabouts import Holding, KnownAgreement, KnownCustomer, Rival
from telecom.addresses import Address


@dataclass(frozen=True, slots=True)
class WantedDepartures:
    state: DepartureState | None = None
    agreement_id: UUID | None = None
    customer_id: UUID | None = None
    after: UUID | None = None
    limit: int = 50


class Departures(Protocol):
    async def get(self, departure_id: UUID) -> Departure | None:
        """Locked until the unit of work ends."""
        ...

    async def of_pre_agreement(self, pre_agreement_id: str) -> Departure | None:
        """Locked until the unit of work ends."""
        ...

    async def of_numbers(self, numbers: Numbers) -> list[Departure]:
        """Those not over that share numbers with these; locked."""
        ...

    async def of_agreement(self, agreement_id: UUID) -> list[Departure]:
        """Locked, also what is over: the agreement may end later."""
        ...

    async def save(self, departure: Departure) -> None: ...

    async def move(self, loser: UUID, survivor: UUID) -> None: ...

    async def forget(self, party_id: UUID) -> None:
        """Departures and what was said to carriers stay without the people in them."""
        ...

    async def one(self, departure_id: UUID) -> Departure | None:
        """To look at."""
        ...

    async def some(self, caller: Who, wanted: WantedDepartures) -> list[Departure]:
        """By id, oldest first; nothing that the caller may not see (TEN-2)."""
        ...


class Whereabouts(Protocol):
    """Whose numbers hang where, as provisioning, cart and the CRM tell it."""

    async def hold(self, holdings: Collection[Holding]) -> None: ...

    async def release(self, holder_id: UUID, numbers: Numbers | None = None) -> None:
        """These, or all that the holder has."""
        ...

    async def keep_site(self, site_id: UUID, customer_id: UUID, address: Address) -> None: ...

    async def keep_customer(self, customer: KnownCustomer, version: int) -> None:
        """An older version undoes nothing."""
        ...

    async def keep_agreement(self, agreement: KnownAgreement, version: int) -> None: ...

    async def move(self, loser: UUID, survivor: UUID) -> None: ...

    async def forget(self, party_id: UUID) -> None: ...

    async def touching(self, numbers: Numbers) -> list[Holding]:
        """Locked, so that two who ask for the same numbers at once are judged one after the other."""
        ...

    async def of_customers(self, customer_ids: Collection[UUID]) -> list[Holding]: ...

    async def customers(self, customer_ids: Collection[UUID]) -> dict[UUID, KnownCustomer]: ...

    async def customers_named(self, name: str) -> dict[UUID, KnownCustomer]: ...

    async def agreements_of(self, customer_ids: Collection[UUID]) -> dict[UUID, KnownAgreement]: ...

    async def sites(self, site_ids: Collection[UUID]) -> dict[UUID, Address]: ...

    async def rivals(self, numbers: Numbers, besides: UUID) -> list[Rival]: ...


class DepartureUnit(Unit, Protocol):
    @property
    def departures(self) -> Departures: ...
    @property
    def whereabouts(self) -> Whereabouts: ...
