"""What an approver agreed to is kept as evidence: the very text, its version, when, by whom, through which link."""

from datetime import date
from typing import Any

import pytest

from cart.domain import consents
from cart.domain.catalog import BusinessCase
from cart.domain.consents import EDITIONS, Edition, consent_for
from cart.domain.wording import Wording
from contracts.ordering import v1 as ordering
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.sample import CLERK, CUSTOMER, KARLA, PETRA

pytestmark = pytest.mark.rule("QUOTE-3")


async def quoted(office: Office) -> str:
    view = await (await Shopper(office.as_(PETRA), CUSTOMER).trunk()).quote()
    return str(view["quote"]["quote_id"])


async def test_the_text_with_its_version_is_given_with_the_quote_in_the_readers_language(office: Office) -> None:
    quote_id = await quoted(office)
    _opened, approver = await office.open_link()
    english = (await approver.get(f"/quotes/{quote_id}")).json()["quote"]["consent"]
    approver.client.headers["Accept-Language"] = "de"
    german = (await approver.get(f"/quotes/{quote_id}")).json()["quote"]["consent"]
    assert german["version"] == english["version"] == EDITIONS[-1].version
    assert (german["language"], english["language"]) == ("de", "en")
    assert "zahlungspflichtig" in german["text"]
    assert "obligation to pay" in english["text"]


async def test_what_was_agreed_to_is_kept_and_shown_to_order_management_only(office: Office) -> None:
    quote_id = await quoted(office)
    _opened, approver = await office.open_link()
    shown = (await approver.get(f"/quotes/{quote_id}")).json()["quote"]["consent"]
    body = agreed("Karla Kundin", consent_language="en")
    order = (await approver.post(f"/quotes/{quote_id}/confirm", body)).json()

    path = f"/orders/{order['order_id']}"
    evidence = (await office.as_(CLERK).get(path)).json()["consent"]
    assert {name: evidence[name] for name in ("version", "language", "text")} == shown
    assert (evidence["name"], evidence["email"]) == ("Karla Kundin", "einkauf@mueller.example")
    [issued] = await office.events(ordering.QuoteLinkIssued)
    assert evidence["link_id"] == str(issued.link_id)
    [confirmed] = await office.events(ordering.QuoteConfirmed)
    assert evidence["given_at"] == confirmed.confirmed_at.isoformat().replace("+00:00", "Z")
    assert confirmed.consent_version == shown["version"]
    for other in (office.as_(PETRA), office.as_(KARLA), (await office.open_link())[1]):
        assert (await other.get(path)).json()["consent"] is None


async def test_a_text_that_was_replaced_since_it_was_shown_is_refused_with_the_present_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote_id = await quoted(office)
    _opened, approver = await office.open_link()
    path, before = f"/quotes/{quote_id}/confirm", agreed("Karla")
    newer = Edition("2026-11.9", date(2026, 11, 1), Wording("Neuer Text.", "New text."), {})
    monkeypatch.setattr(consents, "EDITIONS", (*EDITIONS, newer))

    refused = await approver.post(path, before)
    assert (refused.status_code, refused.json()["code"]) == (409, "consent-outdated")
    assert refused.json()["field"] == "consent_version"
    assert refused.json()["consent"] == {"version": "2026-11.9", "language": "en", "text": "New text."}
    assert await office.events(ordering.OrderReceived) == []

    done = await approver.post(path, {**before, "consent_version": "2026-11.9"})
    assert done.status_code == 200
    monkeypatch.undo()
    again = await approver.post(path, before)
    assert again.json()["order_id"] == done.json()["order_id"], "pressing again is no new consent"
    evidence = (await office.as_(CLERK).get(f"/orders/{done.json()['order_id']}")).json()["consent"]
    assert (evidence["version"], evidence["text"]) == ("2026-11.9", "New text.")


@pytest.mark.parametrize("body", [{"name": "Karla"}, {"name": "Karla", "consent_version": ""}])
async def test_who_names_no_version_confirms_nothing(office: Office, body: dict[str, Any]) -> None:
    quote_id = await quoted(office)
    _opened, approver = await office.open_link()
    refused = await approver.post(f"/quotes/{quote_id}/confirm", body)
    assert (refused.status_code, refused.json()["field"]) == (422, "consent_version")
    assert (await office.as_(PETRA).get(f"/quotes/{quote_id}")).json()["state"] == "quoted"


async def test_a_dead_link_does_not_even_show_the_present_text(office: Office) -> None:
    quote_id = await quoted(office)
    _opened, early_bird = await office.open_link()
    await office.as_(PETRA).post(f"/quotes/{quote_id}/resend")
    late = await early_bird.post(f"/quotes/{quote_id}/confirm", {"name": "Early", "consent_version": "of yesterday"})
    assert (late.status_code, late.json()["code"]) == (410, "link-replaced")
    assert "consent" not in late.json()


def test_renewals_portings_and_terminations_say_what_they_do_besides() -> None:
    today = date(2026, 11, 23)
    texts = {case: consent_for(case, today).text for case in BusinessCase}
    assert "Kündigung des Vertrags" in texts[BusinessCase.PORTING].de
    assert "taken back" in texts[BusinessCase.TERMINATION].en
    assert "an die Stelle" in texts[BusinessCase.RENEWAL].de
    always = texts[BusinessCase.NEW_ORDER]
    assert all(text.de.startswith(always.de) and text.en.startswith(always.en) for text in texts.values())
