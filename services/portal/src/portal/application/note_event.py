"""Every event of the system becomes part of an order's story, or of an agreement's, if it belongs to one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import Event
from contracts.porting.v1 import DepartureFacts
from contracts.work.v1 import TaskRaised, TaskSettled
from portal.application.ports import FeedEntry, PortalUnit, Task

TIMES = (
    "placed_at",
    "progressed_at",
    "completed_at",
    "failed_at",
    "cancelled_at",
    "confirmed_at",
    "expired_at",
    "withdrawn_at",
    "provisioned_at",
    "changed_at",
    "activated_at",
    "assigned_at",
    "released_at",
    "terminated_at",
    "rejected_at",
    "started_at",
    "reminded_at",
    "awaited_since",
    "received_at",
    "accepted_at",
    "rescheduled_at",
    "asked_at",
    "refused_at",
    "called_off_at",
    "reduced_at",
    "agreed_at",
    "told_at",
    "written_at",
    "due_at",
    "sent_at",
    "bounced_at",
    "raised_at",
    "settled_at",
)


NOT_SHOWN = ("lines", "customer", "catalog_version", "text", "reply_to")


async def note_event(event: Event, event_id: UUID, unit: PortalUnit) -> UUID | None:
    """Keep what the timeline shows; returns the order it belongs to, if any."""
    body = event.model_dump(mode="json")
    order_id, quote_id = getattr(event, "order_id", None), getattr(event, "quote_id", None)
    if order_id is None and quote_id is None and not isinstance(event, DepartureFacts):
        return None
    agreements = getattr(event, "agreement_ids", ())
    unit.feed.note(
        FeedEntry(
            event_id=event_id,
            kind=type(event).__name__,
            at=await _time_of(event, unit),
            body=_shortened(body),
            order_id=order_id,
            quote_id=quote_id,
            agreement_id=getattr(event, "agreement_id", None) or (agreements[0] if agreements else None),
            customer_id=_customer_of(event),
        )
    )
    return order_id


def raise_task(event: TaskRaised, unit: PortalUnit) -> None:
    """A person is needed."""
    unit.tasks.raise_(
        Task(
            task_id=event.task_id,
            kind=event.kind.value,
            owner=event.owner,
            subject_id=event.subject_id,
            title=event.title.model_dump(),
            explanation=event.explanation.model_dump(),
            raised_at=event.raised_at,
            customer_id=event.customer_id,
            order_id=event.order_id,
            agreement_id=event.agreement_id,
            due_at=event.due_at,
        )
    )


def settle_task(event: TaskSettled, unit: PortalUnit) -> None:
    """The owner says that it is done."""
    unit.tasks.settle(event.task_id, by=event.settled_by, outcome=event.outcome.model_dump(), at=event.settled_at)


async def _time_of(event: Event, unit: PortalUnit) -> datetime:
    for name in TIMES:
        if isinstance(found := getattr(event, name, None), datetime) and name != "due_at":
            return found
    if isinstance(due := getattr(event, "due_at", None), datetime):
        return due
    return await unit.now()


def _customer_of(event: Event) -> UUID | None:
    customer = getattr(event, "customer", None)
    return getattr(event, "customer_id", None) if customer is None else customer.party_id


def _shortened(body: dict[str, Any]) -> dict[str, Any]:
    """Lines, particulars and what people write stay with their owners; the timeline shows none of them."""
    return {name: value for name, value in body.items() if name not in NOT_SHOWN}
