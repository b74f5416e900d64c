"""Sites from a spreadsheet's file: one a row, columns by their German or English heading."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Literal

MOST_ROWS = 100
HEADINGS = {
    "site_name": ("Name", "Name"),
    "street": ("Straße", "Street"),
    "house_number": ("Hausnummer", "House number"),
    "addition": ("Zusatz", "Addition"),
    "postcode": ("PLZ", "Postcode"),
    "town": ("Ort", "Town"),
    "area_code": ("Vorwahl", "Area code"),
    "block_size": ("Rufnummern", "Numbers"),
}
EXAMPLE = {
    "site_name": "Lager Süd",
    "street": "Hohe Straße",
    "house_number": "12",
    "addition": "a",
    "postcode": "50667",
    "town": "Köln",
    "area_code": "0221",
    "block_size": "100",
}
Wrong = Literal["empty", "columns", "too_many", "unreadable"]


class NotASheet(ValueError):
    """`wrong` says what; `missing` names the fields whose column is not there."""

    def __init__(self, wrong: Wrong, missing: tuple[str, ...] = ()) -> None:
        super().__init__(wrong)
        self.wrong: Wrong = wrong
        self.missing = missing


@dataclass(frozen=True, slots=True)
class SiteRow:
    """`place` is the row's number as the spreadsheet shows it."""

    place: int
    values: dict[str, str]

    @property
    def same(self) -> tuple[str, ...]:
        """What makes two rows the same site."""
        return site_mark(self.values)


def site_mark(values: dict[str, str]) -> tuple[str, ...]:
    names = ("site_name", "street", "house_number", "addition", "postcode", "town")
    return tuple(values.get(name, "").strip().casefold() for name in names)


def rows_in(content: bytes) -> list[SiteRow]:
    """The rows that hold something. Raises NotASheet."""
    text = _decoded(content)
    lines = text.splitlines()
    if not lines:
        raise NotASheet("empty")
    separator = max(";\t,", key=lines[0].count)
    read = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        headings, *rest = list(read)
    except csv.Error as error:
        raise NotASheet("unreadable") from error
    columns = [_field_of(one) for one in headings]
    missing = tuple(name for name in HEADINGS if name not in columns and name != "addition")
    if missing:
        raise NotASheet("columns", missing)
    rows = [
        SiteRow(place, _tidy({name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}))
        for place, cells in enumerate(rest, 2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise NotASheet("empty")
    if len(rows) > MOST_ROWS:
        raise NotASheet("too_many")
    return rows


def _decoded(content: bytes) -> str:
    """Spreadsheets write UTF-8 with a mark, or Windows' own; never anything with a zero byte."""
    if b"\0" in content:
        raise NotASheet("unreadable")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _field_of(heading: str) -> str:
    plain = heading.strip().casefold()
    return next((name for name, words in HEADINGS.items() if plain in (word.casefold() for word in words)), "")


def _tidy(values: dict[str, str]) -> dict[str, str]:
    """Spreadsheets eat leading zeros and guard cells with an apostrophe."""
    found = {name: cell.removeprefix("'") for name, cell in values.items()}
    if re.fullmatch(r"\d{4}", found.get("postcode", "")):
        found["postcode"] = f"0{found['postcode']}"
    return found
