"""Which version of a catalog counts, wherever it is asked (CAT-5)."""

from datetime import date


def precedence(version: str, valid_from: date) -> tuple[date, tuple[int, ...]]:
    """Of the versions that are valid on a day the greatest counts: the one valid from the latest day.

    Of those of the same day it is the one with the highest number: `2021-03.10` comes after `2021-03.9`.
    """
    return valid_from, tuple(int(part) for part in version.replace(".", "-").split("-"))
