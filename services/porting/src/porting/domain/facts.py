"""What happened to a porting request, for others to know, and what a person has to do about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from porting.domain.messages import Reason
from porting.domain.particulars import Numbers, PortingCase, Window


class Work(StrEnum):
    """What a person is asked for; one open task of each for a part."""

    SIGNED_FORM = "signed_form"
    PAPER_DATE = "paper_date"
    CLEARING = "clearing"
    CARRIER_MESSAGE = "carrier_message"
    ODD_DATE = "odd_date"
    TAKE_OVER = "take_over"
    """It was refused, or stopped, and is still owed."""
    DAY_CAME = "day_came"
    """While a change is open: settled with it."""
    DONOR_CANCELS = "donor_cancels"
    NEW_PRE_AGREEMENT = "new_pre_agreement"
    OVERDUE = "overdue"
    ASSIGNMENT = "assignment"


LOOKED_AT = (Work.CARRIER_MESSAGE, Work.ODD_DATE, Work.TAKE_OVER)
"""Done as soon as a person says so."""


class Deadline(StrEnum):
    """What is waited for, of whom: the donor's answer to a VA or a change, ours to his, the AKM-TR, …"""

    ANSWER = "answer"
    CHANGE_ANSWER = "change_answer"
    OUR_ANSWER = "our_answer"
    TAKE_OVER = "take_over"
    NEW_PRE_AGREEMENT = "new_pre_agreement"
    SIGNED_FORM = "signed_form"
    PAPER_DATE = "paper_date"
    CLEARING = "clearing"
    ASSIGNMENT = "assignment"


class Level(StrEnum):
    OPEN = "open"
    WARNING = "warning"
    OVERDUE = "overdue"


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
    refused_because: str | None


@dataclass(frozen=True, slots=True)
class FormReminded(Fact):
    """`reminder` counts from 1."""

    reminder: int
    awaited_since: datetime


@dataclass(frozen=True, slots=True)
class ReminderSet(Fact):
    at: datetime


@dataclass(frozen=True, slots=True)
class FormReceived(Fact):
    pass


@dataclass(frozen=True, slots=True)
class FormAccepted(Fact):
    by: str


@dataclass(frozen=True, slots=True)
class Confirmed(Fact):
    """`awaiting`: numbers of other parts that have no date yet."""

    numbers: Numbers
    change_date: date
    window: Window
    as_requested: bool
    pre_agreement_id: str | None
    awaiting: Numbers


@dataclass(frozen=True, slots=True)
class Rescheduled(Fact):
    numbers: Numbers
    earlier: date
    change_date: date
    window: Window


@dataclass(frozen=True, slots=True)
class Rejected(Fact):
    numbers: Numbers
    reasons: tuple[Reason, ...]
    fixable: bool


@dataclass(frozen=True, slots=True)
class HeldUp(Fact):
    numbers: Numbers
    reason: Saying


@dataclass(frozen=True, slots=True)
class AskedAgain(Fact):
    numbers: Numbers
    case: PortingCase
    requested_on: date


@dataclass(frozen=True, slots=True)
class CalledOffForNew(Fact):
    """`earlier`: the date that was agreed, if any was."""

    numbers: Numbers
    earlier: date | None


@dataclass(frozen=True, slots=True)
class ChangeAsked(Fact):
    """Another date where `new_date` is given, else calling it off."""

    numbers: Numbers
    by_donor: bool
    new_date: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ChangeRefused(Fact):
    numbers: Numbers
    by_donor: bool
    of_date: bool
    unchanged: date | None
    reason: Saying


@dataclass(frozen=True, slots=True)
class Reduced(Fact):
    """A part ended without its numbers moving; others live."""

    numbers: Numbers
    rejected: bool
    reason: Saying


@dataclass(frozen=True, slots=True)
class Cancelled(Fact):
    reason: Saying


@dataclass(frozen=True, slots=True)
class Due(Fact):
    numbers: Numbers
    change_date: date


@dataclass(frozen=True, slots=True)
class PartCompleted(Fact):
    """`awaiting`: numbers of the parts that go on."""

    numbers: Numbers
    awaiting: Numbers


@dataclass(frozen=True, slots=True)
class Completed(Fact):
    """`earlier`: what of the numbers had moved before."""

    numbers: Numbers
    not_ported: Numbers
    earlier: Numbers = ()


@dataclass(frozen=True, slots=True)
class MailWritten(Fact):
    """To the customer, about what is to be cleared (PORT-7)."""

    subject: str
    text: str
    language: str
    by: str


@dataclass(frozen=True, slots=True)
class AtRisk(Fact):
    deadline: Deadline
    level: Level
    due_at: datetime


@dataclass(frozen=True, slots=True)
class BackOnTrack(Fact):
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Held(Fact):
    """A message of ours waits a while, so that order management can stop it."""

    part: int


@dataclass(frozen=True, slots=True)
class DaySet(Fact):
    """The window of a part opens then."""

    part: int
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Awaited(Fact):
    part: int
    deadline: Deadline
    due_at: datetime
    warn_at: datetime


@dataclass(frozen=True, slots=True)
class NotAwaited(Fact):
    part: int
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class WorkNeeded(Fact):
    part: int
    work: Work
    title: Saying
    explanation: Saying
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkDone(Fact):
    part: int
    work: Work
    by: str
    outcome: Saying
