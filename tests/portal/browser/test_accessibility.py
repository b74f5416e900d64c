"""Axe finds nothing on any page, light and dark, wide and narrow; the keyboard reaches everything."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, FilePayload, Route

from devstack.programs import free_ports
from portal.adapters.memory import MemoryStore
from tests.axe import AXE, faults_on
from tests.portal.conftest import fill, session_of
from tests.portal.portings import task_about
from tests.portal.unit.test_pages import paths
from tests.portal.upstream import AGREEMENT, DUE, JAEGER, ORDER, PORTING, RUNNING, SENT_FORM, SITE, Upstream, ident

pytestmark = pytest.mark.browser

SIDEWAYS = """[document.documentElement, ...document.querySelectorAll(".table-wrap:has(.cards)")]
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => `scrolls sideways: ${one.className || one.tagName}, ${one.scrollWidth} of ${one.clientWidth}`)"""
"""The page, or a list in its panel: who does not notice never sees its last columns."""


@pytest.fixture
def four_eyes() -> frozenset[str]:
    return frozenset({"porting.date"})


@pytest.fixture
def address(app: FastAPI, store: MemoryStore) -> Iterator[str]:
    """The portal on a port of its own, everybody logged in by the name in the cookie."""
    # In a thread, since Playwright holds this one's event loop.
    filling = threading.Thread(target=lambda: asyncio.run(fill(store)))
    filling.start()
    filling.join()
    for who in ("petra", "olga", "otto", "anton", "karl"):
        store.sessions.kept[who] = session_of(who)
    port = free_ports(1)[0]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    thread.join()


def opened(chromium: Browser, address: str, who: str, *, width: int, theme: str) -> BrowserContext:
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale="de-DE")
    context.add_init_script(AXE)
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    if who:
        context.add_cookies([{"name": "session", "value": who, "url": address}])
    return context


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, address: str, width: int, theme: str
) -> None:
    faults: dict[str, list[str]] = {}
    for who in ("petra", "olga", "anton", "karl", ""):
        context = opened(chromium, address, who, width=width, theme=theme)
        page = context.new_page()
        wanted = [path for person, path in paths() if person == who]
        if who == "petra":
            wanted += ["/no-such-page", f"/orders/{JAEGER}"]
        if not who:
            wanted += ["/q/old", "/q/late", "/q/done", "/q/never", "/glasfaser/link/late", "/glasfaser/link/never"]
        for path in wanted:
            page.goto(address + path)
            found = faults_on(page)
            found += page.evaluate(SIDEWAYS)
            if found:
                faults[f"{who} {path}"] = found
        context.close()
    assert faults == {}


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/trunks/{AGREEMENT}/new-site/numbers")
    page.get_by_role("button", name="Prüfen Sie Ihre Angaben").press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    assert faults_on(page) == []
    page.get_by_role("link", name="Geben Sie die Straße ein.").press("Enter")
    assert page.evaluate("document.activeElement.id") == "street"


@pytest.mark.rule("SITE-1")
def test_towns_and_area_codes_near_the_place_are_offered_while_the_address_is_typed(
    chromium: Browser, address: str
) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/trunks/{AGREEMENT}/new-site/numbers")
    page.locator("#postcode").press_sequentially("50678")
    page.locator("#towns option[value=Köln]").wait_for(state="attached")
    page.locator("#town").fill("Köln")
    page.keyboard.press("Tab")
    page.get_by_label("02236 Wesseling").check()
    assert page.locator("#postcode").get_attribute("inputmode") == "numeric"
    assert faults_on(page) == []


def test_the_order_flow_by_keyboard_alone(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/customers/{JAEGER}/configure")

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    tab_to("#channels")
    page.keyboard.type("5")
    tab_to("input[name='flat-FLAT-NATIONAL']")
    page.keyboard.press("Space")
    page.locator("#sum").get_by_text("Flatrate nationales Festnetz").wait_for()
    tab_to(".sticky button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/carts/*")
    tab_to("a.btn-primary[href*='/send']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/send?version=*")
    tab_to("main form button.btn-primary")
    page.keyboard.press("Enter")
    page.get_by_text("Das Angebot ist unterwegs.").wait_for()


@pytest.mark.rule("ORD-2")
def test_a_termination_by_keyboard_alone(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/agreements/{RUNNING}/termination")
    page.locator(f"input[value='site:{SITE}']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/termination/day?**")
    page.locator("input[value='earliest']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/termination/check?**")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")
    page.get_by_text("Die Kündigung ist geplant.").wait_for()


@pytest.mark.rule("PRICE-2")
def test_a_renewal_by_keyboard_alone(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/agreements/{DUE}/renewal")
    page.locator("input[name=term][value='36']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/carts/*")
    page.locator("#channel summary").focus()
    page.keyboard.press("Enter")
    assert faults_on(page) == []
    page.locator("input[value='CHANNEL-KOMBI-SRTP']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Künftig nicht mehr:").wait_for()


@pytest.mark.rule("PORT-4")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_signed_form_is_reviewed_by_keyboard_alone(
    chromium: Browser, address: str, upstream: Upstream, width: int
) -> None:
    upstream.portings[PORTING]["form"] = {"state": "uploaded", **SENT_FORM}
    page = opened(chromium, address, "olga", width=width, theme="light").new_page()
    page.goto(f"{address}/portings/{PORTING}/review")
    assert faults_on(page) == []
    assert page.evaluate(SIDEWAYS) == []
    page.locator(".sheets").focus()
    ticked = 0
    while page.evaluate("document.activeElement.matches('#accept button') ? '' : 'go on'"):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('input[name=checked]')"):
            page.keyboard.press("Space")
            ticked += 1
    assert ticked == 6
    page.keyboard.press("Enter")
    page.get_by_text("Die Portierung wurde freigegeben.").wait_for()
    assert upstream.portings[PORTING]["form"]["state"] == "accepted"


def test_the_slash_leads_to_the_search_and_a_file_is_checked_row_by_row(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=390, theme="dark").new_page()
    page.goto(f"{address}/orders/{ORDER}")
    page.keyboard.press("/")
    page.keyboard.type("jäger")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Suche nach „jäger“").wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.goto(f"{address}/trunks/{AGREEMENT}/import")
    rows = "Name;Straße;Hausnummer;PLZ;Ort;Vorwahl;Rufnummern\nLager;Hohe Straße;12;50667;Köln;0221;10\nX;;;1;Bonn;;3"
    file: FilePayload = {"name": "s.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("#sites").set_input_files(file)
    page.get_by_role("button", name="Datei prüfen").click()
    page.get_by_text("1 von 2 Zeilen lassen sich bestellen.").wait_for()
    assert faults_on(page) == []
    assert page.evaluate(SIDEWAYS) == []
    page.get_by_role("button", name="Einen Standort kostenpflichtig bestellen").click()
    page.get_by_text("1 von 1 Standorten bestellt").wait_for()
    assert faults_on(page) == []


def test_a_slow_page_shows_its_shape_after_a_moment(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")  # A server that never answers.
    page.locator("nav a[href='/orders']").click()
    page.locator(".page-skeleton").wait_for(state="visible")
    assert page.locator("#said").text_content() == "Wird geladen …"
    page.keyboard.press("Escape")
    page.locator(".page-skeleton").wait_for(state="hidden")


@pytest.mark.parametrize(
    "lose",
    [lambda route: route.abort(), lambda route: route.fulfill(status=503, body="<h1>503</h1>")],
    ids=["cut", "refused"],
)
def test_a_lost_feed_says_as_of_when_and_comes_back(
    chromium: Browser, address: str, lose: Callable[[Route], None]
) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.route("**/live", lose)
    page.goto(f"{address}/orders/{ORDER}")
    page.get_by_text("Verbindung wird wiederhergestellt").wait_for()
    assert faults_on(page) == []
    page.unroute("**/live")
    page.get_by_text("live, Stand").wait_for()


def test_a_feed_waits_for_the_script_that_tells_of_it(chromium: Browser, address: str) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    held: list[Route] = []
    asked: list[str] = []
    page.route("**/static/app.js", lambda route: held.append(route))
    page.route("**/live", lambda route: route.abort())
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/live") else None)
    page.goto(f"{address}/orders/{ORDER}", wait_until="commit")
    page.evaluate("""new Promise((done) => {
        const turn = () => window.htmx && document.readyState !== "loading" ? setTimeout(done) : setTimeout(turn);
        turn();
    })""")  # htmx would start in the first turn
    assert not asked
    held.pop().continue_()
    page.get_by_text("Verbindung wird wiederhergestellt").wait_for()


def test_a_new_step_appears_by_itself_and_the_focus_stays(chromium: Browser, address: str, store: MemoryStore) -> None:
    page = opened(chromium, address, "petra", width=1280, theme="light").new_page()
    page.goto(f"{address}/orders/{ORDER}")
    link = page.get_by_role("link", name="Auftragseingangsbestätigung")
    link.focus()
    kept = dict(store.feed.kept)
    step = next(one for one in kept.values() if one.kind == "TrunkProvisioned")
    store.feed.kept.pop(step.event_id)
    page.get_by_text("Trunk eingerichtet").wait_for(state="detached", timeout=10_000)
    store.feed.kept[step.event_id] = step
    page.get_by_text("Trunk eingerichtet").wait_for(timeout=10_000)
    assert page.evaluate("document.activeElement.textContent.trim()") == "Auftragseingangsbestätigung"


def test_a_new_task_appears_by_itself_and_what_is_typed_and_focused_stays(
    chromium: Browser, address: str, store: MemoryStore
) -> None:
    page = opened(chromium, address, "olga", width=390, theme="dark").new_page()
    page.goto(f"{address}/tasks")
    page.locator("#q").fill("halb getippt")
    link = page.get_by_role("link", name="Überfällig")
    link.focus()
    known = next(iter(store.tasks.kept.values()))
    title = {"de": "Telekom antwortet nicht", "en": "No answer"}
    store.tasks.raise_(replace(known, task_id=UUID(int=1), title=title))
    page.get_by_role("link", name="Telekom antwortet nicht").wait_for(timeout=5000)
    assert page.evaluate("document.activeElement.textContent").startswith("Überfällig")
    assert page.locator("#q").input_value() == "halb getippt"
    assert faults_on(page) == []


@pytest.mark.rule("PORT-8")
def test_two_people_enter_a_porting_date_by_keyboard(
    chromium: Browser, address: str, store: MemoryStore, upstream: Upstream
) -> None:
    upstream.portings[PORTING] |= {"electronic": False, "change_date": None}
    upstream.portings[PORTING]["form"]["state"] = "accepted"
    upstream.portings[PORTING]["parts"][0] |= {
        "may": ["confirm-date"],
        "tasks": [task_about("signed_form", "paper_date")],
    }
    first = opened(chromium, address, "olga", width=1280, theme="light").new_page()
    first.goto(f"{address}/tasks/{ident('signed_form')}")
    first.locator("#change_date").fill("2027-01-12")
    first.get_by_role("button", name="Termin eintragen").press("Enter")
    first.get_by_text("Vorgeschlagen. Es geschieht, sobald").wait_for()
    first.get_by_text("Entscheiden muss eine zweite Person.").wait_for()
    assert faults_on(first) == []
    second = opened(chromium, address, "otto", width=390, theme="dark").new_page()
    second.goto(f"{address}/proposals")
    second.get_by_role("link", name="Portierungstermin eintragen").press("Enter")
    second.get_by_text("12.01.2027").wait_for()
    assert faults_on(second) == []
    assert second.evaluate(SIDEWAYS) == []
    second.get_by_role("button", name="Freigeben und jetzt ausführen").press("Enter")
    second.get_by_text("Freigegeben und ausgeführt.").wait_for()
    assert [call[2] for call in upstream.calls if call[1] == "POST"] == [f"/portings/{PORTING}/parts/1/confirm-date"]
