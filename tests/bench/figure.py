"""A figure of the table of goals, and the ways to come to one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Round = Callable[[], Awaitable[float]]
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """The bar is for `ratio` where there is one, else for `value`; `at_most` says on which side of it is good."""

    name: str
    value: float
    unit: str
    bar: float
    baseline: float | None = None
    ratio: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool:
        judged = self.value if self.ratio is None else self.ratio
        return judged <= self.bar if self.at_most else judged >= self.bar

    def as_json(self) -> dict[str, Any]:
        found = {**asdict(self), "met": self.met}
        return {key: found[key] for key in ("name", "value", "unit", "baseline", "ratio", "bar", "met")}


async def in_turns(baseline: Round, product: Round) -> list[tuple[float, float]]:
    """(baseline, product) of rounds that take turns, so that other work on the machine hits both."""
    return [(await baseline(), await product()) for _ in range(ROUNDS)]


def share(name: str, unit: str, bar: float, pairs: Sequence[tuple[float, float]], *, at_most: bool = False) -> Figure:
    """Medians of both sides, and the median of the ratios of each round."""
    return Figure(
        name,
        value=median(product for _baseline, product in pairs),
        unit=unit,
        bar=bar,
        baseline=median(baseline for baseline, _product in pairs),
        ratio=median(product / baseline for baseline, product in pairs),
        at_most=at_most,
    )


def percentile(samples: Sequence[float], share_below: float) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share_below))]
