"""The answers of the help page on portings and their quotes, played from outside (docs/questions.md)."""

import io
import random
import re
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from devstack.demo.story import DONOR, PARTNER_MAIL, Story, address, porting_day
from tests.journeys.buying import STANDARD_LICENCE, Basket, acknowledgement, confirmed, sites_of, trunk

pytestmark = pytest.mark.timeout(120)
UNKNOWN = {"carrier_code": None, "name": "Kleinfunk Jürß e. K."}


async def porting_of(story: Story, agreement_id: str, donor: dict[str, Any] = DONOR, **place: Any) -> dict[str, Any]:
    """A porting quoted for an existing site, or for a contract without sites: a number that nobody has asked for."""
    stem = str(random.randrange(20_000_000, 46_000_000))
    body = {
        "donor": donor,
        "subscriber": {"name": "Jürß", "first_name": "Karla", "address": address("Aachener Straße")},
        "case": "VA-KUE-MRN",
        "numbers": [{"area_code": "221", "stem": stem}],
        "requested_on": porting_day(await story.today()).isoformat(),
        **place,
    }
    return dict(await story.partner.post("cart", f"/agreements/{agreement_id}/portings", body))


@pytest.mark.rule("PORT-3", "QUOTE-1", "ORD-1")
async def test_neither_quote_nor_order_of_a_porting_changes_a_new_quote_is_the_way(story: Story) -> None:
    """Wie berichtigt man ein Angebot oder einen Auftrag zum Anbieterwechsel?

    Gar nicht. Weder am Angebot noch am Auftrag lässt sich im Portal etwas ändern; das Auftragsmanagement kann klären,
    oder man macht ein neues Angebot.
    """
    _order, agreement_id = await trunk(story)
    quoted = await story.quoted_porting(agreement_id)
    path, seen = f"/carts/{quoted['cart_id']}", quoted["version"]
    line = f"{path}/lines/{quoted['lines'][0]['line_id']}"
    for method, where, body in (("PATCH", line, {"quantity": 2}), ("DELETE", line, None), ("PATCH", path, {})):
        answer = await story.partner.ask(method, "cart", where, json=body, seen=seen)
        assert (answer.status, answer.body["code"]) == (409, "cart-frozen")
    order = await confirmed(story)
    for method in ("PATCH", "PUT", "DELETE"):
        assert (await story.partner.ask(method, "cart", f"/orders/{order['order_id']}", json={})).status == 405
    again = await story.quoted_porting(agreement_id)
    assert again["quote"]["number"] != quoted["quote"]["number"]
    assert (await confirmed(story))["order_id"] != order["order_id"]


@pytest.mark.rule("PORT-4", "QUOTE-4", "PORT-2")
async def test_of_a_carrier_that_is_not_listed_the_customer_signs_a_form(story: Story) -> None:
    """Was tun, wenn der bisherige Anbieter im Portal nicht aufgeführt ist?

    Sonstige wählen und seinen Namen eintragen. Nach der Zustimmung bekommt der Kunde, und nur er, mit der
    Auftragseingangsbestätigung ein PDF mit allen Angaben zum Unterschreiben; es steht auch am Auftrag. Der Standort
    ist sofort da, der Anbieterwechsel pausiert. Bei Centraflex ist es genauso.
    """
    carriers = await story.partner.get("porting", "/carriers")
    listed = {one["carrier_code"] for one in (carriers["items"] if isinstance(carriers, dict) else carriers)}
    assert None not in listed
    assert DONOR["carrier_code"] in listed
    _order, agreement_id = await trunk(story)
    await story.quoted_porting(agreement_id, UNKNOWN)
    order = await confirmed(story)
    mail = await acknowledgement(story, order)
    [return_to] = re.findall(r"gescannt oder fotografiert, an (\S+@\S+\.\w+)", mail["text"])
    async with httpx.AsyncClient(timeout=15) as http:
        base = f"{story.layout.url('mailbox')}/api/mails/{mail['id']}/attachments"
        form = (await http.get(f"{base}/0")).content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(form)).pages)
    for particular in (UNKNOWN["name"], "Karla", "Aachener Straße 12", story.ported_stem, order["number"], return_to):
        assert particular in text
    assert (await acknowledgement(story, order, PARTNER_MAIL))["attachments"] == []
    documents = await story.partner.get("notification", f"/orders/{order['order_id']}/documents")
    assert [one["kind"] for one in documents] == ["order-acknowledgement", "porting-form"]
    assert len(await sites_of(story, agreement_id)) == 1
    assert (await story.porting_in(order["order_id"], "paused"))["electronic"] is False

    basket = await Basket(story).start()
    await basket.add(STANDARD_LICENCE)
    licences = await basket.confirmed()
    await story.order_in(licences["order_id"], "completed")
    await porting_of(story, licences["lines"][0]["agreement_id"], UNKNOWN)
    assert (await story.porting_in((await confirmed(story))["order_id"], "paused"))["electronic"] is False


@pytest.mark.rule("PORT-1", "PORT-2", "QUOTE-3", "QUOTE-4", "QUOTE-5")
async def test_a_porting_for_a_new_or_an_existing_site_needs_the_customers_confirmation(story: Story) -> None:
    """Wie bestellt man eine Rufnummernportierung digital?

    Am Vertrag, für einen neuen oder einen bestehenden Standort: Das Formular wird ein unverbindliches Angebot, der
    Kunde bekommt einen Link und bestätigt; dann ist der Auftrag eingegangen, und Zustimmer, Kunde und Ersteller
    wissen es. Ein neuer Standort ist sofort da, der Anbieterwechsel in Arbeit, denn andere wirken mit.
    """
    _order, agreement_id = await trunk(story)
    quoted = await story.quoted_porting(agreement_id)
    assert quoted["state"] == "quoted"
    direct = await story.partner.ask("POST", "cart", f"/carts/{quoted['cart_id']}/order", seen=quoted["version"])
    assert direct.status == 403
    link = await story.mailbox.link(story.customer_mail)
    page = await story.visitor.open(link)
    assert quoted["quote"]["number"] in page.text
    still = await story.partner.get("cart", f"/carts/{quoted['cart_id']}")
    assert still["state"] == "quoted", "looking confirms nothing"
    order_id = await story.visitor.confirm(link, "Karla „Chefin“ Jürß")
    order = await story.order_in(order_id, "in_progress", "awaiting")
    assert order["approver"] == {"name": "Karla „Chefin“ Jürß", "email": story.customer_mail}
    for person in (story.customer_mail, PARTNER_MAIL):
        await acknowledgement(story, order, person)
    [ready] = await sites_of(story, agreement_id)
    assert ready["status"] == "ready"

    await porting_of(story, agreement_id, site_id=ready["site_id"])
    order = await confirmed(story)
    assert [line["category"] for line in order["lines"]] == ["porting"]
    await story.porting_in(order["order_id"], "started", "requested", "confirmed", "clearing")
    assert len(await sites_of(story, agreement_id)) == 1


@pytest.mark.rule("QUOTE-2", "QUOTE-3", "CART-1", "PORT-6")
async def test_a_quote_is_found_among_the_carts_and_sent_again_and_the_old_link_is_dead(story: Story) -> None:
    """Wie sendet man ein bestehendes Angebot zum Anbieterwechsel noch einmal?

    In der Übersicht der Warenkörbe, denn ein Angebot ist ein Warenkorb im Angebotszustand; auch an einen anderen
    Empfänger. Vom Trunk führt „Portierungsangebote“ dorthin. Ein neuer Link entsteht, der alte gilt sofort nicht mehr.
    """
    _order, agreement_id = await trunk(story)
    quoted = await story.quoted_porting(agreement_id)
    first = await story.mailbox.link(story.customer_mail)
    of_customer = await story.partner.get("cart", "/carts", customer_id=story.customer_id)
    of_trunk = await story.partner.get("cart", "/carts", agreement_id=agreement_id)
    for overview in (of_customer, of_trunk):
        assert [(one["state"], one["quote"]["number"]) for one in overview["items"]] == [
            ("quoted", quoted["quote"]["number"])
        ]
    path = f"/quotes/{quoted['quote']['quote_id']}"
    deputy = {"name": "Vera Vertretung", "email": story.deputy_mail, "language": "de"}
    again = await story.partner.post("cart", f"{path}/resend", {"recipient": deputy})
    assert again["quote"]["times_sent"] == 2
    second = await story.mailbox.link(story.deputy_mail)
    await story.mailbox.mail(story.customer_mail, "gilt nicht mehr")

    assert (await story.visitor.open(first)).status_code == 410
    dead = await story.visitor.exchange(first)
    assert dead == {"state": "replaced", "rights": []}
    order_id = await story.visitor.confirm(second, "Vera Vertretung")
    order = await story.partner.get("cart", f"/orders/{order_id}")
    assert order["approver"] == {"name": "Vera Vertretung", "email": story.deputy_mail}
    evidence = (await story.olga.get("cart", f"/orders/{order_id}"))["consent"]
    assert "bisherigen Anbieter" in evidence["text"]
    assert evidence["email"] == story.deputy_mail
