"""What lines carry besides their product: people, places, numbers, and what a porting needs (PORT-1)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from telecom.addresses import Address
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Site:
    """A usage site to be made; its id is given when ordering."""

    site_id: UUID
    name: str
    address: Address
    area_code: str


@dataclass(frozen=True, slots=True)
class NewNumbers:
    """`reserved`: the very block that provisioning keeps for the customer (SITE-3)."""

    site_id: UUID | None
    area_code: str
    block_size: int
    reservation_id: UUID | None = None
    reserved: NumberBlock | None = None


@dataclass(frozen=True, slots=True)
class Donor:
    """`carrier_code` is None for "Sonstige" (PORT-4)."""

    carrier_code: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    name: str
    address: Address
    first_name: str | None = None
    further_owners: tuple[str, ...] = ()


class Ending(StrEnum):
    """What a termination ends (ORD-2)."""

    AGREEMENT = "agreement"
    SITE = "site"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Termination:
    """Ends when `effective_on` begins in Berlin; until then it can be taken back (ORD-2)."""

    subject: Ending
    effective_on: date
    site_id: UUID | None = None
    numbers: tuple[NumberBlock, ...] = ()


class PortingCase(StrEnum):
    END_WITH_NUMBERS = "VA-KUE-MRN"
    END_WITHOUT_NUMBERS = "VA-KUE-ORN"
    NUMBERS_ONLY = "VA-RRNP"

    @property
    def ends_donor_agreement(self) -> bool:
        return self is not PortingCase.NUMBERS_ONLY


class Window(StrEnum):
    EARLY = "ZF1"
    MORNING = "ZF2"
    FREE = "ZF3"


@dataclass(frozen=True, slots=True)
class Porting:
    """`state` is the one whose holidays count; `replaces` an earlier request in clearing (PORT-3)."""

    porting_id: UUID
    site_id: UUID | None
    donor: Donor
    subscriber: Subscriber
    case: PortingCase
    numbers: tuple[NumberBlock, ...]
    requested_on: date
    all_numbers: bool = False
    window: Window = Window.MORNING
    state: str | None = None
    replaces: UUID | None = None
