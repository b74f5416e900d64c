"""Asking the donor: VA and its answer, asking again, and the AKM-TR (PORT-5, PORT-7)."""

from collections.abc import Sequence
from datetime import date, datetime

from porting.domain import deadlines, refusals
from porting.domain.codes import AS_ASKED, code_of, is_fixable
from porting.domain.contents import faults_of_request
from porting.domain.deadlines import Rules
from porting.domain.facts import (
    AskedAgain,
    Deadline,
    Held,
    HeldUp,
    Rejected,
    Saying,
    Started,
    Work,
)
from porting.domain.ids import PortingCarrier, PreAgreementId
from porting.domain.lifecycle import (
    PRE_AGREEMENT,
    PortingState,
    PortingTrigger,
    PreAgreementState,
    PreAgreementTrigger,
)
from porting.domain.messages import (
    Answer,
    EndCustomer,
    PreAgreementRequest,
    Reason,
    Refusal,
    TakeOver,
)
from porting.domain.part import Part
from porting.domain.particulars import Numbers, PortingCase, Window
from porting.domain.porting import Porting
from porting.domain.pre_agreement import PreAgreement
from porting.domain.sequence import Role
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from telecom.portions import portions
from telecom.refusal import _


def parts_of(
    numbers: Numbers, case: PortingCase, *, all_numbers: bool, requested_on: date, window: Window
) -> list[Part]:
    """The fewest that carry all. The first ends the donor's contract where that is wished, the rest are RRNP.

    "All numbers" is asked with a single one only: each of several would ask for those of the others, too.
    """
    divided = portions(numbers)
    return [
        Part(
            number=nth,
            numbers=portion,
            case=case if nth == 1 else PortingCase.NUMBERS_ONLY,
            all_numbers=all_numbers and len(divided) == 1,
            requested_on=requested_on,
            window=window,
            state=PortingState.HELD,
        )
        for nth, portion in enumerate(divided, start=1)
    ]


def start(porting: Porting, ids: Sequence[PreAgreementId], recipient: PortingCarrier, at: datetime) -> None:
    """Each part's VA is held back a while."""
    porting.facts.append(Started(electronic=True))
    porting.note("porting-started", at)
    for part, pre_agreement_id in zip(porting.parts, ids, strict=True):
        _hold_request(porting, part, pre_agreement_id, recipient)


def send(porting: Porting, part: Part, rules: Rules, at: datetime) -> PreAgreementRequest | None:
    """The VA, or None where it can't be sent: nobody is asked then, a person looks."""
    asked = _asked(part)
    faults = faults_of_request(asked.request)
    if deadlines.is_too_near(part.requested_on, part.case, berlin_day(at), rules, porting.federal_state):
        faults.append(_("the requested date is too near or has passed"))
    if faults:
        part.step(PortingTrigger.FIND_FAULT)
        asked.take(PreAgreementTrigger.WITHDRAW)
        title = Saying(_("Porting to clear before the donor can be asked"))
        said = Saying(_("The pre-agreement can't be sent: %(why)s."), {"why": tuple(faults)})
        _hold_up(porting, part, title, said, rules, at)
        return None
    part.step(PortingTrigger.SEND)
    porting.note("pre-agreement-sent", at, part)
    porting.awaits(part, Deadline.ANSWER, deadlines.due_in(at, rules.answer_days, porting.federal_state), rules)
    return asked.send(at)


def agree(porting: Porting, part: Part, answer: Answer, recipient: PortingCarrier, rules: Rules, at: datetime) -> None:
    """RUEM-VA: the date stands; AKM-TR follows where a contract ends."""
    asked = _asked(part)
    part.step(PortingTrigger.AGREE)
    asked.give_answer(answer, at)
    if part.all_numbers:
        part.numbers = tuple(_as_ordered(one, part.numbers) for one in answer.numbers)
    porting.no_longer_awaits(part, Deadline.ANSWER, at)
    porting.done(part, Work.OVERDUE, porting.donor.name, Saying(_("The donor has answered.")))
    porting.confirm(part, answer.change_date, at, as_requested=answer.code == AS_ASKED)
    owe_take_over(porting, part, recipient, rules, at)
    _look_at_date(porting, part, rules, at)


def refuse(porting: Porting, part: Part, refusal: Refusal, rules: Rules, at: datetime) -> None:
    """ABBM: what a person can clear becomes a clearing case (PORT-7)."""
    codes = [reason.code for reason in refusal.reasons]
    fixable = is_fixable(codes)
    part.step(PortingTrigger.REFUSE_FIXABLY if fixable else PortingTrigger.REFUSE)
    _asked(part).refuse(refusal, at)
    porting.no_longer_awaits(part, Deadline.ANSWER, at)
    porting.no_longer_awaits(part, Deadline.CHANGE_ANSWER, at)
    porting.note("pre-agreement-refused", at, part, note=", ".join(codes))
    said = _said(porting, refusal.reasons)
    if not fixable:
        porting.conclude(part, said, at, by=porting.donor.name, rejected=refusal.reasons)
        return
    porting.done(part, Work.OVERDUE, porting.donor.name, Saying(_("The donor has answered.")))
    porting.facts.append(Rejected(part.numbers, refusal.reasons, fixable=True))
    title = Saying(_("Porting refused by the donor, to be cleared"))
    _wait_to_be_cleared(porting, part, title, said, rules, at)


def not_understood(porting: Porting, part: Part, code: str, rules: Rules, at: datetime) -> None:
    """The other side could not read our VA: ours to mend."""
    part.step(PortingTrigger.FIND_FAULT)
    asked = _asked(part)
    asked.refuse(Refusal(asked.pre_agreement_id, (Reason(code),)), at)
    porting.no_longer_awaits(part, Deadline.ANSWER, at)
    porting.no_longer_awaits(part, Deadline.CHANGE_ANSWER, at)
    porting.done(part, Work.OVERDUE, porting.donor.name, Saying(_("The donor has answered.")))
    title, said = Saying(_("Our message was refused technically")), _said(porting, (Reason(code),))
    _hold_up(porting, part, title, said, rules, at, note=code)


def ask_again(
    porting: Porting,
    part: Part,
    wanted: tuple[date, Window, PortingCase],
    pre_agreement_id: PreAgreementId,
    recipient: PortingCarrier,
    rules: Rules,
    at: datetime,
    by: str,
) -> None:
    """A new VA to the same donor: after a refusal that was cleared with it, or after STR-AEN."""
    requested_on, window, case = wanted
    if not part.allows(PortingTrigger.ASK_AGAIN) or not porting.electronic:
        raise refusals.NotNow()
    if case.ends_donor_agreement and not part.case.ends_donor_agreement:
        raise refusals.CaseCannotChange()
    deadlines.check_date(requested_on, case, berlin_day(at), rules, porting.federal_state)
    former = _asked(part)
    part.step(PortingTrigger.ASK_AGAIN)
    if PRE_AGREEMENT.allows(former.state, PreAgreementTrigger.REPLACE):
        former.take(PreAgreementTrigger.REPLACE)
    part.earlier.append(str(former.pre_agreement_id))
    part.requested_on, part.window, part.case, part.change_date = requested_on, window, case, None
    _hold_request(porting, part, pre_agreement_id, recipient)
    for deadline in (Deadline.CLEARING, Deadline.NEW_PRE_AGREEMENT):
        porting.no_longer_awaits(part, deadline, at)
    for work in (Work.CLEARING, Work.NEW_PRE_AGREEMENT, Work.OVERDUE, Work.CARRIER_MESSAGE):
        porting.done(part, work, by, Saying(_("The donor is asked anew.")))
    porting.facts.append(AskedAgain(part.numbers, case, requested_on))
    porting.note("asked-again", at, part, by=by)


# The AKM-TR


def owe_take_over(porting: Porting, part: Part, recipient: PortingCarrier, rules: Rules, at: datetime) -> None:
    """A trunk needs no line of the donor's, so none is taken over."""
    asked = _asked(part)
    if not asked.owes_take_over:
        return
    asked.announce_take_over(take_over_of(asked, recipient, take_over=False, safe_haven=False))
    _hold_take_over(porting, part, rules, at)


def take_over_of(asked: PreAgreement, recipient: PortingCarrier, *, take_over: bool, safe_haven: bool) -> TakeOver:
    """With the lines that the donor named in its answer, where they are taken over."""
    lines = asked.answer.lines if take_over and asked.answer is not None else ()
    named = recipient if asked.request.case is PortingCase.END_WITH_NUMBERS else None
    return TakeOver(asked.pre_agreement_id, take_over, safe_haven, lines, named)


def announce_again(porting: Porting, part: Part, announced: TakeOver, rules: Rules, at: datetime, by: str) -> None:
    """After ABBM-TR, or after it was stopped."""
    asked = _asked(part)
    if asked.state is not PreAgreementState.AGREED or asked.take_over is None or not asked.may_announce_again():
        raise refusals.NotNow()
    asked.announce_take_over(announced)
    porting.no_longer_awaits(part, Deadline.TAKE_OVER, at)
    _hold_take_over(porting, part, rules, at)
    for work in (Work.TAKE_OVER, Work.OVERDUE):
        porting.done(part, work, by, Saying(_("The take-over is announced again.")))
    porting.note("take-over-announced-again", at, part, by=by)


def send_take_over(porting: Porting, part: Part, at: datetime) -> TakeOver:
    porting.no_longer_awaits(part, Deadline.TAKE_OVER, at)
    porting.note("take-over-sent", at, part)
    return _asked(part).send_take_over(at)


def take_over_refused(porting: Porting, part: Part, code: str, rules: Rules, at: datetime) -> None:
    """ABBM-TR, or AKM-TR was not understood: a person decides what to announce instead, in time."""
    _await_take_over(porting, part, rules, at)
    look_at(porting, part, "ABBM-TR", (code_of(code).text,), at, Work.TAKE_OVER)


def look_at(
    porting: Porting, part: Part, kind: str, why: tuple[str, ...], at: datetime, work: Work = Work.CARRIER_MESSAGE
) -> None:
    """A message that changes nothing here, yet nobody should miss."""
    porting.note("carrier-message", at, part, note=f"{kind}: {'; '.join(why)}")
    porting.needs(
        part,
        work,
        Saying(_("A carrier's message needs a look")),
        Saying(_("%(kind)s of %(donor)s: %(why)s."), {"kind": kind, "donor": porting.donor.name, "why": why}),
    )


def _hold_take_over(porting: Porting, part: Part, rules: Rules, at: datetime) -> None:
    porting.facts.append(Held(part.number))
    _await_take_over(porting, part, rules, at)


def _await_take_over(porting: Porting, part: Part, rules: Rules, at: datetime) -> None:
    assert part.change_date is not None
    due = deadlines.take_over_due(part.change_date, at, rules, porting.federal_state)
    porting.awaits(part, Deadline.TAKE_OVER, due, rules)


def _hold_request(porting: Porting, part: Part, pre_agreement_id: PreAgreementId, recipient: PortingCarrier) -> None:
    request = _request(porting, part, pre_agreement_id, recipient)
    part.pre_agreement = PreAgreement(Role.RECIPIENT, request, PreAgreementState.HELD)
    porting.facts.append(Held(part.number))


def _request(
    porting: Porting, part: Part, pre_agreement_id: PreAgreementId, recipient: PortingCarrier
) -> PreAgreementRequest:
    """The VA; what it carries depends on the case."""
    subscriber, case = porting.subscriber, part.case
    return PreAgreementRequest(
        pre_agreement_id,
        case,
        part.requested_on,
        EndCustomer(subscriber.name, subscriber.first_name),
        tuple(EndCustomer(name) for name in subscriber.further_owners),
        address=subscriber.address if case.ends_donor_agreement else None,
        numbers=part.numbers,
        all_numbers=part.all_numbers,
        window=part.window if case.moves_numbers else None,
        recipient_porting_carrier=recipient if case is PortingCase.NUMBERS_ONLY else None,
    )


def _look_at_date(porting: Porting, part: Part, rules: Rules, at: datetime) -> None:
    day = part.change_date
    assert day is not None
    if deadlines.is_tight(day, berlin_day(at), part.case, rules, porting.federal_state):
        porting.note("date-tight", at, part)
    if deadlines.is_odd(day, part.requested_on, berlin_day(at), part.case, rules, porting.federal_state):
        porting.needs(
            part,
            Work.ODD_DATE,
            Saying(_("The donor's date needs a look")),
            Saying(
                _("Asked for %(asked)s, agreed to %(agreed)s: far off, too near, or no day for portings."),
                {"asked": part.requested_on, "agreed": day},
            ),
        )


def _hold_up(
    porting: Porting, part: Part, title: Saying, why: Saying, rules: Rules, at: datetime, note: str | None = None
) -> None:
    """The donor has not been asked in a way that it could answer."""
    porting.note("clearing-opened", at, part, note=note)
    porting.facts.append(HeldUp(part.numbers, why))
    _wait_to_be_cleared(porting, part, title, why, rules, at)


def _wait_to_be_cleared(
    porting: Porting, part: Part, title: Saying, explanation: Saying, rules: Rules, at: datetime
) -> None:
    due = deadlines.due_in(at, rules.clearing_days, porting.federal_state)
    porting.awaits(part, Deadline.CLEARING, due, rules)
    porting.needs(part, Work.CLEARING, title, explanation, due)


def _said(porting: Porting, reasons: tuple[Reason, ...]) -> Saying:
    codes = ", ".join(one.code for one in reasons)
    texts = tuple(code_of(one.code).text for one in reasons)
    gaps = {"donor": porting.donor.name, "codes": codes, "reasons": texts}
    return Saying(_("%(donor)s refused with %(codes)s: %(reasons)s"), gaps)


def _as_ordered(one: NumberBlock, ordered: Numbers) -> NumberBlock:
    """Of all numbers, the donor says which these are; the answering extension is the customer's wish."""
    return next((mine for mine in ordered if (mine.prefix, mine.width) == (one.prefix, one.width)), one)


def _asked(part: Part) -> PreAgreement:
    assert part.pre_agreement is not None, "only electronic portings ask"
    return part.pre_agreement
