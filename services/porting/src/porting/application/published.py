"""Facts become events, tasks and timers. State and events are saved together."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as events
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from porting.application.ports import Unit
from porting.application.shapes import donor_to, numbers_to
from porting.application.speech import in_both
from porting.domain.codes import code_of
from porting.domain.facts import (
    AskedAgain,
    AtRisk,
    Awaited,
    BackOnTrack,
    CalledOffForNew,
    Cancelled,
    ChangeAsked,
    ChangeRefused,
    Completed,
    Confirmed,
    DaySet,
    Due,
    Fact,
    FormAccepted,
    FormAwaited,
    FormReceived,
    FormReminded,
    Held,
    HeldUp,
    Level,
    MailWritten,
    NotAwaited,
    PartCompleted,
    Reduced,
    Rejected,
    ReminderSet,
    Rescheduled,
    Saying,
    Started,
    Work,
    WorkDone,
    WorkNeeded,
)
from porting.domain.messages import Reason
from porting.domain.porting import Porting, task_key

OWNER = "porting"
KINDS = {
    Work.SIGNED_FORM: TaskKind.SIGNED_FORM,
    Work.PAPER_DATE: TaskKind.MANUAL_WORK,
    Work.CLEARING: TaskKind.CLEARING,
    Work.CARRIER_MESSAGE: TaskKind.CARRIER_MESSAGE,
    Work.ODD_DATE: TaskKind.CARRIER_MESSAGE,
    Work.TAKE_OVER: TaskKind.CARRIER_MESSAGE,
    Work.DAY_CAME: TaskKind.CARRIER_MESSAGE,
    Work.DONOR_CANCELS: TaskKind.CARRIER_MESSAGE,
    Work.NEW_PRE_AGREEMENT: TaskKind.CLEARING,
    Work.OVERDUE: TaskKind.DEADLINE_PASSED,
    Work.ASSIGNMENT: TaskKind.ASSIGNMENT_FAILED,
}
HOLD = "held-message"
WINDOW = "window-opens"
REMINDER = "form-reminder"


def due_timer(deadline: str) -> str:
    return f"{deadline.replace('_', '-')}-due"


def near_timer(deadline: str) -> str:
    return f"{deadline.replace('_', '-')}-near"


async def set_deadline(deadline: str, subject: object, due_at: datetime, warn_at: datetime, unit: Unit) -> None:
    """No warning where its moment has passed."""
    await unit.timers.set(due_timer(deadline), subject, due_at)
    if warn_at > await unit.now():
        await unit.timers.set(near_timer(deadline), subject, warn_at)


async def drop_deadline(deadline: str, subject: object, unit: Unit) -> None:
    await unit.timers.cancel(due_timer(deadline), subject)
    await unit.timers.cancel(near_timer(deadline), subject)


async def goes_out_at(unit: Unit) -> datetime:
    """What is held back now: until then order management can stop it."""
    return await unit.now() + timedelta(seconds=unit.terms.hold_seconds)


def of_part(porting_id: UUID, part: int) -> str:
    """The subject of a timer."""
    return f"{porting_id}/{part}"


async def save_and_publish(porting: Porting, unit: Unit) -> None:
    """Save the porting, tell what happened to it, and set the timers that follow."""
    at = await unit.now()
    told = []
    for fact in porting.take_facts():
        await _time(fact, porting, unit)
        if (event := _event(fact, porting, at, unit)) is not None:
            told.append(event)
    await unit.portings.save(porting)
    for event in told:
        unit.outbox.record(event)


async def _time(fact: Fact, porting: Porting, unit: Unit) -> None:
    match fact:
        case Held(part=number):
            part = porting.part(number)
            assert part is not None
            part.held_until = await goes_out_at(unit)
            await unit.timers.set(HOLD, of_part(porting.porting_id, number), part.held_until)
        case DaySet(part=number, opens_at=opens_at):
            await unit.timers.set(WINDOW, of_part(porting.porting_id, number), opens_at)
        case ReminderSet():
            await unit.timers.set(REMINDER, porting.porting_id, fact.at)
        case Awaited(part=number, deadline=deadline):
            await set_deadline(deadline, of_part(porting.porting_id, number), fact.due_at, fact.warn_at, unit)
        case NotAwaited(part=number, deadline=deadline):
            await drop_deadline(deadline, of_part(porting.porting_id, number), unit)


def _event(fact: Fact, porting: Porting, at: datetime, unit: Unit) -> Event | None:
    match fact:
        case WorkNeeded():
            return _raised(fact, porting, at, unit)
        case WorkDone():
            return _settled(fact, porting, at)
        case Held() | DaySet() | Awaited() | NotAwaited() | ReminderSet():
            return None
        case AtRisk(level=Level.OVERDUE):
            unit.count("deadlines_passed", fact.deadline)
        case _:
            unit.count("portings", type(fact).__name__.lower())
    return _story(fact, porting, at, unit)


def _story(fact: Fact, porting: Porting, at: datetime, unit: Unit) -> Event:
    same: dict[str, Any] = {
        "porting_id": porting.porting_id,
        "order_id": porting.order_id,
        "line_id": porting.line_id,
        "agreement_id": porting.agreement_id,
        "site_id": porting.site_id,
        "customer_id": porting.customer_id,
    }
    donor = donor_to(porting.donor)
    match fact:
        case Started():
            return events.PortingStarted(
                **same,
                donor=donor,
                case=ordering.PortingCase(porting.case),
                numbers=numbers_to(porting.numbers),
                requested_on=porting.requested_on,
                electronic=fact.electronic,
                started_at=at,
            )
        case FormAwaited():
            return events.SignedFormAwaited(
                **same,
                donor_name=porting.donor.name,
                return_to=unit.terms.return_to,
                awaited_since=at,
                refused_because=fact.refused_because,
            )
        case FormReminded():
            return events.SignedFormReminded(
                **same,
                donor_name=porting.donor.name,
                return_to=unit.terms.return_to,
                awaited_since=fact.awaited_since,
                reminder=fact.reminder,
                reminded_at=at,
            )
        case FormReceived():
            return events.SignedFormReceived(**same, donor_name=porting.donor.name, received_at=at)
        case FormAccepted():
            return events.SignedFormAccepted(**same, accepted_by=fact.by, accepted_at=at)
        case Confirmed():
            return events.PortingConfirmed(
                **same,
                donor=donor,
                numbers=numbers_to(fact.numbers),
                change_date=fact.change_date,
                window=ordering.Window(fact.window),
                as_requested=fact.as_requested,
                confirmed_at=at,
                pre_agreement_id=fact.pre_agreement_id,
                awaiting=numbers_to(fact.awaiting),
            )
        case Rescheduled():
            return events.PortingRescheduled(
                **same,
                earlier_date=fact.earlier,
                change_date=fact.change_date,
                window=ordering.Window(fact.window),
                rescheduled_at=at,
                numbers=numbers_to(fact.numbers),
            )
        case Rejected():
            return events.PortingRejected(
                **same,
                donor=donor,
                reasons=tuple(reason_code(one) for one in fact.reasons),
                fixable=fact.fixable,
                rejected_at=at,
                numbers=numbers_to(fact.numbers),
            )
        case HeldUp():
            return events.PortingHeldUp(
                **same, numbers=numbers_to(fact.numbers), reason=in_both(fact.reason), held_up_at=at
            )
        case AskedAgain():
            return events.PortingAskedAgain(
                **same,
                donor=donor,
                numbers=numbers_to(fact.numbers),
                case=ordering.PortingCase(fact.case),
                requested_on=fact.requested_on,
                asked_at=at,
            )
        case CalledOffForNew():
            return events.PortingCalledOffForNew(
                **same, numbers=numbers_to(fact.numbers), earlier_date=fact.earlier, called_off_at=at
            )
        case ChangeAsked():
            return events.PortingChangeAsked(
                **same,
                change=events.Change.DATE if fact.new_date else events.Change.CANCELLATION,
                by_donor=fact.by_donor,
                numbers=numbers_to(fact.numbers),
                new_date=fact.new_date,
                reason=fact.reason,
                asked_at=at,
            )
        case ChangeRefused():
            return events.PortingChangeRefused(
                **same,
                change=events.Change.DATE if fact.of_date else events.Change.CANCELLATION,
                by_donor=fact.by_donor,
                numbers=numbers_to(fact.numbers),
                unchanged_date=fact.unchanged,
                reason=in_both(fact.reason),
                refused_at=at,
            )
        case Reduced():
            outcome: Any = "rejected" if fact.rejected else "cancelled"
            return events.PortingReduced(
                **same, numbers=numbers_to(fact.numbers), outcome=outcome, reason=in_both(fact.reason), reduced_at=at
            )
        case Cancelled():
            return events.PortingCancelled(**same, reason=in_both(fact.reason), cancelled_at=at)
        case MailWritten():
            language: Any = fact.language
            return events.ClearingMailWritten(
                **same,
                mail_id=unit.new_id(),
                subject=fact.subject,
                text=fact.text,
                language=language,
                reply_to=unit.terms.return_to,
                written_by=fact.by,
                written_at=at,
            )
        case AtRisk():
            level: Any = fact.level.value
            return events.PortingAtRisk(
                **same, deadline=events.Deadline(fact.deadline), level=level, due_at=fact.due_at, told_at=at
            )
        case BackOnTrack():
            return events.PortingBackOnTrack(**same, deadline=events.Deadline(fact.deadline), settled_at=at)
        case Due():
            return events.PortingDue(**same, numbers=numbers_to(fact.numbers), change_date=fact.change_date, due_at=at)
        case PartCompleted():
            return events.PortingPartCompleted(
                **same, numbers=numbers_to(fact.numbers), awaiting=numbers_to(fact.awaiting), completed_at=at
            )
        case Completed():
            return events.PortingCompleted(
                **same,
                numbers=numbers_to(fact.numbers),
                completed_at=at,
                not_ported=numbers_to(fact.not_ported),
                earlier=numbers_to(fact.earlier),
            )
    raise AssertionError(f"{fact} is told by nobody")


def reason_code(reason: Reason) -> events.ReasonCode:
    said = Saying(code_of(reason.code).text)
    if reason.words:
        said = Saying("%(meaning)s (%(words)s)", {"meaning": code_of(reason.code).text, "words": reason.words})
    return events.ReasonCode(code=reason.code, text=in_both(said), numbers=numbers_to(reason.numbers))


def _raised(fact: WorkNeeded, porting: Porting, at: datetime, unit: Unit) -> TaskRaised | None:
    """One open task of each kind for a part: who is asked twice looks once."""
    key = task_key(fact.part, fact.work)
    if key in porting.tasks:
        return None
    porting.tasks[key] = unit.new_id()
    unit.count("tasks", fact.work)
    return TaskRaised(
        task_id=porting.tasks[key],
        kind=KINDS[fact.work],
        owner=OWNER,
        subject_id=porting.porting_id,
        title=in_both(fact.title),
        explanation=in_both(fact.explanation),
        customer_id=porting.customer_id,
        order_id=porting.order_id,
        agreement_id=porting.agreement_id,
        due_at=fact.due_at,
        raised_at=at,
    )


def _settled(fact: WorkDone, porting: Porting, at: datetime) -> TaskSettled | None:
    task_id = porting.tasks.pop(task_key(fact.part, fact.work), None)
    if task_id is None:
        return None
    return TaskSettled(task_id=task_id, owner=OWNER, settled_by=fact.by, outcome=in_both(fact.outcome), settled_at=at)
