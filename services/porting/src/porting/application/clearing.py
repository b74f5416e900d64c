"""The mail to the customer about a refusal, prepared from the donor's codes (PORT-7)."""

from dataclasses import dataclass

from porting.application.speech import Language, translate
from porting.domain.codes import code_of
from porting.domain.messages import Reason
from porting.domain.porting import Porting
from telecom.refusal import _

SUBJECT = _("Your porting from %(donor)s: we need your help")
OPENING = _("Good day,")
REFUSED = _("%(donor)s has not agreed to let these numbers go yet:")
WHY = _("Its reasons, and what helps:")
AFTER = _(
    "Please compare with the last invoice of your previous provider and answer this mail. A copy of the invoice helps. "
    "Your telephones work as before meanwhile; please do not terminate the old contract yourself."
)
CLOSING = _("With kind regards\nYour order management")


@dataclass(frozen=True, slots=True)
class Prepared:
    subject: str
    text: str
    language: Language


def prepared_mail(porting: Porting, return_to: str, language: Language = "de") -> Prepared:
    """Every refused part's numbers, and each reason with its remedy."""
    refused = [one for one in porting.pre_agreements if one.refusal is not None]
    reasons = [reason for one in refused if one.refusal is not None for reason in one.refusal.reasons]
    numbers = [str(number) for one in refused for number in one.request.numbers]
    lines = [
        translate(OPENING, language),
        "",
        translate(REFUSED, language, donor=porting.donor.name),
        *(f"  {number}" for number in numbers or map(str, porting.numbers)),
        "",
        translate(WHY, language),
        *(f"- {_reason(one, language)}" for one in _each_once(reasons)),
        "",
        translate(AFTER, language),
        "",
        translate(CLOSING, language),
        return_to,
    ]
    return Prepared(translate(SUBJECT, language, donor=porting.donor.name), "\n".join(lines), language)


def _reason(one: Reason, language: Language) -> str:
    code = code_of(one.code)
    said = [translate(code.text, language), one.words, translate(code.remedy, language) if code.remedy else None]
    return " ".join(text for text in said if text)


def _each_once(reasons: list[Reason]) -> list[Reason]:
    return list({(one.code, one.words): one for one in reasons}.values())
