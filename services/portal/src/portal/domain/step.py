"""A step on a timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["done", "wait", "fail", "note"]


@dataclass(frozen=True, slots=True)
class Step:
    """`meaning` says what the step is about, `after` what comes next. `places["numbers"]`: those it is about."""

    title: str
    meaning: str = ""
    after: str = ""
    tone: Tone = "done"
    places: Mapping[str, object] = field(default_factory=dict)
    reason: Mapping[str, str] | None = None
