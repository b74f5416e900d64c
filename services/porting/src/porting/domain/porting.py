"""A porting request: one donor, and the numbers that move from it to us, in as many parts as pre-agreements need."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from porting.domain import deadlines
from porting.domain.deadlines import Rules
from porting.domain.facts import (
    AtRisk,
    Awaited,
    BackOnTrack,
    Cancelled,
    Completed,
    Confirmed,
    DaySet,
    Deadline,
    Due,
    Fact,
    Level,
    NotAwaited,
    PartCompleted,
    Reduced,
    Rejected,
    Saying,
    Work,
    WorkDone,
    WorkNeeded,
)
from porting.domain.lifecycle import PortingState, PortingTrigger, PreAgreementTrigger
from porting.domain.messages import Reason
from porting.domain.part import WORST_FIRST, Part
from porting.domain.particulars import Donor, Numbers, PortingCase, Subscriber, Window
from porting.domain.pre_agreement import PreAgreement
from porting.domain.signed_forms import Sent
from porting.domain.timeline import Entry, Waiting
from telecom.refusal import _

CALLED_OFF = _("It was called off; the numbers stay where they are.")
"""Of parts whose own reason was not kept yet."""


@dataclass(slots=True)
class Form:
    """The signed form (PORT-4); the file itself lies beside. `checked`: what was compared before it was accepted."""

    uploaded_at: datetime | None = None
    accepted_at: datetime | None = None
    refused_because: str | None = None
    sent: Sent | None = None
    accepted_by: str | None = None
    checked: tuple[str, ...] = ()
    awaited_since: datetime | None = None
    reminders: int = 0

    @property
    def state(self) -> str:
        if self.accepted_at is not None:
            return "accepted"
        return "uploaded" if self.uploaded_at is not None else "awaited"


@dataclass(slots=True)
class Letter:
    """What was written to the customer about a clearing case, or what he wrote."""

    at: datetime
    by: str
    outbound: bool
    subject: str
    text: str


@dataclass(slots=True)
class Porting:
    porting_id: UUID
    order_id: UUID
    line_id: UUID
    agreement_id: UUID
    site_id: UUID | None
    customer_id: UUID
    donor: Donor
    subscriber: Subscriber
    case: PortingCase
    numbers: Numbers
    requested_on: date
    window: Window
    federal_state: str | None
    electronic: bool
    parts: list[Part]
    form: Form | None = None
    corrections_accepted: bool = False
    timeline: list[Entry] = field(default_factory=list)
    thread: list[Letter] = field(default_factory=list)
    tasks: dict[str, UUID] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    version: int = 0
    facts: list[Fact] = field(default_factory=list)

    @property
    def state(self) -> PortingState:
        return min((part.state for part in self.parts), key=WORST_FIRST.index)

    @property
    def is_over(self) -> bool:
        return all(part.is_over for part in self.parts)

    @property
    def living(self) -> list[Part]:
        return [part for part in self.parts if not part.is_over]

    @property
    def change_date(self) -> date | None:
        """The earliest of those agreed."""
        return min((one.change_date for one in self.parts if one.change_date and _counts(one)), default=None)

    def part(self, number: int) -> Part | None:
        return next((part for part in self.parts if part.number == number), None)

    def part_of(self, pre_agreement_id: str) -> Part | None:
        """Whose present pre-agreement that is."""
        return next((part for part in self.parts if _asked_under(part, pre_agreement_id)), None)

    @property
    def pre_agreements(self) -> Iterator[PreAgreement]:
        return (part.pre_agreement for part in self.parts if part.pre_agreement is not None)

    def take_facts(self) -> list[Fact]:
        """What happened since they were last taken. Parts that ended while the whole was to be called off end by
        themselves as soon as another goes on after all."""
        if not self.is_over and not self._is_being_called_off:
            for part in self.parts:
                if part.is_over and not part.moved and not part.end_told:
                    part.end_told = True
                    self.facts.append(part.end or Reduced(part.numbers, False, Saying(CALLED_OFF)))
        taken, self.facts = self.facts, []
        return taken

    # Days

    def confirm(self, part: Part, day: date, at: datetime, *, as_requested: bool, by: str | None = None) -> None:
        """The numbers of the part move on that day."""
        part.change_date = day
        awaiting = tuple(one for other in self.living if other.change_date is None for one in other.numbers)
        asked = part.pre_agreement
        under = str(asked.pre_agreement_id) if asked is not None else None
        self.facts.append(Confirmed(part.numbers, day, part.window, as_requested, under, awaiting))
        self.note("porting-confirmed", at, part, by=by)
        self.set_day(part)

    def set_day(self, part: Part) -> None:
        assert part.change_date is not None
        self.facts.append(DaySet(part.number, deadlines.window_opens(part.change_date, part.window)))

    def open_window(self, part: Part, at: datetime) -> bool:
        """PORT-8: do numbers move now? An open change is for a person first."""
        if part.change_is_open:
            self.needs(
                part,
                Work.DAY_CAME,
                Saying(_("The porting day has come while a change is open")),
                Saying(_("Settle the open change with %(donor)s first; then the numbers move."), self._named()),
            )
            return False
        part.open_window()
        assert part.change_date is not None
        if part.case.moves_numbers:
            self.facts.append(Due(part.numbers, part.change_date))
            self.note("porting-due", at, part)
            return True
        self.complete(part, at)
        return False

    def complete(self, part: Part, at: datetime) -> None:
        """The numbers live at their new place."""
        part.step(PortingTrigger.ASSIGN)
        self.note("porting-completed", at, part)
        self.conclude(part, Saying(_("The porting is completed.")), at, by="porting")

    # Ends

    def conclude(
        self, part: Part, reason: Saying, at: datetime, *, by: str, rejected: tuple[Reason, ...] | None = None
    ) -> None:
        """A part is over: all that waits for it is done; where it was the last, so is the request."""
        for deadline in Deadline:
            self.no_longer_awaits(part, deadline, at)
        for work in Work:
            self.done(part, work, by, reason)
        if not self.is_over:
            if part.moved:
                self.facts.append(PartCompleted(part.numbers, _numbers_of(self.living)))
            else:
                part.end = Reduced(part.numbers, rejected is not None, reason)
                if not self._is_being_called_off:
                    part.end_told = True
                    self.facts.append(part.end)
        elif any(other.moved for other in self.parts):
            moved = _numbers_of(one for one in self.parts if one.moved)
            stayed = _numbers_of(one for one in self.parts if not one.moved)
            earlier = _numbers_of(one for one in self.parts if one.moved and one is not part)
            self.facts.append(Completed(moved, stayed, earlier))
        elif rejected is not None:
            self.facts.append(Rejected(part.numbers, rejected, fixable=False))
        else:
            self.facts.append(Cancelled(reason))

    # What is waited for

    def awaits(self, part: Part, deadline: Deadline, due_at: datetime, rules: Rules) -> None:
        self.waiting[_key(part, deadline)] = Waiting(due_at)
        warn_at = deadlines.warn_at(due_at, rules, self.federal_state)
        self.facts.append(Awaited(part.number, deadline, due_at, warn_at))

    def no_longer_awaits(self, part: Part, deadline: Deadline, at: datetime) -> None:
        """It came, or nothing depends on it any more."""
        ended = self.waiting.pop(_key(part, deadline), None)
        if ended is None:
            return
        self.facts.append(NotAwaited(part.number, deadline))
        if ended.level is not Level.OPEN:
            self.facts.append(BackOnTrack(deadline))
            self.note("back-on-track", at, part, note=deadline)

    def waited_for(self, part: Part, deadline: Deadline) -> Waiting | None:
        return self.waiting.get(_key(part, deadline))

    def at_risk(self, part: Part, deadline: Deadline, level: Level, at: datetime) -> None:
        """A deadline is near, or has passed: never in silence."""
        waiting = self.waiting[_key(part, deadline)]
        waiting.level = level
        self.facts.append(AtRisk(deadline, level, waiting.due_at))
        self.note(f"deadline-{level}", at, part, note=deadline)
        if level is Level.OVERDUE:
            if deadline is Deadline.NEW_PRE_AGREEMENT and part.pre_agreement is not None:
                part.pre_agreement.take(PreAgreementTrigger.WAIT_TOO_LONG)
            title, explanation = OVERDUE[deadline]
            work = Work.ASSIGNMENT if deadline is Deadline.ASSIGNMENT else Work.OVERDUE
            self.needs(part, work, Saying(title), Saying(explanation, self._named()))

    # What people are asked

    def needs(self, part: Part, work: Work, title: Saying, explanation: Saying, due_at: datetime | None = None) -> None:
        self.facts.append(WorkNeeded(part.number, work, title, explanation, due_at))

    def done(self, part: Part, work: Work, by: str, outcome: Saying) -> None:
        """What is overdue stays a task until the last of it has come."""
        if work is Work.OVERDUE and self._is_late(part):
            return
        if task_key(part.number, work) in self.tasks:
            self.facts.append(WorkDone(part.number, work, by, outcome))

    def asked_about(self, part: Part) -> dict[Work, UUID]:
        """The open tasks."""
        keys = {work: task_key(part.number, work) for work in Work}
        return {work: self.tasks[key] for work, key in keys.items() if key in self.tasks}

    def note(
        self, step: str, at: datetime, part: Part | None = None, *, by: str | None = None, note: str | None = None
    ) -> None:
        which = part.number if part is not None and len(self.parts) > 1 else None
        self.timeline.append(Entry(step, at, by, note, which))

    @property
    def _is_being_called_off(self) -> bool:
        return all(part.is_being_called_off for part in self.living)

    def _is_late(self, part: Part) -> bool:
        waiting = (self.waited_for(part, deadline) for deadline in Deadline if deadline is not Deadline.ASSIGNMENT)
        return any(one is not None and one.level is Level.OVERDUE for one in waiting)

    def _named(self) -> dict[str, str]:
        return {"donor": self.donor.name}


OVERDUE: dict[Deadline, tuple[str, str]] = {
    Deadline.ANSWER: (
        _("The donor has not answered in time"),
        _("The answer of %(donor)s to the pre-agreement is overdue."),
    ),
    Deadline.CHANGE_ANSWER: (
        _("The donor has not answered a change in time"),
        _("The answer of %(donor)s to the date change or cancellation is overdue."),
    ),
    Deadline.OUR_ANSWER: (
        _("Our answer to the donor is overdue"),
        _("%(donor)s wants to call the porting off and waits for our answer."),
    ),
    Deadline.TAKE_OVER: (
        _("The announcement of the take-over is overdue"),
        _("%(donor)s has to know whether its line is taken over (AKM-TR)."),
    ),
    Deadline.NEW_PRE_AGREEMENT: (
        _("The new pre-agreement is overdue"),
        _("The old one with %(donor)s was called off so that a new one could follow; it has not been sent."),
    ),
    Deadline.SIGNED_FORM: (
        _("The signed form is overdue"),
        _("The customer has not sent the signed form for %(donor)s."),
    ),
    Deadline.PAPER_DATE: (
        _("The date of the porting is overdue"),
        _("%(donor)s has not confirmed a date; ask it by telephone or mail."),
    ),
    Deadline.CLEARING: (
        _("The clearing takes too long"),
        _("The porting from %(donor)s still waits to be cleared."),
    ),
    Deadline.ASSIGNMENT: (
        _("Ported numbers were not assigned"),
        _("The agreed window is open, but the numbers of %(donor)s are not at the site."),
    ),
}


def task_key(part: int, work: Work) -> str:
    return f"{work}/{part}"


def _key(part: Part, deadline: Deadline) -> str:
    return f"{deadline}/{part.number}"


def _numbers_of(parts: Iterable[Part]) -> Numbers:
    return tuple(one for part in parts for one in part.numbers)


def _counts(part: Part) -> bool:
    return part.state in (PortingState.CONFIRMED, PortingState.DUE, PortingState.COMPLETED)


def _asked_under(part: Part, pre_agreement_id: str) -> bool:
    return part.pre_agreement is not None and str(part.pre_agreement.pre_agreement_id) == pre_agreement_id
