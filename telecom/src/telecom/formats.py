"""How days, times, money and phone numbers are written in German and English. Times are Berlin's."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from telecom.numbers import NumberBlock, PhoneNumber

BERLIN = ZoneInfo("Europe/Berlin")
LOCALES = {"de": "de_DE", "en": "en_GB"}
CENT = Decimal("0.01")
Language = Literal["de", "en"]


def money(amount: Decimal, language: Language = "de", currency: str = "EUR") -> str:
    """`1.234,50 €`, `€1,234.50`; amounts below a cent, as prices per minute may be, keep their digits."""
    shown = amount if amount != amount.quantize(CENT, ROUND_HALF_UP) else amount.quantize(CENT)
    places = max(2, -int(shown.normalize().as_tuple().exponent)) if shown else 2
    pattern = f"#,##0.{'0' * places}"
    spelt = f"{pattern}\xa0¤" if language == "de" else f"¤{pattern}"
    return format_currency(shown, currency, format=spelt, locale=LOCALES[language], currency_digits=False)


def decimal_text(number: Decimal, language: Language = "de") -> str:
    return format_decimal(number, locale=LOCALES[language], decimal_quantization=False)


def day(when: date, language: Language = "de") -> str:
    """`07.12.2026`, `7 Dec 2026`."""
    return format_date(when, "dd.MM.y" if language == "de" else "d MMM y", locale=LOCALES[language])


def long_day(when: date, language: Language = "de") -> str:
    """`Montag, 7. Dezember 2026`, `Monday, 7 December 2026`."""
    return format_date(when, "EEEE, d. MMMM y" if language == "de" else "EEEE, d MMMM y", locale=LOCALES[language])


def moment(when: datetime, language: Language = "de") -> str:
    """`07.12.2026, 14:05 Uhr`, `7 Dec 2026, 14:05`, in Berlin."""
    spelt = "dd.MM.y, HH:mm 'Uhr'" if language == "de" else "d MMM y, HH:mm"
    return format_datetime(when, spelt, tzinfo=BERLIN, locale=LOCALES[language])


def berlin_day(when: datetime) -> date:
    """The calendar day in Berlin."""
    return when.astimezone(BERLIN).date()


def day_of(when: str) -> date:
    """The day that a text names; of a moment, Berlin's."""
    return date.fromisoformat(when) if len(when) == 10 else berlin_day(datetime.fromisoformat(when))


def day_begins(when: date) -> datetime:
    """The first moment of the day in Berlin."""
    return datetime.combine(when, time.min, BERLIN)


def phone(number: PhoneNumber, language: Language = "de") -> str:
    """`0221 1234567` at home, `+49 221 1234567` for English readers; the other form stands on the number."""
    return number.national if language == "de" else number.international


def block(numbers: NumberBlock, language: Language = "de") -> str:
    """`0221 12345 00-99`, `+49 221 12345 00-99`."""
    return str(numbers) if language == "de" else f"+49 {str(numbers)[1:]}"
