"""Pages of our own numbers: pools, import, reservations, and where a number is and was (SITE-3, SITE-5, PORT-9)."""

import json
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from portal.adapters.memory import MemoryStore
from portal.application.ports import Task
from tests.portal.conftest import CSRF, Browser
from tests.portal.number_answers import RESERVATION
from tests.portal.samples import NOW, ident
from tests.portal.upstream import Upstream, both

KEYS = count()
RANGES = json.dumps([{"area_code": "221", "first": "48000000", "last": "48000999"}])


def written(upstream: Upstream) -> list[tuple[str, Any]]:
    return [(path, body) for part, method, path, body in upstream.calls if (part, method) == ("provisioning", "POST")]


def secret() -> dict[str, str]:
    return {"_csrf": CSRF, "_key": f"key-of-form-{next(KEYS)}"}


async def send(client: httpx.AsyncClient, path: str, **values: str) -> httpx.Response:
    return await client.post(path, data=secret() | values)


@pytest.mark.rule("SITE-3")
async def test_pools_say_what_is_left_how_long_it_lasts_and_that_it_adds_up(browser: Browser) -> None:
    page = (await browser("olga").get("/number-pools")).text
    for shown in ("38120", "2 × 10, 38 × 1000", "12 Tage", "1670", "stimmt", 'href="/number-pools/221/ported-out"'):
        assert shown in page
    assert "/number-pools/import" not in page
    assert "/number-pools/import" in (await browser("anton").get("/number-pools")).text
    assert (await browser("petra").get("/number-pools")).status_code == 403


@pytest.mark.rule("SITE-3")
async def test_what_does_not_add_up_is_named_by_its_numbers(browser: Browser, upstream: Upstream) -> None:
    client = browser("olga")
    assert "Alle Blöcke zusammen" in (await _followed(client, "/number-pools/check")).text
    upstream.pools.wrong = [{"first": "022147900000", "last": "022147900009"}]
    page = (await _followed(client, "/number-pools/check")).text
    assert "022147900000–<wbr>022147900009: nirgends" in page
    assert "Eine Aufgabe ist offen." in page


async def _followed(client: httpx.AsyncClient, path: str, **values: str) -> httpx.Response:
    answer = await send(client, path, **values)
    assert answer.status_code == 303, answer.text
    return await client.get(answer.headers["location"])


@pytest.mark.rule("SITE-3")
async def test_an_import_shows_every_fault_and_loads_only_what_was_seen(browser: Browser, upstream: Upstream) -> None:
    client = browser("anton")
    file = {"pool": ("pool.csv", b"221,48000000,48000999\n", "text/csv")}
    page = (await client.post("/number-pools/import", data=secret(), files=file)).text
    assert "1000 Rufnummern laden" in page
    faults = [{"line": 3, "text": "die Vorwahl gibt es nicht"}, {"line": 9, "text": "zu kurz"}]
    upstream.pools.looked |= {"faults": faults}
    page = (await client.post("/number-pools/import", data=secret(), files=file)).text
    assert "2 Zeilen haben Fehler." in page
    assert "die Vorwahl gibt es nicht" in page
    assert "Rufnummern laden" not in page
    assert [path for path, _body in written(upstream)] == ["/number-pools/dry-run"] * 2
    assert "geladen" in (await _followed(client, "/number-pools/import/load", ranges=RANGES)).text
    assert written(upstream)[-1] == ("/number-pools", {"ranges": json.loads(RANGES)})
    assert (await browser("olga").get("/number-pools/import")).status_code == 403


@pytest.mark.parametrize(
    ("content", "said"), [(None, "Wählen Sie die Datei"), (b"\xff\xfe", "kein UTF-8-Text"), (b"2" * 1048577, "1 MB")]
)
async def test_what_cannot_be_read_says_so(browser: Browser, content: bytes | None, said: str) -> None:
    files = {} if content is None else {"files": {"pool": ("pool.csv", content, "text/csv")}}
    answer = await browser("anton").post("/number-pools/import", data=secret(), **files)
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_range_that_a_colleague_loaded_meanwhile_is_refused_in_words(
    browser: Browser, upstream: Upstream
) -> None:
    upstream.pools.taken = True
    answer = await send(browser("anton"), "/number-pools/import/load", ranges=RANGES)
    assert (answer.status_code, "Der Bereich überschneidet sich." in answer.text) == (422, True)
    assert (await send(browser("anton"), "/number-pools/import/load", ranges="{")).status_code == 422


@pytest.mark.rule("PORT-9", "SITE-5")
@pytest.mark.parametrize("asked", ["0221 4790042", "+49 221 4790042", "0221/4790042"])
async def test_a_number_tells_where_it_is_and_was(browser: Browser, upstream: Upstream, asked: str) -> None:
    client = browser("olga")
    page = (await client.get("/numbers", params={"q": asked, "on": "2026-04-01"})).text
    for shown in ("Wegportiert", "Anderes Netz (DEU.OTHER)", "Zentrale Köln", "Mittwoch, 1. April 2026"):
        assert shown in page
    written_as = "+492214790042" if asked.startswith("+") else "02214790042"
    assert ("provisioning", "GET", f"/numbers/{written_as}/history", None) in upstream.calls
    page = (await _followed(client, "/numbers/come-back", q="02214790042", block="221/479000/2")).text
    assert "wieder unsere" in page
    [(path, body)] = written(upstream)
    assert (path, body["stem"], body["extension_from"]) == ("/numbers/come-back", "479000", "00")


@pytest.mark.parametrize("asked", ["abc", "12"])
async def test_what_is_no_number_is_refused_beside_the_field(browser: Browser, asked: str) -> None:
    answer = await browser("olga").get("/numbers", params={"q": asked})
    assert answer.status_code == 422
    assert 'href="#q"' in answer.text


async def test_a_number_that_did_not_leave_cannot_come_back(browser: Browser, upstream: Upstream) -> None:
    upstream.pools.taken = True
    answer = await send(browser("olga"), "/numbers/come-back", q="02214790042", block="221/479000/2")
    assert (answer.status_code, "Die Nummer ist nicht fort." in answer.text) == (422, True)
    assert (await send(browser("olga"), "/numbers/come-back", q="1", block="nonsense")).status_code == 422


@pytest.mark.rule("SITE-3")
async def test_a_free_block_is_reserved_for_a_customer_and_given_up(browser: Browser, upstream: Upstream) -> None:
    client = browser("olga")
    form = {"size": "100", "block": "221/479001/2", "customer": "Jäger"}
    page = (await _followed(client, "/number-pools/221/free", **form)).text
    assert "reserviert" in page
    [(path, body)] = written(upstream)
    assert (path, body["block"]["stem"]) == ("/reservations", "479001")
    assert "wieder frei" in (await _followed(client, f"/reservations/{RESERVATION}/give-up")).text
    assert (await browser("anton").post("/number-pools/221/free", data=secret() | form)).status_code == 403


@pytest.mark.rule("SITE-3")
async def test_a_block_that_was_just_taken_or_a_customer_nobody_knows_is_said_so(
    browser: Browser, upstream: Upstream
) -> None:
    form = {"size": "100", "block": "221/479001/2"}
    answer = await send(browser("olga"), "/number-pools/221/free", **form, customer="Niemand")
    assert (answer.status_code, 'href="#customer"' in answer.text) == (422, True)
    upstream.pools.taken = True
    answer = await send(browser("olga"), "/number-pools/221/free", **form, customer="Jäger")
    assert "Der Block ist nicht mehr frei." in answer.text
    assert 'value="221/479001/2" checked' in answer.text


def asked(kind: str, store: MemoryStore) -> str:
    """A task of provisioning's that is about no order; its page."""
    task_id = UUID(ident(kind))
    store.tasks.raise_(
        Task(
            task_id=task_id,
            kind=kind,
            owner="provisioning",
            subject_id=UUID(ident("departure")),
            title=both("Rufnummern"),
            explanation=both("Was zu tun ist."),
            raised_at=NOW,
        )
    )
    return f"/tasks/{task_id}"


@pytest.mark.rule("PORT-9")
async def test_numbers_that_could_not_be_handed_over_are_tried_again_from_the_task(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    client, path = browser("olga"), asked("assignment_failed", store)
    assert 'value="hand-over"' in (await client.get(path)).text
    assert "übergeben" in (await _followed(client, path, act="hand-over")).text
    assert written(upstream) == [(f"/departures/{ident('departure')}/hand-over", {})]


@pytest.mark.rule("SITE-5")
async def test_the_return_of_ported_numbers_is_noted_on_the_task(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    client, path = browser("olga"), asked("manual_work", store)
    page = (await client.get(path)).text
    assert 'value="complete"' not in page
    await _followed(client, path, act="settle", seen_note="zurückgegeben")
    [(sent, body)] = written(upstream)
    assert (sent.endswith("/settle"), body) == (True, {"note": "zurückgegeben"})
