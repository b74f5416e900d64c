"""The messages that the kit sends: each type, in each variation that the papers know."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.ordering.v1 import PortingCase, Window
from contracts.shapes import Address, NumberBlock
from contracts.wbci.v1 import EndCustomer, PreAgreementRequested
from devstack.connector_kit.exchange import Exchange
from telecom.workdays import add_working_days, is_holiday

AHEAD = 15
"""Working days."""
OWN_PORTING_CARRIER = "D0A1"
ADDRESS = Address(street="Rosenstraße", house_number="12", addition="a", postcode="50678", town="Köln")
BLOCK = NumberBlock(area_code="221", stem="479", extension_from="00", extension_to="99", answering_extension="0")
BLOCKS = tuple(
    NumberBlock(area_code="221", stem=f"48{n}", extension_from="000", extension_to="999", answering_extension="0")
    for n in range(5)
)
SINGLES = tuple(NumberBlock(area_code="221", stem=f"49012{n}") for n in range(10))
NUMBERS_ONLY = {"case": PortingCase.NUMBERS_ONLY, "address": None, "recipient_porting_carrier": OWN_PORTING_CARRIER}
WITHOUT_NUMBERS = {"case": PortingCase.END_WITHOUT_NUMBERS, "window": None}
VARIATIONS: dict[str, dict[str, Any]] = {
    "VA-KUE-MRN with one block": {},
    "VA-KUE-MRN with five blocks": {"numbers": BLOCKS},
    "VA-KUE-MRN with ten single numbers": {"numbers": SINGLES},
    "VA-KUE-MRN for all numbers": {"all_numbers": True},
    "VA-KUE-MRN with further owners": {"further_owners": (EndCustomer(name="Weiß", first_name="Änne"),)},
    "VA-KUE-MRN in an early window": {"window": Window.EARLY},
    "VA-KUE-MRN in any window": {"window": Window.FREE},
    "VA-KUE-ORN with a number": {**WITHOUT_NUMBERS, "numbers": SINGLES[:1]},
    "VA-KUE-ORN without a number": {**WITHOUT_NUMBERS, "numbers": ()},
    "VA-RRNP with a block": NUMBERS_ONLY,
    "VA-RRNP with single numbers": {**NUMBERS_ONLY, "numbers": SINGLES[:3]},
}


def request(exchange: Exchange, **changes: Any) -> PreAgreementRequested:
    """A VA-KUE-MRN, changed."""
    said: dict[str, Any] = {
        **about(exchange, exchange.new_id("V")),
        "case": PortingCase.END_WITH_NUMBERS,
        "requested_on": day_in(AHEAD),
        "customer": EndCustomer(name="Müller & Söhne GmbH", first_name="Karla"),
        "address": ADDRESS,
        "numbers": (BLOCK,),
        "window": Window.MORNING,
    }
    return PreAgreementRequested(**{**said, **changes})


def about(exchange: Exchange, pre_agreement_id: str) -> dict[str, Any]:
    return {
        "sender": exchange.own,
        "receiver": exchange.carrier,
        "pre_agreement_id": pre_agreement_id,
        "sent_at": datetime.now(UTC),
    }


def day_in(working_days: int, after: date | None = None) -> date:
    """A day on which numbers may move."""
    day = add_working_days(after or datetime.now(UTC).date(), working_days)
    while is_holiday(day + timedelta(days=1)):
        day = add_working_days(day, 1)
    return day
