"""The codes of answers, corrections and refusals, and what each means for us. Texts for people; German in locale."""

from dataclasses import dataclass
from enum import StrEnum

from telecom.refusal import _


class Used(StrEnum):
    """In which message a code may stand."""

    ANSWER = "RUEM-VA"
    CORRECTION = "ADA"
    REFUSAL = "ABBM"
    TAKE_OVER_REFUSAL = "ABBM-TR"
    SETTLEMENT = "ERLM"
    TAKE_OVER = "AKM-TR"
    TECHNICAL = "technical"


class Words(StrEnum):
    """Does a reason in words stand beside the code?"""

    NONE = "none"
    ALLOWED = "allowed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Code:
    """`text` says what it means; `fixable`: a person can clear it with the customer or the donor (PORT-7)."""

    number: str
    used: Used
    text: str
    cause: str = ""
    remedy: str = ""
    fixable: bool = False
    words: Words = Words.NONE
    address: bool = False


CORRECTED = {"8104": "postcode", "8105": "town", "8106": "street", "8107": "house_number"}
"""What of the address a correction is about."""
AS_ASKED, ANOTHER_DATE = "8001", "8002"
UNKNOWN_VERSION, BAD_STRUCTURE = "0993", "0995"

_ALL = (
    Code(
        "8001", Used.ANSWER, _("Agreed as asked."), _("The donor can let go on the day asked for."), _("Nothing to do.")
    ),
    Code(
        "8002",
        Used.ANSWER,
        _("Agreed with another date."),
        _("The donor's contract, or its own work, allows another day only."),
        _("Nothing to do where the day suits; else ask for a later one."),
    ),
    Code(
        "8003", Used.SETTLEMENT, _("Date change agreed."), _("Both sides agree to the new date."), _("Nothing to do.")
    ),
    Code(
        "8004",
        Used.SETTLEMENT,
        _("Cancellation agreed."),
        _("Both sides agree to call it off."),
        _("Nothing to do, unless a new request should follow."),
    ),
    Code(
        "8010",
        Used.TAKE_OVER,
        _("Take-over of the line announced."),
        _("We told the donor what becomes of its line."),
        _("Nothing to do."),
    ),
    Code(
        "8104",
        Used.CORRECTION,
        _("The postcode was corrected."),
        _("The donor's contract has another postcode."),
        _("Accept the correction; from now on the donor's spelling is used."),
    ),
    Code(
        "8105",
        Used.CORRECTION,
        _("The town was corrected."),
        _("The donor's contract has another town."),
        _("Accept the correction; from now on the donor's spelling is used."),
    ),
    Code(
        "8106",
        Used.CORRECTION,
        _("The street was corrected."),
        _("The donor's contract has another street, or spells it differently."),
        _("Accept the correction; from now on the donor's spelling is used."),
    ),
    Code(
        "8107",
        Used.CORRECTION,
        _("The house number was corrected."),
        _("The donor's contract has another house number."),
        _("Accept the correction; from now on the donor's spelling is used."),
    ),
    Code(
        "8103",
        Used.REFUSAL,
        _("The number is not in service with the donor."),
        _("A digit is wrong, the number belongs to another provider by now, or its contract has ended."),
        _("Compare with the last invoice of the previous provider, and order with the right numbers."),
        fixable=True,
    ),
    Code(
        "8108",
        Used.REFUSAL,
        _("The postcode is wrong."),
        _("The address on the donor's contract has another postcode."),
        _("Take postcode and address from the last invoice of the previous provider."),
        fixable=True,
        address=True,
    ),
    Code(
        "8109",
        Used.REFUSAL,
        _("The town is wrong."),
        _("The address on the donor's contract has another town."),
        _("Take the town from the last invoice of the previous provider."),
        fixable=True,
        address=True,
    ),
    Code(
        "8110",
        Used.REFUSAL,
        _("The street is wrong."),
        _("The address on the donor's contract has another street."),
        _("Take the street from the last invoice of the previous provider."),
        fixable=True,
        address=True,
    ),
    Code(
        "8111",
        Used.REFUSAL,
        _("The house number is wrong."),
        _("The address on the donor's contract has another house number."),
        _("Take the house number from the last invoice of the previous provider."),
        fixable=True,
        address=True,
    ),
    Code(
        "8112",
        Used.REFUSAL,
        _("The line owner is wrong."),
        _("The contract runs under another name, for instance of a person or the parent company."),
        _("Take the name of the contract holder from the last invoice, letter by letter."),
        fixable=True,
    ),
    Code(
        "8113",
        Used.REFUSAL,
        _("The first name of the line owner is wrong."),
        _("The first name differs from that on the contract."),
        _("Take the first name from the last invoice of the previous provider."),
        fixable=True,
    ),
    Code(
        "8114",
        Used.REFUSAL,
        _("The line has further owners."),
        _("The contract has more than one holder."),
        _("Name all holders; each of them has to agree."),
        fixable=True,
    ),
    Code(
        "8115",
        Used.REFUSAL,
        _("The id was used before."),
        _("A message of ours used an id a second time."),
        _("Ask again; the new request has an id of its own."),
        fixable=True,
        words=Words.ALLOWED,
    ),
    Code(
        "8116",
        Used.REFUSAL,
        _("Another reason, given in words."),
        _("The donor wrote its reason in words."),
        _("Read the words, and speak to the donor or the customer."),
        fixable=True,
        words=Words.REQUIRED,
    ),
    Code(
        "8117",
        Used.REFUSAL,
        _("The donor cannot identify the customer."),
        _("Name, address and numbers together fit none of the donor's customers."),
        _("Compare all particulars with the last invoice of the previous provider, and its name too."),
        fixable=True,
    ),
    Code(
        "8118",
        Used.REFUSAL,
        _("A pre-agreement of another carrier exists."),
        _("The customer has asked another provider to take the numbers over."),
        _("The customer has to decide; the other request has to be called off first."),
    ),
    Code(
        "8140",
        Used.REFUSAL,
        _("The pre-agreement is unknown to the other side."),
        _("The other side has no request under this id; a message may have got lost."),
        _("Ask again, or speak to the donor."),
        fixable=True,
    ),
    Code(
        "8141",
        Used.REFUSAL,
        _("The date change was refused."),
        _("The new date doesn't suit the donor, or came too late."),
        _("The date agreed before holds; speak to the donor about another."),
        fixable=True,
        words=Words.ALLOWED,
    ),
    Code(
        "8142",
        Used.REFUSAL,
        _("The cancellation was refused."),
        _("It is too late, or the donor sees no reason to call it off."),
        _("What was agreed holds; speak to the donor."),
        fixable=True,
        words=Words.ALLOWED,
    ),
    Code(
        "8149",
        Used.REFUSAL,
        _("The project is unknown."),
        _("The donor knows no project of that name."),
        _("Ask again without it, or clear it with the donor."),
        fixable=True,
    ),
    Code(
        "8143",
        Used.TAKE_OVER_REFUSAL,
        _("The line contract number is unknown."),
        _("The line contract number isn't the donor's."),
        _("Take the number from the donor's answer and announce again."),
        fixable=True,
    ),
    Code(
        "8144",
        Used.TAKE_OVER_REFUSAL,
        _("The line is unknown."),
        _("The line isn't the donor's."),
        _("Take the line from the donor's answer and announce again."),
        fixable=True,
    ),
    Code(
        "8145",
        Used.TAKE_OVER_REFUSAL,
        _("The line belongs to another pre-agreement."),
        _("Another request speaks of the same line."),
        _("Clear it with the donor, and announce again without the line."),
        fixable=True,
    ),
    Code(
        "8146",
        Used.TAKE_OVER_REFUSAL,
        _("The line contract belongs to another pre-agreement."),
        _("Another request speaks of the same line contract."),
        _("Clear it with the donor, and announce again without the line."),
        fixable=True,
    ),
    Code(
        "8147",
        Used.TAKE_OVER_REFUSAL,
        _("The line cannot be taken over."),
        _("The line can't be given away for technical reasons."),
        _("Announce again without taking the line over."),
        fixable=True,
    ),
    Code(
        "8148",
        Used.TAKE_OVER_REFUSAL,
        _("The take-over was confirmed before."),
        _("The donor has a confirmation of ours already."),
        _("Nothing to do where it says the same; else speak to the donor."),
        fixable=True,
    ),
    Code(
        "0993",
        Used.TECHNICAL,
        _("The other side does not know this version of the message."),
        _("Both sides use different versions of the interface."),
        _("The connection to the carriers has to be mended; then ask again."),
        fixable=True,
    ),
    Code(
        "0995",
        Used.TECHNICAL,
        _("The structure of the message is wrong."),
        _("A particular is missing or has a form the other side doesn't know."),
        _("Mend the particulars or the connection to the carriers; then ask again."),
        fixable=True,
    ),
)
CODES = {code.number: code for code in _ALL}
UNKNOWN_CODE = _("A code that our list does not hold.")


def code_of(number: str) -> Code:
    """An unknown code is for a person to look at."""
    return CODES.get(number) or Code(number, Used.REFUSAL, UNKNOWN_CODE, remedy=_("Ask the donor."), fixable=True)


def is_fixable(numbers: list[str]) -> bool:
    """A refusal can be cleared if each of its reasons can."""
    return all(code_of(number).fixable for number in numbers)
