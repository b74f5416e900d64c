"""What a dashboard is in our words: rows of panels, each with its unit, its queries and what it tells."""

from dataclasses import dataclass
from typing import Literal

WHOLE_WIDTH = 24
JOB = 'job="trunkline"'
"""Others' metrics may have the same names."""
CHOSEN = 'app=~"$app"'
SCOPE = f"{JOB}, {CHOSEN}"
"""Limits a query to the services chosen above; what only one service has needs no limit."""
Shape = Literal["lines", "number", "bars"]
Unit = Literal["short", "s", "reqps", "ops", "percentunit", "bytes", "d"]
IN_WORDS: dict[str, str] = {
    "short": "a number",
    "s": "seconds",
    "reqps": "requests a second",
    "ops": "a second",
    "percentunit": "a share",
    "bytes": "bytes",
    "d": "days",
}


@dataclass(frozen=True, slots=True)
class Query:
    """`legend`: Grafana's, with labels in double braces."""

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    tells: str
    unit: Unit
    queries: tuple[Query, ...]
    shape: Shape = "lines"
    width: int = 8


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """`by_service`: it has a choice of services on top."""

    name: str
    title: str
    about: str
    rows: tuple[Row, ...]
    by_service: bool = False

    @property
    def panels(self) -> list[Panel]:
        return [panel for row in self.rows for panel in row.panels]


def number(title: str, tells: str, unit: Unit, expression: str, width: int = 4) -> Panel:
    return Panel(title, tells, unit, (Query(expression),), "number", width)


def lines(title: str, tells: str, unit: Unit, *queries: tuple[str, str], width: int = 8) -> Panel:
    return Panel(title, tells, unit, tuple(Query(*one) for one in queries), "lines", width)


def bars(title: str, tells: str, unit: Unit, expression: str, legend: str, width: int = 8) -> Panel:
    return Panel(title, tells, unit, (Query(expression, legend),), "bars", width)


def quantile(share: float, histogram: str, by: str = "", scope: str = "", window: str = "$__rate_interval") -> str:
    """Under which value that share of what the histogram saw lies."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({histogram}_bucket{{{scope}}}[{window}])))"
