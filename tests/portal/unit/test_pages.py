"""Every page in every state: what people see, and that nothing goes out without a button."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from devstack.demo.client import hidden_fields
from portal.adapters.memory import MemoryStore
from portal.application.ports import Task
from tests.portal.conftest import CSRF, Browser, fill, session_of
from tests.portal.portings import (
    ANEW,
    CALLED_OFF,
    DEPARTING,
    LEAVING,
    LEFT,
    MANY,
    MOVED,
    MOVING,
    REFUSED,
    WISHED_AWAY,
    task_about,
)
from tests.portal.upstream import (
    AGREEMENT,
    BARE,
    CENTRAFLEX,
    CORRECTABLE,
    CUSTOMERS,
    DUE,
    ENDING,
    ENDING_ORDER,
    FAILING,
    HOOK,
    JAEGER,
    ORDER,
    PORTING,
    PORTING_CART,
    QUOTED,
    RENEWAL,
    RUNNING,
    SITE,
    Upstream,
    ident,
    offering,
    per_term,
)

TASK = ident("task")
CLOSED = next(party for party, one in CUSTOMERS.items() if not one["open"])


def form(**fields: str) -> dict[str, str]:
    return {"_csrf": CSRF, "_key": "key-of-this-form", **fields}


def paths() -> list[tuple[str, str]]:
    """Every page, with somebody who may see it."""
    partner = [
        "/",
        "/customers",
        "/customers/new-prospect",
        "/team",
        f"/customers/{JAEGER}",
        f"/customers/{JAEGER}/configure",
        "/search",
        "/search?q=jäger",
        f"/trunks/{AGREEMENT}/import",
        "/catalog",
        "/catalog?audience=reseller&category=trunk",
        "/carts",
        "/carts?state=open",
        f"/carts?agreement_id={AGREEMENT}",
        f"/carts/{QUOTED}",
        f"/carts/{BARE}",
        f"/carts/{QUOTED}/send",
        f"/carts/{QUOTED}/withdraw",
        f"/carts/{PORTING_CART}",
        f"/trunks/{AGREEMENT}/porting?like={PORTING_CART}",
        f"/trunks/{AGREEMENT}/porting?again={CORRECTABLE}",
        f"/agreements/{CENTRAFLEX}",
        f"/agreements/{CENTRAFLEX}/porting",
        "/orders",
        f"/orders/{ORDER}",
        "/agreements",
        f"/agreements/{AGREEMENT}",
        f"/agreements/{RUNNING}?on=2027-04-01",
        f"/agreements/{ENDING}",
        f"/agreements/{DUE}",
        f"/agreements/{DUE}/renewal",
        f"/agreements/{DUE}/reorder",
        f"/carts/{RENEWAL}",
        f"/agreements/{RUNNING}/termination",
        f"/agreements/{RUNNING}/termination/day?what=numbers:{SITE}",
        f"/agreements/{RUNNING}/termination/day?what=site:{SITE}",
        f"/agreements/{RUNNING}/termination/check?what=agreement",
        f"/orders/{ENDING_ORDER}",
        "/trunks",
        f"/trunks/{AGREEMENT}",
        f"/trunks/{AGREEMENT}/new-site",
        f"/trunks/{AGREEMENT}/new-site/numbers",
        f"/trunks/{AGREEMENT}/sites/{SITE}/numbers",
        f"/trunks/{AGREEMENT}/sites/{SITE}/correct",
        f"/trunks/{AGREEMENT}/porting",
    ]
    staff = [
        "/",
        "/tasks",
        "/tasks?when=settled",
        "/proposals",
        "/audit",
        "/audit/check",
        f"/tasks/{ident('signed_form')}",
        f"/tasks/{ident('manual_work')}",
        f"/portings/{PORTING}/review",
        "/number-pools",
        "/number-pools/221/resting",
        "/number-pools/221/ported-out",
        "/number-pools/221/free?size=100&containing=79",
        "/reservations",
        "/numbers",
        "/numbers?q=0221+4790042&on=2026-04-01",
        "/failed-messages",
        "/portings",
        "/portings?q=nothing",
        "/portings?q=B-2026-0815",
        *(f"/portings/{one}" for one in (PORTING, MANY, WISHED_AWAY, MOVING, MOVED, CALLED_OFF, ANEW, REFUSED)),
        *(f"/portings/{MANY}/parts/1/acts/{name}" for name in ("reschedule", "cancel", "cancel-follow-up")),
        f"/portings/{MANY}/parts/2/acts/ask-again",
        f"/portings/{MANY}/parts/3/acts/stop-held",
        f"/portings/{MANY}/acts/cancel",
        f"/portings/{WISHED_AWAY}/parts/1/acts/answer",
        f"/portings/{ANEW}/parts/1/acts/take-over",
        f"/portings/{MANY}/parts/1/acts/settle-by-hand",
        f"/portings/{MANY}/parts/2/acts/confirm-date",
        f"/portings/{MANY}/clearing",
        "/departures",
        "/departures?state=completed",
        *(f"/departures/{one}" for one in (DEPARTING, LEAVING, LEFT)),
        *(f"/departures/{LEAVING}/acts/{name}" for name in ("answer", "cancel", "hand-over")),
    ]
    return [
        *(("petra", path) for path in partner),
        *(("olga", path) for path in staff),
        ("anton", "/catalog-versions"),
        *(("anton", path) for path in ("/carriers", "/settings")),
        ("anton", "/number-pools/import"),
        ("anton", "/catalog-versions/2021-03.1"),
        *(("petra", path) for path in ("/webhooks", "/webhooks/new", f"/webhooks/{HOOK}", f"/webhooks/{FAILING}")),
        *(("karl", path) for path in ("/webhooks", f"/webhooks/{HOOK}/change", f"/webhooks/{HOOK}/delete")),
        *(("anton", path) for path in ("/webhooks", "/crm-messages", "/crm-messages?only=refused")),
        ("karl", f"/carts/{QUOTED}/order"),
        ("karl", "/team"),
        ("petra", "/portings"),
        ("petra", f"/portings/{MANY}"),
        ("karl", f"/portings/{WISHED_AWAY}"),
        ("", "/q/good"),
        ("", "/signed-out"),
        ("", "/glasfaser"),
        ("", "/glasfaser/danke"),
        ("", "/glasfaser/link/new"),
        ("", "/glasfaser/link/agreed"),
        ("", "/glasfaser/link/gone"),
    ]


@pytest.mark.parametrize(("who", "path"), paths())
async def test_every_page_opens_for_whom_it_is_meant(browser: Browser, store: MemoryStore, who: str, path: str) -> None:
    await fill(store)
    answer = await browser(who).get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text
    assert "Undefined" not in answer.text


async def test_the_language_switch_turns_a_whole_page_english(browser: Browser) -> None:
    client = browser("petra")
    assert "Warenkörbe" in (await client.get("/")).text
    await client.post("/settings/language", data=form(language="en", next="/"))
    page = (await client.get("/")).text
    assert 'lang="en"' in page
    assert "This is what needs you today." in page
    assert "Warenkörbe" not in page


async def test_who_is_not_logged_in_comes_back_to_the_page_he_wanted(browser: Browser) -> None:
    client = browser("")
    answer = await client.get("/orders?status=awaiting")
    assert answer.headers["location"] == "/login?next=%2Forders%3Fstatus%3Dawaiting"
    to_provider = await client.get(answer.headers["location"])
    state = re.search(r"state=([\w-]+)", to_provider.headers["location"])
    assert state
    back = await client.get("/login/done", params={"code": "petra", "state": state[1]})
    assert back.headers["location"] == "/orders?status=awaiting"
    cookie = back.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get("/")).status_code == 200


async def test_a_login_with_a_foreign_state_is_refused(browser: Browser) -> None:
    client = browser("")
    await client.get("/login?next=/orders")
    page = await client.get("/login/done", params={"code": "petra", "state": "forged"})
    assert "Die Anmeldung hat nicht geklappt" in page.text
    assert client.cookies.get("session") is None


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_the_login_leads_only_to_pages_of_ours(browser: Browser, wish: str) -> None:
    client = browser("")
    to_provider = await client.get("/login", params={"next": wish})
    state = re.search(r"state=([\w-]+)", to_provider.headers["location"])
    assert state
    back = await client.get("/login/done", params={"code": "petra", "state": state[1]})
    assert back.headers["location"] == "/"


async def test_an_expired_token_leads_to_the_login(browser: Browser, store: MemoryStore) -> None:
    client = browser("petra")
    store.sessions.kept["petra"] = session_of("petra", hours=-1)
    answer = await client.get("/carts")
    assert answer.headers["location"] == "/login?next=%2Fcarts"


async def test_a_form_without_the_sessions_secret_changes_nothing(browser: Browser, upstream: Upstream) -> None:
    answer = await browser("petra").post(f"/carts/{QUOTED}/withdraw", data={"_key": "k"})
    assert answer.status_code == 403
    assert not [call for call in upstream.calls if call[1] != "GET"]


async def test_pages_allow_no_inline_script_and_no_foreign_frame(browser: Browser) -> None:
    answer = await browser("petra").get("/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script>|\son\w+=|style=", answer.text)


@pytest.mark.rule("TEN-2")
async def test_what_is_not_yours_looks_like_what_does_not_exist(browser: Browser) -> None:
    foreign = await browser("petra").get(f"/orders/{ident('somebody else')}")
    nothing = await browser("petra").get("/no-such-page")
    assert foreign.status_code == nothing.status_code == 404
    title = re.compile(r"<h1>(.*?)</h1>")
    assert title.findall(foreign.text) == title.findall(nothing.text)


@pytest.mark.rule("TEN-3")
async def test_a_customer_without_administration_is_listed_but_closed_with_the_remedy(browser: Browser) -> None:
    client = browser("petra")
    assert "Kanzlei Dr. Weiß “Recht &amp; Rat” 🙂" in (await client.get("/customers")).text
    closed = await client.get(f"/customers/{CLOSED}")
    assert closed.status_code == 403
    assert "Bitten Sie den Kunden" in closed.text


@pytest.mark.rule("TEN-1")
async def test_back_office_pages_are_closed_to_partners(browser: Browser) -> None:
    for path in ("/tasks", "/number-pools", "/failed-messages", "/catalog-versions"):
        assert (await browser("petra").get(path)).status_code == 403


async def test_a_part_that_is_away_is_named_and_the_rest_works(browser: Browser, upstream: Upstream) -> None:
    upstream.away = {"provisioning"}
    page = await browser("petra").get(f"/trunks/{AGREEMENT}")
    assert page.status_code == 200
    assert "Ein Teil des Systems antwortet gerade nicht." in page.text
    assert "V-700123" in page.text
    upstream.away = {"cart"}
    gone = await browser("petra").get(f"/orders/{ORDER}")
    assert gone.status_code == 503
    assert "Vorgangsnummer" in gone.text


@pytest.mark.parametrize(
    ("who", "path"),
    [
        *(("petra", path) for path in ("/customers", "/carts", "/orders", "/agreements", "/trunks", "/portings")),
        ("olga", "/carts?state=withdrawn"),
        ("olga", "/departures"),
        ("anton", "/webhooks"),
    ],
)
async def test_a_list_that_has_nothing_for_the_reader_says_so_and_one_that_is_away_too(
    browser: Browser, upstream: Upstream, who: str, path: str
) -> None:
    parts = {"cart", "provisioning", "porting", "notification"}
    for closed, away, said in ((parts, set[str](), 'class="empty"'), (set[str](), parts, "antwortet gerade")):
        upstream.closed, upstream.away = closed, away
        page = await browser(who).get(path)
        assert page.status_code == 200
        assert said in page.text


@pytest.mark.rule("CRM-1")
async def test_a_prospect_entered_twice_by_the_same_form_is_one(browser: Browser, store: MemoryStore) -> None:
    fields = form(name="Ümläut & “Söhne” 🙂", email="hallo@firma.de", audience="business", language="de")
    for _ in range(2):
        answer = await browser("petra").post("/customers/new-prospect", data=fields)
        assert answer.headers["location"].startswith("/customers")
    (event,) = store.outbox.recorded.values()
    assert event.model_dump()["name"] == "Ümläut & “Söhne” 🙂"


async def test_a_faulty_form_keeps_what_was_typed_and_links_to_the_fields(browser: Browser) -> None:
    page = await browser("petra").post("/customers/new-prospect", data=form(name="", email="kein-at", phone="0221 1"))
    assert page.status_code == 422
    assert '<a href="#name">' in page.text
    assert '<a href="#email">' in page.text
    assert 'value="kein-at"' in page.text
    assert 'value="0221 1"' in page.text


@pytest.mark.rule("TRUNK-2", "FLAT-1", "MIN-1", "UM-1", "CART-2", "CART-3")
async def test_the_configurator_makes_a_cart_in_the_order_the_rules_want(browser: Browser, upstream: Upstream) -> None:
    fields = form(
        trunk="TRUNK-REG",
        term="36",
        channels="8",
        srtp="on",
        price_list="PL-BUSINESS",
        **{"flat-FLAT-NATIONAL": "on", "minutes-MIN-1000": "2", "um-UM": "on"},
    )
    client = browser("petra")
    answer = await client.post(f"/customers/{JAEGER}/configure", data=fields)
    lines = [json for _, method, path, json in upstream.calls if method == "POST" and path.endswith("/lines")]
    assert [line["offering"] for line in lines] == ["TRUNK-REG", "CHANNEL-SRTP", "FLAT-NATIONAL", "MIN-1000", "UM"]
    assert lines[1] == {"offering": "CHANNEL-SRTP", "quantity": 8, "price_list": "PL-BUSINESS"}
    page = await client.get(answer.headers["location"])
    assert "So viele wie Sprachkanäle." in page.text
    assert "automatisch" in page.text


@pytest.mark.rule("KOMBI-1")
async def test_kombi_shows_the_price_with_and_without_and_chooses_kombi_channels(
    browser: Browser, upstream: Upstream
) -> None:
    page = (await browser("petra").get(f"/customers/{JAEGER}/configure")).text
    assert "2,90\xa0€" in page
    assert "statt 3,90\xa0€ je Kanal" in page
    await browser("petra").post(
        f"/customers/{JAEGER}/configure", data=form(trunk="TRUNK-REG", channels="2", combination="on")
    )
    assert [json["offering"] for _, _, path, json in upstream.calls if path.endswith("/lines")][1] == "CHANNEL-KOMBI"


@pytest.mark.rule("CART-4")
async def test_who_comes_second_sees_both_versions_and_can_choose(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    made = await client.post(f"/customers/{JAEGER}/configure", data=form(trunk="TRUNK-REG", channels="2"))
    cart_id = made.headers["location"].rsplit("/", 1)[1]
    line = next(one for one in upstream.carts[cart_id]["lines"] if one["category"] == "voice_channel")
    upstream.carts[cart_id]["version"] += 1
    stale = await client.post(
        f"/carts/{cart_id}/change",
        data=form(change="quantity", line_id=line["line_id"], quantity="9", version="3"),
    )
    assert stale.status_code == 409
    assert "9 × Sprachkanal" in stale.text
    assert "Meine Änderung trotzdem vornehmen" in stale.text
    assert f'name="version" value="{upstream.carts[cart_id]["version"]}"' in stale.text


@pytest.mark.rule("CAT-5")
async def test_an_open_cart_offers_what_its_own_catalog_version_sells(browser: Browser, upstream: Upstream) -> None:
    upstream.sold_since = [offering("MIN-NEW", "Minutenpaket ganz neu", "minute_package", per_term("0.00", "1.00"))]
    client = browser("petra")
    assert "Minutenpaket ganz neu" in (await client.get(f"/customers/{JAEGER}/configure")).text
    page = (await client.get(f"/carts/{BARE}")).text
    assert "Minutenpaket 1000" in page
    assert "Minutenpaket ganz neu" not in page


@pytest.mark.rule("TRUNK-5", "ACT-1")
async def test_immediate_activation_is_a_checkbox_with_its_explanation(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    made = await client.post(f"/customers/{JAEGER}/configure", data=form(trunk="TRUNK-REG", channels="2"))
    path = made.headers["location"]
    page = (await client.get(path)).text
    assert re.search(r'name="immediate" checked', page)
    assert "einige Arbeitstage vor der bestätigten Portierung" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    await client.post(f"{path}/change", data=form(change="activation", version=version[1]))
    assert not re.search(r'name="immediate" checked', (await client.get(path)).text)


@pytest.mark.rule("ACT-2")
async def test_a_trunk_activated_with_the_day_that_begins_in_berlin_is_active_since_that_day(
    browser: Browser, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    trunk = upstream._trunk() | {"activated_at": "2026-11-30T23:00:00Z"}
    monkeypatch.setattr(upstream, "_trunk", lambda: trunk)
    client = browser("petra")
    for path in ("/trunks", f"/trunks/{AGREEMENT}"):
        page = (await client.get(path)).text
        assert "01.12.2026" in page
        assert "30.11.2026" not in page


@pytest.mark.rule("QUOTE-2")
async def test_sending_again_says_that_the_old_link_dies(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert "Der frühere Link wird ungültig." in (await client.get(f"/carts/{QUOTED}/send")).text
    sent = form(to="other", again="on", name="Vera Vertretung", email="vera@firma.de")
    answer = await client.post(f"/carts/{QUOTED}/send", data=sent)
    assert answer.headers["location"] == f"/carts/{QUOTED}"
    assert "Der Link in der früheren E-Mail gilt nicht mehr" in (await client.get(f"/carts/{QUOTED}")).text
    assert upstream.carts[QUOTED]["quote"]["recipient"]["email"] == "vera@firma.de"


@pytest.mark.rule("QUOTE-2")
async def test_sent_again_it_goes_to_the_same_recipient_or_to_the_customer_himself(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    page = (await client.get(f"/carts/{QUOTED}/send")).text
    assert re.search(r'name="to" value="same" checked', page)
    assert "Karl Jäger, karl@jaeger-logistik.example" in page
    for to in ("same", "customer"):
        await client.post(f"/carts/{QUOTED}/send", data=form(to=to, again="on") | {"_key": to})
    sent = [call[3] for call in upstream.calls if call[2].endswith("/resend")]
    customer = {"name": "Jäger Logistik GmbH", "email": "post@jaeger.example", "language": "de"}
    assert sent == [{}, {"recipient": customer}]


@pytest.mark.rule("CART-1", "QUOTE-3")
async def test_a_quote_is_withdrawn_and_an_open_cart_discarded_each_in_its_own_words(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    assert "karl@jaeger-logistik.example gilt sofort nicht mehr" in (await client.get(f"/carts/{QUOTED}/withdraw")).text
    copied = (await client.post(f"/carts/{QUOTED}/copy", data=form())).headers["location"]
    assert "Warenkorb verwerfen?" in (await client.get(f"{copied}/withdraw")).text
    for path, said in (
        (f"/carts/{QUOTED}", "Das Angebot wurde zurückgezogen"),
        (copied, "Der Warenkorb wurde verworfen"),
    ):
        answer = await client.post(f"{path}/withdraw", data=form())
        assert said in (await client.get(answer.headers["location"])).text
    late = await client.post(f"/carts/{QUOTED}/withdraw", data=form() | {"_key": "late"})
    assert (late.status_code, "lässt sich nicht mehr ändern" in late.text) == (409, True)


@pytest.mark.rule("QUOTE-1", "CAT-5")
async def test_a_copy_says_which_prices_are_others_than_in_the_quote(browser: Browser) -> None:
    client = browser("petra")
    copied = (await client.post(f"/carts/{QUOTED}/copy", data=form())).headers["location"]
    page = (await client.get(copied)).text
    assert "Kopie von W-1002" in page
    assert "monatlich 4,20 € statt 3,90 €" in page.replace("\xa0", " ")
    assert "Minutenpaket 500</span>: wird nicht mehr verkauft" in page


@pytest.mark.rule("PORT-6", "CART-1")
async def test_portierungsangebote_is_the_carts_overview_of_that_trunk(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    trunk = (await client.get(f"/trunks/{AGREEMENT}")).text
    assert f'href="/carts?agreement_id={AGREEMENT}"' in trunk
    page = (await client.get(f"/carts?agreement_id={AGREEMENT}&state=expired")).text
    assert "<h1>Portierungsangebote</h1>" in page
    assert "A-2026-0003" in page
    assert f'href="/trunks/{AGREEMENT}"' in page


@pytest.mark.rule("QUOTE-3")
async def test_opening_a_link_orders_nothing_only_the_button_does(browser: Browser, upstream: Upstream) -> None:
    client = browser("")
    page = await client.get("/q/good")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not [call for call in upstream.calls if call[2].endswith("/confirm")]
    read = hidden_fields(page.text)
    nameless = await client.post("/q/good/confirm", data={**read, "name": " ", "agreed": "on"})
    unticked = await client.post("/q/good/confirm", data={**read, "name": "Karl Jäger"})
    assert (nameless.status_code, unticked.status_code) == (422, 422)
    assert not [call for call in upstream.calls if call[2].endswith("/confirm")]
    done = await client.post("/q/good/confirm", data={**read, "name": "Karl Jäger", "agreed": "on"})
    assert done.headers["location"] == "/q/good"
    status = (await client.get("/q/good")).text
    assert "Vielen Dank. Auftrag B-2026-0815" in status
    assert "/q/good/documents/order-acknowledgement.pdf" in status
    await client.post("/q/good/confirm", data={"_key": "k2", "name": "Karl Jäger", "agreed": "on"})
    assert len([call for call in upstream.calls if call[2].endswith("/confirm")]) == 1


@pytest.mark.rule("QUOTE-3")
async def test_whoever_confirms_agrees_to_the_text_that_he_read_and_reads_a_newer_one_first(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("")
    page = (await client.get("/q/good")).text
    assert "Ich bestelle zahlungspflichtig." in page
    read = {**hidden_fields(page), "name": "Karl Jäger", "agreed": "on"}
    consent = upstream.carts[QUOTED]["quote"]["consent"]
    consent |= {"version": "2026-12.1", "text": "Ich bestelle und habe auch das Neue gelesen."}
    again = await client.post("/q/good/confirm", data=read)
    assert again.status_code == 422
    assert "durch einen neueren ersetzt" in again.text
    assert "auch das Neue gelesen" in again.text
    assert 'value="Karl Jäger"' in again.text
    assert "checked" not in again.text
    await client.post("/q/good/confirm", data={**read, **hidden_fields(again.text)})
    sent = [call[3] for call in upstream.calls if call[2].endswith("/confirm")]
    assert sent[-1] == {"name": "Karl Jäger", "consent_version": "2026-12.1", "consent_language": "de"}
    assert upstream.confirmed


@pytest.mark.rule("QUOTE-2", "QUOTE-3")
@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("old", "Es gibt eine neuere E-Mail"),
        ("late", "Dieses Angebot ist abgelaufen"),
        ("gone", "Dieses Angebot wurde zurückgezogen"),
        ("done", "Dieses Angebot wurde schon bestätigt"),
        ("never", "Diesen Link kennen wir nicht"),
        ("guessed", "Zu viele Versuche"),
    ],
)
async def test_a_dead_link_says_so_and_gives_nothing_away(browser: Browser, token: str, says: str) -> None:
    page = (await browser("").get(f"/q/{token}")).text
    assert says in page
    assert "Jäger" not in page
    assert "A-2026" not in page


@pytest.mark.rule("QUOTE-5")
async def test_a_customer_checks_his_order_before_placing_it_directly(browser: Browser, upstream: Upstream) -> None:
    assert (await browser("petra").get(f"/carts/{QUOTED}/order")).status_code == 403
    client = browser("karl")
    page = (await client.get(f"/carts/{QUOTED}/order")).text
    assert "Kostenpflichtig bestellen" in page
    answer = await client.post(f"/carts/{QUOTED}/order", data=hidden_fields(page))
    assert answer.headers["location"] == f"/orders/{ORDER}"


@pytest.mark.rule("CART-4")
@pytest.mark.parametrize(
    ("who", "step", "choices", "wanted"),
    [
        ("karl", "order", {}, "ihn kostenpflichtig bestellen"),
        ("petra", "send", {"to": "customer"}, "ihn als Angebot senden"),
    ],
)
async def test_what_a_colleague_changed_since_the_page_was_shown_is_neither_sent_nor_ordered(
    browser: Browser, upstream: Upstream, who: str, step: str, choices: dict[str, str], wanted: str
) -> None:
    client = browser(who)
    copied = (await client.post(f"/carts/{QUOTED}/copy", data=form())).headers["location"]
    shown = hidden_fields((await client.get(f"{copied}/{step}")).text)
    cart = upstream.carts[copied.rsplit("/", 1)[1]]
    cart |= {"version": 2, "changed_by": "Paul Partner"}
    answer = await client.post(f"{copied}/{step}", data=shown | choices)
    assert answer.status_code == 409
    assert "Geändert von Paul Partner" in answer.text
    assert wanted in answer.text
    assert "Es wurde nichts gesendet und nichts bestellt." in answer.text
    assert cart["state"] == "open"
    anew = hidden_fields((await client.get(f"{copied}/{step}")).text)
    assert (await client.post(f"{copied}/{step}", data=anew | choices)).status_code == 303


@pytest.mark.rule("CART-4")
async def test_the_form_that_sends_a_quote_means_the_cart_that_the_page_before_showed(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("petra")
    copied = (await client.post(f"/carts/{QUOTED}/copy", data=form())).headers["location"]
    link = re.search(rf'href="({copied}/send[^"]*)"', (await client.get(copied)).text)
    assert link
    upstream.carts[copied.rsplit("/", 1)[1]] |= {"version": 2}
    faulty = hidden_fields((await client.get(link[1])).text) | {"to": "other", "email": "vera"}
    mended = hidden_fields((await client.post(f"{copied}/send", data=faulty)).text) | {"to": "customer"}
    assert (await client.post(f"{copied}/send", data=mended)).status_code == 409


SITE_FIELDS = {
    "site_name": "Lager Köln",
    "street": "Hohe Straße",
    "house_number": "12",
    "postcode": "50667",
    "town": "Köln",
    "area_code": "221",
    "block_size": "100",
}


@pytest.mark.rule("SITE-1", "SITE-4")
async def test_a_site_is_checked_before_it_is_ordered_and_warned_about(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    path = f"/trunks/{AGREEMENT}/new-site/numbers"
    check = await client.post(path, data=form(**SITE_FIELDS))
    assert "Das lässt sich später nicht korrigieren." in check.text
    assert not [call for call in upstream.calls if call[2].endswith("/sites")]
    placed = await client.post(path, data=form(**SITE_FIELDS, step="place", order_key="o1"))
    assert placed.headers["location"] == f"/orders/{ORDER}"
    sent = next(json for _, _, url, json in upstream.calls if url.endswith("/sites"))
    assert sent["site"]["area_code"] == "221"
    assert sent["block_size"] == 100


@pytest.mark.rule("SITE-1")
async def test_an_address_that_does_not_fit_is_refused_with_field_and_suggestion(browser: Browser) -> None:
    fields = SITE_FIELDS | {"town": "München"}
    page = await browser("petra").post(f"/trunks/{AGREEMENT}/new-site/numbers", data=form(**fields))
    assert page.status_code == 422
    assert '<a href="#town">Die Postleitzahl 50667 gehört nicht zu München.</a>' in page.text
    assert "Meinten Sie: Köln?" in page.text
    assert 'value="Lager Köln"' in page.text


@pytest.mark.rule("SITE-3")
async def test_an_exhausted_area_code_is_said_before_ordering(browser: Browser) -> None:
    page = await browser("petra").post(
        f"/trunks/{AGREEMENT}/new-site/numbers", data=form(**(SITE_FIELDS | {"block_size": "1000"}))
    )
    assert "In der Vorwahl 0221 ist kein Block dieser Größe mehr frei." in page.text


@pytest.mark.rule("PORT-3")
async def test_a_quote_says_what_is_worth_a_second_look(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert "Einen zweiten Blick wert" not in (await client.get(f"/carts/{QUOTED}")).text
    warning = {"field": "requested_on", "text": "Der Termin ist knapp.", "remedy": "Nehmen Sie einen späteren."}
    upstream.carts[QUOTED]["warnings"] = [warning]
    page = (await client.get(f"/carts/{QUOTED}")).text
    assert "Einen zweiten Blick wert" in page
    assert "Der Termin ist knapp. Nehmen Sie einen späteren." in page


@pytest.mark.rule("SITE-4")
async def test_a_wrong_site_is_offered_the_three_ways(browser: Browser) -> None:
    page = (await browser("petra").get(f"/trunks/{AGREEMENT}/sites/{SITE}/correct")).text
    for way in ("Der Ort ist falsch", "Es werden mehr Rufnummern gebraucht", "Der Block ist der falsche"):
        assert way in page


@pytest.mark.rule("CART-2")
async def test_a_broken_rule_names_its_lines_and_each_way_to_mend_it_is_one_press(
    browser: Browser, upstream: Upstream
) -> None:
    client, path, cart = browser("petra"), f"/carts/{BARE}", upstream.carts[BARE]
    page = (await client.get(path)).text
    assert f'href="#line-{cart["lines"][0]["line_id"]}"' in page
    assert f'href="/agreements/{AGREEMENT}/renewal"' in page
    button = page[: page.index(">Sprachkanal hinzufügen<")].rsplit("<form", 1)[1]
    pressed = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button))
    answer = await client.post(f"{path}/change", data=pressed)
    assert answer.headers["location"] == f"{path}#broken"
    assert [line["offering"] for line in cart["lines"]] == ["TRUNK-REG", "CHANNEL"]
    assert 'id="broken"' not in (await client.get(path)).text


@pytest.mark.rule("CART-2")
@pytest.mark.parametrize(
    ("way", "call"),
    [
        ({"action": "remove"}, ("DELETE", "/lines/L", None)),
        ({"action": "exchange", "offering": "CHANNEL-SRTP"}, ("PATCH", "/lines/L", {"offering": "CHANNEL-SRTP"})),
        ({"action": "set_quantity", "quantity": "1"}, ("PATCH", "/lines/L", {"quantity": 1})),
        ({"action": "choose_price_list", "price_list": "PL-FLEX"}, ("PATCH", "/lines/L", {"price_list": "PL-FLEX"})),
        ({"action": "choose_term", "term_months": "24"}, ("PATCH", "", {"term_months": 24})),
        ({"action": "choose_internet", "agreement_id": "A"}, ("PATCH", "", {"internet": {"agreement_id": "A"}})),
        ({"action": "choose_internet"}, ("PATCH", "", {"internet": {"line_id": "L"}})),
        ({"action": "drop_combination"}, ("PATCH", "", {"combination": False})),
        (
            {"action": "add", "offering": "TRUNK-REG", "combination": "True"},
            ("POST", "/lines", {"offering": "TRUNK-REG", "quantity": None, "combination": True}),
        ),
    ],
)
async def test_each_way_is_the_change_of_the_cart_that_its_name_says(
    browser: Browser, upstream: Upstream, way: dict[str, str], call: tuple[str, str, object]
) -> None:
    line_id = upstream.carts[BARE]["lines"][0]["line_id"]
    await browser("petra").post(f"/carts/{BARE}/change", data=form(change="way", version="1", line_id=line_id, **way))
    method, path, body = call
    path = f"/carts/{BARE}{path.replace('L', line_id)}"
    body = {"internet": {"line_id": line_id}} if body == {"internet": {"line_id": "L"}} else body
    assert ("cart", method, path, body) in upstream.calls


@pytest.mark.rule("PORT-6")
async def test_portierungsangebote_lead_to_the_carts_of_that_trunk(browser: Browser) -> None:
    page = (await browser("petra").get(f"/trunks/{AGREEMENT}")).text
    assert f'href="/carts?agreement_id={AGREEMENT}"' in page


@pytest.mark.rule("ORD-1", "PORT-4")
async def test_the_order_page_tells_each_step_and_takes_the_signed_form(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    await fill(store)
    client = browser("petra")
    page = (await client.get(f"/orders/{ORDER}")).text
    for step in (
        "Auftrag eingegangen",
        "Trunk eingerichtet",
        "Portierung angehalten, bis das unterschriebene Formular da ist",
    ):
        assert step in page
    path = f"/orders/{ORDER}/portings/{PORTING}/signed-form"
    empty = await client.post(path, data=form(), files={"form": ("", b"")})
    assert "Wählen Sie das unterschriebene Formular als PDF oder Bild." in empty.text
    sent = await client.post(path, data=form(), files={"form": ("form.pdf", b"%PDF-1.7", "application/pdf")})
    assert sent.headers["location"] == f"/orders/{ORDER}"
    assert upstream.portings[PORTING]["form"]["state"] == "uploaded"


async def test_documents_come_through_the_portal(browser: Browser) -> None:
    answer = await browser("petra").get(f"/orders/{ORDER}/documents/order-acknowledgement.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.rule("PORT-4")
async def test_a_task_leads_to_the_signed_form_and_takes_the_date_afterwards(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    await fill(store)
    upstream.portings[PORTING]["form"]["state"] = "uploaded"
    client = browser("olga")
    path = f"/tasks/{ident('signed_form')}"
    assert f'href="/portings/{PORTING}/review"' in (await client.get(path)).text
    upstream.portings[PORTING]["form"]["state"] = "accepted"
    about_date = {"may": ["confirm-date"], "tasks": [task_about("signed_form", "paper_date")]}
    upstream.portings[PORTING]["parts"][0] |= about_date
    assert "Mit dem Anbieter vereinbarter Termin" in (await client.get(path)).text


async def test_failed_messages_are_shown_by_key_and_played_again(browser: Browser, upstream: Upstream) -> None:
    client = browser("olga")
    page = (await client.get("/failed-messages")).text
    assert "ValidationError: placed_at" in page
    sent = form(part="notification", group="notification.ordering-order", key=ORDER)
    await client.post("/failed-messages/redrive", data=sent)
    assert upstream.calls[-1][3] == {"group": "notification.ordering-order", "key": ORDER}


@pytest.mark.rule("CAT-5")
async def test_a_faulty_catalog_is_refused_with_every_fault_and_its_place(browser: Browser, upstream: Upstream) -> None:
    files = {"catalog": ("offerings.yaml", b"offerings: []", "application/yaml")}
    page = await browser("anton").post("/catalog-versions/check", data=form(), files=files)
    assert page.status_code == 422
    assert "offerings.yaml:14" in page.text
    assert upstream.calls[-2][3] == {"files": {"offerings.yaml": "offerings: []"}}


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"2021-03.1/{name}.yaml", content)
        archive.writestr("2021-03.1/readme.txt", "not a part of it")
    return packed.getvalue()


@pytest.mark.rule("CAT-5")
async def test_a_version_is_published_after_a_second_look_at_what_changes(browser: Browser, upstream: Upstream) -> None:
    client = browser("anton")
    archive = {"catalog": ("version.zip", zipped(whole="name: Büro\n".encode(), more=b"a: 1\n"), "application/zip")}
    page = await client.post("/catalog-versions/check", data=form(), files=archive)
    assert page.status_code == 200
    assert "FLAT-1 requires" in page.text
    assert not [path for _, method, path, _ in upstream.calls if (method, path) == ("POST", "/catalog/versions")]
    answer = await client.post("/catalog-versions", data=form() | hidden_fields(page.text))
    assert answer.headers["location"] == "/catalog-versions/2021-03.1"
    sent = next(json for _, method, path, json in upstream.calls if (method, path) == ("POST", "/catalog/versions"))
    assert sent == {"files": {"whole.yaml": "name: Büro\n", "more.yaml": "a: 1\n"}}
    assert "Die Katalogversion wurde veröffentlicht." in (await client.get(answer.headers["location"])).text


@pytest.mark.rule("CAT-5")
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("trunks.yaml", "Büro".encode("latin-1"), "trunks.yaml ist keine Textdatei in UTF-8."),
        ("version.zip", b"no archive", "version.zip ist kein ZIP-Archiv, das sich lesen lässt."),
        ("version.zip", zipped(whole=b" " * (1 << 21)), "mehr als ein Megabyte"),
        ("version.zip", zipped(), "Wählen Sie die Dateien der Version."),
    ],
)
async def test_what_is_no_catalog_is_refused_in_plain_words(
    browser: Browser, name: str, content: bytes, told: str
) -> None:
    files = {"catalog": (name, content, "application/octet-stream")}
    page = await browser("anton").post("/catalog-versions/check", data=form(), files=files)
    assert page.status_code == 422
    assert told in page.text


@pytest.mark.rule("CAT-5", "TRUNK-2")
async def test_an_administrator_reads_what_the_catalog_says(browser: Browser) -> None:
    page = (await browser("anton").get("/catalog-versions/2021-03.1")).text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "TRUNK-2 Trunk-Varianten nur zusammen mit Sprachkanäle ." in text
    assert "Kommt mit." in text
    assert "0,009 €" in text.replace("\xa0", " ")
    assert "Kündigungsfrist" in text
    assert (await browser("petra").get("/catalog-versions/2021-03.1")).status_code == 403
    assert (await browser("anton").get("/catalog-versions/nonsense")).status_code == 404


@pytest.mark.rule("CAT-2", "CAT-3", "CAT-4", "TEN-4")
async def test_the_catalog_shows_categories_rates_and_how_manual_products_are_ordered(browser: Browser) -> None:
    page = (await browser("petra").get("/catalog")).text
    assert "Tarif-Optionen: Voice-Flatrates" in page
    assert "eingestellt" in page
    assert "Verbindungspreislisten" in page
    assert 'id="audience"' in page
    assert 'id="audience"' not in (await browser("karl").get("/catalog")).text


async def test_the_live_feed_brings_a_new_step_without_reloading(
    browser: Browser, store: MemoryStore, upstream: Upstream
) -> None:
    """ASGITransport gathers a whole answer, so the session ends the feed."""
    await fill(store)
    client = browser("petra")
    ends = datetime.now(UTC) + timedelta(seconds=0.4)
    store.sessions.kept["petra"] = session_of("petra", hours=0.4 / 3600)
    answer: httpx.Response = await client.get(f"/orders/{ORDER}/live")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert datetime.now(UTC) >= ends - timedelta(seconds=0.05)
    assert answer.text.startswith("id: 1\ndata: ")
    assert "Trunk eingerichtet" in answer.text


@pytest.mark.rule("ACT-4", "PORT-8", "NOTE-1")
@pytest.mark.parametrize(
    ("owner", "kind", "act", "typed", "path", "body"),
    [
        ("provisioning", "activation_without_porting", "activate", {}, f"/trunks/{AGREEMENT}/activate", {}),
        ("provisioning", "assignment_failed", "assign", {}, f"/portings/{ident('subject')}/assign", {}),
        (
            "provisioning",
            "numbers_exhausted",
            "settle",
            {"seen_note": "bestellt"},
            f"/tasks/{TASK}/settle",
            {"note": "bestellt"},
        ),
        (
            "notification",
            "notice_bounced",
            "resend",
            {"email": "neu@k.example"},
            f"/notices/{ident('subject')}/resend",
            {"email": "neu@k.example"},
        ),
        ("notification", "notice_bounced", "give-up", {}, f"/notices/{ident('subject')}/settle", {}),
    ],
)
async def test_each_task_offers_what_its_owner_takes(
    browser: Browser,
    store: MemoryStore,
    upstream: Upstream,
    owner: str,
    kind: str,
    act: str,
    typed: Any,
    path: str,
    body: Any,
) -> None:
    words = {"de": "Bitte ansehen", "en": "Please look"}
    store.tasks.raise_(
        Task(
            UUID(TASK),
            kind,
            owner,
            UUID(ident("subject")),
            words,
            words,
            datetime.now(UTC),
            order_id=UUID(ORDER),
            agreement_id=UUID(AGREEMENT),
        )
    )
    client = browser("olga")
    assert f'value="{act}"' in (await client.get(f"/tasks/{TASK}")).text
    answer = await client.post(f"/tasks/{TASK}", data=form(act=act, **typed))
    assert answer.headers["location"] == f"/tasks/{TASK}"
    assert upstream.calls[-1][2:4] == (path, body)


async def test_a_task_cannot_be_settled_by_another_owners_button(browser: Browser, store: MemoryStore) -> None:
    await fill(store)
    answer = await browser("olga").post(f"/tasks/{ident('signed_form')}", data=form(act="settle"))
    assert answer.status_code == 404


async def test_mails_are_listed_apart_from_the_steps(browser: Browser, store: MemoryStore) -> None:
    await fill(store)
    page = (await browser("petra").get(f"/orders/{ORDER}")).text
    assert "1 gesendet" in page


@pytest.mark.rule("SITE-5")
async def test_order_management_sees_which_numbers_rest_and_until_when(browser: Browser) -> None:
    client = browser("olga")
    assert 'href="/number-pools/221/resting"' in (await client.get("/number-pools")).text
    page = (await client.get("/number-pools/221/resting")).text
    assert "0221 479000 00–99" in page
    assert "21.02.2027" in page
    assert (await browser("petra").get("/number-pools/221/resting")).status_code == 403
