"""A porting request: one donor, one set of numbers, from the order to the day on which they move."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from porting.domain import deadlines, refusals
from porting.domain.codes import AS_ASKED, code_of, is_fixable
from porting.domain.deadlines import Rules
from porting.domain.facts import (
    Cancelled,
    Completed,
    Confirmed,
    Due,
    Fact,
    FormAccepted,
    FormAwaited,
    Rejected,
    Saying,
    Started,
    Work,
    WorkDone,
    WorkNeeded,
)
from porting.domain.ids import PortingCarrier, PreAgreementId
from porting.domain.lifecycle import (
    PORTING,
    PRE_AGREEMENT,
    PortingState,
    PortingTrigger,
    PreAgreementState,
    PreAgreementTrigger,
)
from porting.domain.messages import Answer, EndCustomer, PreAgreementRequest, Refusal, TakeOver
from porting.domain.particulars import Donor, Numbers, PortingCase, Subscriber, Window
from telecom.addresses import Address
from telecom.formats import berlin_day
from telecom.lifecycle import NotPossible
from telecom.refusal import _

LARGEST_FORM = 10 << 20
"""Bytes of a signed form."""
CORRECTED = {"8104": "postcode", "8105": "town", "8106": "street", "8107": "house_number"}


@dataclass(slots=True)
class Entry:
    """A line of the timeline."""

    step: str
    at: datetime
    by: str | None = None
    note: str | None = None


@dataclass(slots=True)
class PreAgreement:
    """The exchange with the donor; a second one may follow a refused one."""

    pre_agreement_id: str
    state: PreAgreementState = PreAgreementState.HELD
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    answered_date: date | None = None
    codes: tuple[str, ...] = ()
    take_over_sent_at: datetime | None = None


@dataclass(slots=True)
class Form:
    """The signed form (PORT-4); the file itself lies beside."""

    uploaded_at: datetime | None = None
    accepted_at: datetime | None = None
    refused_because: str | None = None

    @property
    def state(self) -> str:
        if self.accepted_at is not None:
            return "accepted"
        return "uploaded" if self.uploaded_at is not None else "awaited"


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
    all_numbers: bool
    requested_on: date
    window: Window
    federal_state: str | None
    electronic: bool
    state: PortingState
    change_date: date | None = None
    pre_agreement: PreAgreement | None = None
    form: Form | None = None
    corrected_address: Address | None = None
    timeline: list[Entry] = field(default_factory=list)
    tasks: dict[Work, UUID] = field(default_factory=dict)
    version: int = 0
    facts: list[Fact] = field(default_factory=list)

    def start(self, pre_agreement_id: PreAgreementId | None, at: datetime) -> None:
        """An electronic one is held back a while; a paper carrier's is paused (PORT-4)."""
        self.facts.append(Started(self.electronic))
        self._note("porting-started", at)
        if pre_agreement_id is not None:
            self.pre_agreement = PreAgreement(str(pre_agreement_id))
            return
        self.form = Form()
        self._await_form(at)

    def request(self, recipient: PortingCarrier) -> PreAgreementRequest:
        """The VA; what it carries depends on the case."""
        assert self.pre_agreement is not None, "only electronic portings ask"
        return PreAgreementRequest(
            PreAgreementId(self.pre_agreement.pre_agreement_id),
            self.case,
            self.requested_on,
            EndCustomer(self.subscriber.name, self.subscriber.first_name),
            tuple(EndCustomer(name) for name in self.subscriber.further_owners),
            address=self.subscriber.address if self.case.ends_donor_agreement else None,
            numbers=self.numbers,
            all_numbers=self.all_numbers,
            window=self.window if self.case.moves_numbers else None,
            recipient_porting_carrier=recipient if self.case is PortingCase.NUMBERS_ONLY else None,
        )

    def send(self, at: datetime) -> None:
        self._exchange(PortingTrigger.SEND, PreAgreementTrigger.SEND).sent_at = at
        self._note("pre-agreement-sent", at)

    def hold_for_clearing(self, faults: tuple[str, ...], at: datetime) -> None:
        """What was ordered can't be sent: nobody is asked, a person looks."""
        self._exchange(PortingTrigger.FIND_FAULT, PreAgreementTrigger.WITHDRAW)
        self._note("clearing-opened", at, note="; ".join(faults))
        self._needs(
            Work.CLEARING,
            Saying(_("Porting to clear before the donor can be asked")),
            Saying(_("The pre-agreement can't be sent: %(why)s."), {"why": faults}),
        )

    def agree(self, answer: Answer, rules: Rules, at: datetime) -> None:
        """RUEM-VA: the date stands, and a correction of the address is kept."""
        mine = self._exchange(PortingTrigger.AGREE, PreAgreementTrigger.AGREE)
        mine.answered_date = answer.change_date
        self._answered(mine, at, (answer.code,))
        self._correct(answer)
        self._confirm(answer.change_date, at, as_requested=answer.code == AS_ASKED)
        day = berlin_day(at)
        if deadlines.is_odd(answer.change_date, self.requested_on, day, self.case, rules, self.federal_state):
            self._needs(
                Work.CARRIER_MESSAGE,
                Saying(_("The donor's date needs a look")),
                Saying(
                    _("Asked for %(asked)s, agreed to %(agreed)s: far off, too near, or no day for portings."),
                    {"asked": self.requested_on, "agreed": answer.change_date},
                ),
            )

    def refuse(self, refusal: Refusal, at: datetime) -> None:
        """ABBM: what a person can clear becomes a clearing case (PORT-7)."""
        codes = [reason.code for reason in refusal.reasons]
        fixable = is_fixable(codes)
        trigger = PortingTrigger.REFUSE_FIXABLY if fixable else PortingTrigger.REFUSE
        self._answered(self._exchange(trigger, PreAgreementTrigger.REFUSE), at, tuple(codes))
        self.facts.append(Rejected(refusal.reasons, fixable))
        self._note("pre-agreement-refused", at, note=", ".join(codes))
        if fixable:
            reasons = tuple(f"{code_of(one.code).text}" for one in refusal.reasons)
            self._needs(
                Work.CLEARING,
                Saying(_("Porting refused by the donor, to be cleared")),
                Saying(
                    _("%(donor)s refused with %(codes)s: %(reasons)s"),
                    {"donor": self.donor.name, "codes": ", ".join(codes), "reasons": reasons},
                ),
            )

    def refuse_technically(self, code: str, at: datetime) -> None:
        """The other side could not read what we sent: ours to mend."""
        self._answered(self._exchange(PortingTrigger.FIND_FAULT, PreAgreementTrigger.REFUSE), at, (code,))
        self._note("clearing-opened", at, note=code)
        self._needs(
            Work.CLEARING,
            Saying(_("Our message was refused technically")),
            Saying(
                _("%(donor)s refused with %(codes)s: %(reasons)s"),
                {"donor": self.donor.name, "codes": code, "reasons": (code_of(code).text,)},
            ),
        )

    def awaits_answer(self, pre_agreement_id: str) -> bool:
        mine = self.pre_agreement
        return mine is not None and mine.pre_agreement_id == pre_agreement_id and mine.state is PreAgreementState.SENT

    def look_at_message(self, kind: str, why: tuple[str, ...], at: datetime) -> None:
        """A message that changes nothing here, yet nobody should miss."""
        self._note("carrier-message", at, note=f"{kind}: {'; '.join(why)}")
        self._needs(
            Work.CARRIER_MESSAGE,
            Saying(_("A carrier's message needs a look")),
            Saying(_("%(kind)s of %(donor)s: %(why)s."), {"kind": kind, "donor": self.donor.name, "why": why}),
        )

    def message_seen(self, at: datetime, by: str, note: str | None) -> None:
        """A person has looked at what needed a look."""
        if Work.CARRIER_MESSAGE not in self.tasks:
            raise refusals.NotNow()
        self._note("carrier-message-seen", at, by=by, note=note)
        self._done(Work.CARRIER_MESSAGE, by, Saying(_("A person has looked at it.")))

    def answer_is_late(self, at: datetime) -> None:
        self._note("answer-late", at)
        self._needs(
            Work.ANSWER_LATE,
            Saying(_("The donor has not answered in time")),
            Saying(_("The answer of %(donor)s to the pre-agreement is overdue."), {"donor": self.donor.name}),
        )

    def take_over(self, recipient: PortingCarrier, at: datetime) -> TakeOver:
        """AKM-TR: a trunk needs no line of the donor's, so none is taken over."""
        mine = self.pre_agreement
        assert mine is not None
        mine.take_over_sent_at = at
        self._note("take-over-sent", at)
        named = recipient if self.case is PortingCase.END_WITH_NUMBERS else None
        return TakeOver(PreAgreementId(mine.pre_agreement_id), False, False, (), named)

    @property
    def owes_take_over(self) -> bool:
        """RRNP knows none."""
        mine = self.pre_agreement
        agreed = mine is not None and mine.state is PreAgreementState.AGREED and mine.take_over_sent_at is None
        return agreed and self.case.ends_donor_agreement

    def upload_form(self, at: datetime, by: str) -> None:
        if self.form is None or not PORTING.allows(self.state, PortingTrigger.UPLOAD_FORM):
            raise refusals.NoFormAwaited()
        self._step(PortingTrigger.UPLOAD_FORM)
        self.form.uploaded_at, self.form.refused_because = at, None
        self._note("form-uploaded", at, by=by)
        self._needs(
            Work.SIGNED_FORM,
            Saying(_("Signed porting form to check")),
            Saying(_("The customer's signed form for %(donor)s has arrived."), {"donor": self.donor.name}),
        )

    def refuse_form(self, reason: str, at: datetime, by: str) -> None:
        if self.form is None or not PORTING.allows(self.state, PortingTrigger.REFUSE_FORM):
            raise refusals.FormMissing()
        self._step(PortingTrigger.REFUSE_FORM)
        self.form.uploaded_at, self.form.refused_because = None, reason
        self._done(Work.SIGNED_FORM, by, Saying(_("The form was refused: %(reason)s"), {"reason": reason}))
        self._note("form-refused", at, by=by, note=reason)
        self._await_form(at)

    def release(self, at: datetime, by: str, note: str | None) -> None:
        """PORT-4: the form is accepted; the date is agreed between people and entered."""
        if self.form is None or not PORTING.allows(self.state, PortingTrigger.RELEASE):
            raise refusals.FormMissing()
        self._step(PortingTrigger.RELEASE)
        self.form.accepted_at = at
        self.facts.append(FormAccepted(by))
        self._note("form-accepted", at, by=by, note=note)
        self._done(Work.SIGNED_FORM, by, Saying(_("The form was accepted.")))
        self._needs(
            Work.PAPER_DATE,
            Saying(_("Agree the porting date with the donor")),
            Saying(_("%(donor)s has no electronic interface: enter the date it confirms."), {"donor": self.donor.name}),
        )

    def confirm_date(self, day: date, window: Window, rules: Rules, at: datetime, by: str) -> None:
        """A date that people agreed on: with a paper carrier, or while clearing."""
        if not PORTING.allows(self.state, PortingTrigger.CONFIRM_DATE):
            raise refusals.NotNow()
        deadlines.check_date(day, self.case, berlin_day(at), rules, self.federal_state)
        self._step(PortingTrigger.CONFIRM_DATE)
        self.window = window
        for work in (Work.PAPER_DATE, Work.CLEARING, Work.ANSWER_LATE):
            self._done(work, by, Saying(_("The date is agreed: %(day)s"), {"day": day}))
        self._confirm(day, at, as_requested=day == self.requested_on, by=by)

    def open_window(self, at: datetime) -> None:
        """PORT-8. Where no number moves there is nothing for others to do."""
        self._step(PortingTrigger.OPEN_WINDOW)
        assert self.change_date is not None
        if self.case.moves_numbers:
            self.facts.append(Due(self.change_date))
            self._note("porting-due", at)
            return
        self._complete(at)

    def complete(self, at: datetime) -> None:
        """The numbers live at their new place."""
        self._complete(at)

    def assignment_is_late(self, at: datetime) -> None:
        self._note("assignment-late", at)
        self._needs(
            Work.ASSIGNMENT,
            Saying(_("Ported numbers were not assigned")),
            Saying(_("The agreed window is open, but the numbers are not at the site.")),
        )

    def cancel(self, reason: Saying, at: datetime, by: str) -> None:
        if not PORTING.allows(self.state, PortingTrigger.CANCEL):
            raise refusals.NotNow()
        self._step(PortingTrigger.CANCEL)
        mine = self.pre_agreement
        if mine is not None and mine.state is PreAgreementState.HELD:
            mine.state = PRE_AGREEMENT.after(mine.state, PreAgreementTrigger.WITHDRAW)
        self.facts.append(Cancelled(reason))
        for work in list(self.tasks):
            self._done(work, by, Saying(_("The porting was stopped.")))
        self._note("porting-cancelled", at, by=by)

    @property
    def is_over(self) -> bool:
        return self.state in PORTING.final_states()

    def _await_form(self, at: datetime) -> None:
        self.facts.append(FormAwaited())
        self._note("form-awaited", at)

    def _exchange(self, trigger: PortingTrigger, of_pre_agreement: PreAgreementTrigger) -> PreAgreement:
        """Porting and pre-agreement take their steps together, or neither does."""
        mine = self.pre_agreement
        if mine is None:
            raise NotPossible(self.state, trigger)
        after, mine_after = PORTING.after(self.state, trigger), PRE_AGREEMENT.after(mine.state, of_pre_agreement)
        self.state, mine.state = after, mine_after
        return mine

    def _answered(self, mine: PreAgreement, at: datetime, codes: tuple[str, ...]) -> None:
        mine.answered_at, mine.codes = at, codes
        self._done(Work.ANSWER_LATE, self.donor.name, Saying(_("The donor has answered.")))

    def _correct(self, answer: Answer) -> None:
        if not answer.corrections:
            return
        right = {CORRECTED[one.code]: one.value for one in answer.corrections}
        was = self.subscriber.address
        self.corrected_address = Address(
            right.get("street", was.street),
            right.get("house_number", was.house_number),
            right.get("postcode", was.postcode),
            right.get("town", was.town),
            was.addition,
        )

    def _confirm(self, day: date, at: datetime, *, as_requested: bool, by: str | None = None) -> None:
        self.change_date = day
        self.facts.append(Confirmed(day, self.window, as_requested))
        self._note("porting-confirmed", at, by=by)

    def _complete(self, at: datetime) -> None:
        self._step(PortingTrigger.ASSIGN)
        for work in list(self.tasks):
            self._done(work, "porting", Saying(_("The porting is completed.")))
        self.facts.append(Completed())
        self._note("porting-completed", at)

    def _needs(self, work: Work, title: Saying, explanation: Saying) -> None:
        self.facts.append(WorkNeeded(work, title, explanation))

    def _done(self, work: Work, by: str, outcome: Saying) -> None:
        if work in self.tasks:
            self.facts.append(WorkDone(work, by, outcome))

    def _step(self, trigger: PortingTrigger) -> None:
        self.state = PORTING.after(self.state, trigger)

    def _note(self, step: str, at: datetime, *, by: str | None = None, note: str | None = None) -> None:
        self.timeline.append(Entry(step, at, by, note))
