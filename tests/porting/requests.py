"""Porting requests for unit tests, and what donors say to them."""

from datetime import UTC, date, datetime
from uuid import uuid4

from porting.domain import asking, paper
from porting.domain.deadlines import Rules
from porting.domain.ids import CancellationId, ChangeId, PortingCarrier, PreAgreementId
from porting.domain.messages import Answer, Cancellation, DateChange, Reason, Refusal
from porting.domain.part import Part
from porting.domain.particulars import Donor, Numbers, PortingCase, Subscriber, Window
from porting.domain.porting import Porting
from porting.domain.pre_agreement import PreAgreement
from porting.domain.signed_forms import Sender, Sent
from telecom.addresses import Address
from telecom.numbers import NumberBlock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY, LATER = date(2026, 12, 10), date(2026, 12, 15)
US = PortingCarrier("D0A1")
RULES = Rules()
SENT = Sent("application/pdf", "0" * 64, 1, Sender("Karla"))
BLOCKS = tuple(NumberBlock("221", f"4{nth:02}", "00", "99") for nth in range(30))
SINGLES = tuple(NumberBlock("221", f"5{nth:06}") for nth in range(30))


def request(
    *,
    electronic: bool = True,
    case: PortingCase = PortingCase.END_WITH_NUMBERS,
    numbers: Numbers = BLOCKS[:1],
) -> Porting:
    """Started at NOW, for DAY."""
    divided = asking.parts_of if electronic else paper.parts_of
    found = Porting(
        porting_id=uuid4(),
        order_id=uuid4(),
        line_id=uuid4(),
        agreement_id=uuid4(),
        site_id=uuid4(),
        customer_id=uuid4(),
        donor=Donor("DEU.ALTNET" if electronic else None, "Altnetz"),
        subscriber=Subscriber("Müller", Address("Rosenstraße", "12", "50678", "Köln")),
        case=case,
        numbers=numbers,
        requested_on=DAY,
        window=Window.MORNING,
        federal_state="NW",
        electronic=electronic,
        parts=divided(numbers, case, all_numbers=False, requested_on=DAY, window=Window.MORNING),
    )
    if electronic:
        ids = [PreAgreementId.of("DEU.TRUNK", nth) for nth in range(len(found.parts))]
        asking.start(found, ids, US, NOW)
    else:
        paper.start(found, RULES, NOW)
    return found


def asked(part: Part) -> PreAgreement:
    assert part.pre_agreement is not None
    return part.pre_agreement


def agreement(part: Part, day: date | None = None) -> Answer:
    """RUEM-VA as asked, or with another day."""
    of = asked(part).request
    ends, moves = of.case.ends_donor_agreement, of.case.moves_numbers
    on = day or of.requested_on
    code = "8001" if on == of.requested_on else "8002"
    return Answer(of.pre_agreement_id, of.case, code, on, "010" if ends else None, of.numbers if moves else ())


def refusal(part: Part, code: str = "8117") -> Refusal:
    return Refusal(asked(part).pre_agreement_id, (Reason(code, "Warum" if code == "8116" else None),))


def date_change(part: Part, day: date = LATER, number: int = 1) -> DateChange:
    return DateChange(asked(part).pre_agreement_id, ChangeId.of("DEU.TRUNK", number), day)


def cancellation(part: Part, *, final: bool = True, number: int = 1, carrier: str = "DEU.TRUNK") -> Cancellation:
    return Cancellation(asked(part).pre_agreement_id, CancellationId.of(carrier, number), final, "Umzug abgesagt")
