"""A row of held numbers as the block that it stands for."""

from typing import Any

from telecom.numbers import NumberBlock


def block_of(row: Any) -> NumberBlock:
    low, high = ("0" * row.width, "9" * row.width) if row.width else (None, None)
    return NumberBlock(row.area_code, row.stem, low, high, row.answering_extension)
