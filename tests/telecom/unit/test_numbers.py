import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom.numbers import (
    BlockSizeUnknown,
    NotANumberBlock,
    NotAPhoneNumber,
    NumberBlock,
    NumbersOverlap,
    PhoneNumber,
    none_overlap,
)

CODES = st.sampled_from(["30", "221", "2203", "33203", "89", "6102"])


@st.composite
def own_blocks(draw: st.DrawFn) -> NumberBlock:
    code = draw(CODES)
    size = draw(st.sampled_from([10, 100, 1000]))
    first = draw(st.integers(10 ** (10 - len(code)), 10 ** (11 - len(code)) - 1)) // size * size
    return NumberBlock.own(code, str(first), size)


@pytest.mark.rule("SITE-3")
@given(own_blocks())
def test_an_own_block_has_eleven_digits_and_ends_where_its_size_says(block: NumberBlock) -> None:
    assert block.is_own_shape
    assert int(block.last.e164) - int(block.first.e164) == block.size - 1
    assert int(block.first.e164) % block.size == 0
    assert block.first in block
    assert block.last in block
    assert PhoneNumber(f"+{int(block.last.e164) + 1}") not in block


@pytest.mark.rule("SITE-3")
@given(own_blocks())
def test_tenths_fill_their_block_without_overlap_and_know_their_parent(block: NumberBlock) -> None:
    tenths = block.tenths()
    assert sum(tenth.size for tenth in tenths) == block.size
    assert (tenths[0].first, tenths[-1].last) == (block.first, block.last)
    assert all(tenth.parent() == block for tenth in tenths if not tenth.is_single)
    none_overlap(tenths)


@given(own_blocks(), own_blocks())
def test_blocks_overlap_exactly_where_one_lies_in_the_other(one: NumberBlock, other: NumberBlock) -> None:
    shared = one.first in other or other.first in one
    assert one.overlaps(other) == shared == other.overlaps(one)


@given(st.text(max_size=12), st.text(max_size=6), st.text(max_size=5))
def test_whatever_is_typed_is_a_block_or_a_refusal(code: str, stem: str, extension: str) -> None:
    try:
        block = NumberBlock(code, stem, extension, "9" * len(extension))
    except NotANumberBlock:
        return
    assert len(block.digits) <= 13


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (("9999", "123456"), "area_code"),
        (("221", "0123456"), "stem"),
        (("221", ""), "stem"),
        (("221", "12345", "00"), "extension_to"),
        (("221", "12345", "10", "99"), "extension_from"),
        (("221", "12345", "00", "999"), "extension_from"),
        (("221", "123456789", "0", "9"), "stem"),
        (("221", "12345678", "0000", "9999"), "stem"),
        (("221", "12345678", None, None, "0"), "answering_extension"),
        (("221", "١٢٣٤"), "stem"),
    ],
)
def test_what_cannot_be_a_block_cannot_be_built(parts: tuple[str, ...], field: str) -> None:
    with pytest.raises(NotANumberBlock) as refused:
        NumberBlock(*parts)
    assert refused.value.field == field


@pytest.mark.rule("SITE-3")
def test_only_blocks_of_10_100_and_1000_are_given_out() -> None:
    with pytest.raises(BlockSizeUnknown) as refused:
        NumberBlock.own("221", "12345600", 50)
    assert refused.value.field == "block_size"


def test_a_block_that_is_not_aligned_to_its_size_cannot_be_built() -> None:
    with pytest.raises(NotANumberBlock):
        NumberBlock.own("221", "12345650", 100)


def test_a_single_number_cannot_be_split() -> None:
    with pytest.raises(BlockSizeUnknown):
        NumberBlock.single(PhoneNumber.parse("0221 1234567")).tenths()


@pytest.mark.parametrize("written", ["0221 1234567", "+49 221 1234567", "0049-221-1234567", "(0221) 123 45 67"])
def test_a_number_is_understood_as_people_write_it(written: str) -> None:
    number = PhoneNumber.parse(written)
    assert number.e164 == "+492211234567"
    assert number.national == "0221 1234567"
    assert number.international == "+49 221 1234567"


@pytest.mark.parametrize("written", ["", "abc", "12", "0221", "+49 221 123456789012345", "☎"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        PhoneNumber.parse(written)


def test_a_mobile_number_is_a_number_but_no_block() -> None:
    mobile = PhoneNumber.parse("0171 1234567")
    assert mobile.national == "0171 1234567"
    with pytest.raises(NotAPhoneNumber):
        NumberBlock.single(mobile)


def test_numbers_named_twice_are_refused() -> None:
    block = NumberBlock("221", "12345", "00", "99")
    with pytest.raises(NumbersOverlap):
        none_overlap([block, NumberBlock("30", "1234567"), NumberBlock("221", "1234567")])


def test_a_block_reads_as_people_know_it() -> None:
    assert str(NumberBlock("221", "12345", "00", "99")) == "0221 12345 00-99"
