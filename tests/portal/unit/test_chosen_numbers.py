"""Whoever orders new numbers may choose them before (SITE-3)."""

from typing import Any

import httpx
import pytest

from tests.portal.conftest import Browser
from tests.portal.number_answers import RESERVATION
from tests.portal.unit.test_number_pages import send
from tests.portal.unit.test_pages import SITE_FIELDS
from tests.portal.upstream import AGREEMENT, ORDER, SITE, Upstream

NEW_SITE = f"/trunks/{AGREEMENT}/new-site/numbers"
MORE = f"/trunks/{AGREEMENT}/sites/{SITE}/numbers"
KEPT = {"reservation_id": RESERVATION}


def ordered(upstream: Upstream) -> list[Any]:
    return [body for part, _, path, body in upstream.calls if part == "cart" and path.endswith(("/sites", "/numbers"))]


def given_up(upstream: Upstream) -> list[str]:
    return [path for _, _, path, _ in upstream.calls if path.endswith("/give-up")]


async def site_step(client: httpx.AsyncClient, step: str, **more: str) -> str:
    return (await send(client, NEW_SITE, **(SITE_FIELDS | {"step": step} | more))).text


@pytest.mark.rule("SITE-3", "QUOTE-5")
async def test_a_new_site_gets_the_numbers_that_were_chosen(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert "Rufnummern aussuchen" in await site_step(client, "")
    found = await site_step(client, "choose", containing="90 00")
    assert ("GET", "/number-pools/221/free") in [(method, path) for _, method, path, _ in upstream.calls]
    assert 'value="221/479000/2"' in found
    assert 'name="site_name" value="Lager Köln"' in found
    check = await site_step(client, "keep", block="221/479000/2")
    [kept] = [body for _, _, path, body in upstream.calls if path == "/reservations"]
    assert kept["block"]["stem"] == "479000"
    assert "Von Ihnen ausgesucht, reserviert bis" in check
    assert f'name="reservation_id" value="{RESERVATION}"' in check
    placed = await send(client, NEW_SITE, **SITE_FIELDS, **KEPT, step="place", order_key="o1")
    assert placed.headers["location"] == f"/orders/{ORDER}"
    assert [one["reservation_id"] for one in ordered(upstream)] == [RESERVATION]


@pytest.mark.rule("SITE-3")
async def test_another_choice_or_none_frees_what_was_kept(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    await site_step(client, "keep", block="221/479001/2", **KEPT)
    assert given_up(upstream) == [f"/reservations/{RESERVATION}/give-up"]
    check = await site_step(client, "any", **KEPT)
    assert len(given_up(upstream)) == 2
    assert "Von Ihnen ausgesucht" not in check
    assert RESERVATION not in check


@pytest.mark.rule("SITE-3")
async def test_what_is_not_kept_any_more_is_said_and_nothing_is_ordered_in_its_place(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    upstream.pools.taken = True
    assert "Der Block ist nicht mehr frei." in await site_step(client, "keep", block="221/479000/2")
    upstream.pools.lapsed = True
    assert "sind nicht mehr reserviert" in await site_step(client, "", **KEPT)
    page = await site_step(client, "place", order_key="o1", **KEPT)
    assert "es wurde nichts bestellt" in page
    assert "Diese Rufnummern nehmen" in page


@pytest.mark.rule("SITE-3")
async def test_a_choice_that_the_changed_form_does_not_fit_is_made_anew(browser: Browser, upstream: Upstream) -> None:
    page = await site_step(browser("petra"), "", **KEPT, block_size="10")
    assert "passen nicht zu dem, was Sie jetzt bestellen" in page
    assert given_up(upstream) == [f"/reservations/{RESERVATION}/give-up"]


@pytest.mark.rule("SITE-3", "SITE-4")
async def test_more_numbers_for_a_site_can_be_chosen(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert "Rufnummern aussuchen" in (await client.get(MORE)).text
    assert "221/479001/2" in (await send(client, MORE, block_size="100", step="choose")).text
    kept = (await send(client, MORE, block_size="100", step="keep", block="221/479001/2")).text
    assert "Von Ihnen ausgesucht, reserviert bis" in kept
    assert ordered(upstream) == []
    placed = await send(client, MORE, block_size="100", **KEPT)
    assert placed.headers["location"] == f"/orders/{ORDER}"
    assert [(one["block_size"], one["reservation_id"]) for one in ordered(upstream)] == [(100, RESERVATION)]
    assert "Von Ihnen ausgesucht" not in (await send(client, MORE, block_size="100", step="any", **KEPT)).text


@pytest.mark.rule("SITE-3", "SITE-4")
async def test_chosen_numbers_stay_chosen_when_the_order_is_refused_for_another_reason(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    upstream.pools.order_refused = True
    refused = (await send(client, MORE, block_size="100", **KEPT)).text
    assert "Der Trunk ist gekündigt." in refused
    assert "Von Ihnen ausgesucht, reserviert bis" in refused
    assert f'name="reservation_id" value="{RESERVATION}"' in refused
    upstream.pools.lapsed = True
    lapsed = (await send(client, MORE, block_size="100", **KEPT)).text
    assert "sind nicht mehr reserviert" in lapsed
    assert "Diese Rufnummern nehmen" in lapsed


@pytest.mark.rule("SITE-3")
async def test_what_was_kept_stays_kept_while_nothing_else_is(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    upstream.pools.taken = True
    page = await site_step(client, "keep", block="221/479001/2", **KEPT)
    assert "Der Block ist nicht mehr frei." in page
    assert f'name="reservation_id" value="{RESERVATION}"' in page
    assert given_up(upstream) == []
