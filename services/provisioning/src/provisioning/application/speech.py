"""What the domain says, in the reader's language or in both."""

from typing import Any, Literal

from contracts.shapes import Localized
from provisioning.domain.work_order import Wording
from telecom.refusal import Refusal
from telecom.texts import Texts

Language = Literal["de", "en"]
LONGEST = 400
TEXTS = Texts("provisioning", "telecom", "chassis")


def translate(text: str, language: Language = "de", **gaps: Any) -> str:
    return TEXTS.translate(text, language, **gaps)


def wording(text: str, **gaps: Any) -> Wording:
    both = TEXTS.both(text, **gaps)
    return Wording(both["de"][:LONGEST], both["en"][:LONGEST])


def refusal_in_words(refused: Refusal) -> Wording:
    return wording(refused.text, **refused.params)


def localized(said: Wording) -> Localized:
    return Localized(de=said.de, en=said.en)


def in_both(text: str, **gaps: Any) -> Localized:
    return localized(wording(text, **gaps))
