"""The quoted side of a cart (QUOTE-1 to QUOTE-3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cart.domain.consents import GivenConsent
from cart.domain.particulars import Person


@dataclass(slots=True)
class Quote:
    """Only the newest link lives (QUOTE-2)."""

    quote_id: UUID
    number: str
    creator: Person
    link_id: UUID
    recipient: Person
    sent_at: datetime
    valid_until: datetime
    times_sent: int = 1
    approver: Person | None = None
    consent: GivenConsent | None = None
    confirmed_at: datetime | None = None

    def has_expired(self, at: datetime) -> bool:
        return at >= self.valid_until
