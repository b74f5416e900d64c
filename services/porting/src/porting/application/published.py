"""Facts become events; what a person has to do becomes a task. State and events are saved together."""

from datetime import datetime
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
from porting.domain.messages import Reason
from porting.domain.porting import Porting

OWNER = "porting"
KINDS = {
    Work.SIGNED_FORM: TaskKind.SIGNED_FORM,
    Work.PAPER_DATE: TaskKind.MANUAL_WORK,
    Work.CLEARING: TaskKind.CLEARING,
    Work.ANSWER_LATE: TaskKind.DEADLINE_PASSED,
    Work.CARRIER_MESSAGE: TaskKind.CARRIER_MESSAGE,
    Work.ASSIGNMENT: TaskKind.ASSIGNMENT_FAILED,
}


async def save_and_publish(porting: Porting, unit: Unit) -> None:
    """Save the porting and tell what happened to it."""
    at = await unit.now()
    facts, porting.facts = porting.facts, []
    told = [event for fact in facts if (event := _event(fact, porting, at, unit)) is not None]
    await unit.portings.save(porting)
    for event in told:
        unit.outbox.record(event)


def _event(fact: Fact, porting: Porting, at: datetime, unit: Unit) -> Event | None:
    match fact:
        case WorkNeeded():
            return _raised(fact, porting, at, unit)
        case WorkDone():
            return _settled(fact, porting, at)
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
    donor, numbers = donor_to(porting.donor), numbers_to(porting.numbers)
    match fact:
        case Started():
            return events.PortingStarted(
                **same,
                donor=donor,
                case=ordering.PortingCase(porting.case),
                numbers=numbers,
                requested_on=porting.requested_on,
                electronic=fact.electronic,
                started_at=at,
            )
        case FormAwaited():
            return events.SignedFormAwaited(
                **same, donor_name=porting.donor.name, return_to=unit.terms.return_to, awaited_since=at
            )
        case FormAccepted():
            return events.SignedFormAccepted(**same, accepted_by=fact.by, accepted_at=at)
        case Confirmed():
            return events.PortingConfirmed(
                **same,
                donor=donor,
                numbers=numbers,
                change_date=fact.change_date,
                window=ordering.Window(fact.window),
                as_requested=fact.as_requested,
                confirmed_at=at,
            )
        case Rejected():
            reasons = tuple(_reason(one) for one in fact.reasons)
            return events.PortingRejected(**same, donor=donor, reasons=reasons, fixable=fact.fixable, rejected_at=at)
        case Cancelled():
            return events.PortingCancelled(**same, reason=in_both(fact.reason), cancelled_at=at)
        case Due():
            return events.PortingDue(**same, numbers=numbers, change_date=fact.change_date, due_at=at)
        case Completed():
            return events.PortingCompleted(**same, numbers=numbers, completed_at=at)
    raise AssertionError(f"{fact} is told by nobody")


def _reason(reason: Reason) -> events.ReasonCode:
    said = Saying(code_of(reason.code).text)
    if reason.words:
        said = Saying("%(text)s (%(words)s)", {"text": code_of(reason.code).text, "words": reason.words})
    return events.ReasonCode(code=reason.code, text=in_both(said), numbers=numbers_to(reason.numbers))


def _raised(fact: WorkNeeded, porting: Porting, at: datetime, unit: Unit) -> TaskRaised | None:
    """One open task of each kind for a porting: who is asked twice looks once."""
    if fact.work in porting.tasks:
        return None
    porting.tasks[fact.work] = unit.new_id()
    unit.count("tasks", fact.work)
    return TaskRaised(
        task_id=porting.tasks[fact.work],
        kind=KINDS[fact.work],
        owner=OWNER,
        subject_id=porting.porting_id,
        title=in_both(fact.title),
        explanation=in_both(fact.explanation),
        customer_id=porting.customer_id,
        order_id=porting.order_id,
        agreement_id=porting.agreement_id,
        raised_at=at,
    )


def _settled(fact: WorkDone, porting: Porting, at: datetime) -> TaskSettled | None:
    task_id: UUID | None = porting.tasks.pop(fact.work, None)
    if task_id is None:
        return None
    return TaskSettled(task_id=task_id, owner=OWNER, settled_by=fact.by, outcome=in_both(fact.outcome), settled_at=at)
