"""A running porting on screen: understood and acted on without a manual (PORT-5 to PORT-9)."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.envelope import Event
from contracts.porting import v1 as porting
from contracts.registry import all_events
from portal.adapters.memory import MemoryStore
from portal.application.note_event import note_event
from portal.domain.porting_acts import OF_PART, OF_WHOLE
from portal.domain.porting_steps import STEPS
from portal.domain.steps import step_of
from tests.contracts.test_schemas import EXAMPLES
from tests.portal.conftest import Browser
from tests.portal.portings import ANEW, DEPARTING, LEAVING, MANY, MOVED, WISHED_AWAY
from tests.portal.samples import at, ident
from tests.portal.unit.test_pages import form
from tests.portal.upstream import AGREEMENT, ORDER, PORTING, Upstream


def sent(upstream: Upstream) -> list[tuple[str, Any]]:
    """What porting was asked to do."""
    return [(path, body) for part, method, path, body in upstream.calls if part == "porting" and method == "POST"]


async def shown(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.rule("PORT-5", "PORT-7")
async def test_the_page_says_what_each_part_means_in_words_with_codes_cause_and_remedy(browser: Browser) -> None:
    page = await shown(browser("olga"), f"/portings/{MANY}")
    for part in (
        "Teil 1 von 3",
        "Der bisherige Anbieter wurde angefragt.",
        "der Vertrag dort endet, die Rufnummern wechseln",
        "Der Anschlussinhaber stimmt nicht.",
        "Fragen Sie den Kunden nach seiner letzten Rechnung.",
        "Bitte rufen Sie uns an: 0800 123",
        "ein anderer Termin: Donnerstag, 17. Dezember 2026",
        "Montag, 14. Dezember 2026",
    ):
        assert part in page, part


@pytest.mark.rule("PORT-7", "TEN-2")
async def test_partner_and_customer_read_without_the_inside_parts(browser: Browser) -> None:
    for who in ("petra", "karl"):
        page = (await browser(who).get(f"/portings/{MANY}")).text
        assert "Der Anschlussinhaber stimmt nicht." in page
        for inside in ("/acts/reschedule", "DEU.TRUNK.V000000001", "Nachrichten mit dem Anbieter", "/clearing"):
            assert inside not in page, inside
        assert (await browser(who).get(f"/portings/{MANY}/parts/1/acts/reschedule")).status_code == 403
        assert (await browser(who).get(f"/portings/{MANY}/clearing")).status_code == 403
        assert (await browser(who).get("/departures")).status_code == 403


@pytest.mark.rule("PORT-8")
async def test_another_date_is_chosen_from_the_days_that_are_possible_and_explained_before(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("olga")
    path = f"/portings/{MANY}/parts/1/acts/reschedule"
    page = await shown(client, path)
    assert "Bis er zustimmt, gilt der jetzige Termin." in page
    assert "Dienstag, 15. Dezember 2026" in page
    answer = await client.post(path, data=form(new_date="2026-12-17"))
    assert answer.headers["location"] == f"/portings/{MANY}"
    assert sent(upstream) == [(f"/portings/{MANY}/parts/1/reschedule", {"new_date": "2026-12-17"})]
    assert "Der andere Termin wird angefragt." in (await client.get(f"/portings/{MANY}")).text


@pytest.mark.rule("PORT-8")
async def test_a_date_that_porting_refuses_comes_back_with_the_reason_beside_the_field(browser: Browser) -> None:
    answer = await browser("olga").post(f"/portings/{MANY}/parts/1/acts/reschedule", data=form(new_date="2026-12-16"))
    assert answer.status_code == 422
    beside = re.search(r'id="new_date-fault">([^<]+)<', answer.text)
    assert beside is not None
    assert "weniger als 3 Arbeitstage" in beside[1]
    assert "Sprechen Sie mit dem bisherigen Anbieter." in answer.text


@pytest.mark.parametrize(
    ("path", "typed", "asked"),
    [
        (f"{MANY}/parts/1/acts/cancel", {"reason": "Wunsch"}, {"reason": "Wunsch", "follow_up": False}),
        (f"{MANY}/parts/1/acts/cancel-follow-up", {"reason": "Neu"}, {"reason": "Neu", "follow_up": True}),
        (f"{MANY}/acts/cancel", {"reason": "Wunsch"}, {"reason": "Wunsch"}),
        (f"{MANY}/parts/1/acts/accept-corrections", {}, {}),
        (f"{MANY}/parts/1/acts/send-again", {}, {}),
        (f"{MANY}/parts/1/acts/settle-by-hand", {"agreed": "no", "note": "Tel."}, {"agreed": False, "note": "Tel."}),
        (f"{MANY}/parts/3/acts/stop-held", {}, {}),
        (
            f"{MANY}/parts/2/acts/ask-again",
            {"requested_on": "2026-12-15", "window": "ZF1", "case": "VA-RRNP"},
            {"requested_on": "2026-12-15", "window": "ZF1", "case": "VA-RRNP"},
        ),
        (f"{WISHED_AWAY}/parts/1/acts/answer", {"accept": "yes"}, {"accept": True}),
        (f"{WISHED_AWAY}/parts/1/acts/answer", {"accept": "no", "reason": "Nein"}, {"accept": False, "reason": "Nein"}),
        (f"{ANEW}/parts/1/acts/take-over", {"take_over": "on"}, {"take_over": True, "safe_haven": False}),
    ],
)
@pytest.mark.rule("PORT-5", "PORT-8")
async def test_each_act_asks_porting_for_what_was_chosen(
    browser: Browser, upstream: Upstream, path: str, typed: dict[str, str], asked: dict[str, Any]
) -> None:
    answer = await browser("olga").post(f"/portings/{path}", data=form(**typed))
    assert answer.status_code == 303
    [(_path, body)] = sent(upstream)
    assert body == asked


@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        (f"{MANY}/acts/cancel", {}, "reason"),
        (f"{MANY}/parts/1/acts/reschedule", {"new_date": "morgen"}, "new_date"),
        (f"{WISHED_AWAY}/parts/1/acts/answer", {}, "accept"),
        (f"{WISHED_AWAY}/parts/1/acts/answer", {"accept": "no"}, "reason"),
        (f"{MANY}/parts/1/acts/settle-by-hand", {}, "agreed"),
        (f"{MANY}/acts/cancel", {"reason": "x" * 256}, "reason"),
    ],
)
async def test_what_is_missing_is_asked_for_at_its_field_and_nothing_is_sent(
    browser: Browser, upstream: Upstream, path: str, typed: dict[str, str], field: str
) -> None:
    answer = await browser("olga").post(f"/portings/{path}", data=form(**typed))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sent(upstream) == []


async def test_an_act_that_is_no_longer_possible_says_so_and_an_unknown_one_is_not_there(browser: Browser) -> None:
    client = browser("olga")
    gone = await client.get(f"/portings/{MOVED}/acts/cancel")
    assert gone.status_code == 409
    assert "Die Portierung ist inzwischen weiter." in gone.text
    for path in (f"{MANY}/acts/nonsense", f"{MANY}/parts/9/acts/cancel", f"{ident('nobody')}/acts/cancel"):
        assert (await client.get(f"/portings/{path}")).status_code == 404


def test_every_act_says_what_will_happen_before_it_is_pressed() -> None:
    for act in (*OF_PART.values(), *OF_WHOLE.values()):
        assert act.will
        assert act.button


@pytest.mark.rule("PORT-7", "PORT-3")
async def test_clearing_starts_with_the_prepared_mail_and_leads_to_a_corrected_quote(browser: Browser) -> None:
    page = (await browser("olga").get(f"/portings/{MANY}/clearing")).text
    assert "Ihr Anbieterwechsel von Vodafone: eine Rückfrage" in page
    assert f"/trunks/{AGREEMENT}/porting?again={MANY}" in page
    assert page.index("wie heißt der Anschlussinhaber genau?") < page.index("Jäger Logistik &amp; Söhne")


@pytest.mark.rule("PORT-7")
async def test_the_mail_goes_out_as_edited_and_answers_join_the_thread(browser: Browser, upstream: Upstream) -> None:
    client = browser("olga")
    mail = {"subject": "Inhaber?", "text": "Guten Tag,\r\n\r\nbitte.", "language": "de"}
    assert (await client.post(f"/portings/{MANY}/clearing/mails", data=form(**mail))).status_code == 303
    reply = {"sender": "Karl Jäger", "reply": "Müller & Söhne"}
    assert (await client.post(f"/portings/{MANY}/clearing/replies", data=form(**reply))).status_code == 303
    assert [body for _path, body in sent(upstream)] == [mail, {"sender": "Karl Jäger", "text": "Müller & Söhne"}]
    assert "Müller &amp; Söhne" in (await client.get(f"/portings/{MANY}/clearing")).text
    empty = await client.post(f"/portings/{MANY}/clearing/mails", data=form(subject="", text="", language="de"))
    assert empty.status_code == 422
    assert "Geben Sie einen Betreff ein." in empty.text


@pytest.mark.rule("PORT-5")
async def test_a_porting_in_parts_begins_with_all_of_them_at_a_glance(browser: Browser) -> None:
    page = await shown(browser("petra"), f"/portings/{MANY}")
    glance = page[page.index("Die Teile") : page.index("Teil 1 von 3")]
    assert "deshalb läuft diese Portierung in 3 Anfragen" in glance
    assert "Teil 1 0221 47110 00–99 und 4 weitere Änderung angefragt" in glance
    assert "14.12.2026 vereinbart" in glance
    assert "10.12.2026 gewünscht, nicht vereinbart" in glance
    assert "Die Teile" not in await shown(browser("olga"), f"/portings/{WISHED_AWAY}")


@pytest.mark.rule("PORT-9")
async def test_a_departure_is_agreed_to_or_refused_with_codes(browser: Browser, upstream: Upstream) -> None:
    client, path = browser("olga"), f"/departures/{DEPARTING}"
    page = await shown(client, path)
    for part in ("passt nicht", "Vorgeschlagene Antwort:", "8117 Der Kunde lässt sich nicht zuordnen"):
        assert part in page, part
    assert (await client.post(f"{path}/agree", data=form(change_date="2026-12-14"))).status_code == 303
    unexplained = await client.post(f"{path}/refuse", data=form(code="8116"))
    assert unexplained.status_code == 422
    assert "Dieser Grund braucht Ihre Worte." in unexplained.text
    assert (await client.post(f"{path}/refuse", data=form())).status_code == 422
    done = await client.post(f"{path}/refuse", data={**form(words="Bitte anrufen"), "code": ["8112", "8116"]})
    assert done.status_code == 303
    assert [body for _path, body in sent(upstream)] == [
        {"change_date": "2026-12-14"},
        {"reasons": [{"code": "8112", "words": None}, {"code": "8116", "words": "Bitte anrufen"}]},
    ]


@pytest.mark.rule("PORT-9")
async def test_their_cancellation_is_answered_and_the_hand_over_tried_again(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("olga")
    for name, typed in (("answer", {"accept": "yes"}), ("hand-over", {}), ("stop-held", {"note": "Falsch"})):
        assert (await client.post(f"/departures/{LEAVING}/acts/{name}", data=form(**typed))).status_code == 303
    assert [path.rsplit("/", 1)[-1] for path, _body in sent(upstream)] == ["answer", "hand-over", "stop"]


def example(name: str) -> Event:
    event = next(one for one in all_events() if one.__name__ == name)
    return event.read((EXAMPLES / f"{event.type_name()}.json").read_bytes())


@pytest.mark.rule("PORT-9")
async def test_customer_and_partner_see_on_the_contract_that_another_provider_asks_for_numbers(
    browser: Browser, store: MemoryStore
) -> None:
    for name in ("DepartureAsked", "DepartureAgreed"):
        event = example(name).model_copy(update={"agreement_id": UUID(AGREEMENT)})
        await note_event(event, UUID(ident(name)), store)
    for who, path in (("petra", f"/agreements/{AGREEMENT}"), ("karl", f"/trunks/{AGREEMENT}")):
        page = await shown(browser(who), path)
        assert "hat diese Rufnummern angefragt" in page
        assert "Ohne Ihren Auftrag darf niemand die Rufnummern übernehmen." in page


@pytest.mark.rule("ORD-1")
@pytest.mark.parametrize("name", STEPS)
async def test_every_step_of_numbers_that_move_has_words_from_the_contracts_own_example(
    name: str, store: MemoryStore
) -> None:
    event = example(name)
    await note_event(event, UUID(ident(name)), store)
    [kept] = store.feed.kept.values()
    step = step_of(name, kept.body)
    if name == "PortingAtRisk":
        overdue = step_of(name, kept.body | {"level": "overdue"})
        assert overdue is not None
        assert step_of(name, kept.body | {"level": "warning"}) is None
    elif name == "PortingStarted":
        assert step_of(name, kept.body | {"electronic": True}) is not None
    else:
        assert step is not None
        assert step.title % {**step.places}


async def test_what_was_written_to_a_customer_stays_out_of_the_feed(store: MemoryStore) -> None:
    event = example("ClearingMailWritten")
    assert isinstance(event, porting.ClearingMailWritten)
    await note_event(event, UUID(ident("mail")), store)
    [kept] = store.feed.kept.values()
    assert kept.body["subject"] == event.subject
    assert "text" not in kept.body


@pytest.mark.rule("PORT-8")
async def test_the_link_says_without_login_what_the_porting_means_now(browser: Browser, upstream: Upstream) -> None:
    upstream.confirmed = True
    page = await shown(browser(""), f"/q/good/portings/{MANY}")
    for part in (
        "Was Ihr Anbieterwechsel jetzt bedeutet",
        "Nein, bitte nicht: Das übernehmen wir für Sie",
        "höchstens einen Arbeitstag",
        "§ 59 TKG",
        "Petra Nordmann",
        "Der Anschlussinhaber stimmt nicht.",
        "Montag, 14. Dezember 2026",
    ):
        assert part in page, part
    assert "DEU.TRUNK" not in page
    assert f"/q/good/portings/{MANY}" in (await browser("").get("/q/good")).text
    assert (await browser("").get(f"/q/old/portings/{MANY}")).status_code == 404


@pytest.mark.rule("PORT-4")
async def test_whose_contract_ends_at_a_paper_carrier_reads_behind_his_link_what_his_form_is_needed_for(
    browser: Browser, upstream: Upstream
) -> None:
    upstream.confirmed = True
    asked = upstream.portings[PORTING]
    asked |= {"case": "VA-KUE-ORN"}
    page = await shown(browser(""), f"/q/good/portings/{PORTING}")
    assert "Stadtnetz Musterstadt möchte Ihre Unterschrift. Wir lassen Ihren Vertrag dort beenden" in page
    assert "Ja: Unterschreiben Sie das Formular" in page
    assert "Nur das Ende Ihres Vertrags dort wartet auf das Formular." in await shown(browser(""), "/q/good")
    asked["form"] = {"state": "uploaded", "uploaded_at": at(-5)}
    page = await shown(browser(""), f"/q/good/portings/{PORTING}")
    assert "wir prüfen es und bitten dann Stadtnetz Musterstadt, Ihren Vertrag dort zu beenden" in page
    asked["form"] = {"state": "accepted", "uploaded_at": at(-5)}
    page = await shown(browser(""), f"/q/good/portings/{PORTING}")
    assert "Wir haben Stadtnetz Musterstadt gebeten, Ihren Vertrag dort zu beenden" in page
    assert "Ihre Rufnummern und ihr Tag" not in page


@pytest.mark.rule("PORT-7")
async def test_the_orders_page_shows_parts_and_that_it_takes_longer(browser: Browser) -> None:
    partner, staff = browser("petra"), browser("olga")
    page = await shown(partner, f"/orders/{ORDER}")
    assert "Es dauert länger als geplant." in page
    assert "0221 47110 00–99" in page
    assert f"/portings/{MANY}" in (await partner.get(f"/orders/{ORDER}")).text
    assert "Antwort des bisherigen Anbieters: " in await shown(staff, f"/orders/{ORDER}")


async def test_portings_are_found_by_the_orders_number_too(browser: Browser, upstream: Upstream) -> None:
    page = (await browser("olga").get("/portings?q=B-2026-0815")).text
    assert f"/portings/{MANY}" in page
    assert f"/portings/{ANEW}" not in page
