"""What the use cases about numbers need of the outside."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from provisioning.domain.balance import Balance
from provisioning.domain.departure import Departure
from provisioning.domain.inventory import NumberRange
from provisioning.domain.numbers import Stay
from provisioning.domain.reservation import Reservation
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class Holder:
    """Where numbers hang: a site, or an agreement. What is not known any more is None."""

    holder_id: UUID
    agreement_id: UUID
    customer_id: UUID
    site_id: UUID | None = None
    site_name: str | None = None
    agreement_number: str | None = None
    customer_name: str | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """The carrier's own numbers in one area code. `blocks`: free ones by size. `balance`: as last checked."""

    area_code: str
    total: int
    free: int
    resting: int
    reserved: int
    ported_out: int
    blocks: dict[int, int]
    balance: Balance | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """Numbers of our own that are with another carrier; `position` is their place in the list."""

    position: int
    block: NumberBlock
    carrier: str | None
    since: datetime


class Departures(Protocol):
    async def get(self, departure_id: UUID) -> Departure | None: ...

    async def save(self, departure: Departure) -> None: ...


class Reservations(Protocol):
    async def offer(self, area_code: str, size: int, containing: str, most: int) -> list[NumberBlock]:
        """Free blocks whose fixed digits, without the area code, contain these."""
        ...

    async def hold(self, block: NumberBlock, holder_id: UUID, until: datetime | None) -> None:
        """Take it out of what is free; until then for a reservation, for good without. Raises BlockTaken."""
        ...

    async def let_go(self, reservation: Reservation, at: datetime) -> None:
        """The block is free again."""
        ...

    async def hand_to(self, reservation: Reservation, holder_id: UUID, at: datetime) -> None:
        """Its block is the holder's. Also after it lapsed, if the block is still free; else raises BlockTaken."""
        ...

    async def add(self, one: Reservation) -> None: ...

    async def get(self, reservation_id: UUID, *, lock: bool = True) -> Reservation | None:
        """Also one that has ended. Locked until the unit of work ends."""
        ...

    async def count(self, customer_id: UUID) -> int:
        """How many have not ended."""
        ...

    async def living(self, after: UUID | None) -> list[Reservation]:
        """Newest first."""
        ...


class Numbers(Protocol):
    """The read side of numbers."""

    async def pools(self) -> list[Pool]: ...

    async def away(self, area_code: str, after: int | None) -> list[Away]: ...

    async def life(self, number: NumberBlock) -> list[Stay]:
        """Where it has been, in order, up to now."""
        ...

    async def holders(self, holder_ids: Collection[UUID]) -> dict[UUID, Holder]: ...

    async def clashes(self, wanted: NumberRange) -> list[str]:
        """What is known of the range's numbers: `loaded` if exactly it is, else `pool` or `held` as far as it is."""
        ...

    async def weigh(self, at: datetime) -> list[Balance]: ...

    async def keep_balances(self, found: list[Balance], at: datetime) -> None: ...
