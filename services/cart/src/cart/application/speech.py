"""What the domain says, in the reader's language or in both."""

from typing import Any, Literal

from cart.domain.wording import Message, Saying, Wording
from contracts.shapes import Localized
from telecom.texts import Texts

Language = Literal["de", "en"]
TEXTS = Texts("cart", "telecom", "chassis")


def translate(text: str, language: Language = "de", **gaps: Any) -> str:
    """A text of ours or of the telecom room; gaps may hold what is said in both languages."""
    return TEXTS.translate(text, language, **{name: in_language(gap, language) for name, gap in gaps.items()})


def in_language(said: Any, language: Language) -> Any:
    match said:
        case Wording():
            return said.en if language == "en" else said.de
        case Message():
            return translate(said.id, language, **dict(said.gaps))
    return said


def in_wording(said: Saying) -> Wording:
    return Wording(in_language(said, "de"), in_language(said, "en"))


def in_both(said: Saying) -> Localized:
    return Localized(de=in_language(said, "de"), en=in_language(said, "en"))
