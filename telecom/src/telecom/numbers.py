"""Phone numbers and number blocks. Values that cannot be numbers cannot be built.

A German number is area code (without 0) + subscriber number. A block is area code + stem + extensions from..to of
equal length, from all zeros to all nines; a single number has a stem only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering
from itertools import pairwise
from typing import Self

import phonenumbers

from telecom.places import area_code_of, area_codes
from telecom.refusal import Refusal, _

OWN_SIZES = (10, 100, 1000)
OWN_DIGITS = 11
LONGEST_DIGITS = 13
SHORTEST_SUBSCRIBER = 3


class NotAPhoneNumber(Refusal):
    text = _("%(number)s is not a phone number.")
    remedy = _("Enter the number with its area code, for example 0221 1234567.")


class NotANumberBlock(Refusal):
    text = _("%(number)s is not a number or block of numbers: %(why)s.")
    remedy = _("Enter area code, base number, and for a block extensions from 0, 00 or 000 to 9, 99 or 999.")


class BlockSizeUnknown(Refusal):
    text = _("Blocks have 10, 100 or 1000 numbers, not %(size)s.")
    remedy = _("Choose 10, 100 or 1000.")
    field = "block_size"
    rule = "SITE-3"


class NumbersOverlap(Refusal):
    text = _("%(one)s and %(other)s share numbers.")
    remedy = _("Name each number once.")


@dataclass(frozen=True, slots=True)
@total_ordering
class PhoneNumber:
    """A number in E.164, for instance `+492211234567`."""

    e164: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\+[1-9][0-9]{3,14}", self.e164):
            raise NotAPhoneNumber(number=self.e164)

    def __lt__(self, other: Self) -> bool:
        return self.e164 < other.e164

    @classmethod
    def parse(cls, written: str, country: str = "DE") -> Self:
        """As a person writes it: with spaces, brackets, with 0, 00 or +."""
        try:
            found = phonenumbers.parse(written, country)
        except phonenumbers.NumberParseException:
            raise NotAPhoneNumber(number=written) from None
        if not phonenumbers.is_possible_number(found) or _lacks_a_subscriber(found):
            raise NotAPhoneNumber(number=written)
        return cls(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))

    @property
    def national(self) -> str:
        """`0221 1234567`; a number abroad as it is dialled from here."""
        if self.e164.startswith("+49") and (code := area_code_of(self.e164[3:])):
            return f"0{code} {self.e164[3 + len(code) :]}"
        found = phonenumbers.parse(self.e164)
        style = phonenumbers.PhoneNumberFormat
        home = found.country_code == phonenumbers.country_code_for_region("DE")
        return phonenumbers.format_number(found, style.NATIONAL if home else style.INTERNATIONAL)

    @property
    def international(self) -> str:
        """`+49 221 1234567`."""
        if self.e164.startswith("+49") and (code := area_code_of(self.e164[3:])):
            return f"+49 {code} {self.e164[3 + len(code) :]}"
        return phonenumbers.format_number(phonenumbers.parse(self.e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def __str__(self) -> str:
        return self.e164


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """A block, or a single number (no extensions). `answering_extension`: the one that takes calls for nobody."""

    area_code: str
    stem: str
    extension_from: str | None = None
    extension_to: str | None = None
    answering_extension: str | None = None

    def __post_init__(self) -> None:
        if self.area_code not in area_codes():
            raise self._wrong(_("the area code does not exist"), "area_code")
        if not re.fullmatch(r"[1-9][0-9]{0,9}", self.stem):
            raise self._wrong(_("the base number has digits and does not begin with 0"), "stem")
        low, high = self.extension_from, self.extension_to
        if (low is None) != (high is None):
            raise self._wrong(_("the extensions need a first and a last"), "extension_to")
        if low is not None and high is not None:
            if not re.fullmatch(r"0{1,4}", low) or high != "9" * len(low):
                raise self._wrong(_("the extensions run from zeros to nines of equal length"), "extension_from")
            if len(self.stem) > 8:
                raise self._wrong(_("the base number of a block has up to 8 digits"), "stem")
        if len(self.digits) > LONGEST_DIGITS:
            raise self._wrong(_("it is longer than 13 digits"), "stem")
        answering = self.answering_extension
        if answering is not None and (low is None or not re.fullmatch(r"[0-9]{1,4}", answering)):
            raise self._wrong(
                _("the answering extension is up to 4 digits, and only for a block"), "answering_extension"
            )

    @classmethod
    def own(cls, area_code: str, first: str, size: int) -> Self:
        """A block of the carrier's own: `first` are the subscriber digits of its first number, aligned to the size."""
        if size not in OWN_SIZES:
            raise BlockSizeUnknown(size=size)
        width = len(str(size)) - 1
        stem, extension = first[:-width], first[-width:]
        return cls(area_code, stem, extension, "9" * width)

    @classmethod
    def single(cls, number: PhoneNumber) -> Self:
        """A German number with an area code as a block of one."""
        digits = number.e164.removeprefix("+49")
        code = area_code_of(digits) if number.e164.startswith("+49") else None
        if code is None:
            raise NotAPhoneNumber(number=number.e164)
        return cls(code, digits[len(code) :])

    @property
    def is_single(self) -> bool:
        return self.extension_from is None

    @property
    def width(self) -> int:
        """Digits of the extensions."""
        return len(self.extension_from or "")

    @property
    def size(self) -> int:
        return int(10**self.width)

    @property
    def digits(self) -> str:
        """National digits of the first number, without 0."""
        return f"{self.area_code}{self.stem}{self.extension_from or ''}"

    @property
    def prefix(self) -> str:
        """The digits that all its numbers begin with."""
        return f"{self.area_code}{self.stem}"

    @property
    def first(self) -> PhoneNumber:
        return PhoneNumber(f"+49{self.digits}")

    @property
    def last(self) -> PhoneNumber:
        return PhoneNumber(f"+49{self.prefix}{self.extension_to or ''}")

    @property
    def is_own_shape(self) -> bool:
        """SITE-3: a size that is given out, and the length of new numbers."""
        return self.size in OWN_SIZES and len(self.digits) == OWN_DIGITS

    def overlaps(self, other: "NumberBlock") -> bool:
        """Whether a number dialled could be in both; a shorter one that begins a longer one clashes with it."""
        return self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)

    def __contains__(self, number: PhoneNumber) -> bool:
        return number.e164.startswith(f"+49{self.prefix}") and len(number.e164) == len(self.first.e164)

    def parent(self) -> "NumberBlock":
        """The block ten times as large in which it lies."""
        wider = self.width + 1
        return NumberBlock(self.area_code, self.stem[:-1], "0" * wider, "9" * wider)

    def tenths(self) -> tuple["NumberBlock", ...]:
        """The ten blocks it falls into; single numbers at the end."""
        if self.is_single:
            raise BlockSizeUnknown(size=1)
        rest = self.width - 1
        low, high = ("0" * rest, "9" * rest) if rest else (None, None)
        return tuple(NumberBlock(self.area_code, f"{self.stem}{digit}", low, high) for digit in range(10))

    def without(self, gone: Iterable["NumberBlock"]) -> "tuple[NumberBlock, ...]":
        """What stays of it when these numbers go, in the largest blocks there are; itself if none of them is in it."""
        touching = [one for one in gone if self.overlaps(one)]
        if not touching:
            return (self,)
        if self.is_single or any(self.prefix.startswith(one.prefix) for one in touching):
            return ()
        return tuple(rest for tenth in self.tenths() for rest in tenth.without(touching))

    def __str__(self) -> str:
        """`0221 12345 00-99`, `0221 1234567`."""
        extensions = f" {self.extension_from}-{self.extension_to}" if not self.is_single else ""
        return f"0{self.area_code} {self.stem}{extensions}"

    def _wrong(self, why: str, field: str) -> NotANumberBlock:
        return NotANumberBlock(field=field, number=f"0{self.area_code} {self.stem}", why=why)


def none_overlap(blocks: Iterable[NumberBlock]) -> None:
    """Refused where two of them share a number."""
    by_prefix = sorted(blocks, key=lambda block: block.prefix)
    for one, other in pairwise(by_prefix):
        if one.overlaps(other):
            raise NumbersOverlap(one=str(one), other=str(other))


def _lacks_a_subscriber(number: phonenumbers.PhoneNumber) -> bool:
    """A German number that is little more than an area code."""
    if number.country_code != phonenumbers.country_code_for_region("DE") or phonenumbers.is_valid_number(number):
        return False
    digits = str(number.national_number)
    code = area_code_of(digits)
    return code is None or len(digits) - len(code) < SHORTEST_SUBSCRIBER
