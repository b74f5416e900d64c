"""The codes with which we refuse another carrier's request, as the one who answers chooses them."""

from dataclasses import dataclass

from telecom.refusal import _


@dataclass(frozen=True, slots=True)
class RefusalCode:
    text: str
    takes_words: bool = False
    needs_words: bool = False


REFUSALS = {
    "8103": RefusalCode(_("A number is not in service with us")),
    "8112": RefusalCode(_("The line owner is another one")),
    "8113": RefusalCode(_("The owner's first name is wrong")),
    "8114": RefusalCode(_("The line has further owners")),
    "8115": RefusalCode(_("The id was used before"), takes_words=True),
    "8117": RefusalCode(_("The customer cannot be identified")),
    "8118": RefusalCode(_("Another carrier's request is under way")),
    "8116": RefusalCode(_("Another reason, in words"), takes_words=True, needs_words=True),
}
"""Address faults are no refusal of ours: they go into the answer as corrections."""
