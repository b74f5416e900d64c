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
    """`fixable`: a person can clear it with the customer or the donor (PORT-7)."""

    number: str
    used: Used
    text: str
    fixable: bool = False
    words: Words = Words.NONE
    address: bool = False


AS_ASKED, ANOTHER_DATE = "8001", "8002"
UNKNOWN_VERSION, BAD_STRUCTURE = "0993", "0995"

_ALL = (
    Code("8001", Used.ANSWER, _("Agreed as asked.")),
    Code("8002", Used.ANSWER, _("Agreed with another date.")),
    Code("8003", Used.SETTLEMENT, _("Date change agreed.")),
    Code("8004", Used.SETTLEMENT, _("Cancellation agreed.")),
    Code("8010", Used.TAKE_OVER, _("Take-over of the line announced.")),
    Code("8104", Used.CORRECTION, _("The postcode was corrected.")),
    Code("8105", Used.CORRECTION, _("The town was corrected.")),
    Code("8106", Used.CORRECTION, _("The street was corrected.")),
    Code("8107", Used.CORRECTION, _("The house number was corrected.")),
    Code("8103", Used.REFUSAL, _("The number is not in service with the donor."), fixable=True),
    Code("8108", Used.REFUSAL, _("The postcode is wrong."), fixable=True, address=True),
    Code("8109", Used.REFUSAL, _("The town is wrong."), fixable=True, address=True),
    Code("8110", Used.REFUSAL, _("The street is wrong."), fixable=True, address=True),
    Code("8111", Used.REFUSAL, _("The house number is wrong."), fixable=True, address=True),
    Code("8112", Used.REFUSAL, _("The line owner is wrong."), fixable=True),
    Code("8113", Used.REFUSAL, _("The first name of the line owner is wrong."), fixable=True),
    Code("8114", Used.REFUSAL, _("The line has further owners."), fixable=True),
    Code("8115", Used.REFUSAL, _("The id was used before."), fixable=True, words=Words.ALLOWED),
    Code("8116", Used.REFUSAL, _("Another reason, given in words."), fixable=True, words=Words.REQUIRED),
    Code("8117", Used.REFUSAL, _("The donor cannot identify the customer."), fixable=True),
    Code("8118", Used.REFUSAL, _("A pre-agreement of another carrier exists.")),
    Code("8140", Used.REFUSAL, _("The pre-agreement is unknown to the other side."), fixable=True),
    Code("8141", Used.REFUSAL, _("The date change was refused."), fixable=True, words=Words.ALLOWED),
    Code("8142", Used.REFUSAL, _("The cancellation was refused."), fixable=True, words=Words.ALLOWED),
    Code("8149", Used.REFUSAL, _("The project is unknown."), fixable=True),
    Code("8143", Used.TAKE_OVER_REFUSAL, _("The line contract number is unknown."), fixable=True),
    Code("8144", Used.TAKE_OVER_REFUSAL, _("The line is unknown."), fixable=True),
    Code("8145", Used.TAKE_OVER_REFUSAL, _("The line belongs to another pre-agreement."), fixable=True),
    Code("8146", Used.TAKE_OVER_REFUSAL, _("The line contract belongs to another pre-agreement."), fixable=True),
    Code("8147", Used.TAKE_OVER_REFUSAL, _("The line cannot be taken over."), fixable=True),
    Code("8148", Used.TAKE_OVER_REFUSAL, _("The take-over was confirmed before."), fixable=True),
    Code("0993", Used.TECHNICAL, _("The other side does not know this version of the message."), fixable=True),
    Code("0995", Used.TECHNICAL, _("The structure of the message is wrong."), fixable=True),
)
CODES = {code.number: code for code in _ALL}
UNKNOWN_CODE = _("A code that our list does not hold.")


def code_of(number: str) -> Code:
    """An unknown code is for a person to look at."""
    return CODES.get(number) or Code(number, Used.REFUSAL, UNKNOWN_CODE, fixable=True)


def is_fixable(numbers: list[str]) -> bool:
    """A refusal can be cleared if each of its reasons can."""
    return all(code_of(number).fixable for number in numbers)
