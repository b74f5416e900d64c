"""WBCI messages, one type a message, between us and the carrier exchange; codes and formats as in docs/wbci.md.

The same types travel both ways: `OUTBOUND` what we send, `INBOUND` what carriers send us. The key is the
pre-agreement id, so that one pre-agreement's story stays in order.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from contracts.envelope import Event, Shape, Topic
from contracts.ordering.v1 import PortingCase, Window
from contracts.shapes import Address, NumberBlock, Text, Utc

OUTBOUND = Topic("wbci.outbound.v1", retention=timedelta(days=30))
INBOUND = Topic("wbci.inbound.v1", retention=timedelta(days=30))

CarrierCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}$")]
PreAgreementId = Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.V[0-9A-Z]{9}$")]
ChangeId = Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.T[0-9A-Z]{9}$")]
CancellationId = Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.S[0-9A-Z]{9}$")]
PortingCarrier = Annotated[str, Field(pattern=r"^D[0-9A-F]{3}$")]
LineId = Annotated[str, Field(pattern=r"^[0-9A-Z]{3}\.[0-9A-Z]{1,6}\.[0-9A-Z]{1,10}$")]
AnswerCode = Annotated[str, Field(pattern=r"^\d{4}$")]
ReasonInWords = Annotated[str, Field(min_length=1, max_length=255)]


class WbciMessage(Event):
    sender: CarrierCode
    receiver: CarrierCode
    pre_agreement_id: PreAgreementId
    sent_at: Utc


class EndCustomer(Shape):
    name: Annotated[str, Field(min_length=1, max_length=30)]
    first_name: Annotated[str, Field(max_length=30)] | None = None


class PreAgreementRequested(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """VA. `requested_on` is the KWT; the address only with KUE; RRNP names the recipient's PKI."""

    case: PortingCase
    requested_on: date
    customer: EndCustomer
    further_owners: tuple[EndCustomer, ...] = ()
    address: Address | None = None
    numbers: tuple[NumberBlock, ...] = ()
    all_numbers: bool = False
    window: Window | None = None
    recipient_porting_carrier: PortingCarrier | None = None


class CorrectionCode(StrEnum):
    """ADA inside RUEM-VA."""

    POSTCODE = "8104"
    TOWN = "8105"
    STREET = "8106"
    HOUSE_NUMBER = "8107"


class Correction(Shape):
    code: CorrectionCode
    value: Text


class PortedNumber(Shape):
    block: NumberBlock
    donor_porting_carrier: PortingCarrier


class PreAgreementAnswered(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """RUEM-VA: exactly one of 8001 (as asked) and 8002 (another date)."""

    case: PortingCase
    answer: Literal["8001", "8002"]
    change_date: date
    technology: str | None = None
    numbers: tuple[PortedNumber, ...] = ()
    lines: tuple[LineId, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Reason(Shape):
    """One reason code of an ABBM; `numbers` with 8103, `words` with 8116 (required), 8115, 8141, 8142 (allowed)."""

    code: AnswerCode
    words: ReasonInWords | None = None
    numbers: tuple[NumberBlock, ...] = ()


class Refused(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """ABBM. For a refused date change: its id and the unchanged date; for a refused cancellation: its id."""

    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    change_id: ChangeId | None = None
    unchanged_date: date | None = None
    cancellation_id: CancellationId | None = None


class ResourceTakeOver(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """AKM-TR: take over the line resource or not. None for RRNP."""

    take_over: bool
    safe_haven: bool
    lines: tuple[LineId, ...] = ()
    recipient_porting_carrier: PortingCarrier | None = None


class ResourceTakeOverRefused(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """ABBM-TR."""

    code: AnswerCode


class DateChangeRequested(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """TV."""

    change_id: ChangeId
    new_date: date


class CancellationRequested(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """STR-AUF (`final`) or STR-AEN (a new VA follows); from the donor with a reason in words."""

    cancellation_id: CancellationId
    final: bool
    reason: ReasonInWords | None = None


class Settled(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """ERLM, answering TV (8003, change id, the very date asked for) or STR (8004, cancellation id)."""

    answer: Literal["8003", "8004"]
    change_id: ChangeId | None = None
    new_date: date | None = None
    cancellation_id: CancellationId | None = None


class TechnicallyRefused(WbciMessage, topic=OUTBOUND, key="pre_agreement_id", also=(INBOUND,)):
    """0993 unknown version, 0995 bad structure."""

    code: Literal["0993", "0995"]
    refused_type: str
