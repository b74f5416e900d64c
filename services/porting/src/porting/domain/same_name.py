"""Is it the customer whom the other carrier names? Case, umlauts, legal forms and the order of words don't matter."""

import re
from difflib import SequenceMatcher
from enum import StrEnum

from porting.domain.contents import NAME
from porting.domain.messages import EndCustomer
from telecom.places import folded

LEGAL_FORMS = {
    *("ag", "bgb", "co", "ek", "eg", "ev", "gbr", "ggmbh", "gmbh", "inc", "kg", "kgaa", "limited", "llp", "ltd"),
    *("mbb", "mbh", "ohg", "partg", "partgmbb", "se", "ug", "haftungsbeschraenkt"),
}
FILLERS = {"und", "and", "u", "der", "die", "das", "firma", "fa", "herr", "frau"}
INITIALS = re.compile(r"\b(e|g|k|m|o|v|b|h|r|a)\.\s?(?=\w\b)", re.IGNORECASE)
ALIKE = 0.8
"""From here on a person compares: a slip of the pen, or somebody else."""


class Likeness(StrEnum):
    SAME = "same"
    ALIKE = "alike"
    """A person looks."""
    OTHER_FIRST_NAME = "other_first_name"
    OTHER = "other"


def words_of(name: str) -> frozenset[str]:
    """What tells one name from another."""
    written = frozenset(folded(INITIALS.sub(r"\1", name)).split()) - FILLERS
    return written - LEGAL_FORMS or written


def key_of(name: str) -> str:
    """The same for names that are the same."""
    return " ".join(sorted(words_of(name)))


def likeness(asked: EndCustomer, ours: str) -> Likeness:
    last, first, known = words_of(asked.name), words_of(asked.first_name or ""), words_of(ours)
    if last | first == known or (len(asked.name) == NAME and _is_cut(asked.name, ours)):
        return Likeness.SAME
    if last <= known and first and not first <= known and len(known) > len(last):
        return Likeness.OTHER_FIRST_NAME
    if (last | first) & known or SequenceMatcher(None, key_of(asked.name), key_of(ours)).ratio() >= ALIKE:
        return Likeness.ALIKE
    return Likeness.OTHER


def owners_in(ours: str) -> tuple[str, ...]:
    """The people of a line that several hold: "Anna Klein und Bernd Groß". A firm is one."""
    if frozenset(folded(ours).split()) & LEGAL_FORMS:
        return (ours,)
    return tuple(one.strip() for one in re.split(r"\s+(?:und|u\.|and|&|\+)\s+|\s*[,;/]\s*", ours) if one.strip())


def _is_cut(asked: str, ours: str) -> bool:
    """A name of as many characters as a message holds may go on."""
    return folded(ours).startswith(folded(asked))
