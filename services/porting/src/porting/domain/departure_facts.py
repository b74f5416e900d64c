"""What happened to a departure, for others to know; what is waited for, and what a person has to do (PORT-9)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from porting.domain.facts import Saying
from porting.domain.messages import Reason
from porting.domain.particulars import Numbers


class Duty(StrEnum):
    """What a person is asked for; one open task of each for a departure."""

    DECIDE = "decide"
    DECIDE_CHANGE = "decide_change"
    LOOK = "look"
    OVERDUE = "overdue"
    HAND_OVER = "hand_over"
    NEW_PRE_AGREEMENT = "new_pre_agreement"
    END_AGREEMENT = "end_agreement"


class Wait(StrEnum):
    """What somebody is waited for: our answer to the VA or a change, theirs to ours, the new VA, the hand-over."""

    OUR_ANSWER = "our_answer"
    OUR_CHANGE_ANSWER = "our_change_answer"
    CHANGE_ANSWER = "change_answer"
    NEW_PRE_AGREEMENT = "new_pre_agreement"
    ASSIGNMENT = "assignment"


class Outgoing(StrEnum):
    """What is held back a while, so that order management can stop it."""

    ANSWER = "answer"
    CHANGE_ANSWER = "change_answer"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True)
class DepartureFact:
    """Something that happened to a departure."""


@dataclass(frozen=True, slots=True)
class Asked(DepartureFact):
    pass


@dataclass(frozen=True, slots=True)
class Agreed(DepartureFact):
    change_date: date


@dataclass(frozen=True, slots=True)
class Refused(DepartureFact):
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Rescheduled(DepartureFact):
    earlier: date
    change_date: date


@dataclass(frozen=True, slots=True)
class Cancelled(DepartureFact):
    reason: Saying


@dataclass(frozen=True, slots=True)
class Due(DepartureFact):
    """`numbers` are still here, to be handed over."""

    change_date: date
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Completed(DepartureFact):
    pass


@dataclass(frozen=True, slots=True)
class Held(DepartureFact):
    what: Outgoing
    goes_out_at: datetime


@dataclass(frozen=True, slots=True)
class NotHeld(DepartureFact):
    what: Outgoing


@dataclass(frozen=True, slots=True)
class DaySet(DepartureFact):
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Awaited(DepartureFact):
    wait: Wait
    due_at: datetime
    warn_at: datetime


@dataclass(frozen=True, slots=True)
class NotAwaited(DepartureFact):
    wait: Wait


@dataclass(frozen=True, slots=True)
class Needed(DepartureFact):
    duty: Duty
    title: Saying
    explanation: Saying
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done(DepartureFact):
    duty: Duty
    by: str
    outcome: Saying
