"""What administrators look up: carriers, and what is set for the day-to-day."""

import re

import httpx
import pytest

from tests.portal.conftest import CSRF, Browser
from tests.portal.upstream import Upstream


def words(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


async def in_english(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await client.post("/settings/language", data={"_csrf": CSRF, "_key": "k", "language": "en", "next": "/"})
    return client


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
