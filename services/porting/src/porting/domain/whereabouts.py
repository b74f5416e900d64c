"""What we know of our customers' numbers: whose they are, where they hang, and who else asks for them (PORT-9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from porting.domain.particulars import Numbers, PortingCase
from telecom.addresses import Address
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class Holding:
    """Numbers of a customer of ours, at a site or on the agreement itself."""

    numbers: NumberBlock
    holder_id: UUID
    customer_id: UUID
    agreement_id: UUID
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    customer_id: UUID
    name: str
    address: Address | None


@dataclass(frozen=True, slots=True)
class KnownAgreement:
    """`ends_on` is the last day of its term."""

    agreement_id: UUID
    number: str
    customer_id: UUID
    ends_on: date | None
    runs: bool


@dataclass(frozen=True, slots=True)
class Rival:
    """Another departure of the same numbers that is not over."""

    departure_id: UUID
    carrier_code: str
    case: PortingCase
    awaits_new: bool
    numbers: Numbers = ()


@dataclass(frozen=True, slots=True)
class Known:
    """`holdings`: what touches the numbers asked for, and everything else of those customers."""

    holdings: tuple[Holding, ...] = ()
    customers: Mapping[UUID, KnownCustomer] = field(default_factory=dict)
    agreements: Mapping[UUID, KnownAgreement] = field(default_factory=dict)
    sites: Mapping[UUID, Address] = field(default_factory=dict)
    rivals: tuple[Rival, ...] = ()


def covers(numbers: NumberBlock, holdings: Iterable[Holding]) -> bool:
    """Are all of these numbers held, in however many blocks?"""
    within = [one.numbers for one in holdings if touches(one.numbers, numbers)]
    return any(numbers.prefix.startswith(one.prefix) for one in within) or (
        sum(one.size for one in within) == numbers.size
    )


def touches(one: NumberBlock, other: NumberBlock) -> bool:
    """Have they a number in common?"""
    return one.overlaps(other) and len(one.digits) == len(other.digits)


def same_span(one: NumberBlock, other: NumberBlock) -> bool:
    """What is dialled; the answering extension is no part of it."""
    return (one.prefix, one.width) == (other.prefix, other.width)
