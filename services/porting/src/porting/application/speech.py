"""What the domain says, in the reader's language or in both."""

from typing import Any, Literal

from contracts.shapes import Localized
from porting.domain.facts import Saying
from telecom.texts import Texts

Language = Literal["de", "en"]
LONGEST = 400
TEXTS = Texts("porting", "telecom", "chassis")


def translate(text: str, language: Language = "de", **gaps: Any) -> str:
    return TEXTS.translate(text, language, **{name: _filled(gap, language) for name, gap in gaps.items()})


def in_both(said: Saying) -> Localized:
    return Localized(
        de=translate(said.text, "de", **said.gaps)[:LONGEST], en=translate(said.text, "en", **said.gaps)[:LONGEST]
    )


def _filled(gap: Any, language: Language) -> Any:
    """A gap of several texts is each of them in turn."""
    if isinstance(gap, tuple | list):
        return "; ".join(TEXTS.translate(one, language).rstrip(".") for one in gap)
    return gap
