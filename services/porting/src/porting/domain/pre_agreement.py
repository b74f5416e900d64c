"""A pre-agreement (Vorabstimmung) as each of its two sides keeps it: what was asked, answered, changed and called off.

Who uses it asks it what to make of a message (`hear_…`) and takes the step that follows; it never sends anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from porting.domain import contents
from porting.domain.ids import PreAgreementId
from porting.domain.lifecycle import (
    CHANGE,
    PRE_AGREEMENT,
    TAKE_OVER,
    ChangeState,
    ChangeTrigger,
    PreAgreementState,
    PreAgreementTrigger,
    TakeOverState,
    TakeOverTrigger,
)
from porting.domain.messages import (
    Answer,
    Cancellation,
    DateChange,
    Message,
    PreAgreementRequest,
    Reason,
    Refusal,
    Settlement,
    TakeOver,
    TechnicalRefusal,
)
from porting.domain.sequence import Heard, Reaction, Role, reaction
from telecom.formats import berlin_day
from telecom.refusal import _

DATE_AGREED, CANCELLATION_AGREED = "8003", "8004"
ID_USED, DATE_REFUSED, CANCELLATION_REFUSED = "8115", "8141", "8142"


class Standing(StrEnum):
    """Of a case, in the words of the carriers' papers."""

    ACTIVE = "active"
    PASSIVE = "passive"
    AWAITING_NEW = "awaiting_new"
    AWAITING_NEW_TOO_LONG = "awaiting_new_too_long"
    COMPLETE = "complete"


@dataclass(slots=True)
class Change:
    """TV or STR, of one side; `answer` is what the other side, or we, said to it."""

    asked: DateChange | Cancellation
    state: ChangeState
    at: datetime | None = None
    answer: Settlement | Refusal | None = None

    @property
    def change_id(self) -> str:
        return str(self.asked.change_id if isinstance(self.asked, DateChange) else self.asked.cancellation_id)

    @property
    def is_open(self) -> bool:
        return self.state in (ChangeState.HELD, ChangeState.SENT)

    @property
    def new_date(self) -> date | None:
        return self.asked.new_date if isinstance(self.asked, DateChange) else None

    @property
    def cancels(self) -> bool:
        return isinstance(self.asked, Cancellation)

    @property
    def is_final(self) -> bool:
        """STR-AUF: nothing may follow."""
        return isinstance(self.asked, Cancellation) and self.asked.final

    def take(self, trigger: ChangeTrigger) -> None:
        self.state = CHANGE.after(self.state, trigger)


@dataclass(slots=True)
class TakeOverStep:
    """AKM-TR, and the code with which it was refused (ABBM-TR)."""

    announced: TakeOver
    state: TakeOverState
    at: datetime | None = None
    refused: str | None = None

    def take(self, trigger: TakeOverTrigger) -> None:
        self.state = TAKE_OVER.after(self.state, trigger)


@dataclass(frozen=True, slots=True)
class Response:
    """What to make of a message heard; `reply`, where it is answered at once; `faults`, where it is unfit."""

    reaction: Reaction
    reply: Message | None = None
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class PreAgreement:
    role: Role
    request: PreAgreementRequest
    state: PreAgreementState
    at: datetime | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    refusal: Refusal | None = None
    change_date: date | None = None
    take_over: TakeOverStep | None = None
    ours: list[Change] = field(default_factory=list)
    theirs: list[Change] = field(default_factory=list)

    @property
    def pre_agreement_id(self) -> PreAgreementId:
        return self.request.pre_agreement_id

    @property
    def our_change(self) -> Change | None:
        """The open one."""
        return next((one for one in self.ours if one.is_open), None)

    @property
    def their_change(self) -> Change | None:
        return next((one for one in self.theirs if one.is_open), None)

    def change_under(self, change_id: str) -> Change:
        """Ours of that id, which is known."""
        return next(one for one in self.ours if one.change_id == change_id)

    @property
    def held_change(self) -> Change | None:
        change = self.our_change
        return change if change is not None and change.state is ChangeState.HELD else None

    @property
    def held_take_over(self) -> TakeOverStep | None:
        step = self.take_over
        return step if step is not None and step.state is TakeOverState.HELD else None

    @property
    def standing(self) -> Standing:
        match self.state:
            case PreAgreementState.AWAITING_NEW:
                return Standing.AWAITING_NEW
            case PreAgreementState.OVERDUE:
                return Standing.AWAITING_NEW_TOO_LONG
            case PreAgreementState.HELD | PreAgreementState.ASKED:
                return Standing.ACTIVE
            case PreAgreementState.AGREED if self.our_change or self.their_change or self.owes_take_over:
                return Standing.ACTIVE
            case PreAgreementState.AGREED:
                return Standing.PASSIVE
        return Standing.COMPLETE

    @property
    def lives(self) -> bool:
        """The donor is, or may be, bound by it."""
        return self.state in (
            PreAgreementState.ASKED,
            PreAgreementState.AGREED,
            PreAgreementState.AWAITING_NEW,
            PreAgreementState.OVERDUE,
        )

    @property
    def owes_take_over(self) -> bool:
        """AKM-TR follows each RUEM-VA of a contract that ends, and again if it was refused; RRNP knows none."""
        return (
            self.state is PreAgreementState.AGREED
            and self.request.case.ends_donor_agreement
            and (self.take_over is None or self.take_over.state is not TakeOverState.SENT)
        )

    @property
    def unanswered(self) -> Message | None:
        """What we sent and may send once more under the same id: it is answered as it was, or for the first time."""
        if self.our_change is not None and self.our_change.state is ChangeState.SENT:
            return self.our_change.asked
        asks = self.role is Role.RECIPIENT and self.state is PreAgreementState.ASKED
        return self.request if asks else None

    # What we do

    def take(self, trigger: PreAgreementTrigger) -> None:
        self.state = PRE_AGREEMENT.after(self.state, trigger)

    def send(self, at: datetime) -> PreAgreementRequest:
        self.take(PreAgreementTrigger.SEND)
        self.at = at
        return self.request

    def give_answer(self, answer: Answer, at: datetime) -> Answer:
        """RUEM-VA, of either side: the date stands."""
        self.take(PreAgreementTrigger.AGREE)
        self.answer, self.answered_at, self.change_date = answer, at, answer.change_date
        return answer

    def agree_by_hand(self, day: date, at: datetime) -> None:
        """The donor agreed by telephone or mail; no RUEM-VA came."""
        self.take(PreAgreementTrigger.AGREE)
        self.answered_at, self.change_date = at, day

    def refuse(self, refusal: Refusal, at: datetime) -> Refusal:
        """ABBM to the VA, of either side; what was still open lapses with it."""
        self.take(PreAgreementTrigger.REFUSE)
        self.refusal, self.answered_at = refusal, at
        self._lapse(lambda _change: True)
        return refusal

    def ask_for(self, asked: DateChange | Cancellation) -> None:
        """Hold a change of ours back. Whether it is allowed now: `may_change_date`, `may_cancel`."""
        self.ours.append(Change(asked, ChangeState.HELD))

    def may_change_date(self) -> bool:
        """TV is the recipient's, only after RUEM-VA, and only one change is open at a time."""
        free = self.our_change is None and self.their_change is None
        return self.role is Role.RECIPIENT and self.state is PreAgreementState.AGREED and free

    def may_cancel(self) -> bool:
        """The recipient also before the answer, and for good also after a STR-AEN; the donor only after RUEM-VA."""
        if self.our_change is not None or self.their_change is not None:
            return False
        return self.lives if self.role is Role.RECIPIENT else self.state is PreAgreementState.AGREED

    def send_change(self, at: datetime) -> DateChange | Cancellation:
        change = self._open(self.our_change)
        change.take(ChangeTrigger.SEND)
        change.at = at
        return change.asked

    def withdraw_change(self) -> None:
        self._open(self.our_change).take(ChangeTrigger.WITHDRAW)

    def settle_theirs(self) -> Settlement:
        """ERLM to their open change."""
        change = self._open(self.their_change)
        change.take(ChangeTrigger.SETTLE)
        change.answer = settlement_of(change.asked)
        self._apply(change)
        return change.answer

    def refuse_theirs(self, words: str | None) -> Refusal:
        """ABBM to their open change: 8141 with the unchanged date, or 8142 with a reason in words."""
        change = self._open(self.their_change)
        change.take(ChangeTrigger.REFUSE)
        change.answer = self._no_to(change.asked, words)
        return change.answer

    def answer_by_hand(self, *, agreed: bool) -> Change:
        """The other side said it to a person, by telephone or mail."""
        change = self._open(self.our_change)
        change.take(ChangeTrigger.SETTLE if agreed else ChangeTrigger.REFUSE)
        if agreed:
            self._apply(change)
        return change

    def announce_take_over(self, announced: TakeOver) -> None:
        """Hold an AKM-TR back: the first, or another after a refusal."""
        if self.take_over is None:
            self.take_over = TakeOverStep(announced, TakeOverState.HELD)
            return
        self.take_over.take(TakeOverTrigger.ANNOUNCE_AGAIN)
        self.take_over.announced, self.take_over.refused = announced, None

    def may_announce_again(self) -> bool:
        step = self.take_over
        return step is not None and TAKE_OVER.allows(step.state, TakeOverTrigger.ANNOUNCE_AGAIN)

    def withdraw_take_over(self) -> None:
        assert self.take_over is not None
        self.take_over.take(TakeOverTrigger.WITHDRAW)

    def send_take_over(self, at: datetime) -> TakeOver:
        assert self.take_over is not None
        self.take_over.take(TakeOverTrigger.SEND)
        self.take_over.at = at
        return self.take_over.announced

    # What we hear

    def hear_request(self, again: PreAgreementRequest) -> Response:
        """A VA under an id that is known."""
        if again != self.request:
            return Response(Reaction.LOOK, Refusal(self.pre_agreement_id, (Reason(ID_USED),)))
        return Response(Reaction.NOTE, self.answer or self.refusal)

    def hear_answer(self, answer: Answer, today: date) -> Response:
        """RUEM-VA. `TAKE`: go on with `give_answer`.

        It may have been long under way: a day that has passed since we asked stands all the same, for the donor lets
        the numbers go on it. Only one that had passed when we asked is none.
        """
        if answer == self.answer:
            return Response(Reaction.NOTE)
        found = reaction(self.role, Heard.RUEM_VA, self.state)
        if found is not Reaction.TAKE:
            return Response(found)
        asked_on = berlin_day(self.at) if self.at is not None else today
        faults = contents.faults_of_answer(answer, self.request, asked_on)
        return Response(Reaction.LOOK, faults=tuple(faults)) if faults else Response(found)

    def hear_refusal(self, refusal: Refusal) -> Response:
        """ABBM of a VA, `TAKE`: go on with `refuse`; or of a change of ours, which has taken its step."""
        if refusal == self.refusal:
            return Response(Reaction.NOTE)
        faults = tuple(contents.faults_of_refusal(refusal, ours=False))
        if faults:
            return Response(Reaction.LOOK, faults=faults)
        if refusal.of_pre_agreement:
            return Response(reaction(self.role, Heard.ABBM_VA, self.state))
        named = str(refusal.change_id or refusal.cancellation_id)
        return self._hear_about_ours(named, refusal, ChangeTrigger.REFUSE)

    def hear_settlement(self, settlement: Settlement) -> Response:
        """ERLM. `TAKE`: the change of ours has taken its step, and with it the pre-agreement."""
        named = str(settlement.change_id or settlement.cancellation_id)
        change = next((one for one in self.ours if one.change_id == named), None)
        if change is not None and change.state is ChangeState.SENT:
            faults = contents.faults_of_settlement(settlement, change.asked)
            if faults:
                return Response(Reaction.LOOK, faults=tuple(faults))
        return self._hear_about_ours(named, settlement, ChangeTrigger.SETTLE)

    def hear_take_over(self, announced: TakeOver) -> Response:
        """AKM-TR, at the donor. `TAKE`: it is kept; whether it can be is the donor's to say."""
        if self.take_over is not None and self.take_over.announced == announced:
            return Response(Reaction.NOTE)
        found = reaction(self.role, Heard.AKM_TR, self.state)
        faults = tuple(contents.faults_of_take_over(announced, self.request.case))
        if faults and found is Reaction.TAKE:
            return Response(Reaction.LOOK, faults=faults)
        return Response(found)

    def hear_take_over_refusal(self, code: str, at: datetime) -> Response:
        """ABBM-TR."""
        return self._hear_about_take_over(code, at, tuple(contents.faults_of_take_over_refusal(code)))

    def hear_change(self, asked: DateChange | Cancellation, at: datetime) -> Response:
        """TV or STR. `DECIDE`: it is open now, go on with `settle_theirs` or `refuse_theirs`."""
        named = Change(asked, ChangeState.SENT, at)
        known = next((one for one in self.theirs if one.change_id == named.change_id), None)
        found = reaction(self.role, _heard(asked), self.state)
        if known is not None:
            return self._again(known, found) if known.asked == asked else Response(Reaction.LOOK)
        if faults := self._faults_of_change(asked):
            return Response(Reaction.LOOK, faults=tuple(faults))
        if found is Reaction.DECIDE and self.their_change is not None:
            found = Reaction.REFUSE_CANCELLATION if named.cancels else Reaction.REFUSE_DATE
        if found is Reaction.LOOK:
            return Response(found)
        self.theirs.append(named)
        if self.held_change is not None:
            self.withdraw_change()  # one change at a time: theirs came first
        if found is Reaction.DECIDE:
            return self._crossing(named) or Response(found)
        return self._at_once(named, found)

    def hear_technical_refusal(self, refused: TechnicalRefusal, at: datetime) -> Response:
        """Ours was not understood. `TAKE`: a change or AKM-TR has taken its step; of a VA go on with `refuse`."""
        if refused.of_take_over:
            return self._hear_about_take_over(refused.code, at)
        if refused.of_pre_agreement:
            asks = self.role is Role.RECIPIENT and self.state is PreAgreementState.ASKED
            return Response(Reaction.TAKE if asks else Reaction.LOOK)
        change = self.our_change
        if change is None or change.state is not ChangeState.SENT:
            return Response(Reaction.LOOK)
        if not (refused.of_cancellation if change.cancels else refused.of_date_change):
            return Response(Reaction.LOOK)
        change.take(ChangeTrigger.REFUSE)
        return Response(Reaction.TAKE)

    # How it hangs together

    def _faults_of_change(self, asked: DateChange | Cancellation) -> list[str]:
        """A date is judged by who decides on it."""
        from_donor = self.role is Role.RECIPIENT
        return contents.faults_of_cancellation(asked, from_donor=from_donor) if isinstance(asked, Cancellation) else []

    def _crossing(self, named: Change) -> Response | None:
        """Both sides wrote at once: who calls off while the other does so too is agreed with; a date then stays."""
        mine = self.our_change
        if mine is None:
            return None
        if named.cancels and mine.cancels:
            return self._at_once(named, Reaction.SETTLE)
        return None if named.cancels else self._at_once(named, Reaction.REFUSE_DATE)

    def _again(self, known: Change, found: Reaction) -> Response:
        """The answer it got; one that lapsed got none, and its sender may not know what made it lapse."""
        if known.state is ChangeState.LAPSED and known.answer is None:
            settled = found is Reaction.SETTLE
            known.answer = settlement_of(known.asked) if settled else self._no_to(known.asked, None)
        return Response(Reaction.NOTE, known.answer)

    def _at_once(self, named: Change, found: Reaction) -> Response:
        if found is Reaction.SETTLE:
            named.take(ChangeTrigger.SETTLE)
            named.answer = settlement_of(named.asked)
            self._apply(named)
        else:
            named.take(ChangeTrigger.REFUSE)
            named.answer = self._no_to(named.asked, None)
        return Response(found, named.answer)

    def _hear_about_ours(self, named: str, answer: Settlement | Refusal, trigger: ChangeTrigger) -> Response:
        change = next((one for one in self.ours if one.change_id == named), None)
        if change is None or change.answer not in (None, answer):
            return Response(Reaction.LOOK)
        if change.state is ChangeState.LAPSED or change.answer == answer:
            return Response(Reaction.NOTE)
        if change.state is not ChangeState.SENT:
            return Response(Reaction.LOOK)
        change.take(trigger)
        change.answer = answer
        if trigger is ChangeTrigger.SETTLE:
            self._apply(change)
        return Response(Reaction.TAKE)

    def _hear_about_take_over(self, code: str, at: datetime, faults: tuple[str, ...] = ()) -> Response:
        step = self.take_over
        if step is None or step.state is not TakeOverState.SENT:
            known = step is not None and step.refused == code
            return Response(Reaction.NOTE if known else Reaction.LOOK)
        if faults:
            return Response(Reaction.LOOK, faults=faults)
        found = reaction(self.role, Heard.ABBM_TR, self.state)
        if found is Reaction.TAKE:
            step.take(TakeOverTrigger.REFUSE)
            step.refused, step.at = code, at
        return Response(found)

    def _apply(self, change: Change) -> None:
        """What both sides agreed on holds. Called off for good wins over called off for a new one."""
        if isinstance(change.asked, DateChange):
            if self.state is PreAgreementState.AGREED:
                self.change_date = change.asked.new_date
            return
        wanted = PreAgreementTrigger.CALL_OFF if change.is_final else PreAgreementTrigger.CALL_OFF_FOR_NEW
        if PRE_AGREEMENT.allows(self.state, wanted):
            self.take(wanted)
            self._lapse(lambda one: change.is_final or not one.is_final)
            if self.held_take_over is not None:
                self.withdraw_take_over()

    def _lapse(self, which: Callable[[Change], bool]) -> None:
        for one in (*self.ours, *self.theirs):
            if one.is_open and which(one):
                one.take(ChangeTrigger.LAPSE)

    def _no_to(self, asked: DateChange | Cancellation, words: str | None) -> Refusal:
        if isinstance(asked, DateChange):
            unchanged = self.change_date or self.request.requested_on
            return Refusal(self.pre_agreement_id, (Reason(DATE_REFUSED, words),), asked.change_id, unchanged)
        said = words or _("The pre-agreement is not at a point where it can be called off.")
        reasons = (Reason(CANCELLATION_REFUSED, said),)
        return Refusal(self.pre_agreement_id, reasons, cancellation_id=asked.cancellation_id)

    @staticmethod
    def _open(change: Change | None) -> Change:
        assert change is not None, "no change is open"
        return change


def settlement_of(asked: DateChange | Cancellation) -> Settlement:
    """ERLM."""
    if isinstance(asked, DateChange):
        return Settlement(asked.pre_agreement_id, DATE_AGREED, asked.change_id, asked.new_date)
    return Settlement(asked.pre_agreement_id, CANCELLATION_AGREED, cancellation_id=asked.cancellation_id)


def unknown(asked: DateChange | Cancellation) -> Refusal:
    """To a change of a pre-agreement that we don't know (8140)."""
    named = asked.change_id if isinstance(asked, DateChange) else None
    cancelled = asked.cancellation_id if isinstance(asked, Cancellation) else None
    return Refusal(asked.pre_agreement_id, (Reason("8140"),), named, None, cancelled)


def _heard(asked: DateChange | Cancellation) -> Heard:
    if isinstance(asked, DateChange):
        return Heard.TV
    return Heard.STR_AUF if asked.final else Heard.STR_AEN
