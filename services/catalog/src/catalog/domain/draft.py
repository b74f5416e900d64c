"""A catalog version as a product manager wrote it: entries that know their file and line, not yet believed."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, and where."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One offering, price list, rule or derivation; `lines` has the line of each of its fields."""

    values: dict[str, Any]
    place: Place
    lines: dict[str, int] = field(default_factory=dict)

    def at(self, name: str) -> Place:
        """Where the field is written, or the entry if it is missing."""
        return Place(self.place.file, self.lines.get(name, self.place.line))

    def fault(self, name: str, text: str) -> Fault:
        return Fault(self.at(name), f"{self.name}: {text}")

    @property
    def name(self) -> str:
        return str(self.values.get("code") or self.values.get("id") or "entry without a code")

    def texts(self, name: str) -> list[str]:
        """A list of words in a field; anything else counts as none."""
        found = self.values.get(name, [])
        return [str(one) for one in found] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Draft:
    """`lost` names parts that could not be read at all, `slips` what was read but can't be meant."""

    version: Entry
    offerings: tuple[Entry, ...]
    price_lists: tuple[Entry, ...]
    rules: tuple[Entry, ...]
    derivations: tuple[Entry, ...] = ()
    lost: tuple[Fault, ...] = ()
    slips: tuple[Fault, ...] = ()

    @property
    def number(self) -> str:
        return str(self.version.values.get("version", ""))
