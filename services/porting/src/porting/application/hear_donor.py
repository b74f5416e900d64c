"""What donors send us. A second or late message changes nothing twice; what fits nothing is for a person."""

from uuid import UUID, uuid5

from contracts.wbci import v1 as wbci
from contracts.work.v1 import TaskKind, TaskRaised
from porting.application import wire
from porting.application.ports import Unit
from porting.application.published import OWNER, save_and_publish
from porting.application.send_held import tell_donor
from porting.application.speech import in_both
from porting.domain import asking, changing
from porting.domain.codes import code_of
from porting.domain.facts import Saying
from porting.domain.messages import (
    Answer,
    Cancellation,
    Message,
    Refusal,
    Settlement,
    TakeOverRefusal,
    TechnicalRefusal,
)
from porting.domain.part import Part
from porting.domain.porting import Porting
from porting.domain.pre_agreement import Response, settlement_of
from porting.domain.sequence import Reaction
from telecom.formats import berlin_day
from telecom.refusal import _

STRAYS = UUID("0b3b7c52-6f3c-5c0e-8f1d-5a1f0e6c2d11")


async def hear_donor(event: wbci.WbciMessage, porting: Porting, unit: Unit) -> None:
    """`porting` is the one that the message names."""
    if event.sender != porting.donor.carrier_code:
        await stray(event, unit)
        return
    await wire.keep(event, porting.porting_id, unit, outbound=False)
    part = porting.part_of(event.pre_agreement_id)
    if part is None or part.pre_agreement is None:
        await _hear_of_earlier(event, porting, unit)
        return
    message = wire.read(event)
    if message is None:
        await _refuse_technically(event, (_("a number in it is none"),), porting, part, unit)
        return
    response = await _hear(message, porting, part, unit)
    if response.faults:
        await _refuse_technically(event, response.faults, porting, part, unit)
    elif response.reaction is Reaction.LOOK:
        await _look(event, why_look(event), porting, part, unit)
    else:
        if response.reaction is Reaction.NOTE:
            unit.count("second_answers", wire.kind_of(event))
        await save_and_publish(porting, unit)
        if response.reply is not None:
            await tell_donor(response.reply, porting, unit)


async def _hear_of_earlier(event: wbci.WbciMessage, porting: Porting, unit: Unit) -> None:
    """A newer pre-agreement has taken its place: to call the earlier one off is agreed to, the rest is for a person."""
    if isinstance(event, wbci.CancellationRequested):
        message = wire.message_of(event)
        assert isinstance(message, Cancellation)
        unit.count("second_answers", wire.kind_of(event))
        await tell_donor(settlement_of(message), porting, unit)
        return
    part = next((one for one in porting.parts if event.pre_agreement_id in one.earlier), porting.parts[0])
    await _look(event, (_("it is about an earlier pre-agreement"),), porting, part, unit)


async def stray(event: wbci.WbciMessage, unit: Unit) -> None:
    """A message that fits no pre-agreement of ours: a person is asked, once for each pre-agreement."""
    await wire.keep(event, None, unit, outbound=False)
    unit.count("strays", wire.kind_of(event))
    task_id = unit.new_id()
    if not await unit.strays.ask(event.pre_agreement_id, task_id):
        return
    explanation = Saying(
        _("%(kind)s of %(sender)s names the pre-agreement %(id)s, which is not ours with this carrier."),
        {"kind": wire.kind_of(event), "sender": event.sender, "id": event.pre_agreement_id},
    )
    unit.outbox.record(
        TaskRaised(
            task_id=task_id,
            kind=TaskKind.CARRIER_MESSAGE,
            owner=OWNER,
            subject_id=uuid5(STRAYS, event.pre_agreement_id),
            title=in_both(Saying(_("A carrier's message fits no pre-agreement"))),
            explanation=in_both(explanation),
            raised_at=await unit.now(),
        )
    )


async def _hear(message: Message, porting: Porting, part: Part, unit: Unit) -> Response:
    """Take the message's step, if it is one."""
    asked, now, terms = part.pre_agreement, await unit.now(), unit.terms
    assert asked is not None
    match message:
        case Answer():
            response = asked.hear_answer(message, berlin_day(now))
            if response.reaction is Reaction.TAKE:
                asking.agree(porting, part, message, terms.own_porting_carrier, terms.rules, now)
            return response
        case Refusal():
            response = asked.hear_refusal(message)
            if response.reaction is Reaction.TAKE and message.of_pre_agreement:
                asking.refuse(porting, part, message, terms.rules, now)
            elif response.reaction is Reaction.TAKE:
                change = asked.change_under(str(message.change_id or message.cancellation_id))
                changing.change_refused(porting, part, change, message.reasons[0].words, now, porting.donor.name)
            return response
        case Settlement():
            response = asked.hear_settlement(message)
            if response.reaction is Reaction.TAKE:
                changing.change_agreed(porting, part, terms.rules, now, porting.donor.name)
            return response
        case Cancellation():
            response = asked.hear_change(message, now)
            if response.reaction is Reaction.DECIDE:
                changing.donor_cancels(porting, part, message, terms.rules, now)
            elif response.reaction is Reaction.SETTLE:
                changing.change_agreed(porting, part, terms.rules, now, porting.donor.name)
            return response
        case TakeOverRefusal():
            response = asked.hear_take_over_refusal(message.code, now)
            if response.reaction is Reaction.TAKE:
                asking.take_over_refused(porting, part, message.code, terms.rules, now)
            return response
        case TechnicalRefusal():
            return changing.hear_technical_refusal(porting, part, message, terms.rules, now)
    return Response(Reaction.LOOK)


async def _refuse_technically(
    event: wbci.WbciMessage, faults: tuple[str, ...], porting: Porting, part: Part, unit: Unit
) -> None:
    """The donor is told, and a person too; the answer is still awaited."""
    await tell_donor(wire.not_understood(event), porting, unit)
    unit.count("unfit_messages", wire.kind_of(event))
    await _look(event, faults, porting, part, unit)


async def _look(event: wbci.WbciMessage, why: tuple[str, ...], porting: Porting, part: Part, unit: Unit) -> None:
    asking.look_at(porting, part, wire.kind_of(event), why, await unit.now())
    await save_and_publish(porting, unit)


def why_look(event: wbci.WbciMessage) -> tuple[str, ...]:
    """What a person is told who looks at a message that changes nothing."""
    texts = tuple(code_of(code).text for code in wire.codes_in(event))
    return (*texts, _("it fits nothing that is awaited, or contradicts what came before"))
