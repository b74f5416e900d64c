"""Renewal with tariff change, from the contract's page to its new term, over HTTP on a real PostgreSQL."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from cart.application.follow_fulfilment import follow_fulfilment
from cart.domain.agreement import end_of_term
from cart.domain.renewal import first_of_next_month
from contracts.ordering import v1 as ordering
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.integration.amending import TODAY, Running, comes_upon, done, finish, placed, running_trunk
from tests.cart.sample import CUSTOMER, KARLA, PETRA

STARTED = date(2026, 11, 23)
ENDS = end_of_term(STARTED, 24)


async def change_to_srtp(cart: Shopper) -> Shopper:
    """As the source tells it: the old channel out, the other one in."""
    old = next(line for line in cart.view["lines"] if line["offering"] == "CHANNEL")
    await cart.change("DELETE", f"/lines/{old['line_id']}", None)
    return await cart.add("CHANNEL-SRTP", 6, price_list="PL-WORLD")


def line_of(cart: Shopper, offering: str) -> dict[str, Any]:
    return next(line for line in cart.view["lines"] if line["offering"] == offering)


@pytest.mark.rule("AMEND-2")
async def test_a_renewal_starts_from_the_contracts_lines_and_carries_its_number_and_new_term(office: Office) -> None:
    trunk = await running_trunk(office)
    cart = await trunk.renewal(term_months=36, starts="after_term")
    agreement = await trunk.now()
    assert {line["offering"]: line["quantity"] for line in cart.view["lines"]} == await trunk.held()
    assert (cart.view["agreement_number"], cart.view["term_months"]) == (agreement["number"], 36)
    assert cart.view["effective_on"] == str(ENDS + timedelta(days=1))
    assert cart.view["broken_rules"] == []


@pytest.mark.rule("AMEND-2", "FLAT-1")
async def test_one_time_fees_are_due_only_for_what_is_added(office: Office) -> None:
    trunk = await running_trunk(office)
    cart = await trunk.renewal(term_months=24)
    assert cart.view["totals"]["one_time"] == "0.00"
    channel = line_of(cart, "CHANNEL")
    await cart.change("PATCH", f"/lines/{channel['line_id']}", {"quantity": 7})
    assert (line_of(cart, "CHANNEL")["held_quantity"], line_of(cart, "CHANNEL")["one_time_total"]) == (4, "3.00")
    assert line_of(cart, "FLAT-NATIONAL")["quantity"] == 7
    await cart.change("PATCH", f"/lines/{channel['line_id']}", {"quantity": 2})
    assert cart.view["totals"]["one_time"] == "0.00"


@pytest.mark.rule("AMEND-2", "PRICE-2")
async def test_channel_quantity_and_price_list_change_together(office: Office) -> None:
    cart = await (await running_trunk(office)).renewal()
    wanted = {"offering": "CHANNEL-SRTP", "quantity": 6, "price_list": "PL-WORLD"}
    await cart.change("PATCH", f"/lines/{line_of(cart, 'CHANNEL')['line_id']}", wanted)
    channels = [line for line in cart.view["lines"] if line["category"] == "voice_channel"]
    assert [{name: line[name] for name in wanted} for line in channels] == [wanted]
    assert (channels[0]["held_quantity"], cart.view["broken_rules"]) == (4, [])


@pytest.mark.rule("AMEND-2", "PRICE-1", "PRICE-2", "QUOTE-5")
async def test_price_list_and_encryption_change_with_the_new_term_and_not_before(office: Office) -> None:
    trunk = await running_trunk(office)
    cart = await change_to_srtp(await trunk.renewal(office.as_(PETRA), term_months=36, starts="after_term"))
    assert cart.view["broken_rules"] == []
    direct = await cart.order()
    assert (direct.status_code, direct.json()["code"]) == (403, "always-by-quote")
    await cart.quote()
    opened, approver = await office.open_link()
    order = (await approver.post(f"/quotes/{opened.json()['quote_id']}/confirm", agreed("Karla"))).json()
    start = ENDS + timedelta(days=1)
    assert (order["status"], order["effective_on"]) == ("in_progress", str(start))

    now = await trunk.now()
    assert {line["offering"]: line["srtp"] for line in now["lines"]}["CHANNEL"] is False
    assert (now["upcoming"]["valid_from"], now["upcoming"]["term_months"]) == (str(start), 36)
    assert now["may"]["renew"] is False
    assert await trunk.held(start - timedelta(days=1)) == {"CONNECT": 1, "CHANNEL": 4, "FLAT-NATIONAL": 4}
    assert await trunk.held(start) == {"CONNECT": 1, "CHANNEL-SRTP": 6, "FLAT-NATIONAL": 6}
    received = (await office.events(ordering.OrderReceived))[-1]
    assert received.effective_on == start
    assert {line.offering: (line.srtp, line.price_list) for line in received.lines}["CHANNEL-SRTP"] == (
        True,
        "PL-WORLD",
    )

    await trunk.pass_days((start - TODAY).days - 1)
    assert await trunk.held() == {"CONNECT": 1, "CHANNEL": 4, "FLAT-NATIONAL": 4}
    await trunk.pass_days(1)
    renewed = await trunk.now()
    assert (renewed["upcoming"], renewed["ends_on"]) == (None, str(end_of_term(start, 36)))
    assert await trunk.held() == {"CONNECT": 1, "CHANNEL-SRTP": 6, "FLAT-NATIONAL": 6}
    await finish(office, order)
    assert (await trunk.karla.get(f"/orders/{order['order_id']}")).json()["status"] == "completed"
    story = [(one["business_case"], [change["kind"] for change in one["changes"]]) for one in await trunk.versions()]
    assert story[0] == ("renewal_with_tariff_change", ["term", "quantity", "added", "removed"])
    assert story[-1][0] == "new_order"


@pytest.mark.rule("AMEND-2")
async def test_it_may_begin_with_the_next_month_and_its_quote_is_void_from_then_on(office: Office) -> None:
    trunk = await running_trunk(office)
    cart = await trunk.renewal(office.as_(PETRA), term_months=24, starts="next_month")
    first = first_of_next_month(TODAY)
    assert cart.view["effective_on"] == str(first)
    quoted = await cart.quote()
    assert quoted["quote"]["valid_until"] <= f"{first}T00:00:00Z"
    await trunk.pass_days((first - TODAY).days)
    opened, _approver = await office.open_link()
    assert opened.json()["state"] == "expired"


@pytest.mark.rule("AMEND-2")
async def test_a_contract_that_changed_since_quoting_refuses_the_confirmation_with_the_reason(office: Office) -> None:
    trunk = await running_trunk(office)
    cart = await trunk.renewal(office.as_(PETRA), term_months=36)
    await cart.quote()
    opened, approver = await office.open_link()
    more = await Shopper(office.as_(KARLA), CUSTOMER).start("reorder", agreement_id=trunk.agreement_id)
    await more.add("CHANNEL", 2)
    await finish(office, await placed(more))
    answer = await approver.post(f"/quotes/{opened.json()['quote_id']}/confirm", agreed("Karla"))
    assert answer.status_code == 409
    assert [(one["rule"], one["message"]) for one in answer.json()["errors"]] == [
        ("AMEND-2", "The contract has changed since this cart was put together.")
    ]
    (told,) = await office.events(ordering.QuoteConfirmationRefused)
    assert told.creator.email == PETRA.email
    assert (await trunk.now())["upcoming"] is None
    copy = (await cart.browser.post(f"/carts/{cart.view['cart_id']}/copy")).json()
    assert {line["offering"]: line["quantity"] for line in copy["lines"]} == {
        "CONNECT": 1,
        "CHANNEL": 6,
        "FLAT-NATIONAL": 6,
    }
    assert (copy["broken_rules"], copy["term_months"]) == ([], 36)


@pytest.mark.rule("AMEND-2")
async def test_a_contract_that_changes_in_the_very_moment_of_its_renewal_is_looked_at_anew(office: Office) -> None:
    trunk = await running_trunk(office)
    more = await Shopper(office.as_(KARLA), CUSTOMER).start("reorder", agreement_id=trunk.agreement_id)
    reordered = await placed(await more.add("CHANNEL", 2))
    cart = await trunk.renewal(term_months=36)
    answer = await comes_upon(
        office,
        lambda unit: follow_fulfilment(done(reordered), unit),
        trunk.karla.post(f"/carts/{cart.view['cart_id']}/order", seen=cart.view["version"]),
    )
    assert answer.status_code == 409, answer.text
    assert [(one["rule"], one["message"]) for one in answer.json()["errors"]] == [
        ("AMEND-2", "The contract has changed since this cart was put together.")
    ]
    assert (await trunk.now())["upcoming"] is None


@pytest.mark.rule("AMEND-2")
async def test_of_two_renewals_confirmed_at_once_one_is_agreed(office: Office) -> None:
    trunk = await running_trunk(office)
    carts = [await trunk.renewal(term_months=months) for months in (24, 36)]
    answers = await asyncio.gather(*(cart.order() for cart in carts))
    assert sorted(one.status_code for one in answers) == [201, 409]
    assert len(await office.events(ordering.OrderReceived)) == 2


@pytest.mark.rule("AMEND-2", "FLAT-1", "PRICE-1", "TRUNK-3")
async def test_what_a_renewal_replaces_is_reordered_from_its_day_on_and_the_refusal_says_so(office: Office) -> None:
    trunk = await running_trunk(office)
    more = await Shopper(office.as_(PETRA), CUSTOMER).start("reorder", agreement_id=trunk.agreement_id)
    await (await more.add("CHANNEL", 2)).quote()
    opened, approver = await office.open_link()
    renewal = await placed(await change_to_srtp(await trunk.renewal(term_months=36)))
    start = ENDS + timedelta(days=1)
    answer = await approver.post(f"/quotes/{opened.json()['quote_id']}/confirm", agreed("Karla"))
    assert answer.status_code == 409, answer.text
    assert [(one["rule"], one["remedy"]) for one in answer.json()["errors"]] == [
        ("AMEND-2", f"Reorder from {start:%d.%m.%Y} on.")
    ]
    late = await Shopper(office.as_(KARLA), CUSTOMER).start("reorder", agreement_id=trunk.agreement_id)
    await late.add("CHANNEL", 2)
    assert [one["rule"] for one in late.view["broken_rules"]] == ["AMEND-2"]
    await late.change("DELETE", f"/lines/{line_of(late, 'CHANNEL')['line_id']}", None)
    await trunk.pass_days((start - TODAY).days)
    await late.add("CHANNEL-SRTP", 2)
    assert [one["text"] for one in late.view["broken_rules"]] == [
        f"Order {renewal['number']}, which changes this contract, is still being carried out."
    ]
    await finish(office, renewal)
    await finish(office, await placed(late))
    held = [(one["offering"], one["quantity"], one["price_list"]) for one in (await trunk.now())["lines"]]
    assert sorted(held) == [
        ("CHANNEL-SRTP", 2, "PL-WORLD"),
        ("CHANNEL-SRTP", 6, "PL-WORLD"),
        ("CONNECT", 1, None),
        ("FLAT-NATIONAL", 2, None),
        ("FLAT-NATIONAL", 6, None),
    ]


@pytest.mark.rule("UM-1", "AMEND-2")
async def test_unified_messaging_joins_at_any_time_and_is_held_after_the_new_term_begins_too(office: Office) -> None:
    trunk = await running_trunk(office)
    await placed(await trunk.renewal(term_months=36))
    more = await Shopper(office.as_(KARLA), CUSTOMER).start("reorder", agreement_id=trunk.agreement_id)
    await finish(office, await placed(await more.add("UNIFIED")))
    for day in (TODAY, ENDS + timedelta(days=1)):
        assert (await trunk.held(day))["UNIFIED"] == 1


@pytest.mark.rule("AMEND-2")
async def test_a_renewal_waits_until_what_was_reordered_before_is_delivered(office: Office) -> None:
    trunk = await running_trunk(office)
    more = await Shopper(office.as_(KARLA), CUSTOMER).start("reorder", agreement_id=trunk.agreement_id)
    order = await placed(await more.add("CHANNEL", 2))
    early = await trunk.renewal(term_months=36)
    refused = await trunk.karla.post(f"/carts/{early.view['cart_id']}/order", seen=early.view["version"])
    assert [(one["rule"], one["message"]) for one in refused.json()["errors"]] == [
        ("AMEND-2", f"Order {order['number']}, which changes this contract, is still being carried out.")
    ]
    await finish(office, order)
    await placed(await trunk.renewal(term_months=36))
    assert (await trunk.held(ENDS + timedelta(days=1)))["CHANNEL"] == 6


@pytest.mark.rule("AMEND-2", "ORD-3")
async def test_only_active_contracts_are_renewed(office: Office) -> None:
    order = await placed(await Shopper(office.as_(KARLA), CUSTOMER).trunk())
    body = {
        "customer_id": str(CUSTOMER),
        "business_case": "renewal_with_tariff_change",
        "agreement_id": order["lines"][0]["agreement_id"],
    }
    answer = await office.as_(KARLA).post("/carts", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement-takes-no-renewal")


@pytest.mark.rule("AMEND-2")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"term_months": 17}, "term_months"),
        ({"starts": "yesterday"}, "starts"),
        ({"agreement_id": None}, "agreement_id"),
    ],
)
async def test_a_renewal_that_makes_no_sense_is_refused_by_its_field(
    office: Office, wrong: dict[str, Any], field: str
) -> None:
    trunk = await running_trunk(office)
    body = {"customer_id": str(CUSTOMER), "business_case": "renewal_with_tariff_change"}
    answer = await trunk.karla.post("/carts", {**body, "agreement_id": trunk.agreement_id, **wrong})
    assert answer.status_code == 422
    assert field in answer.text


@pytest.mark.rule("AMEND-2")
async def test_the_trunk_itself_stays_whatever_else_is_exchanged(office: Office) -> None:
    trunk: Running = await running_trunk(office)
    cart = await trunk.renewal()
    answer = await trunk.karla.send(
        "DELETE", f"/carts/{cart.view['cart_id']}/lines/{line_of(cart, 'CONNECT')['line_id']}", None, seen=1
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "line-locked")


def test_terms_begin_and_end_by_the_calendar() -> None:
    assert first_of_next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert first_of_next_month(date(2027, 1, 30)) == date(2027, 2, 1)
    assert end_of_term(date(2027, 2, 1), 12) == date(2028, 1, 31)
