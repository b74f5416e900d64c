"""The page of the other carriers in a browser: accessible, never wider than the screen, forms that fit the choice."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from chassis.tokens import new_key
from devstack.clock import BusinessClock
from devstack.control_room import pages
from devstack.control_room.donor import Donor
from devstack.donor.carriers import Carriers
from devstack.donor.control import control
from devstack.layout import Layout
from devstack.programs import free_ports
from tests.axe import AXE, faults_on
from tests.devstack.exchange import THEM, asks

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A control room whose carriers were asked once; nothing else runs."""
    carriers, asked = Carriers("127.0.0.1:1", BusinessClock(None)), asks()
    carriers.cases.of(asked, carrier=THEM).take(asked, str(uuid4()), "the-story")

    class Beside(Donor):
        def __init__(self, url: str) -> None:
            super().__init__(url)
            self._client = httpx.AsyncClient(transport=httpx.ASGITransport(control(carriers)), base_url=url)

    monkeypatch.setattr(pages, "Donor", Beside)
    port = free_ports(1)[0]
    layout = Layout(data=tmp_path, base=port - 99)
    layout.keys.mkdir()
    new_key(layout.keys / "machines.jwk", layout.keys / "machines.jwks")
    server = uvicorn.Server(uvicorn.Config(pages.control_room(layout), port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    thread.join()


@pytest.fixture(params=[(1280, "light"), (390, "dark")])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scheme = request.param
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.add_init_script(AXE)
    yield page
    page.close()


def test_the_page_is_accessible_fits_the_screen_and_shows_the_fields_that_a_way_needs(page: Page, address: str) -> None:
    page.goto(f"{address}/carriers")
    page.locator("details.case summary").click()
    assert faults_on(page) == []
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]

    chosen = page.locator("#choose")
    code = chosen.get_by_label("Code, or several")
    assert not code.is_visible()
    chosen.get_by_label("Asked for a pre-agreement").select_option("refuses")
    chosen.get_by_label("Carrier or number").fill(THEM)
    code.fill("8108 8111")
    chosen.get_by_role("button", name="Behave so").click()
    assert "8108 postcode wrong, 8111 house number wrong" in page.get_by_role("status").inner_text()


def test_what_is_open_stays_open_while_the_page_lives(page: Page, address: str) -> None:
    page.goto(f"{address}/carriers")
    page.locator("details.case summary").click()
    with page.expect_response("**/carriers/live"):
        pass
    page.wait_for_function("document.querySelector('details.case').open")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
