"""A site's numbers as cart keeps them (SITE-4, PORT-9)."""

from uuid import uuid4

import pytest

from cart.application.ports import ReadySite
from telecom.addresses import Address
from telecom.numbers import NumberBlock

COLOGNE = Address("Rosenstraße", "12", "50678", "Köln")
HUNDRED, OTHER = NumberBlock("221", "4790", "00", "99"), NumberBlock("221", "4791", "00", "99", "0")


@pytest.mark.rule("PORT-9", "SITE-4")
def test_when_the_first_number_of_a_block_leaves_the_other_99_stay_and_can_be_terminated() -> None:
    site = ReadySite(uuid4(), uuid4(), "Werk", COLOGNE, "221", uuid4(), (HUNDRED, OTHER), ending=(HUNDRED,))
    left = site.without_numbers((NumberBlock("221", "479000"),))
    assert sum(block.size for block in left.blocks) == 199
    assert OTHER in left.blocks
    assert sum(block.size for block in left.ending) == 99
    assert left.without_numbers(left.ending).blocks == (OTHER,)
    assert left.without_numbers((HUNDRED,)).blocks == (OTHER,)
