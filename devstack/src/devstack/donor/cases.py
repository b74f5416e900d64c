"""What a simulated carrier knows of each pre-agreement: by its messages alone, so that a restart finds it again."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from contracts.ordering.v1 import PortingCase
from contracts.wbci.v1 import (
    CancellationRequested,
    DateChangeRequested,
    PreAgreementAnswered,
    PreAgreementRequested,
    Refused,
    ResourceTakeOver,
    ResourceTakeOverRefused,
    Settled,
    TechnicallyRefused,
    WbciMessage,
)

Change = DateChangeRequested | CancellationRequested
State = Literal["unknown", "asked", "agreed", "refused", "cancelled", "awaiting_new"]
ENDED: tuple[State, ...] = ("cancelled", "awaiting_new")
KEPT = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A message, for people who look. `ours`: the simulated carrier sent it."""

    kind: str
    what: str
    ours: bool
    event_id: str
    correlation_id: str
    sent_at: datetime


@dataclass(slots=True)
class Case:
    """One pre-agreement between a simulated carrier and us; `last_at` is the latest time that its messages tell."""

    pre_agreement_id: str
    carrier: str
    partner: str
    asked: PreAgreementRequested | None = None
    state: State = "unknown"
    change_date: date | None = None
    changes: dict[str, Change] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    take_overs: int = 0
    take_overs_refused: int = 0
    given: dict[str, list[WbciMessage]] = field(default_factory=dict)
    """The carrier's answers, by the id of what they answer."""
    subjects: dict[str, str] = field(default_factory=dict)
    """What each message that the carrier heard was about, by event id."""
    said: list[Said] = field(default_factory=list)
    last_at: datetime | None = None

    @property
    def is_recipient(self) -> bool:
        """Does the carrier take our numbers?"""
        return self.asked is not None and self.asked.sender == self.carrier

    @property
    def correlation_id(self) -> str:
        return self.said[0].correlation_id if self.said else f"donor-{self.pre_agreement_id}"

    @property
    def open_change(self) -> Change | None:
        """The newest TV or STR that nobody has answered."""
        return next((one for name, one in reversed(self.changes.items()) if name not in self.settled), None)

    def fits(self, message: WbciMessage) -> bool:
        """Once a pre-agreement has ended, only what settles a change is still said."""
        if self.state not in ENDED:
            return True
        about_a_change = isinstance(message, Refused) and (message.change_id or message.cancellation_id)
        return isinstance(message, Settled | TechnicallyRefused) or bool(about_a_change)

    def take(self, message: WbciMessage, event_id: str, correlation_id: str, cause: str | None = None) -> None:
        """Learn from a message of either side; one that was taken before teaches nothing."""
        if any(one.event_id == event_id for one in self.said):
            return
        ours = message.sender == self.carrier
        self.said.append(Said(kind_of(message), what_it_says(message), ours, event_id, correlation_id, message.sent_at))
        self.last_at = max(self.last_at or message.sent_at, message.sent_at)
        if not ours:
            self.subjects[event_id] = subject_of(message)
        elif isinstance(message, PreAgreementAnswered | Refused | Settled) and cause in self.subjects:
            self.given.setdefault(self.subjects[cause], []).append(message)
        self._learn(message)

    def note_garbage(self, what: str, event_id: str, correlation_id: str, sent_at: datetime) -> None:
        """It teaches nothing, and yet it was sent."""
        if not any(one.event_id == event_id for one in self.said):
            self.said.append(Said("garbage", what, True, event_id, correlation_id, sent_at))

    def _learn(self, message: WbciMessage) -> None:
        match message:
            case PreAgreementRequested():
                if self.asked is None:
                    self.asked, self.state = message, "asked"
            case PreAgreementAnswered():
                if self.state == "asked":
                    self.state, self.change_date = "agreed", message.change_date
            case Refused():
                if message.change_id or message.cancellation_id:
                    self.settled.add(message.change_id or message.cancellation_id or "")
                elif self.state == "asked":
                    self.state = "refused"
            case DateChangeRequested():
                self.changes.setdefault(message.change_id, message)
            case CancellationRequested():
                self.changes.setdefault(message.cancellation_id, message)
            case Settled():
                self._settle(message)
            case ResourceTakeOver():
                self.take_overs += 1
            case ResourceTakeOverRefused():
                self.take_overs_refused += 1

    def _settle(self, message: Settled) -> None:
        change = self.changes.get(message.change_id or message.cancellation_id or "")
        match change:
            case DateChangeRequested():
                self.settled.add(change.change_id)
                self.change_date = change.new_date
            case CancellationRequested():
                self.settled.add(change.cancellation_id)
                self.state = "cancelled" if change.final else "awaiting_new"


@dataclass(slots=True)
class Cases:
    """All that is known, and which were talked about last."""

    by_id: dict[str, Case] = field(default_factory=dict)
    _latest: deque[str] = field(default_factory=lambda: deque(maxlen=4 * KEPT))

    def of(self, message: WbciMessage, *, carrier: str) -> Case:
        """Where `carrier`, one side of the message, is the simulated one."""
        partner = message.sender if message.sender != carrier else message.receiver
        case = self.by_id.setdefault(message.pre_agreement_id, Case(message.pre_agreement_id, carrier, partner))
        self._latest.append(case.pre_agreement_id)
        return case

    def recent(self) -> Iterable[Case]:
        """The latest first."""
        names = list(dict.fromkeys(reversed(self._latest)))
        return [self.by_id[name] for name in names[:KEPT]]


def subject_of(message: WbciMessage) -> str:
    """What an answer to it is about: the change, the cancellation, or the pre-agreement itself."""
    match message:
        case DateChangeRequested():
            return message.change_id
        case CancellationRequested():
            return message.cancellation_id
        case PreAgreementRequested():
            return message.pre_agreement_id
    return f"{kind_of(message)} of {message.pre_agreement_id}"


def kind_of(message: WbciMessage) -> str:
    """The carriers' own name of a message."""
    match message:
        case PreAgreementRequested():
            return message.case.value
        case CancellationRequested():
            return "STR-AUF" if message.final else "STR-AEN"
    return KINDS[type(message)]


KINDS: dict[type[WbciMessage], str] = {
    PreAgreementAnswered: "RUEM-VA",
    Refused: "ABBM",
    ResourceTakeOver: "AKM-TR",
    ResourceTakeOverRefused: "ABBM-TR",
    DateChangeRequested: "TV",
    Settled: "ERLM",
    TechnicallyRefused: "technical refusal",
}


def what_it_says(message: WbciMessage) -> str:
    """One line."""
    match message:
        case PreAgreementRequested():
            return f"for {message.requested_on:%d.%m.%Y}"
        case PreAgreementAnswered():
            codes = " ".join([message.answer, *(f"{one.code}: {one.value}" for one in message.corrections)])
            return f"{codes}, {message.change_date:%d.%m.%Y}"
        case Refused():
            return ", ".join(f"{one.code} {one.words}" if one.words else one.code for one in message.reasons)
        case ResourceTakeOver():
            return "takes the line over" if message.take_over else "leaves the line"
        case ResourceTakeOverRefused():
            return message.code
        case DateChangeRequested():
            return f"to {message.new_date:%d.%m.%Y}"
        case CancellationRequested():
            return message.reason or ""
        case Settled():
            return message.answer + (f", {message.new_date:%d.%m.%Y}" if message.new_date else "")
        case TechnicallyRefused():
            return f"{message.code}, {message.refused_type}"
    return ""


def moves_numbers_only(case: Case) -> bool:
    return case.asked is not None and case.asked.case is PortingCase.NUMBERS_ONLY
