"""A work order: what provisioning does about one line of an order."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from provisioning.domain.lifecycle import WORK, WorkState, WorkTrigger
from telecom.addresses import Address
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class WantedSite:
    site_id: UUID
    name: str
    address: Address
    area_code: str


@dataclass(frozen=True, slots=True)
class WantedNumbers:
    """Numbers of the carrier's own; without site they hang on the agreement (Centraflex).

    `reservation_id`: the very block that is kept there (SITE-3); `reserved` as cart was told.
    """

    site_id: UUID | None
    area_code: str
    block_size: int
    reservation_id: UUID | None = None
    reserved: NumberBlock | None = None

    def fits(self, block: NumberBlock) -> bool:
        return block.is_own_shape and (block.area_code, block.size) == (self.area_code, self.block_size)


@dataclass(frozen=True, slots=True)
class WantedPorting:
    porting_id: UUID
    site_id: UUID | None
    numbers: tuple[NumberBlock, ...]


class Subject(StrEnum):
    """What a termination ends (ORD-2)."""

    AGREEMENT = "agreement"
    SITE = "site"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class WantedTermination:
    """`site_id` and `numbers` as far as the subject needs them; numbers without site hang on the agreement."""

    subject: Subject
    site_id: UUID | None = None
    numbers: tuple[NumberBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """The order line as provisioning needs it."""

    offering: str
    name: Wording
    category: str
    family: str
    quantity: int
    srtp: bool = False
    immediate: bool = True
    site: WantedSite | None = None
    numbers: WantedNumbers | None = None
    porting: WantedPorting | None = None
    termination: WantedTermination | None = None

    @property
    def is_channels(self) -> bool:
        return self.category == "voice_channel"

    @property
    def site_id(self) -> UUID | None:
        for wanted in (self.site, self.numbers, self.porting):
            if wanted is not None:
                return wanted.site_id
        return None


@dataclass(slots=True)
class WorkOrder:
    work_order_id: UUID
    order_id: UUID
    order_number: str
    line_id: UUID
    agreement_id: UUID
    agreement_number: str
    customer_id: UUID
    customer_name: str
    business_case: str
    manual: bool
    line: Line
    correlation_id: str
    opened_at: datetime
    due_on: date | None = None
    """The day with whose beginning a renewal or a termination takes effect."""
    story: object = None
    """Within which its events are told; a work order that was put aside has only its correlation id."""
    state: WorkState = WorkState.OPEN
    finished_at: datetime | None = None
    code: str | None = None
    reason: Wording | None = None

    @property
    def reservation_id(self) -> UUID | None:
        return self.line.numbers.reservation_id if self.line.numbers else None

    @property
    def makes_trunk(self) -> bool:
        return self.line.category == "trunk" and self.business_case == "new_order"

    @property
    def adds_to_trunk(self) -> bool:
        return self.business_case == "reorder"

    @property
    def renews(self) -> bool:
        return self.business_case == "renewal_with_tariff_change"

    @property
    def needs_trunk(self) -> bool:
        """Sites, numbers and portings of a trunk agreement, and channels reordered or renewed for it."""
        line = self.line
        if line.family != "trunk" or line.termination is not None:
            return False
        changes_channels = line.is_channels and (self.adds_to_trunk or self.renews)
        return changes_channels or any((line.site, line.numbers, line.porting))

    @property
    def waits_for_day(self) -> bool:
        return self.state is WorkState.WAITING_FOR_DAY

    @property
    def waits_for_trunk(self) -> bool:
        return self.state is WorkState.WAITING_FOR_TRUNK

    @property
    def waits_for_porting(self) -> bool:
        return self.state is WorkState.WAITING_FOR_PORTING

    @property
    def may_be_called_off(self) -> bool:
        return WORK.allows(self.state, WorkTrigger.CALL_OFF)

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def is_done(self) -> bool:
        return self.state is WorkState.COMPLETED

    def wait_for_day(self) -> None:
        self._take(WorkTrigger.WAIT_FOR_DAY)

    def wait_for_trunk(self) -> None:
        self._take(WorkTrigger.WAIT_FOR_TRUNK)

    def resume(self) -> None:
        self._take(WorkTrigger.RESUME)

    def wait_for_porting(self) -> None:
        """The site is ready; the line ends when its numbers have come (PORT-2)."""
        self._take(WorkTrigger.WAIT_FOR_PORTING)

    def complete(self, at: datetime) -> None:
        self._take(WorkTrigger.COMPLETE)
        self.finished_at = at

    def fail(self, code: str, reason: Wording, at: datetime) -> None:
        self._take(WorkTrigger.FAIL)
        self.code, self.reason, self.finished_at = code, reason, at

    def call_off(self, at: datetime) -> None:
        """Its porting ended without numbers, or its termination was taken back; the order has been told already."""
        self._take(WorkTrigger.CALL_OFF)
        self.finished_at = at

    def _take(self, trigger: WorkTrigger) -> None:
        self.state = WORK.after(self.state, trigger)
