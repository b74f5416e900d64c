import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom.formats import berlin_day, block, day, long_day, moment, money, phone
from telecom.numbers import NumberBlock, PhoneNumber
from telecom.refusal import STATUS, Refusal
from telecom.texts import Texts, contradictions, language_of, missing, unused

GREETING = "Hello %(name)s, until %(when)s"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two packages with catalogues that disagree, one with texts nobody translated."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    for name, german in (("greeter_a", "Hallo %(name)s, bis %(when)s"), ("greeter_b", "Tag %(name)s, bis %(when)s")):
        folder = tmp_path / name
        monkeypatch.delitem(sys.modules, name, raising=False)
        (folder / "locale").mkdir(parents=True)
        (folder / "templates").mkdir()
        (folder / "__init__.py").write_text('_ = str\nA = _("Hello %(name)s, until %(when)s")\nB = _("Nobody")\n')
        (folder / "templates" / "page.html").write_text("<h1>{{ _('Page title') }}</h1>")
        (folder / "locale" / "de.po").write_text(f'{head}msgid "{GREETING}"\nmsgstr "{german}"\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "greeter_a", "greeter_b"


def test_a_text_is_given_in_the_readers_language_with_dates_as_he_writes_them(packages: tuple[str, str]) -> None:
    texts = Texts(*packages)
    assert texts.translate(GREETING, "de", name="Ö", when=date(2026, 12, 7)) == "Hallo Ö, bis 07.12.2026"
    assert texts.translate(GREETING, "en", name="Ö", when=date(2026, 12, 7)) == "Hello Ö, until 7 Dec 2026"
    assert texts.both(GREETING, name="Ö", when=1)["de"] == "Hallo Ö, bis 1"


def test_a_text_without_german_falls_back_to_english_and_is_counted(packages: tuple[str, str]) -> None:
    texts = Texts(*packages)
    assert texts.translate("Nobody", "de") == "Nobody"
    assert texts.untranslated["Nobody"] == 1


def test_the_check_finds_what_is_not_translated_in_code_and_templates(packages: tuple[str, str]) -> None:
    found = missing("greeter_a")
    assert [line.rsplit(": ", 1)[1] for line in found] == ["Nobody", "Page title"]


def test_the_check_finds_a_translation_of_what_nobody_says_any_more(packages: tuple[str, str], tmp_path: Path) -> None:
    with (tmp_path / "greeter_a" / "locale" / "de.po").open("a", encoding="utf-8") as file:
        file.write('\nmsgid "Bye"\nmsgstr "Ade"\n\n# made at run time\nmsgid "Not found"\nmsgstr "Nicht da"\n')
    assert unused("greeter_a") == ["Bye"]
    assert unused("greeter_b") == []


def test_the_check_finds_one_text_with_two_translations(packages: tuple[str, str]) -> None:
    assert len(contradictions(*packages)) == 1


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("en", "en"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr, de;q=0.3, en;q=0.7", "en"),
        ("fr", "de"),
        ("en;q=0", "de"),
        (";;;,q=", "de"),
    ],
)
def test_the_browsers_wish_decides_the_language(header: str | None, language: str) -> None:
    assert language_of(header) == language


@given(st.text(max_size=60))
def test_no_header_breaks_the_language(header: str) -> None:
    assert language_of(header) in ("de", "en")


def test_money_days_and_numbers_are_written_in_both_languages() -> None:
    assert money(Decimal("1234.5")) == "1.234,50\xa0€"
    assert money(Decimal("1234.5"), "en") == "€1,234.50"
    assert money(Decimal("0.0129")) == "0,0129\xa0€"
    assert day(date(2026, 12, 7)) == "07.12.2026"
    assert long_day(date(2026, 12, 7)) == "Montag, 7. Dezember 2026"
    assert phone(PhoneNumber("+492211234567"), "en") == "+49 221 1234567"
    assert block(NumberBlock("221", "12345", "00", "99"), "en") == "+49 221 12345 00-99"


def test_times_are_berlins_in_summer_and_winter() -> None:
    assert moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02.07.2026, 00:30 Uhr"
    assert moment(datetime(2026, 12, 1, 22, 30, tzinfo=UTC), "en") == "1 Dec 2026, 23:30"
    assert berlin_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


class LinkReplaced(Refusal):
    kind = "gone"
    text = "The link of %(name)s was replaced."
    remedy = "Open the newest mail."
    rule = "QUOTE-2"


def test_a_refusal_has_a_name_and_speaks_in_the_customers_terms() -> None:
    refused = LinkReplaced(field="token", name="Ö 'x'")
    assert (refused.code, STATUS[refused.kind], refused.field, refused.rule) == (
        "link-replaced",
        410,
        "token",
        "QUOTE-2",
    )
    assert str(refused) == "The link of Ö 'x' was replaced."
    assert refused.remedy == "Open the newest mail."
