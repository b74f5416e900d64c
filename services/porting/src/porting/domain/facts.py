"""What happened to a porting request, for others to know, and what a person has to do about it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from porting.domain.messages import Reason
from porting.domain.particulars import Window


class Work(StrEnum):
    """What a person is asked for; one open task of each for a porting."""

    SIGNED_FORM = "signed_form"
    PAPER_DATE = "paper_date"
    CLEARING = "clearing"
    ANSWER_LATE = "answer_late"
    CARRIER_MESSAGE = "carrier_message"
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Saying:
    """An English text with its gaps; the application says it in both languages. A gap may be a tuple of texts."""

    text: str
    gaps: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a porting."""


@dataclass(frozen=True, slots=True)
class Started(Fact):
    electronic: bool


@dataclass(frozen=True, slots=True)
class FormAwaited(Fact):
    pass


@dataclass(frozen=True, slots=True)
class FormAccepted(Fact):
    by: str


@dataclass(frozen=True, slots=True)
class Confirmed(Fact):
    change_date: date
    window: Window
    as_requested: bool


@dataclass(frozen=True, slots=True)
class Rejected(Fact):
    reasons: tuple[Reason, ...]
    fixable: bool


@dataclass(frozen=True, slots=True)
class Cancelled(Fact):
    reason: Saying


@dataclass(frozen=True, slots=True)
class Due(Fact):
    change_date: date


@dataclass(frozen=True, slots=True)
class Completed(Fact):
    pass


@dataclass(frozen=True, slots=True)
class WorkNeeded(Fact):
    work: Work
    title: Saying
    explanation: Saying


@dataclass(frozen=True, slots=True)
class WorkDone(Fact):
    work: Work
    by: str
    outcome: Saying
