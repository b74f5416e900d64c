"""What the customer holds: lines, term, status, and what it will hold from a later day on (ORD-3, AMEND-2)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from cart.domain.business_cases import TABLE
from cart.domain.catalog import Audience, BusinessCase, Category, Family
from cart.domain.lifecycle import AGREEMENT, UNENDED, AgreementStatus, AgreementTrigger
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

    def with_quantity(self, quantity: int) -> "AgreementLine":
        return replace(self, quantity=quantity)


@dataclass(frozen=True, slots=True)
class Cause:
    """By which order something changed, and who wanted it: who placed the order, and who confirmed its quote."""

    order_id: UUID
    order_number: str
    business_case: BusinessCase
    by: str
    approver: str | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What it will hold from a day on, by an order that is confirmed already (AMEND-2)."""

    valid_from: date
    lines: tuple[AgreementLine, ...]
    term_months: int | None
    cause: Cause
    combination_agreement_id: UUID | None = None

    @property
    def ends_on(self) -> date | None:
        return None if self.term_months is None else end_of_term(self.valid_from, self.term_months)


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """What is held from `valid_from` on; without lines it has ended.

    Versions are only ever added; each replaces, from its day on, all that was recorded before it.
    """

    agreement_id: UUID
    version: int
    valid_from: date
    lines: tuple[AgreementLine, ...]
    term_months: int | None
    ends_on: date | None
    cause: Cause
    recorded_at: datetime


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
    combination_task: UUID | None = None
    """The open question what becomes of a Kombi whose internet contract has ended (KOMBI-3)."""
    upcoming: Upcoming | None = None
    terminates_on: date | None = None
    version: int = 1
    stored_version: int = field(default=0, compare=False)
    """The version last written; 0 before the first time."""
    recorded: list[AgreementVersion] = field(default_factory=list, compare=False)
    """Versions in time that are not written yet."""

    @property
    def changed(self) -> bool:
        return self.version != self.stored_version

    def may(self, case: BusinessCase) -> bool:
        """Whether its family and state allow the case; renewals one at a time (ORD-3, AMEND-2)."""
        waits = case is BusinessCase.RENEWAL and self.upcoming is not None
        return not waits and any(
            self.family in row.families and self.status in row.statuses for row in TABLE if row.case is case
        )

    @property
    def unended(self) -> bool:
        return self.status in UNENDED

    @property
    def bound_until(self) -> date | None:
        """The last day of the term, the one to come included."""
        return self.upcoming.ends_on if self.upcoming else self.ends_on

    def carries_combination(self, today: date) -> bool:
        """KOMBI-2: active, not cancelled, not expired, and voice-ready."""
        runs = self.status is AgreementStatus.ACTIVE and (self.ends_on is None or self.ends_on >= today)
        return self.family is Family.INTERNET and self.voice_ready and runs

    def combines_with(self, internet_id: UUID) -> bool:
        """KOMBI-2: now, or by the renewal that is agreed."""
        return internet_id in (
            self.combination_agreement_id,
            self.upcoming.combination_agreement_id if self.upcoming else None,
        )

    def set_up(self, at: datetime) -> None:
        """The service stands and waits for its activation (TRUNK-5, ACT-2)."""
        self._step(AgreementTrigger.SET_UP, at)

    def activate(self, at: datetime, starts_on: date) -> None:
        """Term and billing start with the activation (ACT-4)."""
        if self.starts_on is None and self._step(AgreementTrigger.ACTIVATE, at):
            self.starts_on = starts_on
            self.ends_on = None if self.term_months is None else end_of_term(starts_on, self.term_months)

    def fail(self, at: datetime) -> None:
        self._step(AgreementTrigger.FAIL, at)

    def begin(self, cause: Cause, valid_from: date) -> None:
        """The first version: what was ordered."""
        self._record(valid_from, tuple(self.lines), self.term_months, self.ends_on, cause, self.changed_at)

    def leave_out(self, line_ids: Collection[UUID], at: datetime, cause: Cause, valid_from: date) -> None:
        """Ordered lines that could not be delivered are neither held nor charged (ORD-3)."""
        kept = [line for line in self.lines if line.line_id not in line_ids]
        if len(kept) == len(self.lines):
            return
        self.lines = kept
        self._touch(at)
        self._record(valid_from, tuple(kept), self.term_months, self.ends_on, cause, at)

    def add(self, lines: Iterable[AgreementLine], at: datetime, cause: Cause, valid_from: date) -> None:
        """Lines of a reorder join when they are done; they end with the agreement (AMEND-1)."""
        known = {line.line_id for line in self.lines}
        new = tuple(line for line in lines if line.line_id not in known)
        if not new:
            return
        self.lines.extend(new)
        self._touch(at)
        self._record(valid_from, tuple(self.lines), self.term_months, self.ends_on, cause, at)
        if self.upcoming is not None:
            self.upcoming = replace(self.upcoming, lines=self.upcoming.lines + new)
            self._record_upcoming(self.upcoming, cause, at)

    def plan_renewal(self, upcoming: Upcoming, at: datetime) -> None:
        """AMEND-2: agreed now, valid from its day on."""
        self.upcoming = upcoming
        self._touch(at)
        self._record_upcoming(upcoming, upcoming.cause, at)

    def renew(self, at: datetime) -> None:
        """The day of the upcoming version has come."""
        if self.upcoming is None or not self._step(AgreementTrigger.RENEW, at):
            return
        self.lines, self.term_months = list(self.upcoming.lines), self.upcoming.term_months
        self.ends_on, self.combination_agreement_id = self.upcoming.ends_on, self.upcoming.combination_agreement_id
        self.upcoming = None

    def plan_termination(self, effective_on: date, at: datetime, cause: Cause) -> None:
        """ORD-2: it runs on until that day begins."""
        if self._step(AgreementTrigger.TERMINATE, at):
            self.terminates_on = effective_on
            self._record(effective_on, (), self.term_months, None, cause, at)

    def reverse_termination(self, at: datetime, cause: Cause) -> None:
        """Taken back: from the day on which it would have ended, it holds what it holds."""
        before_activation = self.starts_on is None
        trigger = (
            AgreementTrigger.REVERSE_BEFORE_ACTIVATION if before_activation else AgreementTrigger.REVERSE_TERMINATION
        )
        planned, self.terminates_on = self.terminates_on, None
        if self._step(trigger, at) and planned is not None:
            then = self.upcoming if self.upcoming is not None and self.upcoming.valid_from <= planned else None
            lines = then.lines if then else tuple(self.lines)
            self._record(planned, lines, then.term_months if then else self.term_months, self.bound_until, cause, at)

    def ask_about_combination(self, task_id: UUID, at: datetime) -> None:
        self.combination_task = task_id
        self._touch(at)

    def settle_combination(self, at: datetime) -> UUID | None:
        """The task that is settled by it, if one was open."""
        settled, self.combination_task = self.combination_task, None
        if settled is not None:
            self._touch(at)
        return settled

    def end(self, at: datetime) -> bool:
        return self._step(AgreementTrigger.END, at)

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

    def _record_upcoming(self, upcoming: Upcoming, cause: Cause, at: datetime) -> None:
        self._record(upcoming.valid_from, upcoming.lines, upcoming.term_months, upcoming.ends_on, cause, at)

    def _record(
        self,
        valid_from: date,
        lines: tuple[AgreementLine, ...],
        term_months: int | None,
        ends_on: date | None,
        cause: Cause,
        at: datetime,
    ) -> None:
        version = AgreementVersion(self.agreement_id, self.version, valid_from, lines, term_months, ends_on, cause, at)
        self.recorded.append(version)


def held_on(day: date, versions: Iterable[AgreementVersion]) -> AgreementVersion | None:
    """The version that counts on that day; None before the first. They come in the order of their recording."""
    begun = [one for one in versions if one.valid_from <= day]
    return begun[-1] if begun else None


def end_of_term(starts_on: date, months: int) -> date:
    """The last day of a term: the eve of the day that it began on, or the last of a month that lacks it (§ 188 BGB)."""
    years, month = divmod(starts_on.month - 1 + months, 12)
    first = date(starts_on.year + years, month + 1, 1)
    next_first = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=starts_on.day - 2), next_first - timedelta(days=1))
