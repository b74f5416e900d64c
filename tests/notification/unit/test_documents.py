"""What the PDFs say and that they can be signed (PORT-4); their text is read back."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from pypdf import PdfReader

from notification.adapters.gallery import (
    ADDRESS,
    BLOCKS,
    CUSTOMER,
    SITE_ID,
    VARIANTS,
    hang,
    sample_amendments,
    sample_stories,
)
from notification.adapters.press import pdf_of
from notification.application.documents import attached_to, documents_of, paper
from notification.domain.notice import TOLD, Happening, Recipient, Story
from notification.settings import Settings
from porting.adapters.door import FormDoor

SETTINGS = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", kafka_url="127.0.0.1:1")
ORDER = sample_stories("de")[1]
QUOTE = sample_stories("de")[0]
PORTING = ORDER.body["lines"][3]["porting"]
CUSTOMER_HIMSELF = ORDER.people[0]


async def text_of(kind: str, story: Story, sites: dict[UUID, tuple[str, dict[str, str | None]]] | None = None) -> str:
    reader = PdfReader(io.BytesIO(await pdf_of(paper(kind, story, SETTINGS.house, sites or {}))))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def with_porting(story: Story, **changed: object) -> Story:
    lines = [line | ({"porting": line["porting"] | changed} if line["porting"] else {}) for line in story.body["lines"]]
    return replace(story, body=story.body | {"lines": lines})


@pytest.mark.rule("PORT-4")
async def test_the_porting_form_carries_all_particulars_and_says_where_it_goes_back_to() -> None:
    text = await text_of("porting-form", ORDER)
    for particular in (
        "Stadtnetz Köln-Süd",
        "Neuer Anbieter Trunkline, Musterallee 1",
        "Müller & Söhne GmbH",
        "Erika Müller",
        "Rosenstraße 12 a, 50678 Köln",
        "0221 4790 00 – 99 0",
        "0221 9988776",
        "alle weiteren Rufnummern",
        "Montag, 14. Dezember 2026",
        "6 bis 12 Uhr",
        "endet mit der Portierung",
        "Zentrale, Rosenstraße 12 a",
        "AU-2026-000042",
        "VT-100234",
        SETTINGS.form_return_address,
        "Ort",
        "Datum",
        "Unterschrift des Anschlussinhabers",
    ):
        assert particular in text


@pytest.mark.rule("PORT-4")
@pytest.mark.parametrize(
    ("case", "agreement", "numbers"),
    [
        ("VA-KUE-MRN", "endet mit der Portierung", "werden übernommen"),
        ("VA-KUE-ORN", "endet;", "werden nicht übernommen"),
        ("VA-RRNP", "läuft weiter", "werden übernommen"),
    ],
)
async def test_the_form_says_whether_the_present_contract_ends(case: str, agreement: str, numbers: str) -> None:
    text = await text_of("porting-form", with_porting(ORDER, case=case))
    assert agreement in text
    assert numbers in text


async def test_an_english_form_says_everything_in_german_as_well() -> None:
    text = await text_of("porting-form", sample_stories("en")[1])
    assert "Requested date / Wunschtermin Monday, 14 December 2026" in text
    assert "I authorise Trunkline" in text
    assert "Ich beauftrage und bevollmächtige Trunkline" in text


MANY = [
    *(BLOCKS[0] | {"stem": str(4700 + number), "answering_extension": str(number)} for number in range(25)),
    *(BLOCKS[1] | {"stem": str(9_000_000 + number)} for number in range(50)),
]


async def form_of(story: Story) -> bytes:
    return await pdf_of(paper("porting-form", story, SETTINGS.house, {}))


@pytest.mark.rule("PORT-4")
async def test_many_numbers_are_counted_and_break_over_pages_with_the_head_of_their_table() -> None:
    reader = PdfReader(io.BytesIO(await form_of(with_porting(ORDER, numbers=MANY))))
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(texts) == 3
    assert all("Nr. Vorwahl" in text for text in texts)
    whole = " ".join(texts)
    assert "Rufnummernblöcke (25)" in whole
    assert "Einzelne Rufnummern (50)" in whole
    assert all(f"{nth + 1} 0221 {4700 + nth} 00 – 99 {nth}" in whole for nth in range(25))
    assert all(f"{nth + 1} 0221 {9_000_000 + nth}" in whole for nth in range(50))


@pytest.mark.rule("PORT-4")
@pytest.mark.parametrize("numbers", [BLOCKS, MANY])
async def test_place_date_and_signature_are_named_fields_on_the_last_page_and_porting_takes_the_form_back(
    numbers: list[dict[str, str | None]],
) -> None:
    pdf = await form_of(with_porting(ORDER, numbers=numbers))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fields = list(document.pages[-1].Annots)
        assert [(str(one.T), str(one.FT)) for one in fields] == [
            ("place", "/Tx"),
            ("date", "/Tx"),
            ("signature", "/Sig"),
        ]
        assert [str(one.TU) for one in fields] == [
            "Ort",
            "Datum",
            "Unterschrift des Anschlussinhabers: Müller & Söhne GmbH",
        ]
        assert all("/V" not in one for one in fields)
        assert [one.objgen for one in document.Root.AcroForm.Fields] == [one.objgen for one in fields]
    assert len((await FormDoor().admit(pdf)).pages) == (1 if numbers is BLOCKS else 3)


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """The document's structure in the order in which it is read out."""
    for one in node if isinstance(node, pikepdf.Array) else [node]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            yield from elements(one.get("/K", pikepdf.Array()))


@pytest.mark.rule("PORT-4")
@pytest.mark.parametrize("language", ["de", "en"])
async def test_screen_readers_find_title_headings_terms_tables_and_fields_of_a_form_in_order(language: str) -> None:
    pdf = await form_of(sample_stories(language)[1])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == language
        assert root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert "AU-2026-000042" in about["dc:title"]
        found = list(elements(root.StructTreeRoot.K))
        kinds = [str(one.S) for one in found]
        assert [kinds.count(one) for one in ("/H1", "/H2", "/Table", "/Form")] == [1, 7, 2, 3]
        assert kinds.count("/Lbl") == kinds.count("/LBody") == 14
        assert kinds[-3:] == ["/Form"] * 3
        heads = [one for one in found if str(one.S) == "/TH"]
        assert len(heads) == 8
        assert all(str(head.A[0].Scope) == "/Column" for head in heads)
        keys = list(root.StructTreeRoot.ParentTree.Nums)
        tree = dict(zip(map(int, keys[::2]), keys[1::2], strict=True))
        for field, element in zip(document.pages[-1].Annots, found[-3:], strict=True):
            assert element.K[0].Obj.objgen == field.objgen
            assert tree[int(field.StructParent)].objgen == element.objgen
        assert document.pages[-1].Tabs == "/S"


@pytest.mark.rule("PORT-4")
async def test_a_porting_to_a_site_that_was_there_before_names_it() -> None:
    story = replace(ORDER, body=ORDER.body | {"lines": [ORDER.body["lines"][3]]})
    assert "Lager" not in await text_of("porting-form", story)
    assert "Lager, Rosenstraße" in await text_of("porting-form", story, {UUID(SITE_ID): ("Lager", ADDRESS)})


async def test_the_acknowledgement_lists_what_was_ordered() -> None:
    text = await text_of("order-acknowledgement", ORDER)
    head = ("Auftragseingangsbestätigung", "AU-2026-000042", "AN-2026-000017", "K-204711", "Karla Kundin")
    lines = (
        "Sprachkanal Extended Connect",
        "Verbindungspreisliste National",
        "2,70 €",
        "1.219,90 €",
        "Verschlüsselt (SRTP)",
    )
    for part in head + lines:
        assert part in text


@pytest.mark.rule("QUOTE-2")
async def test_the_quote_says_its_lines_its_price_its_end_and_that_it_is_not_binding() -> None:
    text = await text_of("quote", QUOTE)
    head = ("Angebot AN-2026-000017", "Neubestellung", "36 Monate", "Mittwoch, 23. Dezember 2026", "Karla Kundin")
    lines = (
        "IPfonie Extended Connect SIP-Registrierung 1 1.219,90 € 1.219,90 € 49,00 €",
        "Verbindungspreisliste National 10 2,70 € 27,00 € 0,00 €",
        "Immer so viele wie Sprachkanäle. 10 4,99 € 49,90 € 0,00 €",
        "Summe netto 1.296,80 € 49,00 €",
    )
    said = ("netto, zuzüglich Umsatzsteuer", "unverbindlich", "stimmt dem Text neben dem Knopf zu", "als Nachweis")
    for part in head + lines + said:
        assert part in text, part


@pytest.mark.rule("QUOTE-2", "AMEND-2")
async def test_the_quote_of_a_renewal_names_contract_and_start_and_asks_once_for_what_is_added_only() -> None:
    text = await text_of("quote", sample_amendments("de")["quote of renewal"])
    for part in (
        "Vertragsverlängerung mit Tarifwechsel",
        "Vertrag VT-100234",
        "Beginnt am Freitag, 1. Januar 2027",
        "36 Monate",
        "10 2,70 € 27,00 € 10,00 €",
        "Summe netto 1.296,80 € 10,00 €",
        "was der Vertrag schon enthält, kostet nicht noch einmal",
    ):
        assert part in text, part


@pytest.mark.rule("ORD-2")
@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("quote of termination", "der ganze Vertrag"),
        ("order-acknowledgement of termination", "der Nutzungsstandort Zentrale"),
    ],
)
async def test_a_termination_on_paper_says_what_ends_when_and_the_way_back_and_no_price(name: str, ends: str) -> None:
    text = await text_of(name.split(" ")[0], sample_amendments("de")[name])
    for part in (
        "Betrifft Kündigung",
        "VT-100234",
        ends,
        "Endet um 0 Uhr am Freitag, 1. Januar 2027",
        "zurückgenommen werden",
    ):
        assert part in text, part
    assert "€" not in text


@pytest.mark.parametrize("story", [QUOTE, ORDER, *sample_amendments("de").values()], ids=lambda story: story.sort)
def test_after_the_salutations_comma_a_german_document_goes_on_in_lower_case(story: Story) -> None:
    salutation, opening, *_rest = paper(documents_of(story)[0], story, SETTINGS.house, {}).text
    assert salutation.endswith(",")
    assert opening[0].islower() or opening.startswith("Ihre "), opening


@pytest.mark.parametrize("kind", ["order-acknowledgement", "quote"])
async def test_documents_are_tagged_for_readers_of_screens(kind: str) -> None:
    story = QUOTE if kind == "quote" else ORDER
    reader = PdfReader(io.BytesIO(await pdf_of(paper(kind, story, SETTINGS.house, {}))))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data()


async def test_a_name_in_a_script_that_our_fonts_lack_still_gives_a_document() -> None:
    strange = replace(QUOTE, body=QUOTE.body | {"customer_name": "株式会社 Köln"})
    assert "Köln" in await text_of("quote", strange)
    assert CUSTOMER.split()[0] in await text_of("quote", QUOTE)


@pytest.mark.rule("PORT-4")
def test_only_the_customer_gets_the_form_and_only_of_a_paper_carriers_porting() -> None:
    received = Happening(ORDER.about, "order-acknowledgement", "1", "tests")
    assert attached_to(received, ORDER, CUSTOMER_HIMSELF) == ("porting-form",)
    assert attached_to(received, ORDER, Recipient("approver", "Karla", "k@x.example", "de")) == ()
    assert attached_to(received, ORDER, Recipient("creator", "Petra", "p@x.example", "de")) == ()
    electronic = with_porting(ORDER, donor={"carrier_code": "DEU.ALTNET", "name": "Altnetz"})
    assert attached_to(received, electronic, CUSTOMER_HIMSELF) == ()
    assert documents_of(electronic) == ["order-acknowledgement"]


@pytest.mark.rule("PORT-4")
def test_a_carrier_that_turns_out_to_be_a_paper_carrier_gets_its_form_with_the_mail_that_asks_for_it() -> None:
    story = with_porting(ORDER, donor={"carrier_code": "DEU.GONE", "name": "Altnetz"})
    awaited = Happening(ORDER.about, "signed-form-awaited", "1", "tests", {"porting_id": PORTING["porting_id"]})
    assert attached_to(awaited, story, CUSTOMER_HIMSELF) == ("porting-form",)
    assert attached_to(awaited, ORDER, CUSTOMER_HIMSELF) == ()
    assert documents_of(story, {PORTING["porting_id"]}) == ["order-acknowledgement", "porting-form"]


def test_the_gallery_shows_every_mail_and_document_in_both_languages(tmp_path: Path) -> None:
    names = {path.name for path in hang(tmp_path, SETTINGS)}
    mails = (*TOLD, *VARIANTS)
    kinds = {f"{kind}.{language}.{form}" for kind in mails for language in ("de", "en") for form in ("html", "txt")}
    documents = ("quote", "order-acknowledgement", "porting-form", *sample_amendments("de"))
    papers = {f"{kind}.{language}.pdf" for kind in documents for language in ("de", "en")}
    assert names == kinds | papers | {"index.html"}
