"""The story by hand: Chromium on a whole development stack, with real mail links."""

import contextlib
import re
import time

import httpx
import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from devstack.layout import Layout

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
MAIL_SECONDS = 30


def logged_in(chromium: Browser, stack: Layout, who: str, path: str) -> Page:
    page = chromium.new_context(locale="de-DE", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(stack.url("portal") + path)
    page.locator(f"button[value={who}]").click()
    return page


def link_mailed_to(stack: Layout, recipient: str, *, besides: str = "") -> str:
    """The quote link of the newest mail to somebody, waiting until it is there."""
    end = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < end:
        answer = httpx.get(f"{stack.url('mailbox')}/api/mails", params={"to": recipient})
        mails = answer.json()
        for mail in mails if isinstance(mails, list) else mails["items"]:
            for link in mail["links"]:
                if "/q/" in link and link != besides:
                    return str(link)
        time.sleep(0.2)
    pytest.fail(f"no quote link was mailed to {recipient}")


def quoted_trunk(page: Page, recipient: str) -> None:
    """From the customer to the sent quote, as a partner does it."""
    customer = page.get_by_role("link", name="Jäger Logistik GmbH").first
    with contextlib.suppress(TimeoutError):  # a fresh stack hears of the CRM's customers a moment after it is ready
        customer.wait_for(timeout=5000)
    if not customer.is_visible():
        page.reload()
    customer.click()
    page.get_by_role("link", name="Trunk bestellen").first.click()
    page.get_by_label("Anzahl der Sprachkanäle").fill("12")
    page.get_by_text("Voice-Flatrate nationales Festnetz").first.click()
    expect(page.locator("#sum")).to_contain_text("12 × Voice-Flatrate nationales Festnetz")
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.get_by_text("So viele Flatrates wie Sprachkanäle.")).to_be_visible()
    page.get_by_role("link", name="Als Angebot senden").click()
    page.get_by_text("Jemand anderes").click()
    page.locator("#name").fill("Karl Jäger")
    page.locator("#email").fill(recipient)
    page.get_by_role("button", name="Angebot senden").click()
    expect(page.get_by_text("Das Angebot ist unterwegs.")).to_be_visible()


@pytest.mark.rule("TRUNK-1", "TRUNK-2", "FLAT-1", "QUOTE-2", "QUOTE-3", "ORD-1")
def test_a_partner_quotes_a_trunk_and_the_customer_confirms_it_by_the_mailed_link(
    chromium: Browser, stack: Layout
) -> None:
    partner = logged_in(chromium, stack, "petra", "/customers?q=J%C3%A4ger")
    quoted_trunk(partner, "karl.erster@jaeger-logistik.example")
    link = link_mailed_to(stack, "karl.erster@jaeger-logistik.example")
    customer = chromium.new_context(locale="de-DE", viewport={"width": 390, "height": 844}).new_page()
    customer.goto(link)
    customer.get_by_label("Ihr Name").fill("Karl “Kalle” Jäger 🙂")
    customer.get_by_text("Ich stimme zu, für").click()
    customer.get_by_role("button", name="Kostenpflichtig bestellen").click()
    expect(customer.get_by_role("heading", level=1)).to_contain_text("Vielen Dank. Auftrag")
    partner.reload()
    partner.get_by_role("link", name="Zum Auftrag").click()
    expect(partner.get_by_text("Angebot bestätigt von Karl “Kalle” Jäger 🙂")).to_be_visible(timeout=2000)
    partner.goto(stack.url("portal") + "/agreements")
    expect(partner.get_by_role("row", name=re.compile("Jäger Logistik")).first).to_be_visible()


@pytest.mark.rule("QUOTE-2")
def test_sending_a_quote_again_kills_the_link_before(chromium: Browser, stack: Layout) -> None:
    partner = logged_in(chromium, stack, "petra", "/customers?q=J%C3%A4ger")
    quoted_trunk(partner, "karl.zweiter@jaeger-logistik.example")
    first = link_mailed_to(stack, "karl.zweiter@jaeger-logistik.example")
    partner.get_by_role("link", name="Erneut senden").click()
    expect(partner.get_by_text("Der frühere Link wird ungültig.")).to_be_visible()
    partner.get_by_text("Jemand anderes").click()
    partner.locator("#name").fill("Vera Vertretung")
    partner.locator("#email").fill("vera@jaeger-logistik.example")
    partner.get_by_role("button", name="Erneut senden").click()
    second = link_mailed_to(stack, "vera@jaeger-logistik.example", besides=first)
    anybody = chromium.new_context(locale="de-DE").new_page()
    anybody.goto(first)
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Es gibt eine neuere E-Mail")
    assert "Jäger" not in anybody.content()
    anybody.goto(second)
    expect(anybody.get_by_role("button", name="Kostenpflichtig bestellen")).to_be_visible()


@pytest.mark.rule("TEN-2")
def test_another_partners_customer_is_nowhere_to_be_found(chromium: Browser, stack: Layout) -> None:
    mine = logged_in(chromium, stack, "petra", "/customers?q=J%C3%A4ger")
    mine.get_by_role("link", name="Jäger Logistik GmbH").first.click()
    mine.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}$"))
    foreign = logged_in(chromium, stack, "maria", re.sub(r"^.*?(/customers/)", r"\1", mine.url))
    expect(foreign.get_by_role("heading", level=1)).to_have_text("We did not find this page")
