"""A departure: another carrier takes numbers of our customer over, and we are the donor (PORT-9)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from porting.domain import contents, deadlines, refusals
from porting.domain.deadlines import Rules
from porting.domain.departure_checks import Check, Verdict, is_late
from porting.domain.departure_facts import (
    Agreed,
    Asked,
    Awaited,
    DaySet,
    DepartureFact,
    Done,
    Duty,
    Held,
    Needed,
    NotAwaited,
    NotHeld,
    Outgoing,
    Refused,
    Rescheduled,
    Wait,
)
from porting.domain.facts import Level, Saying
from porting.domain.lifecycle import (
    DEPARTURE,
    DepartureState,
    DepartureTrigger,
    PreAgreementState,
    PreAgreementTrigger,
    TakeOverState,
    TakeOverTrigger,
)
from porting.domain.messages import (
    Answer,
    Cancellation,
    PreAgreementRequest,
    Reason,
    Refusal,
    TakeOver,
    TakeOverRefusal,
)
from porting.domain.particulars import Numbers, PortingCase
from porting.domain.pre_agreement import PreAgreement, Response, TakeOverStep
from porting.domain.sequence import Reaction, Role
from porting.domain.timeline import Entry, Waiting
from telecom.formats import berlin_day
from telecom.refusal import _

LINE_UNKNOWN, NO_TAKE_OVER = "8144", "8147"


@dataclass(frozen=True, slots=True)
class Recipient:
    carrier_code: str
    name: str


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """To the VA; `by` None: by rule."""

    message: Answer | Refusal
    goes_out_at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class HeldChangeAnswer:
    """To a TV or STR of theirs; `words` where it is refused."""

    agreed: bool
    words: str | None
    goes_out_at: datetime
    by: str | None = None


@dataclass(slots=True)
class Departure:
    departure_id: UUID
    carrier: Recipient
    pre_agreement: PreAgreement
    numbers: Numbers
    state: DepartureState = DepartureState.ASKED
    customer_id: UUID | None = None
    agreement_id: UUID | None = None
    federal_state: str | None = None
    ends_agreement: bool = False
    replaces: UUID | None = None
    checks: list[Check] = field(default_factory=list)
    answer: HeldAnswer | None = None
    change_answer: HeldChangeAnswer | None = None
    cancellation_goes_out_at: datetime | None = None
    released: Numbers = ()
    told_date: date | None = None
    """The date that others know."""
    waits: dict[Wait, Waiting] = field(default_factory=dict)
    timeline: list[Entry] = field(default_factory=list)
    tasks: dict[Duty, UUID] = field(default_factory=dict)
    version: int = 0
    facts: list[DepartureFact] = field(default_factory=list)

    @property
    def case(self) -> PortingCase:
        return self.pre_agreement.request.case

    @property
    def change_date(self) -> date | None:
        return self.pre_agreement.change_date

    @property
    def is_over(self) -> bool:
        return self.state in DEPARTURE.final_states()

    @property
    def left_to_go(self) -> Numbers:
        """What was not released yet."""
        return tuple(rest for one in self.numbers for rest in one.without(self.released))

    @property
    def is_of_customer(self) -> bool:
        """Others are told only of what concerns a customer of ours."""
        return self.customer_id is not None and self.agreement_id is not None

    # The VA and our answer

    def begin(self, verdict: Verdict, rules: Rules, at: datetime, goes_out_at: datetime) -> None:
        """Clear cases are answered by themselves, after a while; the others by a person, in time."""
        self._adopt(verdict)
        self.facts.append(Asked())
        self.note("departure-asked", at)
        due_at = deadlines.due_in(at, rules.answer_days, self.federal_state)
        self.awaits(Wait.OUR_ANSWER, due_at, rules)
        if verdict.reasons:
            self._hold_answer(verdict.refusal(self.pre_agreement.request), goes_out_at)
        elif verdict.doubtful:
            self._ask_for_decision(due_at)
        else:
            self._hold_answer(verdict.answer(self.pre_agreement.request), goes_out_at)

    def check_again(self, verdict: Verdict) -> None:
        """What was to go out by rule, as of now."""
        held, request = self.answer, self.pre_agreement.request
        if held is None or held.by is not None:
            return
        self._adopt(verdict)
        if verdict.doubtful and not verdict.reasons:
            self.answer = None
            self._ask_for_decision(self.due_at(Wait.OUR_ANSWER))
            return
        message = verdict.refusal(request) if verdict.reasons else verdict.answer(request)
        self.answer = HeldAnswer(message, held.goes_out_at)

    def day_has_passed(self, today: date) -> bool:
        """A person's date waited too long to be sent; he decides again."""
        if self.answer is None or isinstance(self.answer.message, Refusal) or self.answer.message.change_date > today:
            return False
        self.answer = None
        self._ask_for_decision(self.due_at(Wait.OUR_ANSWER))
        return True

    def agree(self, verdict: Verdict, day: date, rules: Rules, at: datetime, by: str, goes_out_at: datetime) -> None:
        """A person agrees, whatever the checks said; the numbers must be ours all the same."""
        self._may_answer()
        if not verdict.numbers and self.case.moves_numbers:
            raise refusals.NumbersNotOurs()
        if verdict.agreement_id is None:
            raise refusals.NoAgreementFound()
        deadlines.check_date(day, self.case, berlin_day(at), rules, verdict.federal_state)
        self._adopt(verdict)
        self._hold_answer(verdict.answer(self.pre_agreement.request, day), goes_out_at, by)

    def refuse(self, reasons: tuple[Reason, ...], by: str, goes_out_at: datetime) -> None:
        self._may_answer()
        refusal = Refusal(self.pre_agreement.pre_agreement_id, reasons)
        faults = contents.faults_of_refusal(refusal, ours=True)
        if faults:
            raise refusals.ReasonsNotPossible(why=tuple(faults))
        self._hold_answer(refusal, goes_out_at, by)

    def send_answer(self, at: datetime) -> Answer | Refusal:
        """RUEM-VA or ABBM goes out."""
        held = self.answer
        assert held is not None
        self.answer = None
        by = held.by or "porting"
        if isinstance(held.message, Answer):
            self.step(DepartureTrigger.AGREE)
            self.pre_agreement.give_answer(held.message, at)
            self.facts.append(Agreed(held.message.change_date))
            self.note("departure-agreed", at, by=held.by)
            self.set_day()
            self._ask_to_end_agreement(held.message.change_date)
        else:
            self.step(DepartureTrigger.REFUSE)
            self.pre_agreement.refuse(held.message, at)
            self.facts.append(Refused(held.message.reasons))
            self.note("departure-refused", at, by=held.by, note=", ".join(one.code for one in held.message.reasons))
            self.no_change_any_more()
        self.no_longer_awaits(Wait.OUR_ANSWER, by)
        self.done(Duty.DECIDE, by, Saying(_("The other carrier has our answer.")))
        return held.message

    # The AKM-TR, and what else comes

    def hear_take_over(self, announced: TakeOver, at: datetime) -> tuple[Response, TakeOverRefusal | None]:
        """AKM-TR: no line of ours is given away. What was refused is refused again."""
        mine = self.pre_agreement
        response = mine.hear_take_over(announced)
        if response.reaction is Reaction.TAKE:
            mine.take_over = TakeOverStep(announced, TakeOverState.SENT, at)
            if announced.take_over or announced.lines:
                mine.take_over.take(TakeOverTrigger.REFUSE)
                mine.take_over.refused = LINE_UNKNOWN if announced.lines else NO_TAKE_OVER
            self.note("departure-take-over-announced", at, note=mine.take_over.refused)
        known = mine.take_over
        if known is None or known.announced != announced or known.refused is None:
            return response, None
        return response, TakeOverRefusal(mine.pre_agreement_id, known.refused)

    def replace(self, at: datetime) -> None:
        """The new VA is there."""
        self.pre_agreement.take(PreAgreementTrigger.REPLACE)
        self.step(DepartureTrigger.REPLACE)
        self.note("departure-replaced", at)
        self.finish(self.carrier.name)

    def close(self, note: str | None, at: datetime, by: str) -> None:
        """No new VA will come, as people agreed."""
        if self.state is not DepartureState.AWAITING_NEW:
            raise refusals.NotNow()
        self.pre_agreement.take(PreAgreementTrigger.CALL_OFF)
        self.step(DepartureTrigger.CANCEL)
        self.note("departure-closed", at, by=by, note=note)
        self.finish(by)

    # Time and people

    def deadline_near(self, wait: Wait, at: datetime) -> None:
        if wait in self.waits:
            self.waits[wait].level = Level.WARNING
            self.note("departure-deadline-near", at, note=wait)

    def deadline_passed(self, wait: Wait, at: datetime) -> bool:
        """A task, never silence."""
        waiting = self.waits.get(wait)
        if waiting is None or waiting.level is Level.OVERDUE:
            return False
        waiting.level = Level.OVERDUE
        self.note("departure-deadline-passed", at, note=wait)
        if wait is Wait.ASSIGNMENT:
            title = Saying(_("Numbers were not handed over"))
            said = Saying(_("The day has come, but the numbers that go to %(carrier)s are still here."), self.names())
            self.needs(Duty.HAND_OVER, title, said)
        elif wait is Wait.NEW_PRE_AGREEMENT:
            self.pre_agreement.take(PreAgreementTrigger.WAIT_TOO_LONG)
            title = Saying(_("A new pre-agreement is overdue"))
            said = Saying(_("%(carrier)s called one off so that a new one could follow; none has come."), self.names())
            self.needs(Duty.NEW_PRE_AGREEMENT, title, said)
        elif wait is Wait.CHANGE_ANSWER:
            title = Saying(_("The answer to our cancellation is overdue"))
            self.needs(Duty.OVERDUE, title, Saying(_("%(carrier)s has not answered in time."), self.names()))
        else:
            title = Saying(_("We owe another carrier an answer"))
            self.needs(Duty.OVERDUE, title, Saying(_("%(carrier)s was to have it by now."), self.names()))
        return True

    def stop(self, what: Outgoing, reason: str | None, at: datetime, by: str) -> None:
        """What is held back does not go out; what is to be answered is then a person's to answer."""
        match what:
            case Outgoing.ANSWER if self.answer is not None:
                self._drop_answer()
                self._ask_for_decision(self.due_at(Wait.OUR_ANSWER))
            case Outgoing.CHANGE_ANSWER if self.change_answer is not None:
                self.drop_change_answer()
                self.ask_about_change()
            case Outgoing.CANCELLATION if self.cancellation_goes_out_at is not None:
                self.pre_agreement.withdraw_change()
                self.drop_cancellation()
                self.set_day()
            case _:
                raise refusals.NotNow()
        self.note(f"departure-{what}-stopped", at, by=by, note=reason)

    @property
    def held(self) -> Outgoing | None:
        """What can be stopped, the next to go out first."""
        times = {Outgoing.CANCELLATION: self.cancellation_goes_out_at}
        if self.answer is not None:
            times[Outgoing.ANSWER] = self.answer.goes_out_at
        if self.change_answer is not None:
            times[Outgoing.CHANGE_ANSWER] = self.change_answer.goes_out_at
        found = {what: at for what, at in times.items() if at is not None}
        return min(found, key=lambda one: found[one]) if found else None

    @property
    def change_due_at(self) -> datetime | None:
        return self.due_at(Wait.OUR_CHANGE_ANSWER) or self.due_at(Wait.CHANGE_ANSWER)

    def may(self, today: date, rules: Rules) -> list[str]:
        """What order management may do now."""
        asked = self.pre_agreement
        late = is_late(self.change_date, today, rules, self.federal_state)
        may_cancel = self.state is DepartureState.AGREED and asked.may_cancel() and not late
        acts = {
            "agree": self.state is DepartureState.ASKED,
            "refuse": self.state is DepartureState.ASKED,
            "answer": asked.their_change is not None,
            "cancel": may_cancel,
            "cancel-follow-up": may_cancel,
            "send-again": isinstance(asked.unanswered, Cancellation),
            "settle-by-hand": isinstance(asked.unanswered, Cancellation),
            "stop-held": self.held is not None,
            "hand-over": self.state is DepartureState.DUE,
            "see-message": bool({Duty.LOOK, Duty.END_AGREEMENT} & self.tasks.keys()),
            "close": self.state is DepartureState.AWAITING_NEW,
        }
        return [act for act, allowed in acts.items() if allowed]

    def look_at(self, why: str, gaps: dict[str, Any], at: datetime) -> None:
        """Something that changes nothing here, yet nobody should miss."""
        self.note("carrier-message", at)
        said = Saying(why, {**self.names(), **gaps})
        self.needs(Duty.LOOK, Saying(_("A departure needs a look")), said)

    def seen(self, note: str | None, at: datetime, by: str) -> None:
        """A person has looked at what needed a look, or has ended the agreement."""
        if not {Duty.LOOK, Duty.END_AGREEMENT} & self.tasks.keys():
            raise refusals.NotNow()
        self.note("carrier-message-seen", at, by=by, note=note)
        for duty in (Duty.LOOK, Duty.END_AGREEMENT):
            self.done(duty, by, Saying(_("A person has looked at it.")))

    def agreement_ends(self) -> None:
        """Its end is planned."""
        self.done(Duty.END_AGREEMENT, "porting", Saying(_("The contract ends.")))

    # How it hangs together

    def _adopt(self, verdict: Verdict) -> None:
        self.checks, self.customer_id, self.agreement_id = verdict.checks, verdict.customer_id, verdict.agreement_id
        self.federal_state, self.replaces = verdict.federal_state, verdict.replaces
        asked = self.pre_agreement.request.numbers if self.case.moves_numbers else ()
        self.numbers = verdict.numbers or asked
        self.ends_agreement = verdict.ends_agreement

    def _may_answer(self) -> None:
        if self.state is not DepartureState.ASKED:
            raise refusals.NotNow()

    def _hold_answer(self, message: Answer | Refusal, goes_out_at: datetime, by: str | None = None) -> None:
        self.answer = HeldAnswer(message, goes_out_at, by)
        self.facts.append(Held(Outgoing.ANSWER, goes_out_at))

    def hold_change_answer(self, agreed: bool, words: str | None, goes_out_at: datetime, by: str | None = None) -> None:
        self.change_answer = HeldChangeAnswer(agreed, words, goes_out_at, by)
        self.facts.append(Held(Outgoing.CHANGE_ANSWER, goes_out_at))

    def _drop_answer(self) -> None:
        if self.answer is not None:
            self.answer = None
            self.facts.append(NotHeld(Outgoing.ANSWER))

    def drop_change_answer(self) -> None:
        if self.change_answer is not None:
            self.change_answer = None
            self.facts.append(NotHeld(Outgoing.CHANGE_ANSWER))

    def drop_cancellation(self) -> None:
        if self.cancellation_goes_out_at is not None:
            self.cancellation_goes_out_at = None
            self.facts.append(NotHeld(Outgoing.CANCELLATION))

    def _ask_for_decision(self, due_at: datetime | None) -> None:
        why = tuple(one.text for one in self.checks if not one.ok and one.numbers is None and one.day is None)
        self.needs(
            Duty.DECIDE,
            Saying(_("Another carrier asks for numbers of ours")),
            Saying(_("%(carrier)s asks; decide and answer in time. %(why)s"), {**self.names(), "why": why}),
            due_at,
        )

    def ask_about_change(self) -> None:
        self.needs(
            Duty.DECIDE_CHANGE,
            Saying(_("Another carrier wants to change a departure")),
            Saying(_("%(carrier)s wants another date or calls it off; decide and answer in time."), self.names()),
            self.due_at(Wait.OUR_CHANGE_ANSWER),
        )

    def no_change_any_more(self) -> None:
        self.drop_change_answer()
        self.no_longer_awaits(Wait.OUR_CHANGE_ANSWER, self.carrier.name)
        self.done(Duty.DECIDE_CHANGE, self.carrier.name, Saying(_("It is settled otherwise.")))

    def set_day(self) -> None:
        """Also where it stays: a change may have kept it from beginning. Told to others where it is another one."""
        day = self.change_date
        assert day is not None
        if self.told_date is not None and self.told_date != day:
            self.facts.append(Rescheduled(self.told_date, day))
        self.told_date = day
        self.facts.append(DaySet(deadlines.window_opens(day, self.pre_agreement.request.window)))

    def _ask_to_end_agreement(self, day: date) -> None:
        if self.ends_agreement:
            self.needs(
                Duty.END_AGREEMENT,
                Saying(_("End the contract that a departure ends")),
                Saying(_("With the change to %(carrier)s on %(day)s the contract ends."), {**self.names(), "day": day}),
            )

    def finish(self, by: str, keep: tuple[Duty, ...] = (Duty.LOOK,)) -> None:
        """Nothing is waited for or owed any more, but what is kept."""
        self._drop_answer()
        self.drop_change_answer()
        self.drop_cancellation()
        for wait in list(self.waits):
            self.no_longer_awaits(wait, by)
        for duty in list(self.tasks):
            if duty not in keep:
                self.done(duty, by, Saying(_("It is settled otherwise.")))

    def awaits(self, wait: Wait, due_at: datetime, rules: Rules) -> None:
        self.waits[wait] = Waiting(due_at)
        self.facts.append(Awaited(wait, due_at, deadlines.warn_at(due_at, rules, self.federal_state)))

    def no_longer_awaits(self, wait: Wait, by: str) -> None:
        if self.waits.pop(wait, None) is None:
            return
        self.facts.append(NotAwaited(wait))
        if not any(one.level is Level.OVERDUE for one in self.waits.values()):
            self.done(Duty.OVERDUE, by, Saying(_("What was awaited has come.")))

    def due_at(self, wait: Wait) -> datetime | None:
        return self.waits[wait].due_at if wait in self.waits else None

    def names(self) -> dict[str, Any]:
        return {"carrier": self.carrier.name}

    def needs(self, duty: Duty, title: Saying, explanation: Saying, due_at: datetime | None = None) -> None:
        self.facts.append(Needed(duty, title, explanation, due_at))

    def done(self, duty: Duty, by: str, outcome: Saying) -> None:
        asked_now = any(isinstance(one, Needed) and one.duty is duty for one in self.facts)
        if duty in self.tasks or asked_now:
            self.facts.append(Done(duty, by, outcome))

    def step(self, trigger: DepartureTrigger) -> None:
        self.state = DEPARTURE.after(self.state, trigger)

    def note(self, step: str, at: datetime, *, by: str | None = None, note: str | None = None) -> None:
        self.timeline.append(Entry(step, at, by, note))


def ask(departure_id: UUID, carrier: Recipient, request: PreAgreementRequest, at: datetime) -> Departure:
    """The VA that was heard, before anybody has judged it."""
    heard = PreAgreement(Role.DONOR, request, PreAgreementState.ASKED, at)
    return Departure(departure_id, carrier, heard, request.numbers if request.case.moves_numbers else ())
