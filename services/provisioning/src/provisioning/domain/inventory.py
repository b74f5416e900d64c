"""The carrier's own numbers: ranges by area code, cut into blocks of 10, 100 and 1000 that are halved by ten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from telecom.numbers import LONGEST_DIGITS, OWN_DIGITS, OWN_SIZES, NumberBlock
from telecom.places import area_codes
from telecom.refusal import Refusal, _


class PoolLineWrong(Refusal):
    text = _("Line %(line)s: %(why)s.")
    remedy = _("A line is area_code,first,last with subscriber numbers; numbers have 11 digits with their area code.")
    rule = "SITE-3"


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

    def blocks(self) -> Iterator[tuple[int, int]]:
        """(size, first) of the largest aligned blocks that fill the range."""
        at = self.first
        while at <= self.last:
            size = max(s for s in OWN_SIZES if at % s == 0 and at + s - 1 <= self.last)
            yield size, at
            at += size


def read_pool(text: str) -> list[NumberRange]:
    """The ranges of a pool file; the first wrong line is refused by its number."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or line.strip() == "area_code,first,last":
            continue
        found.append(_range(number, line))
    return found


def own_block(area_code: str, first: int, size: int) -> NumberBlock:
    return NumberBlock.own(area_code, str(first)[len(area_code) :], size)


def span(block: NumberBlock) -> tuple[int, int]:
    """All that can be dialled beginning with the block's digits, as a half-open range of whole numbers."""
    scale = 10 ** (LONGEST_DIGITS - len(block.prefix))
    return int(block.prefix) * scale, (int(block.prefix) + 1) * scale


def _range(number: int, line: str) -> NumberRange:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 3 or not all(re.fullmatch("[0-9]+", part) for part in parts):
        raise PoolLineWrong(line=number, why=_("three numbers separated by commas are needed"))
    area_code, first, last = parts
    if area_code not in area_codes():
        raise PoolLineWrong(line=number, why=_("the area code does not exist"))
    digits = {len(area_code + first), len(area_code + last)}
    if digits != {OWN_DIGITS} or first.startswith("0"):
        raise PoolLineWrong(line=number, why=_("numbers have 11 digits with their area code"))
    low, high = int(area_code + first), int(area_code + last)
    if low > high or low % 10 or (high + 1) % 10:
        raise PoolLineWrong(line=number, why=_("a range begins with a 0 and ends with a 9"))
    return NumberRange(area_code, low, high)
