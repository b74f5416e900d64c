"""Filters of a list, kept by a person for himself."""

import re

import httpx
import pytest

from devstack.demo.client import hidden_fields
from portal.adapters.memory import MemoryStore
from tests.portal.conftest import Browser
from tests.portal.unit.test_pages import form

LISTS = {
    "/customers": "kind=prospect",
    "/carts": "q=j%C3%A4ger&state=expired",
    "/orders": "status=awaiting",
    "/agreements": "family=trunk",
    "/trunks": "q=0221",
    "/portings": "state=confirmed",
}


def kept_in(page: httpx.Response) -> list[tuple[str, str]]:
    """Address and name of each view that the page offers."""
    assert page.status_code == 200
    nav = re.search(r'<nav class="actions" aria-label="Gemerkte Ansichten">(.*?)</nav>', page.text, re.DOTALL)
    found = re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', nav[1]) if nav else []
    return [(path.replace("&amp;", "&"), name) for path, name in found]


async def keep(client: httpx.AsyncClient, path: str, query: str, name: str) -> httpx.Response:
    page = (await client.get(f"{path}?{query}")).text
    return await client.post("/views", data=hidden_fields(page.split('action="/views"')[1]) | {"name": name})


@pytest.mark.parametrize(("path", "query"), LISTS.items())
async def test_filters_are_kept_under_a_name_and_found_again_until_removed(
    browser: Browser, path: str, query: str
) -> None:
    client = browser("petra")
    assert "Diese Filter merken" not in (await client.get(path)).text
    answer = await keep(client, path, f"cursor=1&{query}&unset=", "Meine <Woche>")
    assert answer.headers["location"] == f"{path}?{query}"
    assert kept_in(await client.get(path)) == [(f"{path}?{query}", "Meine &lt;Woche&gt;")]
    page = await client.get(f"{path}?{query}")
    assert 'aria-current="page">Meine &lt;Woche&gt;' in page.text
    assert "Diese Filter merken" not in page.text
    gone = await client.post("/views/remove", data=hidden_fields(page.text.split('action="/views/remove"')[1]))
    assert gone.headers["location"] == path
    assert kept_in(await client.get(path)) == []


async def test_a_view_is_his_who_kept_it_and_of_its_list_only(browser: Browser) -> None:
    client = browser("petra")
    await keep(client, "/orders", "status=awaiting", "Offen")
    await keep(client, "/orders", "status=failed", "Offen")
    assert kept_in(await client.get("/orders")) == [("/orders?status=failed", "Offen")]
    assert kept_in(await client.get("/carts")) == []
    assert kept_in(await browser("olga").get("/orders")) == []


async def test_what_is_no_view_of_a_list_is_refused(browser: Browser, store: MemoryStore) -> None:
    client = browser("petra")
    for fields, status in (
        ({"path": "//evil.example", "query": "q=1", "name": "x"}, 404),
        ({"path": "/tasks/1", "query": "q=1", "name": "x"}, 404),
        ({"path": "/orders", "query": "", "name": "x"}, 422),
        ({"path": "/orders", "query": "cursor=1", "name": "x"}, 422),
        ({"path": "/orders", "query": "q=1", "name": " \0 "}, 422),
        ({"path": "/orders", "query": "q=" + "x" * 2000, "name": "x"}, 422),
    ):
        assert (await client.post("/views", data=form(**fields))).status_code == status
    assert store.views.kept == {}
    for number in range(20):
        await client.post("/views", data=form(path="/orders", query=f"q={number}", name=f"Nr. {number}"))
    full = await client.post("/views", data=form(path="/orders", query="q=20", name="Nr. 20"))
    assert full.status_code == 409
    assert "Entfernen Sie zuerst eine davon." in full.text
    changed = await client.post("/views", data=form(path="/orders", query="q=x", name="Nr. 3"))
    assert changed.headers["location"] == "/orders?q=x"
