"""Renewing a contract with a tariff change, and ordering more on it."""

import re

import httpx
import pytest

from devstack.demo.client import hidden_fields
from tests.portal.conftest import CSRF, Browser
from tests.portal.upstream import AGREEMENT, DUE, JAEGER, PRICE_LISTS, RENEWAL, RUNNING, Upstream


def form(**fields: str) -> dict[str, str]:
    return {"_csrf": CSRF, "_key": "key-of-this-form", **fields}


def version_in(page: httpx.Response) -> str:
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found
    return found[1]


@pytest.mark.rule("AMEND-2", "PRICE-2")
async def test_a_renewal_asks_for_term_and_start_and_makes_the_cart(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    page = (await client.get(f"/agreements/{DUE}/renewal")).text
    assert "Nach der laufenden Laufzeit" in page
    assert "ab Montag, 1. März 2027" in page
    assert "Mit dem nächsten Monat" in page
    answer = await client.post(f"/agreements/{DUE}/renewal", data=form(term="36", starts="next_month"))
    made = next(json for _, method, path, json in upstream.calls if method == "POST" and path == "/carts")
    assert made == {
        "customer_id": JAEGER,
        "business_case": "renewal_with_tariff_change",
        "agreement_id": DUE,
        "term_months": 36,
        "starts": "next_month",
    }
    cart = (await client.get(answer.headers["location"])).text
    assert "Verlängerung von Vertrag V-700126" in cart
    assert "01.12.2026" in cart


async def test_a_renewal_without_a_term_is_asked_again(browser: Browser) -> None:
    page = await browser("petra").post(f"/agreements/{DUE}/renewal", data=form(starts="after_term"))
    assert page.status_code == 422
    assert '<a href="#term">' in page.text


@pytest.mark.rule("AMEND-2")
async def test_a_contract_with_a_renewal_agreed_says_when_the_next_is_possible(browser: Browser) -> None:
    page = (await browser("petra").get(f"/agreements/{RUNNING}/renewal")).text
    assert "Eine Verlängerung ist schon vereinbart" in page
    assert "Weiter zum Warenkorb" not in page


@pytest.mark.rule("AMEND-2", "KOMBI-1")
async def test_the_cart_of_a_renewal_shows_old_beside_new(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    line = next(one for one in upstream.carts[RENEWAL]["lines"] if one["category"] == "minute_package")
    line |= {"quantity": 5, "held_quantity": 2, "monthly": "8.00", "one_time": "1.00", "one_time_total": "3.00"}
    page = (await client.get(f"/carts/{RENEWAL}")).text
    assert re.search(r"bisher 2, je 9,00\xa0€\s*→ 8,00\xa0€", page)
    assert "nur für 3 zusätzliche" in page
    assert "Kombi-Preis; ohne Kombi 3,90\xa0€" in page


@pytest.mark.rule("PRICE-2", "AMEND-2")
async def test_another_channel_takes_the_place_of_the_one_held(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    page = await client.get(f"/carts/{RENEWAL}")
    old = next(one for one in upstream.carts[RENEWAL]["lines"] if one["category"] == "voice_channel")
    exchange = hidden_fields(page.text.split('id="channel"')[1].split("</form>")[0])
    wanted = {"offering": "CHANNEL-KOMBI-SRTP", "quantity": "12", "price_list": "PL-FLEX"}
    await client.post(f"/carts/{RENEWAL}/change", data=exchange | wanted)
    written = [call[1:] for call in upstream.calls if call[1] != "GET"]
    assert written == [("PATCH", f"/carts/{RENEWAL}/lines/{old['line_id']}", wanted | {"quantity": 12})]
    channels = [one for one in upstream.carts[RENEWAL]["lines"] if one["category"] == "voice_channel"]
    assert [(one["offering"], one["quantity"], one["price_list"]) for one in channels] == [
        ("CHANNEL-KOMBI-SRTP", 12, "PL-FLEX")
    ]
    assert re.search(
        r"Künftig nicht mehr:</strong> 10 × Sprachkanal Kombi", (await client.get(f"/carts/{RENEWAL}")).text
    )


@pytest.mark.rule("PRICE-1", "PRICE-2")
async def test_with_another_channel_the_price_list_stays_unless_another_is_chosen(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in PRICE_LISTS[1:]:
        monkeypatch.setitem(one, "orderability", "discontinued")
    page = (await browser("petra").get(f"/carts/{RENEWAL}")).text
    offered = page.split('id="channel-list"')[1].split("</select>")[0]
    assert re.findall(r'value="([A-Z-]+)"', offered) == ["PL-STANDARD", "PL-BUSINESS"]
    assert re.findall(r'value="([A-Z-]+)" selected', offered) == ["PL-BUSINESS"]


@pytest.mark.rule("AMEND-2")
async def test_the_start_is_chosen_in_the_cart(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    page = await client.get(f"/carts/{RENEWAL}")
    sent = form(change="starts", starts="next_month", version=version_in(page))
    await client.post(f"/carts/{RENEWAL}/change", data=sent)
    assert upstream.carts[RENEWAL]["starts"] == "next_month"


@pytest.mark.rule("AMEND-1", "MIN-1", "UM-1", "FLAT-3")
async def test_a_reorder_offers_what_may_be_added_and_says_why_not_the_rest(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    page = (await client.get(f"/agreements/{DUE}/reorder")).text
    assert set(re.findall(r'name="more-([A-Z0-9-]+)"', page)) == {"CHANNEL-KOMBI", "MIN-1000", "UM"}
    assert "endet mit dem Vertrag am 28.02.2027" in page
    assert "Business, wie im Vertrag" in page
    assert "SRTP gibt es nur mit einer Verlängerung" in page
    assert "Kombi-Preis, wie im Vertrag." in page
    assert "Flatrate nationales Festnetz: so viele, wie dazukommen" in page
    nothing = await client.post(f"/agreements/{DUE}/reorder", data=form(**{"more-UM": "0"}))
    assert nothing.status_code == 422
    fields = {"more-CHANNEL-KOMBI": "5", "more-UM": "1", "more-TENGO-STD": "3"}
    answer = await client.post(f"/agreements/{DUE}/reorder", data=form(**fields))
    lines = [json for _, method, path, json in upstream.calls if method == "POST" and path.endswith("/lines")]
    assert lines == [{"offering": "CHANNEL-KOMBI", "quantity": 5}, {"offering": "UM", "quantity": 1}]
    cart = (await client.get(answer.headers["location"])).text
    assert "Nachbestellung zu Vertrag V-700126" in cart
    assert 'value="MIN-1000"' in cart
    assert 'value="QDSL-PRO"' not in cart


@pytest.mark.rule("MIN-1")
async def test_a_minute_package_the_contract_lacks_is_not_offered(browser: Browser) -> None:
    page = (await browser("petra").get(f"/agreements/{AGREEMENT}/reorder")).text
    assert "more-MIN-1000" not in page
    assert "more-CHANNEL" in page
