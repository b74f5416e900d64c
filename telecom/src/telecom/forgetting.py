"""Documents without the people in them: names, mails, phones, streets go; ids, numbers, products, money, days stay."""

import re
from collections.abc import Iterator
from typing import Any

WORD = "gelöscht"
MAIL = "geloescht@deleted.invalid"
ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
PEOPLE = {
    "approver",
    "by",
    "contact",
    "creator",
    "customer",
    "entered_by",
    "owner",
    "people",
    "recipient",
    "resent_by",
    "subscriber",
    "withdrawn_by",
}
"""Where a person stands: as an object with a name, or only by name."""
NAMES = {"customer_name", "first_name", "last_name", "salutation", "further_owners", "company", "firm"}
STREETS = {"street", "house_number", "addition"}
PHONES = {"phone", "mobile", "fax"}
OURS = {"return_to"}
"""Addresses of the house itself."""
SHORTEST = 4


def forgotten(document: Any) -> Any:
    """The document with a neutral word for whatever is personal, wherever else it is said again.

    Of the shape that it had: a text stays a text, what may be empty becomes empty.
    """
    words = sorted({one for one in _personal(document) if len(one) >= SHORTEST}, key=len, reverse=True)
    said = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in words), re.IGNORECASE) if words else None
    return _without(document, said)


def _without(value: Any, said: re.Pattern[str] | None, key: str = "", person: bool = False) -> Any:
    match value:
        case dict():
            is_person = person or key in PEOPLE or _names_somebody(value)
            return {name: _without(one, said, name, is_person and name == "name") for name, one in value.items()}
        case list() | tuple():
            return [] if key in NAMES else [_without(one, said, key, person) for one in value]
        case str():
            return _neutral(value, said, key, person)
    return value


def _neutral(value: str, said: re.Pattern[str] | None, key: str, person: bool) -> Any:
    if key in PHONES or key == "addition":
        return None
    if key == "house_number":
        return "0"
    if key in OURS:
        return value
    if person or key in NAMES or key in STREETS or (key in PEOPLE and "@" not in value):
        return WORD
    found = ADDRESS.sub(MAIL, value)
    return said.sub(WORD, found) if said else found


def _personal(value: Any, key: str = "", person: bool = False) -> Iterator[str]:
    """Names, streets and phones, to be found again in other texts."""
    match value:
        case dict():
            is_person = person or key in PEOPLE or _names_somebody(value)
            for name, one in value.items():
                yield from _personal(one, name, is_person and name == "name")
        case list() | tuple():
            for one in value:
                yield from _personal(one, key, person)
        case str() if person or key in NAMES or key == "street" or key in PHONES or key in PEOPLE:
            yield value


def _names_somebody(value: dict[str, Any]) -> bool:
    """A person, or a site, whose name may be one."""
    return "email" in value or "first_name" in value or "address" in value
