"""What the mails say, in both languages (NOTE-1)."""

import email
import email.policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from uuid import uuid4

import pytest

from notification.adapters.gallery import FACTS, LANGUAGES, VARIANTS, sample_mail
from notification.adapters.mime import Attachment, Mail
from notification.application.wording import WRITERS
from notification.domain.notice import INSTEAD, TOLD, Happening, Recipient, Story, masked, without_doubles
from notification.settings import Settings

SETTINGS = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", kafka_url="127.0.0.1:1")
GREETINGS = {"de": "Guten Tag Karla Kundin,", "en": "Good day Karla Kundin,"}
NAMES = ("creator", "by", "approver", "donor", "recipient")


def read(mail: Mail) -> EmailMessage:
    found = email.message_from_bytes(bytes(mail), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_every_kind_that_somebody_is_told_has_words_and_a_sample() -> None:
    assert set(WRITERS) == set(TOLD)
    assert set(FACTS) == set(TOLD)


@pytest.mark.rule("NOTE-1")
@pytest.mark.parametrize("kind", [*TOLD, *VARIANTS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mail_is_written_in_german_and_in_english_as_text_and_html(kind: str, language: str) -> None:
    mail = read(sample_mail(kind, language, SETTINGS))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    if kind != "clearing-mail":
        assert text.get_content().startswith(GREETINGS[language])
        assert GREETINGS[language] in html.get_content()
    assert f'lang="{language}"' in html.get_content()
    other = sample_mail(kind, "en" if language == "de" else "de", SETTINGS)
    assert mail["Subject"] != other.subject


@pytest.mark.rule("NOTE-1")
@pytest.mark.parametrize("kind", [one for one in (*TOLD, *VARIANTS) if one != "clearing-mail"])
def test_after_the_greetings_comma_a_german_mail_goes_on_in_lower_case(kind: str) -> None:
    """Only names keep their capital there, and the words that address the reader."""
    facts = VARIANTS[kind][1] if kind in VARIANTS else FACTS[kind]
    names = tuple(str(facts[one]) for one in NAMES if one in facts)
    opening = sample_mail(kind, "de", SETTINGS).text.split("\n\n")[1]
    assert opening[0].islower() or opening.split()[0] in ("Sie", "Ihr", "Ihre") or opening.startswith(names), opening


@pytest.mark.rule("QUOTE-2")
def test_the_quote_mail_carries_the_link_and_says_that_the_earlier_one_is_dead() -> None:
    mail = sample_mail("quote-link", "de", SETTINGS)
    link = f"{SETTINGS.public_url}/q/token-of-the-gallery"
    assert link in mail.text
    assert f'href="{link}"' in mail.html
    assert "nicht mehr gültig" in mail.text
    assert 'Müller & Söhne "Süd" 🦊' in mail.text
    assert "Müller &amp; Söhne &#34;Süd&#34; 🦊" in mail.html


@pytest.mark.rule("AMEND-2", "QUOTE-4")
def test_a_renewals_mails_name_the_contract_and_the_day_on_which_it_begins() -> None:
    for name in ("quote-link of renewal", "renewal-acknowledgement"):
        text = sample_mail(name, "de", SETTINGS).text.replace("\xa0", " ")
        for part in ("VT-100234", "Freitag, 1. Januar 2027", "Neue Laufzeit: 36 Monate", "2,70 € monatlich"):
            assert part in text, (name, part)
    assert "läuft der Vertrag weiter wie bisher" in sample_mail("renewal-acknowledgement", "de", SETTINGS).text


@pytest.mark.rule("ORD-2")
def test_a_terminations_mails_name_its_day_and_the_way_back_and_no_prices() -> None:
    quote = sample_mail("quote-link of termination", "de", SETTINGS)
    acknowledged = sample_mail("termination-acknowledgement", "de", SETTINGS)
    for mail in (quote, acknowledged):
        for part in ("VT-100234", "Endet um 0 Uhr am: Montag, 1. Februar 2027", "kann sie zurückgenommen werden"):
            assert part in mail.text, part
        assert "€" not in mail.text
    assert "Was endet: der ganze Vertrag" in quote.text
    assert "Was endet: der Nutzungsstandort Zentrale" in acknowledged.text
    taken_back = sample_mail("termination-taken-back", "en", SETTINGS).text
    assert "Everything stays as it was." in taken_back
    assert "+49 221 4790 00-99" in taken_back
    ended = sample_mail("termination-carried-out", "en", SETTINGS).text
    assert "Ended at 0:00 on: Monday, 1 February 2027" in ended
    for case in ("renewal", "termination"):
        for kind in ("quote-expired", "quote-withdrawn"):
            assert "Der Vertrag VT-100234 läuft weiter" in sample_mail(f"{kind} of {case}", "de", SETTINGS).text


@pytest.mark.rule("ORD-2", "AMEND-2")
def test_renewals_and_terminations_have_mails_of_their_own_for_what_happens_to_every_order() -> None:
    people = (Recipient("customer", "Karla", "karla@x.example", "de"),)

    def told(kind: str, case: str) -> str:
        story = Story(uuid4(), "order", uuid4(), "AU-1", people, {"business_case": case})
        return Happening(story.about, kind, "1", "tests").kind_in(story)

    assert told("order-cancelled", "termination") == "termination-taken-back"
    assert told("order-completed", "renewal_with_tariff_change") == "renewal-begun"
    assert told("order-failed", "termination") == "order-failed"
    assert told("order-acknowledgement", "new_order") == "order-acknowledgement"
    assert {kind for kinds in INSTEAD.values() for kind in kinds.values()} <= set(TOLD)


@pytest.mark.rule("PORT-1", "NOTE-1")
def test_where_no_number_moves_no_mail_says_that_one_does() -> None:
    people = (Recipient("customer", "Karla", "karla@x.example", "de"),)

    def told(kind: str, case: str) -> str:
        body = {"business_case": "porting", "lines": [{"porting": None}, {"porting": {"case": case}}]}
        story = Story(uuid4(), "order", uuid4(), "AU-1", people, body)
        return Happening(story.about, kind, "1", "tests").kind_in(story)

    begins = ("porting-started", "porting-confirmed", "porting-rejected", "porting-called-off-for-new")
    for kind in (*begins, "porting-completed"):
        assert told(kind, "VA-KUE-ORN").startswith("ending-")
        assert told(kind, "VA-KUE-MRN") == kind
    agreed = sample_mail("ending-agreed", "de", SETTINGS).text
    assert "Ihr Vertrag beim bisherigen Anbieter endet am" in agreed
    assert "sie kommen nicht zu uns" in agreed


@pytest.mark.rule("PORT-7")
def test_a_clearing_mail_goes_out_as_it_was_written_and_its_answer_reaches_order_management() -> None:
    mail = read(sample_mail("clearing-mail", "de", SETTINGS))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().startswith("Guten Tag Frau Kundin,")
    assert "- Name des Anschlussinhabers\n- Kundennummer dort" in text.get_content().replace("\r\n", "\n")
    assert GREETINGS["de"] not in html.get_content()
    assert mail["Reply-To"] == "portierung@carrier.example"
    assert read(sample_mail("porting-started", "de", SETTINGS))["Reply-To"] is None


@pytest.mark.parametrize(
    "wrong", ["a@b.example>, <c@d.example", "a@b.example\r\nBcc: c@d.example", "nobody", "ä@b.example"]
)
def test_an_address_for_answers_that_fits_in_no_header_is_left_out(wrong: str) -> None:
    mail = Mail("A <a@b.example>", "Karla", "k@x.example", "S", "1@b.example", "t", "h", reply_to=wrong)
    assert read(mail)["Reply-To"] is None
    assert read(mail)["Bcc"] is None


@pytest.mark.rule("PORT-9")
def test_who_loses_numbers_learns_to_whom_and_what_to_do_if_he_knows_nothing_of_it() -> None:
    text = sample_mail("departure-asked", "de", SETTINGS).text
    for part in ("Neunetz AG", "0221 4790 00-99", "Ohne Ihren Auftrag darf niemand", "/agreements/"):
        assert part in text, part


@pytest.mark.rule("NOTE-1", "PORT-8")
def test_numbers_that_have_no_date_yet_or_did_not_move_are_named() -> None:
    confirmed = sample_mail("porting-confirmed", "de", SETTINGS).text
    assert "Noch ohne Termin: 0221 9988776" in confirmed
    assert "Rufnummern: 0221 4790 00-99" in confirmed
    completed = sample_mail("porting-completed", "en", SETTINGS).text
    assert "Stay with the previous carrier: +49 221 9988776" in completed


@pytest.mark.rule("NOTE-1", "PORT-8")
def test_numbers_that_moved_before_are_no_news_when_the_porting_is_completed() -> None:
    for name, news in (("porting-completed", True), ("porting-completed of the rest", False)):
        mail = sample_mail(name, "de", SETTINGS)
        assert "Schon vorher gewechselt: 0221 4791 00-99" in mail.text
        assert ("Rufnummern: 0221 4790 00-99" in mail.text) is news
        assert ("sind gewechselt" in mail.subject) is news


@pytest.mark.rule("PORT-4")
def test_the_acknowledgement_with_a_form_names_the_mailbox_that_it_goes_back_to() -> None:
    for language in LANGUAGES:
        assert SETTINGS.form_return_address in sample_mail("order-acknowledgement", language, SETTINGS).text


@pytest.mark.rule("PORT-4")
def test_a_form_sent_back_says_why_and_a_reminder_since_when_and_both_that_the_site_works() -> None:
    refused, reminded = (sample_mail(f"signed-form-{one}", "de", SETTINGS).text for one in ("refused", "reminded"))
    assert "Die Unterschrift fehlt. Es fehlen Seiten." in refused
    assert "seit Montag, 23. November 2026 warten wir" in reminded
    for text in (refused, reminded):
        for part in (
            "portierung@carrier.example",
            "gescannt oder fotografiert",
            "Der Standort funktioniert inzwischen",
        ):
            assert part in text, part
    creators = sample_mail("signed-form-refused", "de", SETTINGS, role="creator").text
    assert "Der Kunde hat das Formular" in creators
    assert "angehängte" not in creators


@pytest.mark.rule("QUOTE-4", "PORT-4")
def test_equal_addresses_get_one_mail_in_the_customers_version() -> None:
    approver, customer = (Recipient(role, role, "A@x.example", "de") for role in ("approver", "customer"))
    creator = Recipient("creator", "Petra", "petra@x.example", "de")
    assert without_doubles([approver, customer, creator]) == [customer, creator]


def test_addresses_are_masked_on_the_timeline() -> None:
    assert masked("karla@kunden.example") == "k***@kunden.example"


def test_a_mail_reads_back_as_it_was_written_whatever_names_contain() -> None:
    name = 'Müller, "Söhne" & 🦊 GmbH mit einem Namen, der viel länger ist als eine Zeile einer E-Mail sein darf'
    text = "Grüße\n\n.\nFrom here = on\n" + "ä" * 300 + " trailing \n"
    pdf = bytes(range(256)) * 20
    mail = Mail("A <a@b.example>", name, "k@x.example", f"Für {name}", "1@b.example", text, "<p>ä</p>",
                (Attachment("AU-1-porting-form.pdf", pdf),))  # fmt: skip
    found = read(mail)
    # The standard library's own reader of phrases puts blanks between encoded words.
    raw = email.message_from_bytes(bytes(mail))["To"]
    assert str(make_header(decode_header(raw))) == f"{name} <k@x.example>"
    assert found["To"].addresses[0].addr_spec == "k@x.example"
    assert found["Subject"] == f"Für {name}"
    plain = found.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    [attachment] = found.iter_attachments()
    assert attachment.get_filename() == "AU-1-porting-form.pdf"
    assert attachment.get_content() == pdf
    assert max(map(len, bytes(mail).split(b"\r\n"))) <= 998
    assert all(line.endswith(b"\r") for line in bytes(mail).split(b"\n")[:-1])


def test_nobodys_name_adds_a_header() -> None:
    mail = Mail("A <a@b.example>", "Eve\r\nBcc: all@x.example", "e@x.example", "Hi\nX: y", "1@b.example", "t", "h")
    found = read(mail)
    assert found["Bcc"] is None
    assert found["X"] is None
    assert found["Subject"] == "Hi X: y"
