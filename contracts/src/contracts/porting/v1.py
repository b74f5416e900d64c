"""What porting publishes: a porting request's story, key porting id, and a departure's (PORT-9), key departure id.

A request of many numbers is asked for in several pre-agreements: its parts. Each part has a date and a day of its own;
`numbers` of an event that tells of a part are the part's.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Event, Shape, Topic
from contracts.ordering.v1 import DonorParticulars, PortingCase, Window
from contracts.shapes import Language, Localized, NumberBlock, Text, Utc

REQUESTS = Topic("porting.request.v1")
DEPARTURES = Topic("porting.departure.v1")


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
    """`refused_because`: an earlier form was sent back."""

    donor_name: str
    return_to: str
    awaited_since: Utc
    refused_because: Text | None = None


class SignedFormReminded(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The form is still missing; `reminder` counts from 1."""

    donor_name: str
    return_to: str
    awaited_since: Utc
    reminder: Annotated[int, Field(ge=1)]
    reminded_at: Utc


class SignedFormReceived(PortingFacts, topic=REQUESTS, key="porting_id"):
    """A signed form has come, or another one instead of it: order management checks it."""

    donor_name: str
    received_at: Utc


class SignedFormAccepted(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Order management has the signed form and released the porting."""

    accepted_by: str
    accepted_at: Utc


class PortingConfirmed(PortingFacts, topic=REQUESTS, key="porting_id"):
    """A part has its date. `as_requested` is false where the donor agreed to another one (8002).

    `awaiting`: numbers of the request that have no date yet.
    """

    donor: DonorParticulars
    numbers: tuple[NumberBlock, ...]
    change_date: date
    window: Window
    as_requested: bool
    confirmed_at: Utc
    pre_agreement_id: str | None = None
    awaiting: tuple[NumberBlock, ...] = ()


class PortingRescheduled(PortingFacts, topic=REQUESTS, key="porting_id"):
    earlier_date: date
    change_date: date
    window: Window
    rescheduled_at: Utc
    numbers: tuple[NumberBlock, ...] = ()


class ReasonCode(Shape):
    """A WBCI reason, e.g. 8103; `text` for people."""

    code: Annotated[str, Field(pattern=r"^\d{4}$")]
    text: Localized
    numbers: tuple[NumberBlock, ...] = ()


class PortingRejected(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The donor refused. `fixable`: a person can clear it, a clearing case is open (PORT-7); else the whole is over."""

    donor: DonorParticulars
    reasons: tuple[ReasonCode, ...]
    fixable: bool
    rejected_at: Utc
    numbers: tuple[NumberBlock, ...] = ()


class PortingHeldUp(PortingFacts, topic=REQUESTS, key="porting_id"):
    """A part can't be asked for as it stands, or the donor could not read it: order management mends that (PORT-7)."""

    numbers: tuple[NumberBlock, ...]
    reason: Localized
    held_up_at: Utc


class PortingAskedAgain(PortingFacts, topic=REQUESTS, key="porting_id"):
    """A new pre-agreement for a part: after clearing, or after one was cancelled so that a new one could follow."""

    donor: DonorParticulars
    numbers: tuple[NumberBlock, ...]
    case: PortingCase
    requested_on: date
    asked_at: Utc


class PortingCalledOffForNew(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Both sides have called a part off, so that order management asks for it anew: no date of it holds any more.

    `earlier_date` is the one that was agreed, if any was.
    """

    numbers: tuple[NumberBlock, ...]
    earlier_date: date | None
    called_off_at: Utc


class Change(StrEnum):
    DATE = "date"
    CANCELLATION = "cancellation"


class PortingChangeAsked(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Another date, or calling it off, is asked for: by us, or by the donor. The other side's answer is awaited."""

    change: Change
    by_donor: bool
    numbers: tuple[NumberBlock, ...]
    new_date: date | None = None
    reason: Text | None = None
    asked_at: Utc


class PortingChangeRefused(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Everything stays as it was: `unchanged_date` is the date that holds."""

    change: Change
    by_donor: bool
    numbers: tuple[NumberBlock, ...]
    unchanged_date: date | None
    reason: Localized
    refused_at: Utc


class PortingReduced(PortingFacts, topic=REQUESTS, key="porting_id"):
    """A part ended without moving its numbers; others go on."""

    numbers: tuple[NumberBlock, ...]
    outcome: Literal["rejected", "cancelled"]
    reason: Localized
    reduced_at: Utc


class PortingCancelled(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The whole: no number moves."""

    reason: Localized
    cancelled_at: Utc


class Deadline(StrEnum):
    """What somebody is waited for."""

    ANSWER = "answer"
    CHANGE_ANSWER = "change_answer"
    OUR_ANSWER = "our_answer"
    TAKE_OVER = "take_over"
    NEW_PRE_AGREEMENT = "new_pre_agreement"
    SIGNED_FORM = "signed_form"
    PAPER_DATE = "paper_date"
    CLEARING = "clearing"
    ASSIGNMENT = "assignment"


class PortingAtRisk(PortingFacts, topic=REQUESTS, key="porting_id"):
    """A deadline is near (`warning`) or has passed (`overdue`)."""

    deadline: Deadline
    level: Literal["warning", "overdue"]
    due_at: Utc
    told_at: Utc


class PortingBackOnTrack(PortingFacts, topic=REQUESTS, key="porting_id"):
    """What was at risk has come."""

    deadline: Deadline
    settled_at: Utc


class ClearingMailWritten(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Order management writes to the customer about a refusal (PORT-7); notification sends it as it stands."""

    mail_id: UUID
    subject: Text
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    language: Language
    reply_to: str
    written_by: str
    written_at: Utc


class PortingDue(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The agreed window of a part opened: provisioning assigns its numbers (PORT-8)."""

    numbers: tuple[NumberBlock, ...]
    change_date: date
    due_at: Utc


class PortingPartCompleted(PortingFacts, topic=REQUESTS, key="porting_id"):
    """The numbers of a part live at their new place, and other parts go on: `awaiting` are theirs."""

    numbers: tuple[NumberBlock, ...]
    awaiting: tuple[NumberBlock, ...]
    completed_at: Utc


class PortingCompleted(PortingFacts, topic=REQUESTS, key="porting_id"):
    """Nothing is left to do; `not_ported` stay with the donor. Of `earlier`, PortingPartCompleted has told before."""

    numbers: tuple[NumberBlock, ...]
    completed_at: Utc
    not_ported: tuple[NumberBlock, ...] = ()
    earlier: tuple[NumberBlock, ...] = ()


class RecipientCarrier(Shape):
    carrier_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}$")]
    name: Text


class DepartureFacts(Event):
    """Another carrier takes numbers of our customer over (PORT-9). They hang on the agreement, or on sites of it."""

    departure_id: UUID
    pre_agreement_id: str
    recipient: RecipientCarrier
    agreement_id: UUID
    customer_id: UUID
    case: PortingCase
    numbers: tuple[NumberBlock, ...]


class DepartureAsked(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    requested_on: date
    asked_at: Utc


class DepartureAgreed(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    """We told the other carrier the date."""

    change_date: date
    agreed_at: Utc


class DepartureRefused(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    reasons: tuple[ReasonCode, ...]
    refused_at: Utc


class DepartureRescheduled(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    earlier_date: date
    change_date: date
    rescheduled_at: Utc


class DepartureCancelled(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    """The numbers stay."""

    reason: Localized
    cancelled_at: Utc


class DepartureDue(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    """The day has come: provisioning hands `numbers` over, those still with us, and says so with NumbersReleased."""

    change_date: date
    due_at: Utc


class DepartureCompleted(DepartureFacts, topic=DEPARTURES, key="departure_id"):
    completed_at: Utc
