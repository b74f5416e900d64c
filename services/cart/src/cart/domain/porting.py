"""The porting form: what a request can carry, checked before a quote is made of it (PORT-1 to PORT-4)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cart.domain import refusals
from cart.domain.particulars import Donor, Porting, PortingCase
from cart.domain.porting_days import PortingRules, date_fault, is_tight
from cart.domain.wording import Message, message
from telecom.addresses import Address
from telecom.numbers import NumberBlock, NumbersOverlap
from telecom.portions import portions
from telecom.refusal import Refusal, _

MOST_BLOCKS = 25
MOST_SINGLES = 50
CARRIER_CODE = re.compile(r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}")


@dataclass(frozen=True, slots=True)
class Warned:
    """What may be ordered, but is worth a second look; `field` as in a refusal."""

    field: str
    text: Message
    remedy: Message


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A number of the request that a running order ports in already; of another customer's the order isn't named."""

    place: int
    porting_id: UUID
    order_number: str | None

    def said_of(self, block: NumberBlock) -> tuple[Message, Message]:
        """What is wrong, and the remedy."""
        if self.order_number is None:
            return (
                message(_("%(number)s can't be asked for at the moment."), number=str(block)),
                message(_("Check the number. If it is right, ask order management.")),
            )
        return (
            message(
                _("%(number)s is being ported by order %(order)s already."),
                number=str(block),
                order=self.order_number,
            ),
            message(_("Remove the number, or wait until that order has ended.")),
        )


def form_faults(porting: Porting, area_code: str | None, today: date, rules: PortingRules) -> Iterator[Refusal]:
    """Every fault that can be seen without asking anybody; `area_code` is the site's, None for Centraflex."""
    yield from _donor_faults(porting.donor)
    yield from _address_faults(porting.subscriber.address)
    yield from _number_faults(porting)
    for place, block in enumerate(porting.numbers):
        if area_code is not None and block.area_code != area_code:
            yield refusals.PortingFormWrong(
                _("A number can't be ported into another area code; the site has 0%(area_code)s."),
                remedy=_("Order a site in the area code of the numbers."),
                field=f"numbers.{place}.area_code",
                area_code=area_code,
            )
    fault = date_fault(porting.case, porting.requested_on, today, porting.state, rules)
    if fault is not None:
        yield refusals.PortingFormWrong.saying(fault, message(_("Choose another date.")), "requested_on")


def held_faults(numbers: Sequence[NumberBlock], ours: Sequence[int]) -> Iterator[Refusal]:
    """`ours`: the places of those that provisioning says are with us."""
    for place in ours:
        yield refusals.PortingFormWrong(
            _("%(number)s is with us already."),
            remedy=_("Remove it from the list. Within our network order management moves numbers."),
            field=f"numbers.{place}.stem",
            rule="PORT-8",
            number=str(numbers[place]),
        )


def asked_faults(numbers: Sequence[NumberBlock], elsewhere: Sequence[Elsewhere]) -> Iterator[Refusal]:
    for one in elsewhere:
        text, remedy = one.said_of(numbers[one.place])
        yield refusals.PortingFormWrong.saying(text, remedy, f"numbers.{one.place}.stem")


def warnings_of(
    porting: Porting, today: date, quoted: Sequence[tuple[str, Porting]], rules: PortingRules
) -> Iterator[Warned]:
    """`quoted`: the customer's other quotes that wait for his consent, each with its number."""
    if is_tight(porting.case, porting.requested_on, today, porting.state, rules):
        yield Warned(
            "requested_on",
            message(
                _("The requested date is less than %(days)s working days ahead: the carrier may name a later one."),
                days=rules.comfortable_with_end,
            ),
            message(_("Choose a later date if the day must hold.")),
        )
    for number, other in quoted:
        for place, block in enumerate(porting.numbers):
            if any(block.overlaps(one) for one in other.numbers):
                yield Warned(
                    f"numbers.{place}.stem",
                    message(_("Quote %(quote)s asks for %(number)s too."), quote=number, number=str(block)),
                    message(_("Only one of them can be confirmed; withdraw the other.")),
                )


def pre_agreements_for(porting: Porting) -> int:
    """In how many the carriers settle it; on paper there are none."""
    return len(portions(porting.numbers)) if porting.donor.carrier_code is not None else 0


def block(
    place: int, area_code: str, stem: str, first: str | None, last: str | None, answering: str | None
) -> NumberBlock:
    """The number or block of a row of the form; a refusal names the row's entry."""
    try:
        return NumberBlock(area_code, stem, first, last, answering)
    except Refusal as refusal:
        refusal.field, refusal.rule = f"numbers.{place}.{refusal.field or 'stem'}", "PORT-1"
        raise


def _donor_faults(donor: Donor) -> Iterator[Refusal]:
    if donor.carrier_code is not None and not CARRIER_CODE.fullmatch(donor.carrier_code):
        yield refusals.PortingFormWrong(
            _("This is no carrier code."),
            remedy=_("Choose the carrier from the list, or “Sonstige” and type its name."),
            field="donor.carrier_code",
        )
    if not donor.name.strip():
        yield refusals.PortingFormWrong(
            _("The name of the donor carrier is missing."),
            remedy=_("Type the name of the carrier."),
            field="donor.name",
            rule="PORT-4",
        )


def _address_faults(address: Address) -> Iterator[Refusal]:
    """Formats of the pre-agreement; whether the place exists is provisioning's to say."""
    if not re.fullmatch(r"\d{1,4}", address.house_number):
        yield refusals.PortingFormWrong(
            _("A house number has 1 to 4 digits; letters go into the addition."),
            remedy=_("Enter digits only."),
            field="subscriber.address.house_number",
        )


def _number_faults(porting: Porting) -> Iterator[Refusal]:
    """Blocks and single numbers together, none twice; without porting at most one to identify."""
    numbers = porting.numbers
    blocks = sum(not number.is_single for number in numbers)
    if porting.case is PortingCase.END_WITHOUT_NUMBERS:
        if len(numbers) > 1 or blocks:
            yield _numbers_wrong(_("Without porting at most one number can be named, to identify the line."))
        return
    if not numbers:
        yield _numbers_wrong(_("No number is named."))
    if blocks > MOST_BLOCKS:
        yield _numbers_wrong(_("At most %(most)s blocks can be ported in one request."), most=MOST_BLOCKS)
    if len(numbers) - blocks > MOST_SINGLES:
        yield _numbers_wrong(_("At most %(most)s single numbers can be ported in one request."), most=MOST_SINGLES)
    for place, number in enumerate(numbers):
        earlier = next((one for one in numbers[:place] if one.overlaps(number)), None)
        if earlier is not None:
            overlap = NumbersOverlap(one=str(number), other=str(earlier))
            overlap.field, overlap.rule = f"numbers.{place}.stem", "PORT-1"
            yield overlap


def _numbers_wrong(text: str, most: int = 1) -> refusals.PortingFormWrong:
    return refusals.PortingFormWrong(text, remedy=_("Correct the list of numbers."), field="numbers", most=most)
