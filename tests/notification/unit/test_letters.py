"""What the mails say, in both languages (NOTE-1)."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from notification.adapters.letters import Letters
from notification.domain.notice import Recipient, masked, without_doubles
from notification.main import TEXTS
from notification.settings import Settings
from telecom.texts import missing

SETTINGS = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", kafka_url="127.0.0.1:1")
LINE = {
    "name": {"de": "Sprachkanal", "en": "Voice channel"},
    "quantity": 10,
    "one_time": "0.00",
    "monthly": "2.70",
    "details": [{"de": "Preisliste National", "en": "Price list National"}],
}
FACTS = {
    "quote-link": {
        "number": "AN-1", "customer": 'Müller & Söhne "Süd" 🦊', "creator": "Petra",
        "sealed_token": Fernet(SETTINGS.token_key).encrypt(b"secret-token").decode(),
        "valid_until": "2026-12-23T22:00:00+00:00", "one_time": "0", "monthly": "27.00",
        "replaces_earlier": True, "lines": [LINE],
    },
    "order-acknowledgement": {"number": "AU-1", "customer": "Müller", "lines": [LINE]},
    "order-completed": {"number": "AU-1"},
    "order-failed": {"number": "AU-1", "reason": {"de": "Keine Rufnummern frei.", "en": "No numbers are free."}},
    "trunk-activated": {"number": "AU-1", "activated_at": "2026-11-23T10:00:00+00:00"},
    "site-ready": {"number": "AU-1", "site": "Zentrale", "blocks": ["0221 479 00"]},
    "porting-confirmed": {"number": "AU-1", "donor": "Altnetz", "change_date": "2026-12-14T12:00:00+00:00"},
    "porting-rejected": {"number": "AU-1", "donor": "Altnetz", "reasons": [{"de": "unbekannt", "en": "unknown"}]},
    "signed-form-awaited": {"number": "AU-1", "donor": "Altnetz", "return_to": "auftrag@carrier.example"},
    "porting-completed": {"number": "AU-1"},
}  # fmt: skip


def letter(kind: str, language: str) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    row = SimpleNamespace(
        notice_id=UUID(int=1),
        kind=kind,
        name="Karla",
        email="karla@kunden.example",
        language=language,
        facts=FACTS[kind],
    )
    message = Letters(SETTINGS, TEXTS).write(row)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(message["Subject"]), text.get_content(), html.get_content()


@pytest.mark.rule("NOTE-1")
@pytest.mark.parametrize("kind", FACTS)
def test_each_mail_is_written_in_german_and_in_english(kind: str) -> None:
    german, english = letter(kind, "de"), letter(kind, "en")
    assert german[0] != english[0]
    assert german[1].startswith("Guten Tag Karla,")
    assert english[1].startswith("Good day Karla,")
    assert all(german[0].split(",")[0] in part for part in (german[2],))


@pytest.mark.rule("QUOTE-2")
def test_the_quote_mail_carries_the_link_and_says_that_the_earlier_one_is_dead() -> None:
    _, text, html = letter("quote-link", "de")
    assert f"{SETTINGS.public_url}/q/secret-token" in text
    assert f'href="{SETTINGS.public_url}/q/secret-token"' in html
    assert "nicht mehr gültig" in text
    assert 'Müller & Söhne "Süd" 🦊' in text
    assert "Müller &amp; Söhne" in html


def test_no_text_of_a_mail_is_without_a_german_translation() -> None:
    assert missing("notification") == []


@pytest.mark.rule("QUOTE-4")
def test_equal_addresses_get_one_mail_in_the_customers_version() -> None:
    approver, customer = (Recipient(role, role, "A@x.example", "de") for role in ("approver", "customer"))
    creator = Recipient("creator", "Petra", "petra@x.example", "de")
    assert without_doubles([approver, customer, creator]) == [customer, creator]


def test_addresses_are_masked_on_the_timeline() -> None:
    assert masked("karla@kunden.example") == "k***@kunden.example"
