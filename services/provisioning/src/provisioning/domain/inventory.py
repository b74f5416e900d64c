"""The carrier's own numbers: ranges by area code, cut into blocks of 10, 100 and 1000 that are halved by ten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telecom.numbers import LONGEST_DIGITS, OWN_DIGITS, OWN_SIZES, NumberBlock
from telecom.places import area_codes
from telecom.refusal import Refusal, _


class BlockTaken(Refusal):
    kind = "conflict"
    text = _("%(number)s is not free any more.")
    remedy = _("Choose another block.")
    rule = "SITE-3"


class PoolFaulty(Refusal):
    """All that is wrong with a pool file."""

    text = _("The pool file has %(count)s faults; nothing was loaded.")
    remedy = _("A line is area_code,first,last with subscriber numbers; numbers have 11 digits with their area code.")
    rule = "SITE-3"

    def __init__(self, faults: "Sequence[Fault]") -> None:
        super().__init__(count=len(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line; `why` is to be translated."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


class PoolOverlaps(Refusal):
    kind = "conflict"
    text = _("The range %(area_code)s %(first)s to %(last)s overlaps numbers that are known already.")
    remedy = _("Load each range once, unchanged.")
    rule = "SITE-3"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Own numbers in a row, as whole numbers of 11 digits."""

    area_code: str
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def overlaps(self, other: "NumberRange") -> bool:
        return self.first <= other.last and other.first <= self.last

    def blocks(self) -> Iterator[tuple[int, int]]:
        """(size, first) of the largest aligned blocks that fill the range."""
        at = self.first
        while at <= self.last:
            size = max(s for s in OWN_SIZES if at % s == 0 and at + s - 1 <= self.last)
            yield size, at
            at += size


def read_pool(written: str) -> tuple[list[tuple[int, NumberRange]], list[Fault]]:
    """The ranges of a pool file with their lines, and every fault."""
    found, faults = list[tuple[int, NumberRange]](), list[Fault]()
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip() or line.startswith("#") or line.strip() == "area_code,first,last":
            continue
        if isinstance(read := _range(line), str):
            faults.append(Fault(number, read))
        elif any(read.overlaps(other) for _line, other in found):
            faults.append(Fault(number, _("some of its numbers stand in an earlier line already")))
        else:
            found.append((number, read))
    return found, faults


def own_block(area_code: str, first: int, size: int) -> NumberBlock:
    return NumberBlock.own(area_code, str(first)[len(area_code) :], size)


def span(block: NumberBlock) -> tuple[int, int]:
    """All that can be dialled beginning with the block's digits, as a half-open range of whole numbers."""
    scale = 10 ** (LONGEST_DIGITS - len(block.prefix))
    return int(block.prefix) * scale, (int(block.prefix) + 1) * scale


def _range(line: str) -> NumberRange | str:
    """The range, or why it is none."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 3 or not all(re.fullmatch("[0-9]{1,13}", part) for part in parts):
        return _("three numbers separated by commas are needed")
    area_code, first, last = parts
    if area_code not in area_codes():
        return _("the area code does not exist")
    digits = {len(area_code + first), len(area_code + last)}
    if digits != {OWN_DIGITS} or first.startswith("0"):
        return _("numbers have 11 digits with their area code")
    low, high = int(area_code + first), int(area_code + last)
    if low > high or low % 10 or (high + 1) % 10:
        return _("a range begins with a 0 and ends with a 9")
    return NumberRange(area_code, low, high)
