"""What somebody typed into the search of the queue, as a phone number."""

import re

LEAST = 3
"""Digits below which nobody means a phone number."""
NUMBER = re.compile(r"^(?:\+49|0049|0)?[\s()/0-9–-]+$")


def digits_in(q: str) -> str:
    """The digits after area code's 0 or the country's code; empty if this is no number.

    >>> digits_in("+49 (0)221 4711-12")
    '221471112'
    """
    if not NUMBER.match(q.strip()):
        return ""
    digits = re.sub(r"\D", "", re.sub(r"^\s*(?:\+49|0049)\s*(?:\(0\))?", "", q)).lstrip("0")
    return digits if len(digits) >= LEAST else ""
