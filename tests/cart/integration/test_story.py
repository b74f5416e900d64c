"""From the cart to the order, over HTTP on a real PostgreSQL."""

from decimal import Decimal

import pytest

from contracts.ordering import v1 as ordering
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.sample import CUSTOMER, KARLA, NASTY_NAME, PETRA

SITE = {
    "site": {
        "name": "Werk 1",
        "address": {"street": "Rosenstraße", "house_number": "12", "postcode": "50678", "town": "Köln"},
        "area_code": "221",
    },
    "block_size": 100,
}


@pytest.mark.rule("QUOTE-1", "QUOTE-2", "QUOTE-3", "QUOTE-4", "TRUNK-1", "ORD-3")
async def test_a_quoted_trunk_becomes_an_order_and_its_contract_is_listed_at_once(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk(immediate_activation=False)
    assert shopper.view["broken_rules"] == []
    assert shopper.view["totals"] == {"one_time": "53.00", "monthly": "52.26"}
    quoted = await shopper.quote()
    assert (quoted["state"], quoted["quote"]["times_sent"]) == ("quoted", 1)

    opened, approver = await office.open_link()
    assert (opened.json()["state"], opened.json()["rights"]) == ("valid", ["view", "confirm"])
    quote_id = opened.json()["quote_id"]
    shown = (await approver.get(f"/quotes/{quote_id}")).json()
    assert shown["customer"]["name"] == NASTY_NAME
    answer = await approver.post(f"/quotes/{quote_id}/confirm", agreed("Karla „Kundin“ 🚀"))
    assert answer.status_code == 200, answer.text
    order = answer.json()
    assert (order["status"], order["approver"]["name"]) == ("received", "Karla „Kundin“ 🚀")

    agreements = (await office.as_(KARLA).get("/agreements", customer_id=str(CUSTOMER))).json()["items"]
    assert [(one["family"], one["status"], one["activation"]) for one in agreements] == [
        ("trunk", "in_set_up", "delayed")
    ]
    (received,) = await office.events(ordering.OrderReceived)
    assert received.customer.name == NASTY_NAME
    assert received.approver.name == "Karla „Kundin“ 🚀"
    assert received.creator.email == PETRA.email
    assert [(line.offering, line.quantity) for line in received.lines] == [
        ("CONNECT", 1),
        ("CHANNEL", 4),
        ("FLAT-NATIONAL", 4),
    ]
    assert received.lines[1].monthly == Decimal("3.10")
    assert received.lines[0].activation is ordering.Activation.DELAYED
    kinds = [type(event).__name__ for event in await office.events()]
    assert kinds == ["QuoteLinkIssued", "QuoteSent", "AgreementChanged", "OrderReceived", "QuoteConfirmed"]

    site = await office.as_(PETRA).post(f"/agreements/{agreements[0]['agreement_id']}/sites", SITE)
    assert site.status_code == 201, site.text
    assert site.json()["lines"][0]["new_numbers"]["block_size"] == 100
    assert site.json()["approver"] is None
