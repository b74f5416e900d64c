"""What happened to a departure becomes events, tasks and timers. State and events are saved together."""

from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as events
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from porting.application.departure_ports import DepartureUnit
from porting.application.ports import Unit
from porting.application.published import OWNER, drop_deadline, reason_code, set_deadline
from porting.application.shapes import numbers_to
from porting.application.speech import in_both
from porting.domain.departure import Departure
from porting.domain.departure_facts import (
    Agreed,
    Asked,
    Awaited,
    Cancelled,
    Completed,
    DaySet,
    DepartureFact,
    Done,
    Due,
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

KINDS = {
    Duty.DECIDE: TaskKind.CARRIER_MESSAGE,
    Duty.DECIDE_CHANGE: TaskKind.CARRIER_MESSAGE,
    Duty.LOOK: TaskKind.CARRIER_MESSAGE,
    Duty.OVERDUE: TaskKind.DEADLINE_PASSED,
    Duty.NEW_PRE_AGREEMENT: TaskKind.DEADLINE_PASSED,
    Duty.HAND_OVER: TaskKind.ASSIGNMENT_FAILED,
    Duty.END_AGREEMENT: TaskKind.MANUAL_WORK,
}
DAY = "departure-day"


def held_timer(what: Outgoing) -> str:
    return f"departure-{what.replace('_', '-')}-held"


def deadline_of(wait: Wait) -> str:
    """As timers and metrics name it, apart from a request's."""
    return f"departure_{wait}"


async def save_and_publish(departure: Departure, unit: DepartureUnit) -> None:
    at = await unit.now()
    facts, departure.facts = departure.facts, []
    told = []
    for fact in facts:
        await _time(fact, departure, unit)
        if (event := _event(fact, departure, at, unit)) is not None:
            told.append(event)
    await unit.departures.save(departure)
    for event in told:
        unit.outbox.record(event)


async def _time(fact: DepartureFact, departure: Departure, unit: Unit) -> None:
    subject = departure.departure_id
    match fact:
        case Held():
            await unit.timers.set(held_timer(fact.what), subject, fact.goes_out_at)
        case NotHeld():
            await unit.timers.cancel(held_timer(fact.what), subject)
        case DaySet():
            await unit.timers.set(DAY, subject, fact.opens_at)
        case Awaited():
            await set_deadline(deadline_of(fact.wait), subject, fact.due_at, fact.warn_at, unit)
        case NotAwaited():
            await drop_deadline(deadline_of(fact.wait), subject, unit)


def _event(fact: DepartureFact, departure: Departure, at: datetime, unit: Unit) -> Event | None:
    match fact:
        case Needed():
            return _raised(fact, departure, at, unit)
        case Done():
            return _settled(fact, departure, at)
        case Held() | NotHeld() | DaySet() | Awaited() | NotAwaited():
            return None
    unit.count("departures", type(fact).__name__.lower())
    return _story(fact, departure, at) if departure.is_of_customer else None


def _story(fact: DepartureFact, departure: Departure, at: datetime) -> Event:
    same: dict[str, Any] = {
        "departure_id": departure.departure_id,
        "pre_agreement_id": str(departure.pre_agreement.pre_agreement_id),
        "recipient": events.RecipientCarrier(carrier_code=departure.carrier.carrier_code, name=departure.carrier.name),
        "agreement_id": departure.agreement_id,
        "customer_id": departure.customer_id,
        "case": ordering.PortingCase(departure.case),
        "numbers": numbers_to(departure.numbers),
    }
    match fact:
        case Asked():
            requested_on = departure.pre_agreement.request.requested_on
            return events.DepartureAsked(**same, requested_on=requested_on, asked_at=at)
        case Agreed():
            return events.DepartureAgreed(**same, change_date=fact.change_date, agreed_at=at)
        case Refused():
            reasons = tuple(reason_code(one) for one in fact.reasons)
            return events.DepartureRefused(**same, reasons=reasons, refused_at=at)
        case Rescheduled():
            return events.DepartureRescheduled(
                **same, earlier_date=fact.earlier, change_date=fact.change_date, rescheduled_at=at
            )
        case Cancelled():
            return events.DepartureCancelled(**same, reason=in_both(fact.reason), cancelled_at=at)
        case Due():
            same["numbers"] = numbers_to(fact.numbers)
            return events.DepartureDue(**same, change_date=fact.change_date, due_at=at)
        case Completed():
            return events.DepartureCompleted(**same, completed_at=at)
    raise AssertionError(f"{fact} is told by nobody")


def _raised(fact: Needed, departure: Departure, at: datetime, unit: Unit) -> TaskRaised | None:
    """One open task of each kind for a departure: who is asked twice looks once."""
    if fact.duty in departure.tasks:
        return None
    departure.tasks[fact.duty] = unit.new_id()
    unit.count("tasks", fact.duty)
    return TaskRaised(
        task_id=departure.tasks[fact.duty],
        kind=KINDS[fact.duty],
        owner=OWNER,
        subject_id=departure.departure_id,
        title=in_both(fact.title),
        explanation=in_both(fact.explanation),
        customer_id=departure.customer_id,
        agreement_id=departure.agreement_id,
        due_at=fact.due_at,
        raised_at=at,
    )


def _settled(fact: Done, departure: Departure, at: datetime) -> TaskSettled | None:
    task_id = departure.tasks.pop(fact.duty, None)
    if task_id is None:
        return None
    return TaskSettled(task_id=task_id, owner=OWNER, settled_by=fact.by, outcome=in_both(fact.outcome), settled_at=at)
