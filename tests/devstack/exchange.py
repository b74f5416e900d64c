"""Messages of a porting service, for tests of what stands on the other side of the exchange."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from contracts.ordering.v1 import PortingCase, Window
from contracts.shapes import Address, NumberBlock
from contracts.wbci.v1 import (
    CancellationRequested,
    DateChangeRequested,
    EndCustomer,
    PreAgreementRequested,
    ResourceTakeOver,
    TechnicallyRefused,
    WbciMessage,
)

US, THEM = "DEU.TRUNK", "DEU.ALTNET"
NOW = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
DAY = date(2026, 12, 10)
LATER = date(2026, 12, 15)
ADDRESS = Address(street="Rosenstraße", house_number="12", postcode="50678", town="Köln")
BLOCK = NumberBlock(area_code="221", stem="479", extension_from="00", extension_to="99", answering_extension="0")


def some_id(letter: str, carrier: str = US) -> str:
    return f"{carrier}.{letter}{uuid4().hex[:9].upper()}"


def asks(carrier: str = THEM, **changes: Any) -> PreAgreementRequested:
    """VA-KUE-MRN."""
    said: dict[str, Any] = {
        "sender": US,
        "receiver": carrier,
        "pre_agreement_id": some_id("V"),
        "sent_at": NOW,
        "case": PortingCase.END_WITH_NUMBERS,
        "requested_on": DAY,
        "customer": EndCustomer(name="Müller & Söhne GmbH"),
        "address": ADDRESS,
        "numbers": (BLOCK,),
        "window": Window.MORNING,
    }
    return PreAgreementRequested(**{**said, **changes})


def asks_for_numbers_only(carrier: str = THEM) -> PreAgreementRequested:
    """VA-RRNP."""
    return asks(carrier, case=PortingCase.NUMBERS_ONLY, address=None, recipient_porting_carrier="D0A1")


def moves(asked: PreAgreementRequested, to: date = LATER) -> DateChangeRequested:
    """TV."""
    return DateChangeRequested(**about(asked), change_id=some_id("T"), new_date=to)


def calls_off(asked: PreAgreementRequested, *, final: bool = True) -> CancellationRequested:
    """STR-AUF or STR-AEN."""
    return CancellationRequested(**about(asked), cancellation_id=some_id("S"), final=final)


def takes_over(asked: PreAgreementRequested) -> ResourceTakeOver:
    """AKM-TR."""
    return ResourceTakeOver(**about(asked), take_over=True, safe_haven=False, recipient_porting_carrier="D0A1")


def refuses_technically(asked: PreAgreementRequested, refused_type: str = "RUEM-VA") -> TechnicallyRefused:
    return TechnicallyRefused(**about(asked), code="0995", refused_type=refused_type)


def about(asked: WbciMessage) -> dict[str, Any]:
    return {
        "sender": asked.sender,
        "receiver": asked.receiver,
        "pre_agreement_id": asked.pre_agreement_id,
        "sent_at": NOW,
    }
