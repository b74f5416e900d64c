"""What a request and a departure keep alike: lines of their timeline, and deadlines that run."""

from dataclasses import dataclass
from datetime import datetime

from porting.domain.facts import Level


@dataclass(slots=True)
class Entry:
    """A line of the timeline; `part` is of a request, and None for what concerns the whole."""

    step: str
    at: datetime
    by: str | None = None
    note: str | None = None
    part: int | None = None


@dataclass(slots=True)
class Waiting:
    """A deadline that runs."""

    due_at: datetime
    level: Level = Level.OPEN
