"""Text for people inside the domain: either a catalog's own words, or a message id of our locale."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of both languages, as catalog and events carry them."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class Message:
    """An English message id of `locale/de.po` with what fills its gaps."""

    id: str
    gaps: tuple[tuple[str, str | int | Wording], ...] = ()


def message(id_: str, **gaps: str | int | Wording) -> Message:
    return Message(id_, tuple(gaps.items()))


Saying = Wording | Message
