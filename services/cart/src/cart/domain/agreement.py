"""What the customer holds: its lines, its term, its status (ORD-3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from cart.domain.catalog import Audience, Category, Family
from cart.domain.lifecycle import (
    AGREEMENT,
    REORDERABLE,
    SITES_ORDERABLE,
    UNENDED,
    AgreementStatus,
    AgreementTrigger,
)
from cart.domain.wording import Wording


@dataclass(frozen=True, slots=True)
class AgreementLine:
    line_id: UUID
    offering: str
    name: Wording
    category: Category
    quantity: int
    one_time: Decimal
    monthly: Decimal
    price_list: str | None = None
    srtp: bool = False
    combination: bool = False


@dataclass
class Agreement:
    agreement_id: UUID
    number: str
    customer_id: UUID
    audience: Audience
    family: Family
    order_id: UUID
    lines: list[AgreementLine]
    term_months: int | None
    changed_at: datetime
    immediate_activation: bool | None = None
    voice_ready: bool = False
    status: AgreementStatus = AgreementStatus.IN_SET_UP
    starts_on: date | None = None
    ends_on: date | None = None
    combination_agreement_id: UUID | None = None
    version: int = 1
    stored_version: int = field(default=0, compare=False)
    """The version last written; 0 before the first time."""

    @property
    def changed(self) -> bool:
        return self.version != self.stored_version

    @property
    def takes_sites(self) -> bool:
        return self.family is Family.TRUNK and self.status in SITES_ORDERABLE

    @property
    def takes_reorders(self) -> bool:
        return self.status in REORDERABLE

    @property
    def unended(self) -> bool:
        return self.status in UNENDED

    def carries_combination(self, today: date) -> bool:
        """KOMBI-2: active, not cancelled, not expired, and voice-ready."""
        runs = self.status is AgreementStatus.ACTIVE and (self.ends_on is None or self.ends_on >= today)
        return self.family is Family.INTERNET and self.voice_ready and runs

    def set_up(self, at: datetime) -> None:
        """The service stands and waits for its activation (TRUNK-5, ACT-2)."""
        self._step(AgreementTrigger.SET_UP, at)

    def activate(self, at: datetime, starts_on: date) -> None:
        """Term and billing start with the activation (ACT-4)."""
        if self._step(AgreementTrigger.ACTIVATE, at):
            self.starts_on = starts_on
            self.ends_on = None if self.term_months is None else _end_of_term(starts_on, self.term_months)

    def fail(self, at: datetime) -> None:
        self._step(AgreementTrigger.FAIL, at)

    def add(self, lines: Iterable[AgreementLine], at: datetime) -> None:
        """Lines of a reorder join when they are done (AMEND-1)."""
        known = {line.line_id for line in self.lines}
        new = [line for line in lines if line.line_id not in known]
        if new:
            self.lines.extend(new)
            self._touch(at)

    def move_to(self, customer_id: UUID, at: datetime) -> None:
        """The customer turned out to be a double of another (CRM-1)."""
        self.customer_id = customer_id
        self._touch(at)

    def _step(self, trigger: AgreementTrigger, at: datetime) -> bool:
        if not AGREEMENT.allows(self.status, trigger):
            return False
        self.status = AGREEMENT.after(self.status, trigger)
        self._touch(at)
        return True

    def _touch(self, at: datetime) -> None:
        self.changed_at = at
        if not self.changed:
            self.version += 1


def _end_of_term(starts_on: date, months: int) -> date:
    """The last day of a term that begins on `starts_on`."""
    years, month = divmod(starts_on.month - 1 + months, 12)
    first_after = date(starts_on.year + years, month + 1, 1)
    last_day = (date(first_after.year + first_after.month // 12, first_after.month % 12 + 1, 1) - timedelta(days=1)).day
    return first_after.replace(day=min(starts_on.day, last_day)) - timedelta(days=1)
