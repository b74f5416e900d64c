"""What the customer ordered: donor, numbers, subscriber as the donor knows him (PORT-1)."""

from dataclasses import dataclass
from enum import StrEnum

from telecom.addresses import Address
from telecom.numbers import NumberBlock


class PortingCase(StrEnum):
    END_WITH_NUMBERS = "VA-KUE-MRN"
    END_WITHOUT_NUMBERS = "VA-KUE-ORN"
    NUMBERS_ONLY = "VA-RRNP"

    @property
    def ends_donor_agreement(self) -> bool:
        return self is not PortingCase.NUMBERS_ONLY

    @property
    def moves_numbers(self) -> bool:
        return self is not PortingCase.END_WITHOUT_NUMBERS


class Window(StrEnum):
    EARLY = "ZF1"
    MORNING = "ZF2"
    FREE = "ZF3"


@dataclass(frozen=True, slots=True)
class Donor:
    """`carrier_code` is None for a paper carrier (PORT-4)."""

    carrier_code: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    name: str
    address: Address
    first_name: str | None = None
    further_owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier that agreed to electronic pre-agreements."""

    carrier_code: str
    name: str
    invented: bool


Numbers = tuple[NumberBlock, ...]
