"""Who belongs to a company, as far as he has logged in."""

import re

import httpx
import pytest

from devstack.login.people import LOGINS, party_id
from portal.adapters.memory import MemoryStore
from portal.application.ports import Member
from tests.portal.conftest import CSRF, Browser
from tests.portal.samples import NOW
from tests.portal.upstream import Upstream


def member(name: str, party: str, role: str) -> Member:
    subject = name.split()[0].lower()
    return Member(subject, name, f"{subject}@{party}.example", role, party_id(party), NOW)


async def fill(store: MemoryStore) -> None:
    for one in LOGINS:
        if one.party:
            await store.members.seen(member(one.name, one.party, one.role))
    await store.members.seen(member("Paul Partner", "nordlicht", "partner"))


def words(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


@pytest.mark.rule("TEN-1", "TEN-2")
async def test_a_partner_sees_his_colleagues_and_those_of_his_sub_partners(
    browser: Browser, store: MemoryStore
) -> None:
    await fill(store)
    page = words(await browser("petra").get("/team"))
    nordlicht, kuestennetz = page.split("Küstennetz GmbH")
    for told in (
        "Nordlicht Telekom GmbH",
        "Paul Partner Mandant",
        "Petra Nordmann Sie Mandant",
        "23.11.2026, 10:30 Uhr",
    ):
        assert told in nordlicht
    assert "Sven Küster Submandant" in kuestennetz
    for foreign in ("Maria Südhof", "Karl Jäger"):
        assert foreign not in page


@pytest.mark.rule("TEN-1", "TEN-2")
async def test_sub_partner_and_customer_see_their_own_company_only(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    await fill(store)
    upstream.partners = upstream.partners[1:]
    page = words(await browser("sven").get("/team"))
    assert "Sven Küster Sie Submandant" in page
    assert "Petra" not in page
    page = words(await browser("karl").get("/team"))
    assert "Karl Jäger Sie Kunde" in page
    assert "Ina Einkauf" in page, "the contacts in the CRM"
    assert "Sven" not in page
    for staff in ("olga", "anton"):
        assert (await browser(staff).get("/team")).status_code == 403


async def test_who_logs_in_is_on_the_team_from_then_on(browser: Browser) -> None:
    client = browser("")
    to_provider = await client.get("/login")
    state = re.search(r"state=([\w-]+)", to_provider.headers["location"])
    assert state
    await client.get("/login/done", params={"code": "petra", "state": state[1]})
    assert "Petra Nordmann Sie Mandant petra@nordlicht.example" in words(await client.get("/team"))


async def test_the_team_page_in_english_without_anybody_and_without_cart(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    await client.post("/settings/language", data={"_csrf": CSRF, "_key": "k", "language": "en", "next": "/"})
    page = words(await client.get("/team"))
    assert "Nobody has logged in yet" in page
    upstream.away = {"cart"}
    page = words(await client.get("/team"))
    assert "Your company" in page
    assert "Part of the system does not answer right now." in page
