"""What administrators look up: carriers, and what is set for the day-to-day."""

import re
from importlib import import_module

import httpx
import pytest

from portal.domain.everyday import EVERYDAY
from tests.portal.conftest import CSRF, Browser
from tests.portal.upstream import Upstream


def words(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


async def in_english(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await client.post("/settings/language", data={"_csrf": CSRF, "_key": "k", "language": "en", "next": "/"})
    return client


@pytest.fixture
def four_eyes() -> frozenset[str]:
    return frozenset({"porting.release"})


@pytest.mark.rule("TEN-1")
async def test_settings_are_read_in_words_with_the_variable_that_changes_them(
    browser: Browser, upstream: Upstream
) -> None:
    page = words(await browser("anton").get("/settings"))
    for told in (
        "Gültigkeit eines Angebots QUOTE_DAYS 30 Tage",
        "Quarantäne aufgegebener Rufnummern QUARANTINE_DAYS 90 Tage",
        "Vorlauf einer Warnung vor einer Frist WARN_DAYS 1 Arbeitstag ",
        "Unterschriebene Formulare gehen an FORM_RETURN_ADDRESS a@b.example",
        "FOUR_EYES_ACTS Portierung freigeben",
    ):
        assert told in page, told
    english = words(await (await in_english(browser("anton"))).get("/settings"))
    assert "Rest of released numbers QUARANTINE_DAYS 90 days" in english
    upstream.away, upstream.closed = {"cart"}, {"provisioning"}
    page = words(await browser("anton").get("/settings"))
    assert "antwortet gerade nicht" in page
    assert "WARN_DAYS 1 Arbeitstag" in page
    assert "QUARANTINE_DAYS" not in page
    for who in ("petra", "karl", "olga"):
        assert (await browser(who).get("/settings")).status_code == 403


@pytest.mark.parametrize("name", ["cart", "provisioning", "porting"])
def test_every_setting_shown_is_one_that_its_service_tells(name: str) -> None:
    told = import_module(f"{name}.main").service
    assert [one.name for one in EVERYDAY[name][1]] == list(told.everyday)
    assert set(told.everyday) <= set(told.settings.model_fields)


@pytest.mark.rule("PORT-4", "PORT-5", "TEN-1")
async def test_carriers_say_who_is_electronic_and_that_all_others_take_paper(
    browser: Browser, upstream: Upstream
) -> None:
    page = words(await browser("anton").get("/carriers"))
    assert "Deutsche Telekom DEU.DTAG elektronisch" in page
    assert "Vodafone erfunden DEU.VFDE elektronisch" in page
    assert "– auf Papier" in page
    assert "Every other carrier" in words(await (await in_english(browser("anton"))).get("/carriers"))
    upstream.carriers.clear()
    assert "Kein elektronischer Anbieter" in words(await browser("anton").get("/carriers"))
    upstream.away = {"porting"}
    away = words(await browser("anton").get("/carriers"))
    assert "antwortet gerade nicht" in away
    assert "Kein elektronischer Anbieter" not in away
    for who in ("petra", "karl", "olga"):
        assert (await browser(who).get("/carriers")).status_code == 403
