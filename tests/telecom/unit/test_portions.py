"""Numbers of one request over the fewest pre-agreements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom.numbers import NumberBlock
from telecom.portions import MOST_BLOCKS, MOST_SINGLES, portions

pytestmark = pytest.mark.rule("PORT-1")


def _block(nth: int) -> NumberBlock:
    return NumberBlock("221", f"4{nth:03}", "00", "99", "0")


def _single(nth: int) -> NumberBlock:
    return NumberBlock("221", f"5{nth:06}")


@given(st.integers(0, 30), st.integers(0, 60))
def test_every_number_is_in_one_portion_and_no_fewer_portions_would_do(blocks: int, singles: int) -> None:
    numbers = [_single(nth) for nth in range(singles)] + [_block(nth) for nth in range(blocks)]
    found = portions(numbers)
    assert sorted(map(str, (one for portion in found for one in portion))) == sorted(map(str, numbers))
    assert len(found) == max(1, -(-blocks // MOST_BLOCKS) + -(-singles // MOST_SINGLES))


@given(st.integers(0, 30), st.integers(0, 60))
def test_blocks_and_single_numbers_are_never_in_one_portion(blocks: int, singles: int) -> None:
    for portion in portions([_single(nth) for nth in range(singles)] + [_block(nth) for nth in range(blocks)]):
        assert len({one.is_single for one in portion}) <= 1
        assert len(portion) <= (MOST_SINGLES if portion and portion[0].is_single else MOST_BLOCKS)


def test_blocks_come_first() -> None:
    assert [one.is_single for portion in portions([_single(1), _block(1)]) for one in portion] == [False, True]
