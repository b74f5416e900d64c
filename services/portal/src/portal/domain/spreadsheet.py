"""Lists as files for German spreadsheets: semicolons, a byte order mark, and no cell that a program would run."""

from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the begin of a formula."""


def line(cells: Iterable[str]) -> str:
    """One row; quoted where it must be."""
    return ";".join(_cell(one) for one in cells) + "\r\n"


def _cell(text: str) -> str:
    shown = f"'{text}" if text.lstrip(" ").startswith(RUNS) else text
    return '"' + shown.replace('"', '""') + '"' if any(one in shown for one in ';"\r\n') else shown
