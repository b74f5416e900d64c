"""Texts, money and days in a reader's language."""

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from contracts.shapes import Address, Localized
from telecom.formats import day, day_of, long_day, moment, money
from telecom.texts import Language, Texts

TEXTS = Texts("notification", "telecom", "chassis")
LONGEST = 400


def in_both(text: str, **params: Any) -> Localized:
    said = TEXTS.both(text, **params)
    return Localized(de=said["de"][:LONGEST], en=said["en"][:LONGEST])


def written(address: Address) -> str:
    number = f"{address.house_number} {address.addition}" if address.addition else address.house_number
    return f"{address.street} {number}, {address.postcode} {address.town}"


class Tongue:
    """One language; called with an English text it says it."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, text: str, **params: Any) -> str:
        """`params` are taken as they are."""
        found = _plain(text, self.language)
        return found % params if params else found

    def money(self, amount: str | Decimal) -> str:
        return _money(str(amount), self.language)

    def day(self, when: str) -> str:
        """`Montag, 7. Dezember 2026`, of a day or of a moment in Berlin."""
        return _long_day(when, self.language)

    def moment(self, when: str) -> str:
        """`07.12.2026, 14:05 Uhr`, in Berlin."""
        return moment(datetime.fromisoformat(when), self.language)

    def short_day(self, when: str) -> str:
        return day(day_of(when), self.language)

    def of(self, both: dict[str, str]) -> str:
        """Of a text that came in both languages, this one."""
        return both[self.language]

    def block(self, numbers: dict[str, Any]) -> str:
        """`0221 12345 00-99`, `+49 221 12345 00-99`."""
        written = f"{numbers['area_code']} {numbers['stem']}"
        if numbers.get("extension_from"):
            written += f" {numbers['extension_from']}-{numbers['extension_to']}"
        return f"0{written}" if self.language == "de" else f"+49 {written}"


GERMAN, ENGLISH = Tongue("de"), Tongue("en")


def tongue_of(language: str) -> Tongue:
    return ENGLISH if language == "en" else GERMAN


@cache
def _plain(text: str, language: Language) -> str:
    return TEXTS.translate(text, language)


@lru_cache(4096)
def _money(amount: str, language: Language) -> str:
    return money(Decimal(amount), language)


@lru_cache(1024)
def _long_day(when: str, language: Language) -> str:
    return long_day(day_of(when), language)
