"""A part of a porting request: the numbers of one pre-agreement, or all that are ported on paper."""

from dataclasses import dataclass, field
from datetime import date, datetime

from porting.domain.facts import Reduced
from porting.domain.lifecycle import (
    PORTING,
    PRE_AGREEMENT,
    PortingState,
    PortingTrigger,
    PreAgreementState,
    PreAgreementTrigger,
)
from porting.domain.particulars import Numbers, PortingCase, Window
from porting.domain.pre_agreement import PreAgreement

WORST_FIRST = (
    PortingState.CLEARING,
    PortingState.AWAITING_NEW,
    PortingState.AWAITING_FORM,
    PortingState.FORM_UPLOADED,
    PortingState.HELD,
    PortingState.ASKED,
    PortingState.AWAITING_DATE,
    PortingState.DUE,
    PortingState.CONFIRMED,
    PortingState.COMPLETED,
    PortingState.REJECTED,
    PortingState.CANCELLED,
)
"""The state of a request is that of the part that needs most; where all are over, of the one that went best."""


@dataclass(slots=True)
class Part:
    """`number` counts from 1. `earlier`: ids of pre-agreements before the present one."""

    number: int
    numbers: Numbers
    case: PortingCase
    all_numbers: bool
    requested_on: date
    window: Window
    state: PortingState
    change_date: date | None = None
    pre_agreement: PreAgreement | None = None
    earlier: list[str] = field(default_factory=list)
    end: Reduced | None = None
    """How it ended without its numbers moving, while others lived."""
    end_told: bool = False
    held_until: datetime | None = None
    """A message of ours goes out then, unless it is stopped."""

    @property
    def is_over(self) -> bool:
        return self.state in PORTING.final_states()

    @property
    def moved(self) -> bool:
        return self.state is PortingState.COMPLETED

    @property
    def change_is_open(self) -> bool:
        asked = self.pre_agreement
        return asked is not None and (asked.our_change is not None or asked.their_change is not None)

    @property
    def is_being_called_off(self) -> bool:
        """By us and for good; the donor's answer is awaited."""
        change = self.pre_agreement.our_change if self.pre_agreement is not None else None
        return change is not None and change.is_final

    @property
    def binds_donor(self) -> bool:
        """The donor was asked, so that only both sides together can call it off."""
        return self.pre_agreement is not None and self.pre_agreement.lives

    @property
    def moves_by_hand(self) -> bool:
        """Its date was agreed between people, so no message can move it."""
        agreed = self.pre_agreement is not None and self.pre_agreement.state is PreAgreementState.AGREED
        return self.state is PortingState.CONFIRMED and not agreed

    def step(self, trigger: PortingTrigger) -> None:
        self.state = PORTING.after(self.state, trigger)

    def allows(self, trigger: PortingTrigger) -> bool:
        return PORTING.allows(self.state, trigger)

    def open_window(self) -> None:
        """From now on nothing of the pre-agreement can be changed."""
        self.step(PortingTrigger.OPEN_WINDOW)
        asked = self.pre_agreement
        if asked is not None and PRE_AGREEMENT.allows(asked.state, PreAgreementTrigger.FINISH):
            asked.take(PreAgreementTrigger.FINISH)

    def follow_pre_agreement(self) -> None:
        """What both sides agreed on is so for the part as well."""
        asked = self.pre_agreement
        assert asked is not None
        match asked.state:
            case PreAgreementState.CANCELLED if self.allows(PortingTrigger.CANCEL):
                self.step(PortingTrigger.CANCEL)
            case PreAgreementState.AWAITING_NEW if self.allows(PortingTrigger.CALL_OFF_FOR_NEW):
                self.step(PortingTrigger.CALL_OFF_FOR_NEW)
