"""Every number of the pool is at one place, and nothing is that is not of the pool (SITE-3)."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """National numbers in a row, without the leading 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"0{self.first}-0{self.last}"


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one area code. `lately`: given out in the last 30 days.

    `missing` numbers of the pool are nowhere, `surplus` ones are at a place but not of the pool, `twice` ones at two.
    """

    area_code: str
    total: int
    free: int
    held: int
    resting: int
    reserved: int
    ported_out: int
    lately: int
    missing: tuple[Span, ...] = ()
    surplus: tuple[Span, ...] = ()
    twice: tuple[Span, ...] = ()

    @property
    def difference(self) -> int:
        """How many numbers are not where they should be."""
        return sum(one.size for one in (*self.missing, *self.surplus, *self.twice))

    @property
    def days_left(self) -> int | None:
        """Until the free ones are used up at the pace of late; None where none were given out."""
        return self.free * 30 // self.lately if self.lately else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Balance":
        spans = {name: tuple(Span(**one) for one in kept[name]) for name in ("missing", "surplus", "twice")}
        return cls(**(kept | spans))
