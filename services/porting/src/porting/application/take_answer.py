"""What carriers send us. A second or late answer changes nothing twice; what fits nothing is for a person."""

from uuid import UUID, uuid5

from contracts.wbci import v1 as wbci
from contracts.work.v1 import TaskKind, TaskRaised
from porting.application import wire
from porting.application.ports import Unit
from porting.application.published import OWNER, save_and_publish
from porting.application.send_pre_agreement import ANSWER_DUE, hold_take_over
from porting.application.speech import in_both
from porting.application.watch_deadlines import TAKE_OVER_DUE, WINDOW
from porting.domain import deadlines
from porting.domain.codes import BAD_STRUCTURE, code_of
from porting.domain.contents import faults_of_answer, faults_of_refusal
from porting.domain.facts import Saying
from porting.domain.ids import PreAgreementId
from porting.domain.messages import TechnicalRefusal
from porting.domain.porting import Porting, PreAgreement
from telecom.formats import berlin_day
from telecom.refusal import Refusal, _

STRAYS = UUID("0b3b7c52-6f3c-5c0e-8f1d-5a1f0e6c2d11")


async def take_answer(event: wbci.PreAgreementAnswered, unit: Unit) -> None:
    """RUEM-VA: the date is agreed."""
    porting = await _kept(event, unit)
    if porting is None or await _is_second(event, porting, unit):
        return
    request, now = porting.request(unit.terms.own_porting_carrier), await unit.now()
    try:
        answer = wire.answer_from(event)
        faults = faults_of_answer(answer, request, berlin_day(now))
    except Refusal:
        faults = [_("a number in it is none")]
    if faults:
        await _refuse_technically(event, faults, porting, unit)
        return
    porting.agree(answer, unit.terms.rules, now)
    await save_and_publish(porting, unit)
    await unit.timers.cancel(ANSWER_DUE, porting.porting_id)
    await await_window(porting, unit)
    if porting.owes_take_over:
        await hold_take_over(porting.porting_id, unit)
        due = deadlines.take_over_due(answer.change_date, now, unit.terms.rules, porting.federal_state)
        await unit.timers.set(TAKE_OVER_DUE, porting.porting_id, due)


async def take_refusal(event: wbci.Refused, unit: Unit) -> None:
    """ABBM (PORT-7)."""
    porting = await _kept(event, unit)
    if porting is None:
        return
    try:
        refusal = wire.refusal_from(event)
        faults = faults_of_refusal(refusal, ours=False)
    except Refusal:
        refusal, faults = None, [_("a number in it is none")]
    if refusal is not None and not refusal.of_pre_agreement:
        await _look(event, (_("it answers a change we did not ask for"),), porting, unit)
        return
    if await _is_second(event, porting, unit):
        return
    if refusal is None or faults:
        await _refuse_technically(event, faults, porting, unit)
        return
    porting.refuse(refusal, await unit.now())
    await save_and_publish(porting, unit)
    await unit.timers.cancel(ANSWER_DUE, porting.porting_id)


async def take_technical_refusal(event: wbci.TechnicallyRefused, unit: Unit) -> None:
    porting = await _kept(event, unit)
    if porting is None:
        return
    if not porting.awaits_answer(event.pre_agreement_id):
        await _look(event, (code_of(event.code).text, event.refused_type), porting, unit)
        return
    porting.refuse_technically(event.code, await unit.now())
    await save_and_publish(porting, unit)
    await unit.timers.cancel(ANSWER_DUE, porting.porting_id)


async def take_other(event: wbci.WbciMessage, unit: Unit) -> None:
    """Messages that a person answers for the time being: TV, STR, ERLM, ABBM-TR, another carrier's VA."""
    porting = await _kept(event, unit)
    if porting is not None:
        texts = tuple(code_of(code).text for code in wire.codes_in(event))
        await _look(event, texts or (_("a person answers it for now"),), porting, unit)


async def await_window(porting: Porting, unit: Unit) -> None:
    assert porting.change_date is not None
    await unit.timers.set(WINDOW, porting.porting_id, deadlines.window_opens(porting.change_date, porting.window))


async def _kept(event: wbci.WbciMessage, unit: Unit) -> Porting | None:
    """The porting it is about, the message kept with it; without one a person is asked, once per pre-agreement."""
    porting = await unit.portings.of_pre_agreement(event.pre_agreement_id)
    mine = porting is not None and event.sender == porting.donor.carrier_code
    first = mine or await unit.carrier_messages.strays(event.pre_agreement_id) == 0
    await wire.keep(event, porting if mine else None, unit, outbound=False)
    if mine:
        return porting
    unit.count("strays", wire.kind_of(event))
    if first:
        unit.outbox.record(await _stray(event, unit))
    return None


async def _stray(event: wbci.WbciMessage, unit: Unit) -> TaskRaised:
    subject = uuid5(STRAYS, event.pre_agreement_id)
    explanation = Saying(
        _("%(kind)s of %(sender)s names the pre-agreement %(id)s, which is not ours with this carrier."),
        {"kind": wire.kind_of(event), "sender": event.sender, "id": event.pre_agreement_id},
    )
    return TaskRaised(
        task_id=unit.new_id(),
        kind=TaskKind.CARRIER_MESSAGE,
        owner=OWNER,
        subject_id=subject,
        title=in_both(Saying(_("A carrier's message fits no pre-agreement"))),
        explanation=in_both(explanation),
        raised_at=await unit.now(),
    )


async def _is_second(event: wbci.PreAgreementAnswered | wbci.Refused, porting: Porting, unit: Unit) -> bool:
    """An answer to what was answered before; one that says something else is for a person."""
    if porting.awaits_answer(event.pre_agreement_id):
        return False
    unit.count("second_answers", wire.kind_of(event))
    if porting.pre_agreement is None or not _says_the_same(event, porting.pre_agreement):
        await _look(event, (_("it contradicts an earlier answer or comes too late"),), porting, unit)
    return True


def _says_the_same(event: wbci.PreAgreementAnswered | wbci.Refused, known: PreAgreement) -> bool:
    if event.pre_agreement_id != known.pre_agreement_id:
        return False
    match event:
        case wbci.PreAgreementAnswered():
            return known.codes == (event.answer,) and known.answered_date == event.change_date
        case wbci.Refused():
            return known.codes == tuple(one.code for one in event.reasons)


async def _refuse_technically(event: wbci.WbciMessage, faults: list[str], porting: Porting, unit: Unit) -> None:
    """The donor is told, and a person too; the answer is still awaited."""
    refusal = TechnicalRefusal(PreAgreementId(event.pre_agreement_id), BAD_STRUCTURE, wire.kind_of(event))
    await wire.send(refusal, porting, unit)
    unit.count("unfit_messages", wire.kind_of(event))
    await _look(event, tuple(faults), porting, unit)


async def _look(event: wbci.WbciMessage, why: tuple[str, ...], porting: Porting, unit: Unit) -> None:
    porting.look_at_message(wire.kind_of(event), why, await unit.now())
    await save_and_publish(porting, unit)
