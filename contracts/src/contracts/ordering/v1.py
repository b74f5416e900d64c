"""What the cart service publishes: quotes, their links, orders, agreements."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.catalog.v1 import BusinessCase, Category, Code, Family, Fulfilment
from contracts.envelope import Event, Shape, Topic
from contracts.shapes import (
    Address,
    Amount,
    Audience,
    Customer,
    Language,
    Localized,
    Mail,
    NumberBlock,
    Person,
    Text,
    Utc,
)

QUOTES = Topic("ordering.quote.v1")
QUOTE_LINKS = Topic("ordering.quote-link.v1", retention=timedelta(days=1), secret=True)
ORDERS = Topic("ordering.order.v1")
AGREEMENTS = Topic("ordering.agreement.v1", compacted=True)
CUSTOMERS = Topic("ordering.party.v1")


class Activation(StrEnum):
    """TRUNK-5."""

    IMMEDIATE = "immediate"
    DELAYED = "delayed"


class PortingCase(StrEnum):
    """WBCI: does the donor contract end, and are numbers ported?"""

    END_WITH_NUMBERS = "VA-KUE-MRN"
    END_WITHOUT_NUMBERS = "VA-KUE-ORN"
    NUMBERS_ONLY = "VA-RRNP"


class Window(StrEnum):
    """The part of the change date in which numbers move: 6-8 h, 6-12 h (usual), free."""

    EARLY = "ZF1"
    MORNING = "ZF2"
    FREE = "ZF3"


class SiteParticulars(Shape):
    """Where numbers hang. The id is given when ordering, so that all may speak of the site before it exists."""

    site_id: UUID
    name: Annotated[str, Field(min_length=1, max_length=80)]
    address: Address
    area_code: Annotated[str, Field(pattern=r"^[1-9]\d{1,4}$")]


class NewNumbers(Shape):
    """Numbers from the carrier's own inventory (SITE-3), for a site or, with Centraflex, for the agreement.

    `reservation_id`: the customer chose them, and provisioning keeps this `reserved` block for the order.
    """

    site_id: UUID | None
    area_code: Annotated[str, Field(pattern=r"^[1-9]\d{1,4}$")]
    block_size: Literal[10, 100, 1000]
    reservation_id: UUID | None = None
    reserved: NumberBlock | None = None


class DonorParticulars(Shape):
    """`carrier_code` is None for "Sonstige", a paper carrier (PORT-4)."""

    carrier_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}$")] | None
    name: Text


class Subscriber(Shape):
    """The customer as the donor knows him; formats of WBCI."""

    name: Annotated[str, Field(min_length=1, max_length=30)]
    first_name: Annotated[str, Field(max_length=30)] | None = None
    further_owners: tuple[Text, ...] = ()
    address: Address


class PortingParticulars(Shape):
    """PORT-1. `site_id` is None for Centraflex. `all_numbers`: whatever the donor has besides the numbers named.

    `replaces`: an earlier request in clearing that this one is asked instead of (PORT-3).
    """

    porting_id: UUID
    site_id: UUID | None
    donor: DonorParticulars
    subscriber: Subscriber
    case: PortingCase
    numbers: tuple[NumberBlock, ...]
    all_numbers: bool = False
    requested_on: date
    window: Window = Window.MORNING
    replaces: UUID | None = None


class TerminationParticulars(Shape):
    """What ends when that day begins in Berlin, and can be taken back until then (ORD-2)."""

    subject: Literal["agreement", "site", "numbers"]
    site_id: UUID | None = None
    numbers: tuple[NumberBlock, ...] = ()
    effective_on: date


class OrderLine(Shape):
    """Prices are per unit, net, EUR. `computed` marks automatic lines (CART-3); each knows its agreement (ORD-3).

    `held_quantity`: how many of `quantity` the agreement holds already; they cost nothing once more (AMEND-2).
    """

    line_id: UUID
    agreement_id: UUID
    agreement_number: str
    offering: Code
    name: Localized
    category: Category
    family: Family
    fulfilment: Fulfilment
    quantity: Annotated[int, Field(ge=1)]
    one_time: Amount
    monthly: Amount
    term_months: int | None = None
    computed: bool = False
    price_list: Code | None = None
    price_list_name: Localized | None = None
    srtp: bool = False
    combination_agreement_id: UUID | None = None
    activation: Activation | None = None
    site: SiteParticulars | None = None
    new_numbers: NewNumbers | None = None
    porting: PortingParticulars | None = None
    termination: TerminationParticulars | None = None
    held_quantity: Annotated[int, Field(ge=0)] = 0


class QuoteFacts(Event):
    """What every quote event says."""

    quote_id: UUID
    quote_number: str
    cart_id: UUID
    customer_id: UUID
    business_case: BusinessCase
    agreement_ids: tuple[UUID, ...] = ()


class QuoteSent(QuoteFacts, topic=QUOTES, key="quote_id"):
    recipient: Mail
    creator: Person
    valid_until: Utc


class QuoteResent(QuoteFacts, topic=QUOTES, key="quote_id"):
    """A new link went out; the one before is dead (QUOTE-2)."""

    recipient: Mail
    resent_by: Person
    valid_until: Utc


class QuoteConfirmed(QuoteFacts, topic=QUOTES, key="quote_id"):
    """`consent_version` names the text that the approver agreed to; cart keeps it whole as evidence (QUOTE-3)."""

    order_id: UUID
    approver: Person
    confirmed_at: Utc
    consent_version: str | None = None


class QuoteConfirmationRefused(QuoteFacts, topic=QUOTES, key="quote_id"):
    """A rule broke since quoting (QUOTE-3): the quote stays, its creator is told the reasons, the approver saw them."""

    approver: Person
    creator: Person
    reasons: tuple[Localized, ...]
    refused_at: Utc


class QuoteExpired(QuoteFacts, topic=QUOTES, key="quote_id"):
    expired_at: Utc


class QuoteWithdrawn(QuoteFacts, topic=QUOTES, key="quote_id"):
    withdrawn_by: Person
    withdrawn_at: Utc


class QuotedLine(Shape):
    """A line as the mail shows it; `details` are further rows such as price list, site, numbers, donor.

    `why`: an automatic line's reason. `held_quantity` as in an order's line.
    """

    name: Localized
    quantity: Annotated[int, Field(ge=1)]
    one_time: Amount
    monthly: Amount
    details: tuple[Localized, ...] = ()
    why: Localized | None = None
    held_quantity: Annotated[int, Field(ge=0)] = 0


class QuoteLinkIssued(Event, topic=QUOTE_LINKS, key="quote_id"):
    """Triggers the mail and carries what it shows. `token` is the secret of the link; it travels nowhere else."""

    quote_id: UUID
    quote_number: str
    link_id: UUID
    token: str
    customer_id: UUID
    customer_name: Text
    recipient: Mail
    language: Language
    creator: Person
    business_case: BusinessCase
    lines: tuple[QuotedLine, ...]
    one_time_total: Amount
    monthly_total: Amount
    term_months: int | None
    valid_until: Utc
    replaces_earlier: bool
    recipient_name: Text | None = None
    agreement_number: str | None = None
    effective_on: date | None = None


class OrderFacts(Event):
    """What every event on an order says after OrderReceived."""

    order_id: UUID
    order_number: str
    customer_id: UUID
    agreement_ids: tuple[UUID, ...]


class OrderReceived(Event, topic=ORDERS, key="order_id"):
    """The whole order: readers need no call back. A direct order has neither quote nor approver (QUOTE-5).

    `effective_on`: the day on which a renewal's new lines or a termination take effect; nothing is done before.
    """

    order_id: UUID
    order_number: str
    quote_id: UUID | None
    quote_number: str | None
    business_case: BusinessCase
    customer: Customer
    creator: Person
    approver: Person | None
    lines: tuple[OrderLine, ...]
    catalog_version: str
    placed_at: Utc
    effective_on: date | None = None


class OrderProgressed(OrderFacts, topic=ORDERS, key="order_id"):
    """`status` after the step; `awaiting` names whom (ORD-3); `step` is a word such as `trunk-activated`.

    `due_on`: the day for which the work is planned, where nobody is waited for but the calendar.
    """

    status: Literal["in_progress", "awaiting"]
    awaiting: tuple[Literal["customer", "donor", "order_management", "porting_date"], ...] = ()
    step: Text
    line_id: UUID | None = None
    progressed_at: Utc
    due_on: date | None = None


class OrderCompleted(OrderFacts, topic=ORDERS, key="order_id"):
    completed_at: Utc


class OrderPartlyCompleted(OrderFacts, topic=ORDERS, key="order_id"):
    failed_line_ids: tuple[UUID, ...]
    reason: Localized
    completed_at: Utc


class OrderFailed(OrderFacts, topic=ORDERS, key="order_id"):
    reason: Localized
    failed_at: Utc


class OrderCancelled(OrderFacts, topic=ORDERS, key="order_id"):
    reason: Localized
    cancelled_at: Utc


class AgreementStatus(StrEnum):
    """ORD-3."""

    IN_SET_UP = "in_set_up"
    READY = "ready"
    ACTIVE = "active"
    TERMINATING = "terminating"
    ENDED = "ended"
    FAILED = "failed"


class AgreementLine(Shape):
    line_id: UUID
    offering: Code
    name: Localized
    category: Category
    quantity: Annotated[int, Field(ge=1)]
    one_time: Amount
    monthly: Amount
    price_list: Code | None = None
    srtp: bool = False
    combination: bool = False


class UpcomingAgreement(Shape):
    """What the agreement will hold from a day on, by an order that is confirmed already (AMEND-2)."""

    valid_from: date
    order_id: UUID
    lines: tuple[AgreementLine, ...]
    term_months: int | None
    ends_on: date | None = None


class AgreementChanged(Event, topic=AGREEMENTS, key="agreement_id"):
    """An agreement's whole state; `version` grows with each change.

    `terminates_on`: the day with whose beginning it ends (ORD-2).
    """

    agreement_id: UUID
    version: Annotated[int, Field(ge=1)]
    number: str
    customer_id: UUID
    audience: Audience
    family: Family
    status: AgreementStatus
    lines: tuple[AgreementLine, ...]
    term_months: int | None
    starts_on: date | None = None
    ends_on: date | None = None
    activation: Activation | None = None
    voice_ready: bool = False
    order_id: UUID
    changed_at: Utc
    terminates_on: date | None = None
    upcoming: UpcomingAgreement | None = None
    combination_agreement_id: UUID | None = None


class PartyForgotten(Event, topic=CUSTOMERS, key="party_id"):
    """The CRM deleted the party and nothing runs for it any more: whoever keeps something personal removes it now."""

    party_id: UUID
    forgotten_at: Utc


class ProspectBecameCustomer(Event, topic=CUSTOMERS, key="party_id"):
    """A prospect's first order gave it its customer number (TEN-5)."""

    party_id: UUID
    customer_number: str
    order_id: UUID
    became_at: Utc
