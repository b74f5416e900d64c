"""A catalog with forty faults of all kinds is refused naming all forty, each with its file and line (CAT-5).

The faults are a table to read: `tests/catalog/forty_faults.md`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.adapters.files import read_files
from catalog.domain.checks import faults
from tests.catalog.unit.test_checks import shipped

TABLE = Path(__file__).parents[1] / "forty_faults.md"
ENTRY = re.compile("^- ", re.MULTILINE)
NEW, ENTRY_ITSELF = "(new)", "(entry)"
SPELT = {"(nothing)": "", "(a blank)": " ", "(401 letters)": "w" * 401}


@dataclass(frozen=True)
class Planted:
    """In `file`, from `entry` on, what `was` so `becomes` otherwise, which is told at a field of the entry."""

    file: str
    entry: str
    was: str
    becomes: str
    field: str
    told: str


def planted() -> Iterator[Planted]:
    rows = [line for line in TABLE.read_text(encoding="utf-8").split("\n") if line.startswith("| ")]
    for row in rows[1:]:
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        yield Planted(*(SPELT.get(cell, cell.strip("`").replace("⏎", "\n")) for cell in cells))


def plant(files: dict[str, str], one: Planted) -> int:
    """Which entry of the file it went into, counted from 1; 0 is above them."""
    text = files[one.file]
    if one.was == NEW:
        files[one.file] = f"{text}\n{one.becomes}\n"
        return len(ENTRY.findall(text)) + 1
    place = text.index(one.was, text.index(f"code: {one.entry}\n") if one.entry else 0)
    files[one.file] = text[:place] + one.becomes + text[place + len(one.was) :]
    return len(ENTRY.findall(text[:place]))


def place_of(text: str, one: Planted, entry: int) -> str:
    """Where a reader would look: at the field of the entry, or at the entry."""
    starts = [0, *(found.start() for found in ENTRY.finditer(text))]
    field = re.compile("^- " if one.field == ENTRY_ITSELF else rf"^(- )?\s*{one.field}:", re.MULTILINE)
    found = field.search(text, starts[entry])
    assert found is not None, one
    return f"{one.file}:{text[: found.start()].count(chr(10)) + 1}"


@pytest.mark.rule("CAT-5")
def test_forty_planted_faults_are_all_named_with_file_and_line_and_nothing_else_is() -> None:
    files, forty = shipped(), list(planted())
    entries = [plant(files, one) for one in forty]
    found = [str(fault) for fault in faults(read_files(files))]
    places = [place_of(files[one.file], one, entry) for one, entry in zip(forty, entries, strict=True)]
    unnamed = [
        f"{place}: {one.told}"
        for one, place in zip(forty, places, strict=True)
        if not any(fault.startswith(f"{place}: ") and one.told in fault for fault in found)
    ]
    assert unnamed == [], found
    assert len(forty) == len(found) == 40
