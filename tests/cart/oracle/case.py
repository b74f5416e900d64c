"""A case for engine and oracle: what is held, what a person does, and what the world is like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.catalog.v1 import BusinessCase
from contracts.shapes import Audience

ABLE, UNABLE = "able", "unable"
"""Two internet contracts of the customer; only the first may carry a Kombi."""


@dataclass(frozen=True, slots=True)
class Held:
    offering: str
    quantity: int
    price_list: str | None = None
    combination: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does. `offering` names the line for remove and set, the first of it in the cart."""

    does: Literal["add", "remove", "set"]
    offering: str
    quantity: int | None = None
    price_list: str | None = None
    combination: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """`internet` is a contract, or an offering in the cart; `gone_since`: held no more when it is judged."""

    business_case: BusinessCase
    audience: Audience
    term_months: int
    steps: tuple[Step, ...]
    held: tuple[Held, ...] = ()
    family: str = "trunk"
    status: str = "active"
    bound: str | None = None
    renewing: bool = False
    ends_on: date | None = None
    starts: Literal["after_term", "next_month"] = "after_term"
    internet: str | None = None
    carries: bool = False
    has_centraflex: bool = False
    gone_since: str | None = None
    today: date = date(2026, 11, 23)
    judged_on: date = date(2026, 11, 23)


@dataclass(frozen=True, slots=True, order=True)
class Line:
    offering: str
    price_list: str | None
    computed: bool


@dataclass(frozen=True)
class Verdict:
    """The finished lines with their quantities; each broken rule with the lines concerned, as often as it is told."""

    lines: frozenset[tuple[Line, int]]
    broken: tuple[tuple[str, frozenset[Line]], ...]

    @classmethod
    def of(cls, lines: Iterable[tuple[Line, int]], broken: Iterable[tuple[str, Iterable[Line]]]) -> "Verdict":
        told = ((rule, frozenset(concerned)) for rule, concerned in broken)
        return cls(frozenset(lines), tuple(sorted(told, key=lambda one: (one[0], sorted(map(repr, one[1]))))))
