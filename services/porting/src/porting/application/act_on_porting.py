"""What people do about a porting: the signed form (PORT-4), dates, changes, stopping, clearing (PORT-7)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from porting.application.ports import FormGate, Unit
from porting.application.published import save_and_publish
from porting.application.send_held import send_again, tell_donor
from porting.domain import asking, changing, paper, refusals
from porting.domain.contents import WORDS
from porting.domain.facts import Saying
from porting.domain.lifecycle import PortingTrigger
from porting.domain.messages import Cancellation, DateChange, Message
from porting.domain.part import Part
from porting.domain.particulars import PortingCase, Window
from porting.domain.porting import Porting
from porting.domain.signed_forms import Sender, Sent


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and on what; `part` is the first where the act is about the whole."""

    porting: Porting
    part: Part
    by: str
    unit: Unit

    async def done(self, *messages: Message) -> Porting:
        """Save, tell, and send what goes out at once."""
        await save_and_publish(self.porting, self.unit)
        for message in messages:
            await tell_donor(message, self.porting, self.unit)
        return self.porting


async def upload_form(actor: Actor, content: bytes, sender: Sender, gate: FormGate) -> Porting:
    """A new upload replaces one that nobody has accepted yet."""
    if not actor.part.allows(PortingTrigger.UPLOAD_FORM):
        raise refusals.NoFormAwaited()
    file = await gate.admit(content)
    paper.upload_form(actor.porting, Sent.of(file, sender), await actor.unit.now())
    await actor.unit.forms.put(actor.porting.porting_id, file)
    return await actor.done()


async def release(actor: Actor, note: str | None, checked: tuple[str, ...], seen: datetime | None) -> Porting:
    paper.release(actor.porting, actor.unit.terms.rules, await actor.unit.now(), actor.by, note, checked, seen)
    return await actor.done()


async def refuse_form(actor: Actor, reason: str, seen: datetime | None) -> Porting:
    paper.refuse_form(actor.porting, reason, actor.unit.terms.rules, await actor.unit.now(), actor.by, seen)
    return await actor.done()


async def confirm_date(actor: Actor, day: date, window: Window) -> Porting:
    terms = actor.unit.terms
    now = await actor.unit.now()
    agreed = (day, window)
    paper.confirm_date(actor.porting, actor.part, agreed, terms.own_porting_carrier, terms.rules, now, actor.by)
    return await actor.done()


async def see_message(actor: Actor, note: str | None, task_id: UUID | None = None) -> Porting:
    paper.message_seen(actor.porting, actor.part, await actor.unit.now(), actor.by, note, task_id)
    return await actor.done()


async def stop(actor: Actor, reason: str) -> Porting:
    """While nobody else is involved yet, or nobody any more."""
    if any(part.binds_donor for part in actor.porting.living):
        raise refusals.NotNow()
    return await cancel(actor, reason)


async def cancel(actor: Actor, reason: str) -> Porting:
    """The whole: withdrawn where the donor isn't bound, else it is asked to agree (STR-AUF)."""
    if actor.porting.is_over:
        raise refusals.NoCancellationNow()
    said, now = Saying("%(reason)s", {"reason": reason}), await actor.unit.now()
    living = sorted(
        actor.porting.living, key=lambda part: not part.binds_donor
    )  # theirs is open, then, when others end
    for part in living:
        if part.binds_donor:
            changing.call_off(actor.porting, part, _cancellation(part, actor, reason, final=True))
        else:
            changing.withdraw(actor.porting, part, said, now, actor.by)
    return await actor.done()


async def cancel_part(actor: Actor, reason: str, *, follow_up: bool) -> Porting:
    """STR-AUF, or STR-AEN where a new VA follows."""
    if actor.part.binds_donor:
        changing.call_off(actor.porting, actor.part, _cancellation(actor.part, actor, reason, final=not follow_up))
    elif follow_up:
        raise refusals.NoCancellationNow()
    else:
        said = Saying("%(reason)s", {"reason": reason})
        changing.withdraw(actor.porting, actor.part, said, await actor.unit.now(), actor.by)
    return await actor.done()


async def reschedule(actor: Actor, new_date: date) -> Porting:
    """TV."""
    asked = actor.part.pre_agreement
    if asked is None:
        raise refusals.NoDateChangeNow()
    wanted = DateChange(asked.pre_agreement_id, actor.unit.new_change_id(), new_date)
    changing.reschedule(actor.porting, actor.part, wanted, actor.unit.terms.rules, await actor.unit.now())
    return await actor.done()


async def ask_again(
    actor: Actor, requested_on: date | None, window: Window | None, case: PortingCase | None
) -> Porting:
    """A new VA with the same numbers and customer (PORT-3)."""
    part, unit = actor.part, actor.unit
    wanted = (requested_on or part.requested_on, window or part.window, case or part.case)
    asking.ask_again(
        actor.porting,
        part,
        wanted,
        unit.new_pre_agreement_id(),
        unit.terms.own_porting_carrier,
        unit.terms.rules,
        await unit.now(),
        actor.by,
    )
    return await actor.done()


async def repeat(actor: Actor) -> Porting:
    """The same message under the same id, where an answer is missing."""
    if await send_again(actor.porting, actor.part, actor.unit) is None:
        raise refusals.NothingUnanswered()
    actor.porting.note("sent-again", await actor.unit.now(), actor.part, by=actor.by)
    return await actor.done()


async def stop_held(actor: Actor, why: str | None) -> Porting:
    changing.stop_held(actor.porting, actor.part, await actor.unit.now(), actor.by, why)
    return await actor.done()


async def answer(actor: Actor, *, accept: bool, reason: str | None) -> Porting:
    """The donor wants to call it off: agree (ERLM), or refuse with words (ABBM)."""
    asked = actor.part.pre_agreement
    if asked is None or asked.their_change is None:
        raise refusals.NoChangeOpen()
    now, rules = await actor.unit.now(), actor.unit.terms.rules
    if accept:
        said: Message = asked.settle_theirs()
        changing.change_agreed(actor.porting, actor.part, rules, now, actor.by)
    else:
        if not reason:
            raise refusals.ReasonMissing()
        said = asked.refuse_theirs(reason)
        changing.donor_cancellation_refused(actor.porting, actor.part, reason, now, actor.by)
    return await actor.done(said)


async def settle_by_hand(actor: Actor, *, agreed: bool, note: str | None) -> Porting:
    """The donor answered our change by telephone or mail."""
    asked = actor.part.pre_agreement
    if asked is None or asked.our_change is None or asked.held_change is not None:
        raise refusals.NoChangeOpen()
    now = await actor.unit.now()
    change = asked.answer_by_hand(agreed=agreed)
    if agreed:
        changing.change_agreed(actor.porting, actor.part, actor.unit.terms.rules, now, actor.by)
    else:
        changing.change_refused(actor.porting, actor.part, change, note, now, actor.by)
    return await actor.done()


async def take_over(actor: Actor, *, wanted: bool, safe_haven: bool) -> Porting:
    """AKM-TR once more, after ABBM-TR or after it was stopped."""
    asked, terms = actor.part.pre_agreement, actor.unit.terms
    if asked is None:
        raise refusals.NotNow()
    announced = asking.take_over_of(asked, terms.own_porting_carrier, take_over=wanted, safe_haven=safe_haven)
    asking.announce_again(actor.porting, actor.part, announced, terms.rules, await actor.unit.now(), actor.by)
    return await actor.done()


async def accept_corrections(actor: Actor) -> Porting:
    paper.accept_corrections(actor.porting, await actor.unit.now(), actor.by)
    return await actor.done()


async def write_mail(actor: Actor, subject: str, text: str, language: str) -> Porting:
    paper.write_mail(actor.porting, subject, text, language, await actor.unit.now(), actor.by)
    return await actor.done()


async def note_reply(actor: Actor, sender: str, text: str) -> Porting:
    paper.note_reply(actor.porting, sender, text, await actor.unit.now())
    return await actor.done()


def _cancellation(part: Part, actor: Actor, reason: str, *, final: bool) -> Cancellation:
    assert part.pre_agreement is not None
    named = actor.unit.new_cancellation_id()
    return Cancellation(part.pre_agreement.pre_agreement_id, named, final, reason[:WORDS])
