"""Order management's queue, case page, four eyes and audit, as people see them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from portal.adapters.memory import MemoryStore
from portal.application.note_words import CUSTOMER
from portal.application.note_words import ORDER as ORDER_NUMBER
from portal.application.ports import Away, Problem
from portal.domain.clerk import Clerk
from portal.settings import Settings
from tests.portal.conftest import CSRF, Browser, fill
from tests.portal.portings import DEPARTING, LEAVING
from tests.portal.samples import NOW, ident
from tests.portal.upstream import JAEGER, ORDER, PORTING, Upstream

FORM, WORK = ident("signed_form"), ident("manual_work")
RELEASED = ("porting", "POST", f"/portings/{PORTING}/release")
REVIEW = f"/portings/{PORTING}/review"
CAME = "2026-11-23T09:30:00+00:00"
EVERYTHING = ["name", "address", "numbers", "change", "place_and_date", "signature"]


@pytest.fixture
def four_eyes() -> frozenset[str]:
    return frozenset(Settings.model_fields["four_eyes_acts"].default)


def form(**fields: str) -> dict[str, str]:
    return {"_csrf": CSRF, "_key": "key", **fields}


def accepted(**fields: str) -> dict[str, str | list[str]]:
    """The review of a signed form, with everything ticked."""
    return {**form(act="accept", **fields), "checked": EVERYTHING}


def text_of(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def acts_in(store: MemoryStore) -> list[tuple[str, str, str]]:
    return [(row.entry.who.subject, row.entry.act, row.entry.result) for row in store.audit.kept]


def calls(upstream: Upstream) -> list[tuple[str, str, str]]:
    return [call[:3] for call in upstream.calls if call[1] == "POST"]


async def uploaded(store: MemoryStore, upstream: Upstream) -> None:
    await fill(store)
    upstream.portings[PORTING]["form"] |= {"state": "uploaded", "uploaded_at": CAME}


async def proposed(browser: Browser, store: MemoryStore, upstream: Upstream) -> str:
    """Olga proposes to release the porting; the path of her proposal."""
    await uploaded(store, upstream)
    client = browser("olga")
    [seen] = set(re.findall(r'name="uploaded_at" value="([^"]*)"', (await client.get(REVIEW)).text))
    await client.post(REVIEW, data=accepted(note="Unterschrift geprüft", uploaded_at=seen))
    *_earlier, proposal = store.proposals.kept.values()
    return f"/proposals/{proposal.proposal_id}"


async def test_the_queue_shows_how_long_whose_and_for_whom_and_counts_each_filter(
    browser: Browser, store: MemoryStore
) -> None:
    await fill(store)
    store.known.name(UUID(ORDER), ORDER_NUMBER, "B-2026-0101")
    now = datetime.now(UTC)
    late = replace(store.tasks.kept[UUID(WORK)], customer_id=UUID(JAEGER), due_at=now - timedelta(days=30))
    store.tasks.kept[UUID(WORK)] = late
    store.known.name(UUID(JAEGER), CUSTOMER, "Jäger Logistik GmbH")
    client = browser("olga")
    page = text_of(await client.get("/tasks"))
    assert "Arbeitstagen überfällig" in page
    assert "B-2026-0101" in page
    assert "Jäger Logistik GmbH" in page
    assert "Noch niemandes 2" in page
    await client.post(f"/tasks/{WORK}/claim", data=form())
    mine = text_of(await client.get("/tasks?whose=mine"))
    assert "Internetleitung bereitstellen" in mine
    assert "Unterschriebenes Formular prüfen" not in mine
    assert "Unterschriebenes Formular prüfen" in text_of(await client.get("/tasks?q=0101"))
    assert "Keine Aufgabe gefunden" in text_of(await client.get("/tasks?q=nichts"))
    assert "Sie haben hier keine Aufgabe" in text_of(await browser("otto").get("/tasks?whose=mine"))


async def test_a_filter_that_there_is_not_filters_nothing_and_a_foreign_cursor_is_no_page(browser: Browser) -> None:
    client = browser("olga")
    assert (await client.get("/tasks?whose=everybody&when=never")).status_code == 200
    for cursor in ("nonsense", "WyJhIiwgImIiLCAiYyJd", "WyIyMDI2LTAxLTAxIiwgIjIwMjYtMDEtMDEiLCAiYyJd"):
        assert (await client.get(f"/tasks?cursor={cursor}")).status_code == 404


async def test_the_second_to_claim_learns_who_has_it_and_can_take_over_with_a_reason(
    browser: Browser, store: MemoryStore
) -> None:
    await fill(store)
    olga, otto, path = browser("olga"), browser("otto"), f"/tasks/{WORK}"
    assert (await olga.post(f"{path}/claim", data=form())).headers["location"] == path
    refused = await otto.post(f"{path}/claim", data=form())
    assert refused.status_code == 409
    assert "Olga Brandt hat diese Aufgabe seit" in text_of(refused)
    assert (await otto.post(path, data=form(act="complete"))).status_code == 422
    assert (await otto.post(f"{path}/claim", data=form(takeover_reason=""))).status_code == 422
    await otto.post(f"{path}/claim", data=form(takeover_reason="Olga ist krank"))
    assert "Sie bearbeiten sie" in text_of(await otto.get(path))
    assert store.audit.kept[-1].entry.said == {
        "before": {"has": "Olga Brandt"},
        "after": {"has": "Otto Lindner"},
        "reason": "Olga ist krank",
    }


async def test_a_task_is_given_back_and_handed_only_to_order_managers_who_are_known(
    browser: Browser, store: MemoryStore
) -> None:
    await fill(store)
    client, path = browser("olga"), f"/tasks/{WORK}"
    await store.colleagues.seen(Clerk("otto", "Otto Lindner", role="order_management"), NOW)
    await store.colleagues.seen(Clerk("anton", "Anton Weber", role="administrator"), NOW)
    assert (await client.post(f"{path}/colleague", data=form(colleague="anton"))).status_code == 422
    await client.post(f"{path}/colleague", data=form(colleague="otto"))
    assert "Otto Lindner" in text_of(await client.get("/tasks"))
    assert (await client.post(f"{path}/give-back", data=form())).status_code == 409
    await browser("otto").post(f"{path}/give-back", data=form())
    assert store.handlings.kept[UUID(WORK)].claimed_by is None


async def test_notes_due_moments_and_days_to_wait_are_kept_and_audited(browser: Browser, store: MemoryStore) -> None:
    await fill(store)
    client, path = browser("olga"), f"/tasks/{WORK}"
    assert (await client.post(f"{path}/notes", data=form(note_text=" \0 "))).status_code == 422
    await client.post(f"{path}/notes", data=form(note_text="Kunde ruft <b>zurück</b>"))
    assert "Kunde ruft &lt;b&gt;zurück" in (await client.get(path)).text
    assert (await client.post(f"{path}/due", data=form(due_on="2199-01-02"))).status_code == 422
    await client.post(f"{path}/due", data=form(due_on="2199-01-02", due_reason="Bagger"))
    page = text_of(await client.get(path))
    assert "Fällig, von uns verschoben 02.01.2199, 17:00 Uhr" in page
    assert "Ursprünglich fällig" in page
    assert (await client.post(f"{path}/wait", data=form(waits_until="2198-12-30"))).status_code == 422
    assert "Wählen Sie einen künftigen Arbeitstag." in text_of(await client.post(f"{path}/wait", data=form()))
    await client.post(f"{path}/wait", data=form(waits_until="2199-01-02"))
    assert "Internetleitung" not in text_of(await client.get("/tasks"))
    assert "Internetleitung" in text_of(await client.get("/tasks?when=later"))
    await client.post(f"{path}/wait", data=form(back="now"))
    assert "Internetleitung" in text_of(await client.get("/tasks"))
    assert [act for _who, act, _result in acts_in(store)] == ["note", "due", "wait", "wait"]


async def test_an_act_is_audited_before_it_is_tried_and_when_it_is_known_what_became_of_it(
    browser: Browser, store: MemoryStore, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store)
    client, path = browser("olga"), f"/tasks/{WORK}"
    await client.post(path, data=form(act="fail", reason="Kein Kabel"))
    assert acts_in(store) == [("olga", "provisioning.fail", "trying"), ("olga", "provisioning.fail", "done")]
    assert store.audit.kept[0].entry.said == {"body": {"reason": "Kein Kabel"}}
    plain = upstream.call
    for error, result in (
        (Problem(409, {"detail": "Schon erledigt."}), "refused"),
        (Away("provisioning"), "unanswered"),
    ):

        async def fails(part: str, method: str, *args: object, error: Exception = error, **more: object) -> object:
            if method == "POST":
                assert store.audit.kept[-1].entry.result == "trying", "said before it is tried"
                raise error
            return await plain(part, method, *args, **more)  # type: ignore[arg-type] # passed on as they came

        monkeypatch.setattr(upstream, "call", fails)
        answer = await client.post(path, data=form(act="complete"))
        assert answer.status_code == (422 if result == "refused" else 503)
        assert acts_in(store)[-1] == ("olga", "provisioning.complete", result)
    assert [row.entry.said for row in store.audit.kept if row.entry.result == "refused"] == [
        {"reason": "Schon erledigt."}
    ]


@pytest.mark.rule("PORT-9")
async def test_the_page_of_what_it_is_about_shows_a_proposal_until_it_is_decided(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    olga, otto, path = browser("olga"), browser("otto"), f"/departures/{DEPARTING}"
    assert (await olga.post(f"{path}/agree", data=form(change_date="2026-12-14"))).status_code == 303
    [made] = store.proposals.kept
    for where in (path, f"/proposals/{made}"):
        assert "Olga Brandt" in text_of(await otto.get(where))
    assert f'href="/proposals/{made}"' in (await otto.get(path)).text
    assert f"/proposals/{made}" not in (await otto.get(f"/departures/{LEAVING}")).text
    await otto.post(f"/proposals/{made}", data=form(decision="send-back", reason="Anderer Tag"))
    assert f"/proposals/{made}" not in (await otto.get(path)).text
    review = await proposed(browser, store, upstream)
    assert f'href="{review}"' in (await otto.get(f"/portings/{PORTING}")).text
    assert review not in (await browser("petra").get(f"/portings/{PORTING}")).text


@pytest.mark.rule("PORT-4")
async def test_a_porting_is_released_only_when_a_second_person_approves(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    path = await proposed(browser, store, upstream)
    assert RELEASED not in calls(upstream)
    olga, otto = browser("olga"), browser("otto")
    shown = text_of(await otto.get(path))
    for told in (
        "Portierung freigeben",
        "Unterschrift geprüft",
        "Ort und Datum sind ausgefüllt",
        "Olga Brandt",
        "Jäger Logistik GmbH",
        "0221",
    ):
        assert told in shown
    assert "wartet auf eine zweite Person" in text_of(await otto.get("/tasks"))
    assert "Portierung freigeben" in text_of(await otto.get("/proposals"))
    refused = await olga.post(path, data=form(decision="approve"))
    assert refused.status_code == 403
    assert "Entscheiden muss eine zweite Person." in text_of(refused)
    assert RELEASED not in calls(upstream)
    assert (await otto.post(path, data=form(decision="approve"))).headers["location"] == REVIEW
    assert calls(upstream) == [RELEASED]
    assert upstream.calls[-1][3] == {"note": "Unterschrift geprüft", "checked": EVERYTHING, "uploaded_at": CAME}
    again = await otto.post(path, data=form(decision="approve"))
    assert again.status_code == 422
    assert calls(upstream) == [RELEASED]
    assert [one for one in acts_in(store) if one[1] == "porting.release"] == [
        ("olga", "porting.release", "proposed"),
        ("otto", "porting.release", "approved"),
        ("otto", "porting.release", "trying"),
        ("otto", "porting.release", "done"),
    ]


async def test_a_proposal_is_sent_back_with_a_reason_or_withdrawn(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    path = await proposed(browser, store, upstream)
    olga, otto = browser("olga"), browser("otto")
    second = await olga.post(REVIEW, data=accepted())
    assert "Olga Brandt hat das schon vorgeschlagen" in text_of(second)
    assert (await otto.post(path, data=form(decision="send-back"))).status_code == 422
    assert (await otto.post(path, data=form(decision="withdraw"))).status_code == 403
    await otto.post(path, data=form(decision="send-back", reason="Unterschrift fehlt auf Seite 2"))
    assert "Unterschrift fehlt auf Seite 2" in text_of(await olga.get(f"/tasks/{FORM}"))
    await olga.post(REVIEW, data=accepted())
    newest = list(store.proposals.kept.values())[-1]
    await olga.post(f"/proposals/{newest.proposal_id}", data=form(decision="withdraw"))
    assert calls(upstream) == []
    assert "Nichts zu entscheiden" in text_of(await otto.get("/proposals"))


async def test_an_owner_who_refuses_what_was_approved_is_heard_and_a_silent_one_is_asked_again(
    browser: Browser, store: MemoryStore, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await proposed(browser, store, upstream)
    otto, plain = browser("otto"), upstream.call
    errors: list[Exception] = [Away("porting"), Problem(409, {"detail": "Das Formular wurde ersetzt."})]

    async def fails(part: str, method: str, *args: object, **more: object) -> object:
        if method == "POST":
            raise errors.pop(0)
        return await plain(part, method, *args, **more)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(upstream, "call", fails)
    assert (await otto.post(path, data=form(decision="approve"))).status_code == 503
    assert "wartet auf eine zweite Person" in text_of(await otto.get(path))
    refused = await otto.post(path, data=form(decision="approve"))
    assert refused.status_code == 422
    assert "Das Formular wurde ersetzt." in text_of(refused)
    assert "aber vom Dienst abgelehnt" in text_of(await otto.get(path))


async def test_acts_that_release_nothing_need_no_second_person(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    await uploaded(store, upstream)
    await browser("olga").post(REVIEW, data=form(act="send-back", reason="unleserlich"))
    assert calls(upstream) == [("porting", "POST", f"/portings/{PORTING}/form-refusal")]
    assert store.proposals.kept == {}


async def test_the_audit_is_narrowed_by_person_task_order_and_day_and_says_if_its_chain_holds(
    browser: Browser, store: MemoryStore
) -> None:
    await fill(store)
    store.known.name(UUID(ORDER), ORDER_NUMBER, "B-2026-0101")
    await browser("olga").post(f"/tasks/{WORK}/claim", data=form())
    await browser("otto").post(f"/tasks/{FORM}/notes", data=form(note_text="Rückruf"))
    client = browser("anton")
    assert "Rückruf" in text_of(await client.get("/audit"))
    today = datetime.now(UTC).date().isoformat()
    for query, found in (
        ("who=otto", True),
        ("who=olga", False),
        (f"task={FORM}", True),
        (f"task={WORK}", False),
        ("task=x", False),
        ("order=b-2026-0101", True),
        (f"order={ORDER}", True),
        ("order=B-1", False),
        ("day=2020-01-01", False),
    ):
        assert ("Rückruf" in text_of(await client.get(f"/audit?{query}"))) is found, query
    assert "Rückruf" in text_of(await client.get(f"/audit?day={today}"))
    table = (await client.get("/export/audit.csv?who=otto")).text
    assert "Rückruf" in table
    assert "Olga" not in table
    assert "2 Zeilen, unverändert." in text_of(await client.get("/audit/check"))
    store.audit.kept.pop(0)
    assert "Zeile 2 folgt nicht aus der Zeile davor." in text_of(await client.get("/audit/check"))


async def test_every_row_of_a_long_audit_is_reached_and_exported(browser: Browser, store: MemoryStore) -> None:
    await fill(store)
    client = browser("olga")
    for number in range(60):
        await client.post(f"/tasks/{WORK}/notes", data=form(note_text=f"Notiz-{number:02}"))
    first = await client.get("/audit")
    [following] = re.findall(r'\?cursor=(\d+)"', first.text)
    second = await client.get(f"/audit?cursor={following}")
    said = re.findall(r"Notiz-(\d\d)", first.text) + re.findall(r"Notiz-(\d\d)", second.text)
    assert sorted(said) == [f"{number:02}" for number in range(60)]


@pytest.mark.rule("TEN-1")
@pytest.mark.parametrize("who", ["petra", "karl", ""])
async def test_nobody_but_staff_sees_queue_proposals_and_audit(
    browser: Browser, store: MemoryStore, upstream: Upstream, who: str
) -> None:
    path = await proposed(browser, store, upstream)
    client = browser(who)
    for page in ("/tasks", "/tasks/rows", path, "/proposals", "/audit", "/audit/check", "/export/audit.csv"):
        assert (await client.get(page)).status_code == (403 if who else 303), page
    for page in (path, f"/tasks/{FORM}/claim", f"/tasks/{FORM}/notes", f"/tasks/{FORM}/due", f"/tasks/{FORM}/wait"):
        assert (await client.post(page, data=form(decision="approve"))).status_code == (403 if who else 303), page
    assert calls(upstream) == []


async def test_an_administrator_looks_and_does_not_decide(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    path = await proposed(browser, store, upstream)
    client = browser("anton")
    assert (await client.get(path)).status_code == 200
    assert (await client.post(path, data=form(decision="approve"))).status_code == 403
    assert (await client.post(f"/tasks/{FORM}/claim", data=form())).status_code == 403


async def test_logins_of_staff_redrives_and_publishing_are_audited(browser: Browser, store: MemoryStore) -> None:
    for who in ("olga", "petra"):
        client = browser("")
        address = (await client.get("/login")).headers["location"]
        state = re.search(r"state=([^&]+)", address)
        assert state is not None
        await client.get(f"/login/done?code={who}&state={state[1]}")
    sent = form(part="notification", group="notification.ordering-order", key=ORDER)
    await browser("olga").post("/failed-messages/redrive", data=sent)
    await browser("anton").post("/catalog-versions", data=form(**{"file:whole.yaml": "name: Büro"}))
    assert acts_in(store) == [
        ("olga", "login", ""),
        ("olga", "operations.redrive", "trying"),
        ("olga", "operations.redrive", "done"),
        ("anton", "catalog.publish", "trying"),
        ("anton", "catalog.publish", "done"),
    ]
    assert "Büro" not in str([row.entry.said for row in store.audit.kept]), "whole catalogs stay with their owner"
    assert [one.subject for one in await store.colleagues.all()] == ["olga"]


async def test_the_start_page_shows_ones_own_tasks_first(browser: Browser, store: MemoryStore) -> None:
    await fill(store)
    await browser("otto").post(f"/tasks/{FORM}/claim", data=form())
    client = browser("olga")
    await client.post(f"/tasks/{WORK}/claim", data=form())
    page = text_of(await client.get("/"))
    assert "Internetleitung bereitstellen" in page
    assert "Unterschriebenes Formular prüfen" not in page, "somebody else has it"
    assert "2 offene Aufgaben" in page


def raised(store: MemoryStore, subject: str, kind: str = "carrier_message", owner: str = "porting") -> str:
    """A task that is about no order; its path."""
    like = store.tasks.kept[UUID(FORM)]
    task = replace(like, task_id=UUID(ident("raised")), kind=kind, owner=owner, subject_id=UUID(subject), order_id=None)
    store.tasks.raise_(task)
    return f"/tasks/{task.task_id}"


@pytest.mark.rule("PORT-9")
@pytest.mark.parametrize(
    ("kind", "owner"),
    [("carrier_message", "porting"), ("deadline_passed", "porting"), ("assignment_failed", "provisioning")],
)
async def test_a_task_about_numbers_that_leave_leads_to_the_request_for_them(
    browser: Browser, store: MemoryStore, kind: str, owner: str
) -> None:
    await fill(store)
    page = (await browser("olga").get(raised(store, DEPARTING, kind, owner))).text
    assert f'href="/departures/{DEPARTING}"' in page
    assert "stray-seen" not in page


@pytest.mark.rule("PORT-9")
async def test_a_message_that_fits_nothing_is_closed_by_whoever_has_looked_at_it(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    await fill(store)
    path, client = raised(store, ident("stray")), browser("olga")
    assert "passt zu keiner Anfrage" in text_of(await client.get(path))
    await client.post(path, data=form(act="stray-seen", seen_note="Beim Anbieter geklärt"))
    assert upstream.calls[-1] == ("porting", "POST", f"{path}/settle", {"note": "Beim Anbieter geklärt"})
