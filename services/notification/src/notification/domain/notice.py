"""Who is told what, once (NOTE-1, QUOTE-4)."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

Role = Literal["approver", "customer", "creator", "recipient"]
EVERYBODY: tuple[Role, ...] = ("customer", "approver", "creator")
HOLDERS: tuple[Role, ...] = ("customer", "creator")
"""Whom an agreement concerns: who holds it, and who has ordered for it."""
TOLD: dict[str, tuple[Role, ...]] = {
    "quote-link": ("recipient",),
    "quote-replaced": ("recipient",),
    "quote-resent": ("creator",),
    "quote-expired": ("recipient", "creator"),
    "quote-withdrawn": ("recipient", "creator"),
    "quote-confirmation-refused": ("creator",),
    "order-acknowledgement": EVERYBODY,
    "renewal-acknowledgement": EVERYBODY,
    "renewal-begun": EVERYBODY,
    "termination-acknowledgement": EVERYBODY,
    "termination-taken-back": EVERYBODY,
    "termination-carried-out": EVERYBODY,
    "order-completed": EVERYBODY,
    "order-partly-completed": EVERYBODY,
    "order-failed": EVERYBODY,
    "order-cancelled": EVERYBODY,
    "trunk-activated": EVERYBODY,
    "site-ready": EVERYBODY,
    "numbers-assigned": EVERYBODY,
    "porting-started": EVERYBODY,
    "signed-form-awaited": EVERYBODY,
    "signed-form-refused": EVERYBODY,
    "signed-form-reminded": EVERYBODY,
    "porting-confirmed": EVERYBODY,
    "porting-date-asked": EVERYBODY,
    "porting-date-refused": EVERYBODY,
    "porting-rescheduled": EVERYBODY,
    "porting-rejected": EVERYBODY,
    "porting-asked-again": EVERYBODY,
    "porting-called-off-for-new": EVERYBODY,
    "porting-cancellation-asked": ("creator",),
    "porting-cancellation-averted": ("creator",),
    "porting-cancellation-refused": EVERYBODY,
    "porting-reduced": EVERYBODY,
    "porting-cancelled": EVERYBODY,
    "porting-at-risk": ("creator",),
    "porting-due": EVERYBODY,
    "porting-part-completed": EVERYBODY,
    "porting-completed": EVERYBODY,
    "ending-asked": EVERYBODY,
    "ending-agreed": EVERYBODY,
    "ending-refused": EVERYBODY,
    "ending-called-off": EVERYBODY,
    "ending-called-off-for-new": EVERYBODY,
    "ending-done": EVERYBODY,
    "clearing-mail": ("customer",),
    "departure-asked": HOLDERS,
    "departure-agreed": HOLDERS,
    "departure-rescheduled": HOLDERS,
    "departure-refused": HOLDERS,
    "departure-cancelled": HOLDERS,
    "departure-completed": HOLDERS,
    "webhook-disabled": ("creator",),
    "fiber-link": ("recipient",),
}
"""Each kind of notice, and the roles in a quote, order or agreement that get it."""

NOBODY_CLEARS = ("fiber-link",)
"""Kinds whose bounces are nobody's work: a stranger mistyped an address on a public page."""

SAID_OTHERWISE = {"order-completed": ("site_order", "more_numbers")}
"""Business cases whose site or numbers have said it a moment before: no second mail that says nothing new."""


ENDING = "VA-KUE-ORN"
INSTEAD: dict[str, dict[str, str]] = {
    "renewal_with_tariff_change": {
        "order-acknowledgement": "renewal-acknowledgement",
        "order-completed": "renewal-begun",
    },
    "termination": {
        "order-acknowledgement": "termination-acknowledgement",
        "order-completed": "termination-carried-out",
        "order-cancelled": "termination-taken-back",
    },
    ENDING: {
        "porting-started": "ending-asked",
        "porting-asked-again": "ending-asked",
        "porting-called-off-for-new": "ending-called-off-for-new",
        "porting-confirmed": "ending-agreed",
        "porting-rescheduled": "ending-agreed",
        "porting-rejected": "ending-refused",
        "porting-cancelled": "ending-called-off",
        "porting-completed": "ending-done",
    },
}
"""Business cases in which what happened has words of its own, and the porting in which no numbers move."""


@dataclass(frozen=True, slots=True)
class Recipient:
    role: Role
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`about` is the quote, order or agreement; `subject` tells two of one kind apart; facts fill the text."""

    notice_id: UUID
    kind: str
    to: Recipient
    about: UUID
    subject: str
    facts: dict[str, Any]
    correlation_id: str
    documents: tuple[str, ...] = ()
    customer_id: UUID | None = None
    order_id: UUID | None = None
    quote_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A quote, an order or an agreement with its people; `body` is the event that told of it, for its documents."""

    about: UUID
    sort: Literal["quote", "order", "agreement"]
    customer_id: UUID
    number: str
    people: tuple[Recipient, ...]
    body: dict[str, Any]

    @property
    def case(self) -> str:
        portings = [line["porting"] for line in self.body.get("lines", ()) if line.get("porting")]
        return ENDING if any(one["case"] == ENDING for one in portings) else self.body.get("business_case", "")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell about a story. `to`: this one only; `but`: not this address, whose owner did it himself."""

    about: UUID
    kind: str
    subject: str
    correlation_id: str
    facts: dict[str, Any] = field(default_factory=dict)
    to: Recipient | None = None
    but: str | None = None

    def kind_in(self, story: Story) -> str:
        return INSTEAD.get(story.case, {}).get(self.kind, self.kind)

    def recipients(self, story: Story) -> list[Recipient]:
        if self.to is not None:
            return [self.to]
        if story.body.get("business_case") in SAID_OTHERWISE.get(self.kind, ()):
            return []
        found = without_doubles([one for one in story.people if one.role in TOLD[self.kind_in(story)]])
        return [one for one in found if self.but is None or not same_address(one.email, self.but)]


def without_doubles(recipients: list[Recipient]) -> list[Recipient]:
    """Equal addresses get one mail; the customer's version wins (QUOTE-4, PORT-4)."""
    chosen: dict[str, Recipient] = {}
    for one in recipients:
        address = one.email.casefold()
        if address not in chosen or one.role == "customer":
            chosen[address] = one
    return list(chosen.values())


def same_address(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def masked(email: str) -> str:
    """`m***@example.de`: addresses stay in few topics."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def retry_after(attempts: int) -> int:
    """Seconds until the next try of a mail that the server does not want yet."""
    return min(600, 1 << min(attempts, 10))
