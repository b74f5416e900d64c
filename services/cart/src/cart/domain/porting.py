"""The porting form: what a pre-agreement can carry, checked before a quote is made of it (PORT-1 to PORT-4)."""

import re
from datetime import date, timedelta

from cart.domain import refusals
from cart.domain.particulars import Address, Donor, Porting, PortingCase
from cart.domain.wording import Message, message
from telecom.numbers import NumberBlock, none_overlap
from telecom.refusal import Refusal, _
from telecom.workdays import is_holiday, is_working_day, working_days_between

MOST_BLOCKS = 5
MOST_SINGLES = 10
FARTHEST_DAYS = 180
AHEAD_WITH_END = 7
AHEAD_NUMBERS_ONLY = 1
CARRIER_CODE = re.compile(r"[0-9A-Z]{3}\.[0-9A-Z]{1,6}")


def check_form(porting: Porting, area_code: str | None, today: date, state: str | None = None) -> None:
    """Refuses the first fault; `area_code` is the site's, None for Centraflex."""
    check_donor(porting.donor)
    check_numbers(porting)
    if area_code is not None:
        for place, block in enumerate(porting.numbers):
            if block.area_code != area_code:
                raise refusals.PortingFormWrong(
                    _("A number can't be ported into another area code; the site has 0%(area_code)s."),
                    remedy=_("Order a site in the area code of the numbers."),
                    field=f"numbers.{place}.area_code",
                    area_code=area_code,
                )
    fault = date_fault(porting.case, porting.requested_on, today, state)
    if fault is not None:
        wrong = refusals.PortingFormWrong(fault.id, remedy=_("Choose another date."), field="requested_on")
        wrong.params = dict(fault.gaps)
        raise wrong


def check_donor(donor: Donor) -> None:
    if donor.carrier_code is not None and not CARRIER_CODE.fullmatch(donor.carrier_code):
        raise refusals.PortingFormWrong(
            _("This is no carrier code."),
            remedy=_("Choose the carrier from the list, or “Sonstige” and type its name."),
            field="donor.carrier_code",
        )
    if not donor.name.strip():
        raise refusals.PortingFormWrong(
            _("The name of the donor carrier is missing."),
            remedy=_("Type the name of the carrier."),
            field="donor.name",
            rule="PORT-4",
        )


def check_numbers(porting: Porting) -> None:
    """1 to 5 blocks or 1 to 10 single numbers, not both, none twice; without porting at most one to identify."""
    numbers = porting.numbers
    blocks = [number for number in numbers if not number.is_single]
    if porting.case is PortingCase.END_WITHOUT_NUMBERS:
        if len(numbers) > 1 or blocks:
            raise _numbers_wrong(_("Without porting at most one number can be named, to identify the line."))
        return
    if not numbers:
        raise _numbers_wrong(_("No number is named."))
    if blocks and len(blocks) != len(numbers):
        raise _numbers_wrong(_("Blocks and single numbers can't be ported together."))
    if len(blocks) > MOST_BLOCKS:
        raise _numbers_wrong(_("At most 5 blocks can be ported at once."))
    if not blocks and len(numbers) > MOST_SINGLES:
        raise _numbers_wrong(_("At most 10 single numbers can be ported at once."))
    try:
        none_overlap(numbers)
    except Refusal as refusal:
        refusal.field, refusal.rule = "numbers", "PORT-1"
        raise


def date_fault(case: PortingCase, requested_on: date, today: date, state: str | None = None) -> Message | None:
    """Why a porting can't be asked for on that day, or None. Working days are the site's state's, where known."""
    if requested_on <= today:
        return message(_("The requested date is in the past."))
    if requested_on > today + timedelta(days=FARTHEST_DAYS):
        return message(_("The requested date is more than %(days)s days ahead."), days=FARTHEST_DAYS)
    if not is_working_day(requested_on, state):
        return message(_("The requested date is no working day."))
    if case.ends_donor_agreement and is_holiday(requested_on + timedelta(days=1), state):
        return message(_("The requested date is the day before a holiday."))
    ahead = AHEAD_WITH_END if case.ends_donor_agreement else AHEAD_NUMBERS_ONLY
    if working_days_between(today, requested_on, state) < ahead:
        return message(_("The requested date must be at least %(days)s working days ahead."), days=ahead)
    return None


def block(
    place: int, area_code: str, stem: str, first: str | None, last: str | None, answering: str | None
) -> NumberBlock:
    """The number or block of a row of the form; a refusal names the row's entry."""
    try:
        return NumberBlock(area_code, stem, first, last, answering)
    except Refusal as refusal:
        refusal.field, refusal.rule = f"numbers.{place}.{refusal.field or 'stem'}", "PORT-1"
        raise


def check_address(address: Address, field: str) -> None:
    """Formats of the pre-agreement; whether the place exists is provisioning's to say."""
    if not re.fullmatch(r"\d{1,4}", address.house_number):
        raise refusals.PortingFormWrong(
            _("A house number has 1 to 4 digits; letters go into the addition."),
            remedy=_("Enter digits only."),
            field=f"{field}.house_number",
        )


def _numbers_wrong(text: str) -> refusals.PortingFormWrong:
    return refusals.PortingFormWrong(text, remedy=_("Correct the list of numbers."), field="numbers")
