"""What carriers say to each other. Ids and codes of wrong format cannot be built; the rest is `contents`' to judge."""

from dataclasses import dataclass
from datetime import date

from porting.domain.ids import CancellationId, ChangeId, LineId, PortingCarrier, PreAgreementId
from porting.domain.particulars import Numbers, PortingCase, Window
from telecom.addresses import Address


@dataclass(frozen=True, slots=True)
class EndCustomer:
    name: str
    first_name: str | None = None


@dataclass(frozen=True, slots=True)
class PreAgreementRequest:
    """VA."""

    pre_agreement_id: PreAgreementId
    case: PortingCase
    requested_on: date
    customer: EndCustomer
    further_owners: tuple[EndCustomer, ...] = ()
    address: Address | None = None
    numbers: Numbers = ()
    all_numbers: bool = False
    window: Window | None = None
    recipient_porting_carrier: PortingCarrier | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """ADA: `value` is the correct one."""

    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """RUEM-VA."""

    pre_agreement_id: PreAgreementId
    case: PortingCase
    code: str
    change_date: date
    technology: str | None = None
    numbers: Numbers = ()
    lines: tuple[LineId, ...] = ()
    corrections: tuple[Correction, ...] = ()
    donor_porting_carrier: PortingCarrier | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    words: str | None = None
    numbers: Numbers = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """ABBM: of a pre-agreement, or of the date change or cancellation named."""

    pre_agreement_id: PreAgreementId
    reasons: tuple[Reason, ...]
    change_id: ChangeId | None = None
    unchanged_date: date | None = None
    cancellation_id: CancellationId | None = None

    @property
    def of_pre_agreement(self) -> bool:
        return self.change_id is None and self.cancellation_id is None


@dataclass(frozen=True, slots=True)
class TakeOver:
    """AKM-TR."""

    pre_agreement_id: PreAgreementId
    take_over: bool
    safe_haven: bool
    lines: tuple[LineId, ...] = ()
    recipient_porting_carrier: PortingCarrier | None = None


@dataclass(frozen=True, slots=True)
class TakeOverRefusal:
    """ABBM-TR."""

    pre_agreement_id: PreAgreementId
    code: str


@dataclass(frozen=True, slots=True)
class DateChange:
    """TV."""

    pre_agreement_id: PreAgreementId
    change_id: ChangeId
    new_date: date


@dataclass(frozen=True, slots=True)
class Cancellation:
    """STR-AUF (`final`), STR-AEN."""

    pre_agreement_id: PreAgreementId
    cancellation_id: CancellationId
    final: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """ERLM."""

    pre_agreement_id: PreAgreementId
    code: str
    change_id: ChangeId | None = None
    new_date: date | None = None
    cancellation_id: CancellationId | None = None


@dataclass(frozen=True, slots=True)
class TechnicalRefusal:
    """`refused_type`: the carriers' name of the message that could not be read."""

    pre_agreement_id: PreAgreementId
    code: str
    refused_type: str

    @property
    def of_pre_agreement(self) -> bool:
        """Of the VA, also where its case is named."""
        return self.refused_type.startswith("VA")

    @property
    def of_take_over(self) -> bool:
        return self.refused_type == "AKM-TR"

    @property
    def of_date_change(self) -> bool:
        return self.refused_type == "TV"

    @property
    def of_cancellation(self) -> bool:
        """STR, of either kind."""
        return self.refused_type.startswith("STR")


Message = (
    PreAgreementRequest
    | Answer
    | Refusal
    | TakeOver
    | TakeOverRefusal
    | DateChange
    | Cancellation
    | Settlement
    | TechnicalRefusal
)
