"""Case pages of tasks about portings: each acts on the part that its task is about."""

from typing import Any
from uuid import UUID

import pytest

from portal.adapters.memory import MemoryStore
from portal.application.ports import Task
from tests.portal.conftest import Browser, fill
from tests.portal.portings import MANY, WISHED_AWAY, both
from tests.portal.samples import NOW, ident
from tests.portal.unit.test_pages import form
from tests.portal.unit.test_porting_pages import sent
from tests.portal.upstream import ORDER, PORTING, Upstream


async def asked_for(store: MemoryStore, name: str, subject: str, kind: str) -> str:
    """The case page of a task about that porting."""
    words = both("Bitte ansehen", "Please look")
    task_id = UUID(ident(name))
    store.tasks.raise_(Task(task_id, kind, "porting", UUID(subject), words, words, NOW, order_id=UUID(ORDER)))
    return f"/tasks/{task_id}"


@pytest.mark.rule("PORT-7", "PORT-8")
@pytest.mark.parametrize(
    ("name", "kind", "typed", "path", "said"),
    [
        (
            "task clearing",
            "clearing",
            {"act": "date", "change_date": "2027-01-12", "window": "ZF1"},
            "parts/2/confirm-date",
            {"change_date": "2027-01-12", "window": "ZF1"},
        ),
        (
            "task look",
            "carrier_message",
            {"act": "seen", "seen_note": "Rückruf"},
            "parts/1/message-seen",
            {"note": "Rückruf", "task_id": ident("task look")},
        ),
    ],
)
async def test_a_case_page_acts_on_the_part_that_its_task_is_about(
    browser: Browser, store: MemoryStore, upstream: Upstream, name: str, kind: str, typed: Any, path: str, said: Any
) -> None:
    page = await asked_for(store, name, MANY, kind)
    html = (await browser("olga").get(page)).text
    assert f'value="{typed["act"]}"' in html
    assert 'value="stop"' not in html, "the other parts go on"
    await browser("olga").post(page, data=form(**typed))
    assert sent(upstream) == [(f"/portings/{MANY}/{path}", said)]


@pytest.mark.rule("PORT-8")
async def test_a_case_page_of_one_part_leads_to_what_can_be_done_about_it(browser: Browser, store: MemoryStore) -> None:
    client = browser("olga")
    clearing = (await client.get(await asked_for(store, "task clearing", MANY, "clearing"))).text
    assert "Teil 2 von 3" in clearing
    assert f"/portings/{MANY}/parts/2/acts/ask-again" in clearing
    assert 'value="seen"' not in clearing
    wish = (await client.get(await asked_for(store, "task wish", WISHED_AWAY, "carrier_message"))).text
    assert f"/portings/{WISHED_AWAY}/parts/1/acts/answer" in wish
    assert 'value="seen"' not in wish, "a wish to cancel is answered, not looked at"


@pytest.mark.rule("PORT-8")
async def test_what_porting_has_settled_meanwhile_is_not_acted_on_any_more(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    page = await asked_for(store, "task of yesterday", MANY, "carrier_message")
    assert 'value="seen"' not in (await browser("olga").get(page)).text
    answer = await browser("olga").post(page, data=form(act="seen"))
    assert answer.status_code == 422
    assert "Die Portierung ist inzwischen weiter." in answer.text
    assert sent(upstream) == []


@pytest.mark.rule("PORT-3", "PORT-4")
async def test_a_porting_in_one_part_is_stopped_from_its_case_page(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    await fill(store)
    page = f"/tasks/{ident('signed_form')}"
    assert 'value="stop"' in (await browser("olga").get(page)).text
    await browser("olga").post(page, data=form(act="stop", reason="Der Kunde bleibt."))
    assert sent(upstream) == [(f"/portings/{PORTING}/stop", {"reason": "Der Kunde bleibt."})]
