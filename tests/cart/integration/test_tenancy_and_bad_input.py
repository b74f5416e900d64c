"""Whose is what, and what is answered to input that doesn't fit; nothing half done."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from contracts.ordering import v1 as ordering
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.sample import (
    CLERK,
    CLOSED_CUSTOMER,
    CUSTOMER,
    FOREIGN_CUSTOMER,
    KARLA,
    NASTY_NAME,
    OTTO,
    PARTNER,
    PETRA,
    PROSPECT,
    SVEN,
)


def told(answer) -> dict:
    """A problem without what differs from call to call."""
    return {name: value for name, value in answer.json().items() if name not in ("instance", "correlation_id")}


@pytest.mark.rule("TEN-2")
async def test_what_is_foreign_looks_exactly_like_what_does_not_exist(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    cart = shopper.view["cart_id"]
    quote = (await shopper.quote())["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    order = (await approver.post(f"/quotes/{quote}/confirm", agreed("Karla"))).json()
    agreement = order["lines"][0]["agreement_id"]
    otto = office.as_(OTTO)
    for path in ("/carts/{}", "/quotes/{}", "/orders/{}", "/agreements/{}", "/parties/{}"):
        real = {"c": cart, "q": quote, "o": order["order_id"], "a": agreement, "p": str(CUSTOMER)}[path[1]]
        foreign, absent = await otto.get(path.format(real)), await otto.get(path.format(uuid4()))
        assert foreign.status_code == absent.status_code == 404
        assert told(foreign) == told(absent)
    for path, body in (
        (f"/carts/{cart}/quote", None),
        (f"/carts/{cart}/copy", None),
        (f"/quotes/{quote}/resend", None),
        (f"/quotes/{quote}/withdraw", None),
        ("/carts", {"customer_id": str(CUSTOMER), "business_case": "new_order"}),
    ):
        assert (await otto.post(path, body, seen=1)).status_code == 404, path
    for path in ("/carts", "/orders", "/agreements"):
        assert (await otto.get(path)).json()["items"] == []
        assert (await otto.get(path, customer_id=str(CUSTOMER))).status_code == 404


@pytest.mark.rule("TEN-1", "TEN-2")
async def test_a_partner_sees_what_its_sub_partner_has_but_not_the_other_way_round(office: Office) -> None:
    assert (await office.as_(PETRA).get(f"/parties/{PROSPECT}")).status_code == 200
    assert (await office.as_(SVEN).get(f"/parties/{PROSPECT}")).status_code == 200
    assert (await office.as_(SVEN).get(f"/parties/{CUSTOMER}")).status_code == 404
    assert (await office.as_(CLERK).get(f"/parties/{CUSTOMER}")).status_code == 200


@pytest.mark.rule("TEN-3")
async def test_without_customer_administration_a_customer_is_listed_but_closed(office: Office) -> None:
    petra = office.as_(PETRA)
    listed = {one["party_id"]: one["open"] for one in (await petra.get("/parties")).json()["items"]}
    assert listed[str(CLOSED_CUSTOMER)] is False
    assert listed[str(CUSTOMER)] is True
    assert listed[str(PROSPECT)] is True
    assert str(FOREIGN_CUSTOMER) not in listed
    for answer in (
        await petra.get(f"/parties/{CLOSED_CUSTOMER}"),
        await petra.post("/carts", {"customer_id": str(CLOSED_CUSTOMER), "business_case": "new_order"}),
        await petra.get("/orders", customer_id=str(CLOSED_CUSTOMER)),
    ):
        assert answer.status_code == 403
        assert answer.json()["remedy"]


@pytest.mark.rule("TEN-1")
async def test_parties_are_found_by_name_and_number_page_by_page(office: Office) -> None:
    for q in ("o'reilly", "MÜLLER"):
        found = (await office.as_(PETRA).get("/parties", q=q)).json()["items"]
        assert [one["name"] for one in found] == [NASTY_NAME]
    assert [one["name"] for one in (await office.as_(PETRA).get("/parties", q="K-100002")).json()["items"]] == [
        "Closed"
    ]
    assert (await office.as_(PETRA).get("/parties", q="%")).json()["items"] == []
    assert (await office.as_(PETRA).get("/parties", cursor="nonsense")).status_code == 400


@pytest.mark.rule("TEN-5")
async def test_a_prospects_first_order_gives_it_a_customer_number_once(office: Office) -> None:
    for times in (1, 2):
        shopper = await Shopper(office.as_(SVEN), PROSPECT).trunk()
        quote = (await shopper.quote())["quote"]["quote_id"]
        _opened, approver = await office.open_link()
        order = await approver.post(f"/quotes/{quote}/confirm", agreed("New customer"))
        assert order.json()["customer"]["customer_number"] == "K-204000"
        became = await office.events(ordering.ProspectBecameCustomer)
        assert [(one.party_id, one.customer_number) for one in became] == [(PROSPECT, "K-204000")], times


@pytest.mark.rule("TEN-5")
async def test_two_first_orders_of_a_prospect_at_once_give_it_one_number_and_tell_the_crm_once(office: Office) -> None:
    approvals = []
    for _nth in range(3):
        shopper = await Shopper(office.as_(SVEN), PROSPECT).trunk()
        quote = (await shopper.quote())["quote"]["quote_id"]
        _opened, approver = await office.open_link()
        approvals.append((approver, f"/quotes/{quote}/confirm"))
    answers = await asyncio.gather(*(approver.post(path, agreed("New customer")) for approver, path in approvals))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.json()["customer"]["customer_number"] for answer in answers} == {"K-204000"}
    assert len({answer.json()["order_id"] for answer in answers}) == 3
    became = await office.events(ordering.ProspectBecameCustomer)
    assert [(one.party_id, one.customer_number) for one in became] == [(PROSPECT, "K-204000")]


@pytest.mark.rule("CTX-2")
async def test_two_centraflex_orders_at_once_make_one_contract(office: Office) -> None:
    shoppers = []
    for _nth in range(3):
        shopper = await Shopper(office.as_(KARLA), CUSTOMER).start()
        await shopper.add("STANDARD", 2)
        shoppers.append(shopper)
    answers = await asyncio.gather(*(one.order() for one in shoppers))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await office.events(ordering.OrderReceived)) == 1


@pytest.mark.rule("CART-4")
async def test_of_two_people_changing_one_cart_the_second_gets_the_present_state(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    cart, seen = f"/carts/{shopper.view['cart_id']}", shopper.view["version"]
    first, second = await asyncio.gather(
        office.as_(PETRA).send("POST", f"{cart}/lines", {"offering": "UNIFIED"}, seen=seen),
        office.as_(KARLA).send("POST", f"{cart}/lines", {"offering": "MINUTES-100"}, seen=seen),
    )
    winner, loser = sorted((first, second), key=lambda answer: answer.status_code)
    assert (winner.status_code, loser.status_code) == (201, 409)
    assert loser.json()["code"] == "cart-changed-meanwhile"
    assert loser.json()["current"]["version"] == winner.json()["version"] == seen + 1
    assert len(loser.json()["current"]["lines"]) == 4
    missing = await office.as_(PETRA).send("POST", f"{cart}/lines", {"offering": "UNIFIED"})
    assert (missing.status_code, missing.json()["field"]) == (422, "If-Match")


@pytest.mark.rule("CART-4")
@pytest.mark.parametrize("verb", ["quote", "order"])
async def test_nobody_quotes_or_orders_what_a_colleague_has_changed_since_he_looked(office: Office, verb: str) -> None:
    shopper = await Shopper(office.as_(KARLA), CUSTOMER).trunk(channels=10)
    cart, seen = f"/carts/{shopper.view['cart_id']}", shopper.view["version"]
    line = next(one["line_id"] for one in shopper.view["lines"] if one["offering"] == "CHANNEL")
    more = (await office.as_(PETRA).send("PATCH", f"{cart}/lines/{line}", {"quantity": 100}, seen=seen)).json()
    refused = await shopper.browser.post(f"{cart}/{verb}", seen=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "cart-changed-meanwhile")
    assert refused.json()["current"] == more
    unseen = await shopper.browser.post(f"{cart}/{verb}")
    assert (unseen.status_code, unseen.json()["field"]) == (422, "If-Match")
    assert await office.events() == []
    assert (await shopper.browser.post(f"{cart}/{verb}", seen=more["version"])).is_success


@pytest.mark.rule("CART-2", "CAT-2", "CAT-4")
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"offering": "NO-SUCH-THING"}, 422, "offering"),
        ({"offering": "BY-FORM"}, 422, "offering"),
        ({"offering": "BYGONE"}, 422, "offering"),
        ({"offering": "SITE"}, 422, "offering"),
        ({"offering": "CHANNEL", "quantity": 0}, 422, "quantity"),
        ({"offering": "CHANNEL", "quantity": -3}, 422, "quantity"),
        ({"offering": "CHANNEL", "quantity": 10_000}, 422, "quantity"),
        ({"offering": "CHANNEL", "quantity": 2.5}, 422, "quantity"),
        ({"offering": "CHANNEL", "quantity": "many"}, 422, "quantity"),
        ({"offering": "CHANNEL", "quantity": 10**30}, 422, "quantity"),
        ({"offering": "CHANNEL", "price_list": "PL-NONE"}, 422, "price_list"),
        ({"offering": "CONNECT", "price_list": "PL-WORLD"}, 422, "price_list"),
        ({"offering": "'; DROP TABLE cart; --"}, 422, "offering"),
        ({"offering": "CHANNEL", "discount": "all"}, 422, "discount"),
        ({}, 422, "offering"),
    ],
)
async def test_a_wrong_line_is_refused_naming_the_field_and_leaves_the_cart(
    office: Office, body: dict, status: int, field: str
) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).start()
    cart = f"/carts/{shopper.view['cart_id']}"
    answer = await shopper.browser.send("POST", f"{cart}/lines", body, seen=1)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    assert answer.json()["detail"]
    now = (await shopper.browser.get(cart)).json()
    assert (now["version"], now["lines"]) == (1, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customer_id": "me", "business_case": "new_order"}, "customer_id"),
        ({"customer_id": str(CUSTOMER), "business_case": "theft"}, "business_case"),
        ({"customer_id": str(CUSTOMER), "business_case": "porting"}, "business_case"),
        ({"customer_id": str(CUSTOMER), "business_case": "reorder"}, "agreement_id"),
        ({"customer_id": str(CUSTOMER), "business_case": "reorder", "agreement_id": str(uuid4())}, "agreement_id"),
        ({"customer_id": str(CUSTOMER), "business_case": "new_order", "term_months": 7}, "term_months"),
        ({"customer_id": str(PARTNER), "business_case": "new_order"}, "customer_id"),
    ],
)
async def test_a_cart_that_cannot_be_is_refused_naming_the_field(office: Office, body: dict, field: str) -> None:
    answer = await office.as_(PETRA).post("/carts", body)
    assert answer.is_client_error
    assert answer.json()["field"] == field


async def test_the_same_key_replays_and_with_another_body_is_refused(office: Office) -> None:
    petra = office.as_(PETRA)
    body = {"customer_id": str(CUSTOMER), "business_case": "new_order"}
    first, again = await petra.post("/carts", body, key="mine"), await petra.post("/carts", body, key="mine")
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await petra.post("/carts", {**body, "term_months": 12}, key="mine")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len((await petra.get("/carts")).json()["items"]) == 1


async def test_without_a_good_token_nothing_is_answered(office: Office) -> None:
    for browser in (
        office.with_token(None),
        office.with_token("nonsense"),
        office.with_token(office.token(PETRA, lifetime=-60)),
    ):
        answer = await browser.get("/carts")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_name_with_quotes_umlauts_and_emoji_is_kept_and_control_characters_are_refused(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    recipient = {"name": NASTY_NAME, "email": "weiß@müller.example"}
    view = await shopper.quote(recipient)
    assert view["quote"]["recipient"] == recipient
    _opened, approver = await office.open_link()
    path = f"/quotes/{view['quote']['quote_id']}/confirm"
    for bad in ("\u0000", "a\u0000b", "", "   ", "x" * 121):
        assert (await approver.post(path, agreed(bad))).status_code == 422
    done = await approver.post(path, agreed(NASTY_NAME))
    assert done.json()["approver"]["name"] == NASTY_NAME
    (order,) = await office.events(ordering.OrderReceived)
    assert (order.approver.name, order.approver.email) == (NASTY_NAME, "weiß@müller.example")


async def test_an_oversized_body_is_refused(office: Office) -> None:
    answer = await office.as_(PETRA).post("/carts", {"customer_id": "x" * 2_000_000})
    assert answer.status_code == 413


async def test_refused_requests_leave_no_trace(office: Office) -> None:
    await office.as_(PETRA).post("/carts", {"customer_id": str(FOREIGN_CUSTOMER), "business_case": "new_order"})
    await office.as_(PETRA).post("/carts", {"customer_id": str(CUSTOMER), "business_case": "reorder"})
    async with office.running.engine.connect() as connection:
        for table in ("cart", "outbox", "idempotency_key", "placed_order", "agreement"):
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 0, table


async def test_problems_speak_the_readers_language(office: Office) -> None:
    answer = await office.as_(PETRA, "de").post("/carts", {"customer_id": str(CUSTOMER), "business_case": "reorder"})
    assert answer.json()["detail"] == "Eine Nachbestellung braucht einen Vertrag."
    closed = (await office.as_(PETRA, "de").get(f"/parties/{CLOSED_CUSTOMER}")).json()
    assert closed["remedy"].startswith("Bitten Sie den Kunden, die Kundenverwaltung einzuschalten")
