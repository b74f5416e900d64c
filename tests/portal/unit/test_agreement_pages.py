"""A contract: what is held, what comes, who changed what, what was held on a day; ending it and taking that back."""

import re

import pytest

from tests.portal.conftest import CSRF, Browser
from tests.portal.upstream import AGREEMENT, ENDING, ENDING_ORDER, QUOTED, RUNNING, SITE, Upstream

DAY = f"/agreements/{RUNNING}/termination/day"
CHECK = f"/agreements/{RUNNING}/termination/check"


def form(**fields: str) -> dict[str, str]:
    return {"_csrf": CSRF, "_key": "key-of-this-form", **fields}


def sent(upstream: Upstream, ending: str) -> list[object]:
    return [json for _, method, path, json in upstream.calls if method == "POST" and path.endswith(ending)]


@pytest.mark.rule("ORD-2", "AMEND-2")
async def test_a_contract_says_what_is_held_and_what_it_becomes(browser: Browser) -> None:
    page = (await browser("petra").get(f"/agreements/{RUNNING}")).text
    assert "Der verlängerte Vertrag beginnt am 01.03.2027" in page
    assert "Ab 01.03.2027" in page
    assert "Business" in page
    assert '<span class="sub">Flex</span>' in page
    assert "Nicht mehr dabei: 2 × Minutenpaket 1000" in page
    assert "12 × Sprachkanal mit SRTP kommt dazu" in page
    assert "Ab 01.03.2025 bis 28.02.2027" in page
    assert "Eine Verlängerung ist schon vereinbart" in page


@pytest.mark.rule("PRICE-1", "AMEND-2")
async def test_buttons_are_those_that_cart_allows(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    upstream.agreements[AGREEMENT]["may"] = {"reorder": True, "renew": True, "sites": True, "terminate": False}
    page = (await client.get(f"/agreements/{AGREEMENT}")).text
    assert f"/agreements/{AGREEMENT}/reorder" in page
    assert f"/agreements/{AGREEMENT}/renewal" in page
    assert f'href="/agreements/{AGREEMENT}/termination"' not in page
    upstream.agreements[AGREEMENT]["may"] = {"reorder": False, "renew": False, "sites": False, "terminate": True}
    page = (await client.get(f"/agreements/{AGREEMENT}")).text
    assert f"/agreements/{AGREEMENT}/reorder" not in page
    assert f'href="/agreements/{AGREEMENT}/termination"' in page


async def test_what_is_held_on_a_day_is_asked_by_the_day(browser: Browser) -> None:
    client = browser("petra")
    then = (await client.get(f"/agreements/{RUNNING}?on=2027-04-01")).text
    assert "Bestand am 01.04.2027" in then
    before = await client.get(f"/agreements/{RUNNING}?on=2020-01-01")
    assert before.status_code == 422
    assert "An diesem Tag gab es den Vertrag noch nicht." in before.text
    assert "Aktueller Bestand" in before.text
    nonsense = await client.get(f"/agreements/{RUNNING}?on=gestern")
    assert "Geben Sie einen Tag an, etwa 31.01.2027." in nonsense.text


async def test_a_contract_shows_also_while_the_catalog_is_away(browser: Browser, upstream: Upstream) -> None:
    upstream.away = {"catalog"}
    page = await browser("petra").get(f"/agreements/{RUNNING}")
    assert page.status_code == 200
    assert "PL-BUSINESS" in page.text


@pytest.mark.rule("ORD-2")
async def test_a_planned_termination_shows_its_day_and_is_taken_back(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    page = (await client.get(f"/agreements/{ENDING}")).text
    assert "Der ganze Vertrag endet am Dienstag, 1. Juni 2027 um 0 Uhr." in page
    assert "Kündigung zurücknehmen" in page
    order = (await client.get(f"/orders/{ENDING_ORDER}")).text
    assert "Kündigung zurücknehmen" in order
    answer = await client.post(f"/orders/{ENDING_ORDER}/reversal", data=form(next=f"/agreements/{ENDING}"))
    assert answer.headers["location"] == f"/agreements/{ENDING}"
    page = (await client.get(f"/agreements/{ENDING}")).text
    assert "Die Kündigung wurde zurückgenommen." in page
    assert "Kündigung zurücknehmen" not in page
    assert "Kündigung zurücknehmen" not in (await client.get(f"/orders/{ENDING_ORDER}")).text


@pytest.mark.rule("ORD-2")
async def test_a_termination_asks_what_and_says_why_not(browser: Browser) -> None:
    page = (await browser("petra").get(f"/agreements/{RUNNING}/termination")).text
    assert "möglich ab 26.12.2026" in page
    bonn = re.search(r'value="site:[^"]*" disabled.*?Lager Bonn.*?</label>', page, re.DOTALL)
    assert bonn
    assert "Warten Sie, bis er abgeschlossen ist." in bonn[0]
    nothing = await browser("petra").get(DAY)
    assert nothing.status_code == 422
    assert '<a href="#what">' in nothing.text


@pytest.mark.rule("ORD-2", "SITE-4")
async def test_a_site_is_ended_with_its_earliest_day_named_and_what_is_lost(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    site = f"site:{SITE}"
    day = (await client.get(DAY, params={"what": site})).text
    assert "Die Kündigungsfrist beträgt 30 Tage." in day
    assert "Samstag, 26. Dezember 2026" in day
    too_early = await client.get(CHECK, params={"what": site, "choice": "other", "effective_on": "2026-12-25"})
    assert too_early.status_code == 422
    assert "frühestens am 26.12.2026" in too_early.text
    no_day = await client.get(CHECK, params={"what": site, "choice": "other"})
    assert '<a href="#effective_on">' in no_day.text
    check = (await client.get(CHECK, params={"what": site, "choice": "earliest"})).text
    assert "Freitag, 25. Dezember 2026" in check
    assert "0221 47110 00–99" in check
    assert not sent(upstream, "/terminations")
    fields = form(what=site, effective_on="2026-12-26", step="order")
    placed = await client.post(f"/agreements/{RUNNING}/termination", data=fields)
    assert placed.headers["location"] == f"/orders/{ENDING_ORDER}"
    assert sent(upstream, "/terminations") == [{"subject": "site", "site_id": SITE, "effective_on": "2026-12-26"}]


@pytest.mark.rule("ORD-2", "SITE-4")
async def test_of_numbers_the_blocks_are_chosen(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    numbers = f"numbers:{SITE}"
    which = await client.get(DAY, params={"what": numbers})
    assert "Welche Rufnummern von Zentrale Köln?" in which.text
    assert "Ein Anbieterwechsel läuft." in which.text
    none = await client.get(DAY, params={"what": numbers, "chosen": "1"})
    assert '<a href="#block">' in none.text
    block = "221/47110/00/99"
    assert "Wann soll es enden?" in (await client.get(DAY, params={"what": numbers, "block": block})).text
    fields = form(what=numbers, block=block, effective_on="2027-01-31", step="order")
    await client.post(f"/agreements/{RUNNING}/termination", data=fields)
    assert sent(upstream, "/terminations") == [
        {
            "subject": "numbers",
            "site_id": SITE,
            "numbers": [{"area_code": "221", "stem": "47110", "extension_from": "00", "extension_to": "99"}],
            "effective_on": "2027-01-31",
        }
    ]


@pytest.mark.rule("QUOTE-5", "ORD-2")
async def test_a_whole_contract_goes_to_the_customer_for_consent(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    check = (await client.get(CHECK, params={"what": "agreement", "choice": "earliest"})).text
    assert "Der Kunde muss zustimmen." in check
    assert 'value="order"' not in check
    fields = form(what="agreement", effective_on="2027-03-01", step="quote", name="Vera", email="vera@firma.de")
    answer = await client.post(f"/agreements/{RUNNING}/termination", data=fields)
    assert answer.headers["location"] == f"/carts/{QUOTED}"
    assert sent(upstream, "/terminations/quote") == [
        {
            "subject": "agreement",
            "effective_on": "2027-03-01",
            "recipient": {"name": "Vera", "email": "vera@firma.de", "language": "de"},
        }
    ]
    wrong = await client.post(f"/agreements/{RUNNING}/termination", data=fields | {"email": "vera"})
    assert '<a href="#email">' in wrong.text


@pytest.mark.rule("ORD-2")
async def test_a_refusal_says_why_and_what_helps(browser: Browser) -> None:
    fields = form(what=f"site:{SITE}", effective_on="2027-12-24", step="order")
    page = await browser("petra").post(f"/agreements/{RUNNING}/termination", data=fields)
    assert page.status_code == 422
    assert "Der letzte Standort. Erst einen neuen." in page.text


@pytest.mark.rule("SITE-4")
async def test_the_ways_out_of_a_wrong_site_end_it_digitally(browser: Browser) -> None:
    page = (await browser("petra").get(f"/trunks/{AGREEMENT}/sites/{SITE}/correct")).text
    assert f"/agreements/{AGREEMENT}/termination/day?what=site:{SITE}" in page
    assert f"/agreements/{AGREEMENT}/termination/day?what=numbers:{SITE}" in page


@pytest.mark.rule("ORD-2")
async def test_order_and_trunk_name_the_site_that_ends(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    ends = {"subject": "site", "site_id": SITE, "numbers": [], "effective_on": "2027-06-01"}
    line = upstream.orders[ENDING_ORDER]["lines"][0]
    line |= {"agreement_id": RUNNING, "termination": ends}
    order = (await client.get(f"/orders/{ENDING_ORDER}")).text
    assert re.search(r"Was endet</h2>.*Zentrale Köln", order, re.DOTALL)
    upstream.planned = [{"order_id": ENDING_ORDER, "order_number": "B-2026-0820", **ends}]
    trunk = (await client.get(f"/trunks/{RUNNING}")).text
    assert "endet am 01.06.2027" in trunk
    assert "Der Standort Zentrale Köln endet am Dienstag, 1. Juni 2027 um 0 Uhr." in trunk
