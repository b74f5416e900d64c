"""The porting wizard: what people type, what they are told of it, and what goes to cart (PORT-1 to PORT-4)."""

import html

import pytest

from portal.domain.typed_numbers import MOST_ENTRIES, entries_in, entry_of_row, numbers_of
from tests.portal.conftest import Browser
from tests.portal.unit.test_pages import form
from tests.portal.upstream import AGREEMENT, CENTRAFLEX, CORRECTABLE, PORTING_CART, QUOTED, SITE, Upstream

TRUNK, CONTRACT = f"/trunks/{AGREEMENT}/porting", f"/agreements/{CENTRAFLEX}/porting"
TYPED = {
    "site_id": SITE,
    "donor_name": "Deutsche Telekom",
    "subscriber_name": "Jäger Logistik GmbH",
    "numbers": "0221 4711123\n0221 99887 00-99",
    "requested_on": "2027-01-12",
    "case": "VA-KUE-MRN",
    "window": "ZF2",
}
HOLDER = {
    "holder_street": "Hohe Straße",
    "holder_house_number": "12",
    "holder_addition": "b",
    "holder_postcode": "50667",
    "holder_town": "Köln",
}


@pytest.mark.rule("PORT-1")
@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("0221 4711123", ["0221 4711123"]),
        ("0221-4711123", ["0221 4711123"]),
        ("0221/4711-123", ["0221 4711123"]),
        ("+49 (0)221 47 11 123", ["0221 4711123"]),
        ("0049 221 4711123", ["0221 4711123"]),
        ("0221 479 00-99", ["0221 479 00-99"]),
        ("0221/479-0 bis -99", ["0221 479 00-99"]),
        ("(0221) 479 0–9", ["0221 479 0-9"]),
        ("0221 479-00 bis 0221 479-99", ["0221 479 00-99"]),
        ("+49 221 47900 – +49 221 47999", ["0221 479 00-99"]),
        ("0221 47900-47999", ["0221 479 00-99"]),
        ("0221 4711 10-29", ["0221 47111 0-9", "0221 47112 0-9"]),
        ("0221 4711128 - 4711131", ["0221 4711128", "0221 4711129", "0221 4711130", "0221 4711131"]),
        ("0221 4711123, 0221 4711124; 0221 4711125", ["0221 4711123", "0221 4711124", "0221 4711125"]),
        ("Vorwahl;Stamm;von;bis\n0221;479;00;99\n221\t4812\t0\t9", ["0221 479 00-99", "0221 4812 0-9"]),
    ],
)
def test_numbers_are_understood_however_people_write_them(typed: str, understood: list[str]) -> None:
    entries = entries_in(typed, "221")
    assert [entry.fault for entry in entries if entry.fault] == []
    assert [str(block) for entry in entries for block in entry.blocks] == understood


@pytest.mark.rule("PORT-1")
@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("hallo", "not-a-number"),
        ("0221", "not-a-number"),
        ("4711123", "lacks-area-code"),
        ("0170 1234567", "no-such-area-code"),
        ("030 1234567", "other-area-code"),
        ("0221 99887 00-9", "not-a-range"),
        ("0221 479-0", "only-main-number"),
        ("0221 10000000-19999998", "not-a-range"),
        ("0221 0471112", "not-a-number-block"),
        ("0221 " + "4" * 80, "not-a-number"),
    ],
)
def test_what_is_not_understood_says_why_and_how_to_write_it(typed: str, why: str) -> None:
    (entry,) = entries_in(typed, "221")
    assert entry.fault is not None
    assert (entry.fault.code, bool(entry.fault.remedy), entry.blocks) == (why, True, ())


@pytest.mark.rule("PORT-1")
def test_a_number_that_lies_in_an_earlier_line_is_named_with_it_whichever_is_larger() -> None:
    first, second, third = entries_in("0221 479 00-99\n0221 47912\n0221 47 000-999", "221")
    assert first.fault is None
    assert second.fault is not None
    assert third.fault is not None
    assert second.fault.params["other"] == third.fault.params["other"] == "0221 479 00-99"


def test_a_fault_of_a_row_leads_back_to_its_line() -> None:
    entries = entries_in("0221 4711 10-29\nhallo\n0221 555", "221")
    assert [one["stem"] for one in numbers_of(entries)] == ["47111", "47112", "555"]
    assert [entry_of_row(entries, row) for row in range(3)] == [0, 0, 2]
    assert entry_of_row(entries, 99) == 0


def test_a_contract_without_sites_takes_any_area_code_and_no_text_is_too_long_to_read() -> None:
    assert [str(one.blocks[0]) for one in entries_in("030 1234567\n02236 4321", None)] == ["030 1234567", "02236 4321"]
    assert len(entries_in("0221 1\n" * 5000, "221")) == MOST_ENTRIES


@pytest.mark.rule("PORT-3")
async def test_a_porting_that_cannot_be_corrected_is_quoted_anew_with_its_particulars(browser: Browser) -> None:
    client = browser("petra")
    page = (await client.get(f"/carts/{PORTING_CART}")).text
    assert f'href="/agreements/{AGREEMENT}/porting?like={PORTING_CART}"' in page
    assert f'action="/carts/{PORTING_CART}/copy"' not in page
    filled = (await client.get(f"/agreements/{AGREEMENT}/porting?like={PORTING_CART}")).text
    for part in (
        f'action="{TRUNK}"',
        f'value="{SITE}" checked',
        'name="donor_other" value="on" checked',
        'value="Stadtnetz Musterstadt"',
        'value="VA-RRNP" checked',
        'value="2026-12-10"',
        "0221 9988 00–99\n0221 12345</textarea>",
        'name="all_numbers" value="on" checked',
        'value="Hohe Straße"',
        'value="karl@jaeger-logistik.example"',
    ):
        assert part in filled, part
    fields = {"subscriber_name": "Jäger", "site_id": SITE, "donor_other": "on", "donor_name": "Stadtnetz"}
    typed = {"numbers": "0221 9988 00–99\n0221 12345", "requested_on": "2026-12-10", "step": "check"}
    checked = await client.post(TRUNK, data=form(**fields, **typed))
    assert checked.status_code == 200, "what is filled in can be sent as it is"


@pytest.mark.rule("PORT-3", "PORT-7")
async def test_a_refused_request_is_made_anew_as_the_donor_has_it_without_what_has_moved(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    page = html.unescape((await client.get(f"{TRUNK}?again={CORRECTABLE}")).text)
    assert 'id="holder_street" name="holder_street" type="text" value="Hohe Str."' in page
    assert "der Anbieter hat „Hohe Str.“ statt „Hohe Straße“" in page
    assert "0221 12345</textarea>" in page
    assert "0221 9988 00" not in page.split("<textarea")[-1].split("</textarea>")[0]
    assert 'id="numbers-note"' in page
    assert "8103 Rufnummer nicht geschaltet Prüfen Sie die Rufnummer. 0221 12345" in page
    assert 'value="VA-RRNP" checked' in page
    assert f'name="replaces" value="{CORRECTABLE}"' in page
    fields = TYPED | HOLDER | {"numbers": "0221 12346", "replaces": CORRECTABLE, "step": "place", "order_key": "r1"}
    await client.post(TRUNK, data=form(**fields))
    sent = next(json for _, method, url, json in upstream.calls if method == "POST" and url.endswith("/portings"))
    assert sent["replaces"] == CORRECTABLE
    assert sent["subscriber"]["address"]["addition"] == "b"


@pytest.mark.rule("PORT-1", "PORT-2", "PORT-3")
async def test_a_porting_is_checked_and_then_goes_out_as_a_quote(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    check = (await client.post(TRUNK, data=form(**TYPED))).text
    assert "0221 99887 00–99" in check
    assert "Blöcke: 1, Einzelrufnummern: 1" in check
    assert "wird in 2 Vorabstimmungen angefragt: Die erste beendet den Vertrag dort" in check
    answer = await client.post(TRUNK, data=form(**TYPED, step="place", order_key="p1"))
    assert answer.headers["location"] == f"/carts/{QUOTED}"
    sent = next(json for _, method, url, json in upstream.calls if method == "POST" and url.endswith("/portings"))
    assert sent["donor"] == {"carrier_code": "DEU.DTAG", "name": "Deutsche Telekom"}
    assert sent["numbers"][1] == {"area_code": "221", "stem": "99887", "extension_from": "00", "extension_to": "99"}
    assert sent["site_id"] == SITE


@pytest.mark.rule("PORT-1")
async def test_a_contract_can_move_while_no_number_does(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert "Er endet, und keine Rufnummer zieht um" in (await client.get(TRUNK)).text
    fields = TYPED | {"case": "VA-KUE-ORN", "numbers": "", "all_numbers": "on"}
    check = (await client.post(TRUNK, data=form(**fields))).text
    assert "endet, und mit ihm seine Rufnummern: keine zieht um" in check
    assert "nur Inhaber und Adresse" in check
    await client.post(TRUNK, data=form(**fields, step="place", order_key="p1"))
    sent = next(json for _, method, url, json in upstream.calls if method == "POST" and url.endswith("/portings"))
    assert (sent["case"], sent["numbers"], sent["all_numbers"]) == ("VA-KUE-ORN", [], False)
    edited = (await client.post(TRUNK, data=form(**fields, step="edit"))).text
    assert 'value="VA-KUE-ORN" checked' in edited
    assert edited.count('name="case"') == 3
    assert 'value="VA-KUE-MRN" checked' not in edited
    none = await client.post(TRUNK, data=form(**TYPED | {"numbers": ""}))
    assert none.status_code == 422


@pytest.mark.rule("PORT-1")
async def test_what_cart_warns_of_is_shown_before_the_quote_goes_out(browser: Browser) -> None:
    page = (await browser("petra").post(TRUNK, data=form(**TYPED | {"numbers": "0221 888123"}))).text
    assert "Angebot A-1 fragt sie auch an. Ziehen Sie es zurück." in page


@pytest.mark.rule("PORT-1")
async def test_what_cart_refuses_stands_beside_the_line_it_concerns(browser: Browser) -> None:
    fields = TYPED | {"numbers": "0221 4711 10-29\n0221 999123"}
    answer = await browser("petra").post(TRUNK, data=form(**fields))
    assert answer.status_code == 422
    row = answer.text.split('<ol class="rows"')[1].split("<li")[2]
    assert row.startswith(' class="faulty">')
    assert "0221 999123 ist schon bei uns. Nehmen Sie sie aus der Liste." in row
    assert '<a href="#numbers">0221 999123 ist schon bei uns.</a> Nehmen Sie sie aus der Liste.' in answer.text


@pytest.mark.rule("PORT-1")
async def test_what_is_typed_is_shown_as_it_was_understood_while_it_is_typed(browser: Browser) -> None:
    typed = "\n".join(f"0221 4711{nth} 0-9" for nth in range(10, 21)) + "\nhallo"
    shown = (await browser("petra").post(f"{TRUNK}/numbers", data=form(site_id=SITE, numbers=typed))).text
    assert "Blöcke: 11, Einzelrufnummern: 0" in shown
    assert "Rufnummern insgesamt: 110" in shown
    assert "wird in 3 Vorabstimmungen angefragt" in shown
    assert "eine Zeile braucht einen Blick" in shown
    assert "„hallo“ ist keine Rufnummer, die wir verstehen." in shown
    on_paper = form(site_id=SITE, numbers=typed, donor_other="on")
    assert "Vorabstimmung" not in (await browser("petra").post(f"{TRUNK}/numbers", data=on_paper)).text


@pytest.mark.rule("PORT-4")
async def test_sonstige_asks_for_the_name_and_explains_the_form(browser: Browser) -> None:
    client = browser("petra")
    assert "unterschreibt es und sendet es zurück" in (await client.get(TRUNK)).text
    page = await client.post(TRUNK, data=form(**TYPED | {"donor_other": "on", "donor_name": ""}))
    assert '<a href="#donor_name">' in page.text
    check = await client.post(TRUNK, data=form(**TYPED | {"donor_other": "on", "donor_name": "Dorfnetz"}))
    assert "nicht elektronisch: wartet auf das unterschriebene Formular" in check.text


@pytest.mark.rule("PORT-4")
async def test_a_provider_that_is_not_in_the_list_is_asked_about_with_those_of_similar_name(browser: Browser) -> None:
    page = await browser("petra").post(TRUNK, data=form(**TYPED | {"donor_name": "Deutsche Telecom"}))
    assert page.status_code == 422
    assert "„Deutsche Telecom“ steht nicht in der Liste." in page.text
    assert "Meinten Sie: Deutsche Telekom?" in page.text


@pytest.mark.rule("PORT-1")
async def test_the_first_day_that_leaves_the_provider_time_is_suggested(browser: Browser) -> None:
    page = (await browser("petra").get(f"{TRUNK}?site={SITE}")).text
    assert 'name="requested_on" type="date" value="2026-12-10"' in page
    assert "Frühestens möglich: 07.12.2026" in page


@pytest.mark.rule("PORT-1")
async def test_centraflex_numbers_are_ported_to_the_contract_itself(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert f'href="{CONTRACT}"' in (await client.get(f"/agreements/{CENTRAFLEX}")).text
    page = (await client.get(CONTRACT)).text
    assert 'name="site_id"' not in page
    assert f'action="{CONTRACT}"' in page
    fields = TYPED | {"numbers": "0221 4711123\n030 99887 00-99"}
    without = await client.post(CONTRACT, data=form(**fields))
    assert '<a href="#holder_street">' in without.text
    check = await client.post(CONTRACT, data=form(**fields, **HOLDER))
    assert "die Rufnummern gehören zum Vertrag" in check.text
    await client.post(CONTRACT, data=form(**fields, **HOLDER, step="place", order_key="c1"))
    sent = next(json for _, method, url, json in upstream.calls if method == "POST" and url.endswith("/portings"))
    assert ("site" in sent, "site_id" in sent, sent["subscriber"]["address"]["town"]) == (False, False, "Köln")
    assert [one["area_code"] for one in sent["numbers"]] == ["221", "30"]
