"""Who is told what, once (NOTE-1, QUOTE-4)."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

Role = Literal["approver", "customer", "creator", "recipient"]


@dataclass(frozen=True, slots=True)
class Recipient:
    role: Role
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`about` is the quote or order; `subject` tells two of one kind apart (a site, a link); facts fill the text."""

    notice_id: UUID
    kind: str
    to: Recipient
    about: UUID
    subject: UUID
    facts: dict[str, Any]
    customer_id: UUID | None = None
    order_id: UUID | None = None
    quote_id: UUID | None = None


def without_doubles(recipients: list[Recipient]) -> list[Recipient]:
    """Equal addresses get one mail; the customer's version wins (QUOTE-4, PORT-4)."""
    chosen: dict[str, Recipient] = {}
    for one in recipients:
        address = one.email.casefold()
        if address not in chosen or one.role == "customer":
            chosen[address] = one
    return list(chosen.values())


def masked(email: str) -> str:
    """`m***@example.de`: addresses stay in few topics."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def retry_after(attempts: int) -> int:
    """Seconds until the next try; a mail server that is away delays and never loses."""
    return min(600, 1 << min(attempts, 10))
