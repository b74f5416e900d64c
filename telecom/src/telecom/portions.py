"""How many numbers one pre-agreement between carriers may carry, and the fewest that carry all (WBCI)."""

from collections.abc import Sequence

from telecom.numbers import NumberBlock

MOST_BLOCKS, MOST_SINGLES = 5, 10


def portions(numbers: Sequence[NumberBlock]) -> list[tuple[NumberBlock, ...]]:
    """In the order given, blocks first; up to 5 blocks or up to 10 single numbers each, never both.

    What comes first may end the donor's contract, so the larger numbers go with it. None at all make one empty portion.
    """
    blocks = [number for number in numbers if not number.is_single]
    singles = [number for number in numbers if number.is_single]
    return [*_cut(blocks, MOST_BLOCKS), *_cut(singles, MOST_SINGLES)] or [()]


def _cut(numbers: list[NumberBlock], most: int) -> list[tuple[NumberBlock, ...]]:
    return [tuple(numbers[start : start + most]) for start in range(0, len(numbers), most)]
