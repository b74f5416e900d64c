"""What porting publishes: one porting request's story, key porting id."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.envelope import Event, Shape, Topic
from contracts.ordering.v1 import DonorParticulars, PortingCase, Window
from contracts.shapes import Localized, NumberBlock, Utc

REQUESTS = Topic("porting.request.v1")


class PortingFacts(Event):
    """`site_id` is None for Centraflex."""

    porting_id: UUID
    order_id: UUID
    line_id: UUID
    agreement_id: UUID
    site_id: UUID | None
    customer_id: UUID


class PortingStarted(PortingFacts, topic=REQUESTS, key="porting_id"):
    """`electronic` is false for a paper carrier (PORT-4): it starts paused."""

    donor: DonorParticulars
    case: PortingCase
    numbers: tuple[NumberBlock, ...]
    requested_on: date
    electronic: bool
    started_at: Utc


class SignedFormAwaited(PortingFacts, topic=REQUESTS, key="porting_id"):
    donor_name: str
    return_to: str
    awaited_since: Utc


class SignedFormAccepted(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Order management has the signed form and released the porting."""

    accepted_by: str
    accepted_at: Utc


class PortingConfirmed(PortingFacts, topic=REQUESTS, key="porting_id"):
    """`as_requested` is false where the donor agreed to another date (8002)."""

    donor: DonorParticulars
    numbers: tuple[NumberBlock, ...]
    change_date: date
    window: Window
    as_requested: bool
    confirmed_at: Utc


class PortingRescheduled(PortingFacts, topic=REQUESTS, key="porting_id"):
    earlier_date: date
    change_date: date
    window: Window
    rescheduled_at: Utc


class ReasonCode(Shape):
    """A WBCI reason, e.g. 8103; `text` for people."""

    code: Annotated[str, Field(pattern=r"^\d{4}$")]
    text: Localized
    numbers: tuple[NumberBlock, ...] = ()


class PortingRejected(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The donor refused. `fixable`: a person can clear it, a clearing case is open (PORT-7); else it is final."""

    donor: DonorParticulars
    reasons: tuple[ReasonCode, ...]
    fixable: bool
    rejected_at: Utc


class PortingCancelled(PortingFacts, topic=REQUESTS, key="porting_id"):
    reason: Localized
    cancelled_at: Utc


class PortingDue(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The agreed window opened: provisioning assigns the numbers (PORT-8)."""

    numbers: tuple[NumberBlock, ...]
    change_date: date
    due_at: Utc


class PortingCompleted(PortingFacts, topic=REQUESTS, key="porting_id"):
    numbers: tuple[NumberBlock, ...]
    completed_at: Utc
