"""What provisioning publishes: work orders, trunks, usage sites and numbers."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.catalog.v1 import Category
from contracts.envelope import Event, Topic
from contracts.ordering.v1 import Activation
from contracts.shapes import Address, Language, Localized, Mail, NumberBlock, Text, Utc

WORK = Topic("provisioning.work.v1")
TRUNKS = Topic("provisioning.trunk.v1")
SITES = Topic("provisioning.site.v1")
FIBER_LINKS = Topic("provisioning.fiber-link.v1", partitions=1, retention=timedelta(days=1), secret=True)


class WorkFacts(Event):
    work_order_id: UUID
    order_id: UUID
    line_id: UUID
    agreement_id: UUID
    customer_id: UUID
    category: Category


class WorkOrderCompleted(WorkFacts, topic=WORK, key="order_id"):
    completed_at: Utc


class WorkOrderFailed(WorkFacts, topic=WORK, key="order_id"):
    """`code` is for programs (`area-code-exhausted`), `reason` for people."""

    code: str
    reason: Localized
    failed_at: Utc


class TrunkFacts(Event):
    trunk_id: UUID
    agreement_id: UUID
    order_id: UUID
    customer_id: UUID


class TrunkProvisioned(TrunkFacts, topic=TRUNKS, key="trunk_id"):
    channels: Annotated[int, Field(ge=1)]
    srtp: bool
    activation: Activation
    provisioned_at: Utc


class TrunkChanged(TrunkFacts, topic=TRUNKS, key="trunk_id"):
    channels: Annotated[int, Field(ge=1)]
    srtp: bool
    changed_at: Utc


class ActivationCause(StrEnum):
    """Why a trunk became active (ACT-1 to ACT-4)."""

    IMMEDIATE = "immediate"
    PORTING_NEAR = "porting_near"
    OWN_NUMBERS = "own_numbers"
    LEAD_TIME_PASSED = "lead_time_passed"
    ORDER_MANAGEMENT = "order_management"


class TrunkActivated(TrunkFacts, topic=TRUNKS, key="trunk_id"):
    """Term and billing start at `activated_at` (ACT-4)."""

    cause: ActivationCause
    porting_on: date | None = None
    activated_at: Utc


class TrunkTerminated(TrunkFacts, topic=TRUNKS, key="trunk_id"):
    """The trunk is switched off; its sites and numbers are told of by events of their own (ORD-2)."""

    terminated_at: Utc


class SiteFacts(Event):
    site_id: UUID
    trunk_id: UUID
    agreement_id: UUID
    order_id: UUID
    customer_id: UUID


class SiteProvisioned(SiteFacts, topic=SITES, key="site_id"):
    """The site is ready. `blocks` are the new numbers it came with; ported ones follow as NumbersAssigned."""

    name: Text
    address: Address
    area_code: str
    blocks: tuple[NumberBlock, ...]
    area_code_doubtful: bool = False
    provisioned_at: Utc


class NumbersAssigned(Event, topic=SITES, key="holder_id"):
    """`holder_id` is the site, or with Centraflex the agreement."""

    holder_id: UUID
    site_id: UUID | None
    agreement_id: UUID
    order_id: UUID
    customer_id: UUID
    blocks: tuple[NumberBlock, ...]
    origin: Literal["own", "ported"]
    porting_id: UUID | None = None
    assigned_at: Utc


class NumbersReleased(Event, topic=SITES, key="holder_id"):
    """`rests_until` is the end of the quarantine; None where ported numbers went back to `returned_to` (SITE-5).

    `departure_id`: another carrier took them over (PORT-9).
    """

    holder_id: UUID
    site_id: UUID | None
    agreement_id: UUID
    order_id: UUID | None
    customer_id: UUID
    blocks: tuple[NumberBlock, ...]
    rests_until: Utc | None
    released_at: Utc
    returned_to: Text | None = None
    departure_id: UUID | None = None


class SiteTerminated(SiteFacts, topic=SITES, key="site_id"):
    terminated_at: Utc


class SiteRejected(SiteFacts, topic=SITES, key="site_id"):
    """Nothing was made: no half-made site (SITE-3)."""

    code: str
    reason: Localized
    rejected_at: Utc


class FiberLinkIssued(Event, topic=FIBER_LINKS, key="registration_id"):
    """The confirm link of a fiber pre-registration (FIBER-1)."""

    registration_id: UUID
    link_id: UUID
    token: str
    recipient: Mail
    name: Text
    address: Address
    language: Language
    valid_until: Utc
