"""Quotes and their links, over HTTP on a real PostgreSQL."""

import asyncio
from datetime import datetime, time, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from cart.adapters.misses import Misses
from cart.application.follow_fulfilment import follow_fulfilment
from cart.application.send_quote import expire_quote
from cart.domain.lifecycle import LineTrigger
from cart.domain.order import Happening
from cart.main import service
from chassis.alarm import Alarm
from contracts.ordering import v1 as ordering
from telecom.formats import BERLIN
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.sample import CUSTOMER, KARLA, OTTO, PETRA
from tests.clock import days_pass

OTHER = {"name": "Bernd Büro", "email": "bernd@mueller.example", "language": "en"}


async def quoted(office: Office) -> dict:
    return await (await Shopper(office.as_(PETRA), CUSTOMER).trunk()).quote()


@pytest.mark.rule("QUOTE-2")
async def test_sending_again_kills_the_link_before_at_once_also_one_already_opened(office: Office) -> None:
    quote = (await quoted(office))["quote"]
    first = await office.link()
    _opened, early_bird = await office.open_link(first)
    again = await office.as_(PETRA).post(f"/quotes/{quote['quote_id']}/resend", {"recipient": OTHER})
    assert again.json()["quote"]["recipient"] == {"name": OTHER["name"], "email": OTHER["email"]}
    assert again.json()["quote"]["times_sent"] == 2

    answer, _browser = await office.open_link(first)
    assert answer.json() == {"state": "replaced", "rights": []}
    for late in (
        await early_bird.get(f"/quotes/{quote['quote_id']}"),
        await early_bird.post(f"/quotes/{quote['quote_id']}/confirm", agreed("Early")),
    ):
        assert (late.status_code, late.json()["code"]) == (410, "link-replaced")

    opened, approver = await office.open_link()
    assert opened.json()["state"] == "valid"
    answer = await approver.post(f"/quotes/{quote['quote_id']}/confirm", agreed("Bernd"))
    assert answer.json()["approver"] == {"name": "Bernd", "email": OTHER["email"]}
    issued = await office.events(ordering.QuoteLinkIssued)
    assert [(one.replaces_earlier, one.language) for one in issued] == [(False, "de"), (True, "en")]
    assert len(await office.events(ordering.QuoteResent)) == 1


@pytest.mark.rule("QUOTE-2")
async def test_only_the_hash_of_a_link_is_kept(office: Office) -> None:
    await quoted(office)
    token = await office.link()
    assert len(token) >= 43
    async with office.running.engine.connect() as connection:
        everything = text("SELECT row_to_json(q)::text || c.body FROM quote_link q, cart c")
        stored = (await connection.execute(everything)).scalar()
    assert token not in stored


@pytest.mark.rule("QUOTE-3")
async def test_looking_confirms_nothing_and_confirming_twice_makes_one_order(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    assert (await approver.get(f"/quotes/{quote_id}")).json()["state"] == "quoted"
    assert await office.events(ordering.OrderReceived) == []
    first = await approver.post(f"/quotes/{quote_id}/confirm", agreed("Karla"))
    second = await approver.post(f"/quotes/{quote_id}/confirm", agreed("Karla again"))
    assert first.json()["order_id"] == second.json()["order_id"]
    assert second.json()["approver"]["name"] == "Karla"
    assert len(await office.events(ordering.OrderReceived)) == 1


@pytest.mark.rule("QUOTE-3")
async def test_two_people_confirming_at_once_make_one_order(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    browsers = [(await office.open_link())[1] for _nth in range(4)]
    answers = await asyncio.gather(
        *(one.post(f"/quotes/{quote_id}/confirm", agreed(f"Person {nth}")) for nth, one in enumerate(browsers))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["order_id"] for answer in answers}) == 1
    assert len(await office.events(ordering.OrderReceived)) == 1
    assert len(await office.events(ordering.AgreementChanged)) == 1


@pytest.mark.rule("QUOTE-3")
@pytest.mark.parametrize("rival", ["resend", "withdraw"])
async def test_confirming_while_the_quote_is_sent_again_or_withdrawn_has_one_end_only(
    office: Office, rival: str
) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    path = f"/quotes/{quote_id}"
    confirmed, other = await asyncio.gather(
        approver.post(f"{path}/confirm", agreed("Karla")), office.as_(PETRA).post(f"{path}/{rival}")
    )
    assert sorted((confirmed.status_code, other.status_code)) in ([200, 409], [200, 410])
    ordered = len(await office.events(ordering.OrderReceived))
    assert ordered == (1 if confirmed.status_code == 200 else 0)
    undone = await office.events(ordering.QuoteResent) + await office.events(ordering.QuoteWithdrawn)
    assert len(undone) == 1 - ordered


@pytest.mark.rule("QUOTE-2", "QUOTE-3")
async def test_the_link_that_confirmed_becomes_a_status_link(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    order = (await approver.post(f"/quotes/{quote_id}/confirm", agreed("Karla"))).json()
    opened, watcher = await office.open_link()
    assert (opened.json()["state"], opened.json()["rights"]) == ("confirmed", ["view", "upload"])
    assert opened.json()["order_id"] == order["order_id"]
    assert (await watcher.get(f"/orders/{order['order_id']}")).json()["number"] == order["number"]


@pytest.mark.rule("QUOTE-3", "ORD-1")
async def test_the_link_that_confirmed_shows_the_order_until_90_days_after_its_end(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    await approver.post(f"/quotes/{quote_id}/confirm", agreed("Karla"))
    token = await office.link()
    await days_pass(office.running.engine, 200)
    assert (await office.open_link(token))[0].json()["state"] == "confirmed"
    [received] = await office.events(ordering.OrderReceived)
    now = await office.in_unit(lambda unit: unit.now())
    ends = [Happening(received.order_id, line.line_id, LineTrigger.FINISH, "set-up", now) for line in received.lines]
    await office.in_unit(lambda unit: follow_fulfilment(ends, unit))
    await days_pass(office.running.engine, 89)
    assert (await office.open_link(token))[0].json()["rights"] == ["view", "upload"]
    await days_pass(office.running.engine, 2)
    assert (await office.open_link(token))[0].json() == {"state": "expired", "rights": []}


@pytest.mark.rule("QUOTE-2")
async def test_an_expired_link_says_so_and_nothing_else(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    await days_pass(office.running.engine, 31)
    assert (await office.open_link())[0].json() == {"state": "expired", "rights": []}
    late = await approver.post(f"/quotes/{quote_id}/confirm", agreed("Late"))
    assert (late.status_code, late.json()["code"]) == (410, "quote-expired")
    await Alarm(office.running.engine, service.timers, office.running.units.writing).ring()
    assert (await office.as_(PETRA).get(f"/quotes/{quote_id}")).json()["state"] == "expired"
    assert len(await office.events(ordering.QuoteExpired)) == 1
    active = (await office.as_(PETRA).get("/carts", customer_id=str(CUSTOMER))).json()["items"]
    assert active == []
    filtered = (await office.as_(PETRA).get("/carts", customer_id=str(CUSTOMER), state="expired")).json()["items"]
    assert [one["state"] for one in filtered] == ["expired"]


@pytest.mark.rule("QUOTE-2")
async def test_a_quote_sent_again_does_not_expire_by_the_earlier_date(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    await office.in_unit(lambda unit: expire_quote(UUID(quote_id), unit))
    assert (await office.as_(PETRA).get(f"/quotes/{quote_id}")).json()["state"] == "quoted"
    async with office.running.engine.connect() as connection:
        due = (await connection.execute(text("SELECT name, subject FROM timer"))).all()
    assert [tuple(one) for one in due] == [("quote-expiry", quote_id)]


@pytest.mark.rule("QUOTE-3")
async def test_a_withdrawn_quote_cannot_be_confirmed(office: Office) -> None:
    quote_id = (await quoted(office))["quote"]["quote_id"]
    _opened, approver = await office.open_link()
    assert (await office.as_(PETRA).post(f"/quotes/{quote_id}/withdraw")).json()["state"] == "withdrawn"
    assert (await office.open_link())[0].json() == {"state": "withdrawn", "rights": []}
    answer = await approver.post(f"/quotes/{quote_id}/confirm", agreed("Late"))
    assert (answer.status_code, answer.json()["code"]) == (410, "quote-withdrawn")
    async with office.running.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM timer"))).scalar() == 0


@pytest.mark.rule("CART-1")
async def test_an_open_cart_can_be_put_away_and_copied_later(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    path = f"/carts/{shopper.view['cart_id']}"
    assert (await office.as_(OTTO).post(f"{path}/withdraw")).status_code == 404
    done = await shopper.browser.post(f"{path}/withdraw")
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    assert (await shopper.browser.post(f"{path}/withdraw")).json()["code"] == "cart-frozen"
    assert (await shopper.browser.get("/carts", customer_id=str(CUSTOMER))).json()["items"] == []
    assert await office.events(ordering.QuoteWithdrawn) == [], "nobody else knew of it"
    assert (await shopper.browser.post(f"{path}/copy")).json()["state"] == "open"


@pytest.mark.rule("QUOTE-2")
async def test_a_quote_is_valid_until_the_end_of_the_day_that_it_names(office: Office) -> None:
    view = await quoted(office)
    sent, until = (datetime.fromisoformat(view["quote"][name]) for name in ("sent_at", "valid_until"))
    last_day = sent.astimezone(BERLIN).date() + timedelta(days=30)
    assert until.astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(last_day, time(23, 59, 59))


@pytest.mark.rule("QUOTE-2")
async def test_whoever_tries_unknown_links_is_slowed_down_and_others_are_not(office: Office) -> None:
    await quoted(office)
    body = {"token": await office.link()}

    def from_(address: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(office.app, client=(address, 1)), base_url="http://cart")

    async with from_("203.0.113.9") as guesser, from_("203.0.113.10") as customer:
        tries = [await guesser.post("/links/exchange", json={"token": f"guess-{nth}"}) for nth in range(22)]
        assert [one.status_code for one in tries] == [200] * 20 + [429] * 2
        assert tries[-1].json()["code"] == "too-many-tries"
        assert 0 < int(tries[-1].headers["Retry-After"]) <= 60
        assert (await guesser.post("/links/exchange", json=body)).status_code == 429
        answer = await customer.post("/links/exchange", json=body)
        assert answer.json()["state"] == "valid", answer.text


@pytest.mark.rule("QUOTE-2")
def test_after_the_window_an_address_may_try_again_and_opening_good_links_never_counts() -> None:
    seconds = [100.0]
    misses = Misses(allowed=2, seconds=60, clock=lambda: seconds[0])
    for _time in range(2):
        assert misses.wait("a") == 0
        misses.note("a")
    assert (misses.wait("a"), misses.wait("b")) == (60, 0)
    seconds[0] += 59.5
    assert misses.wait("a") == 1
    seconds[0] += 0.5
    assert misses.wait("a") == 0
    misses.note("a")
    assert misses.wait("a") == 0


@pytest.mark.rule("QUOTE-3")
async def test_an_unknown_link_gives_nothing_away(office: Office) -> None:
    answer, _browser = await office.open_link("x" * 43)
    assert answer.json() == {"state": "unknown", "rights": []}


@pytest.mark.rule("QUOTE-3")
async def test_a_link_opens_its_own_quote_only(office: Office) -> None:
    other = (await quoted(office))["quote"]["quote_id"]
    await quoted(office)
    _opened, approver = await office.open_link()
    for answer in (
        await approver.get(f"/quotes/{other}"),
        await approver.post(f"/quotes/{other}/confirm", agreed("Nosy")),
    ):
        assert answer.status_code == 404
    assert (await approver.get("/carts")).status_code == 403


@pytest.mark.rule("QUOTE-1")
async def test_a_quote_is_frozen_and_a_copy_can_be_changed(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    view = await shopper.quote()
    browser, cart = shopper.browser, f"/carts/{view['cart_id']}"
    refused = await browser.send("POST", f"{cart}/lines", {"offering": "UNIFIED"}, seen=view["version"])
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (409, "cart-frozen", "QUOTE-1")
    copy = (await browser.post(f"{cart}/copy")).json()
    assert (copy["state"], copy["totals"]) == ("open", view["totals"])
    assert copy["cart_id"] != view["cart_id"]


@pytest.mark.rule("QUOTE-3", "CTX-2")
async def test_if_a_rule_broke_since_quoting_the_quote_stays_and_its_creator_is_told(office: Office) -> None:
    first = await Shopper(office.as_(PETRA), CUSTOMER).start()
    await first.add("STANDARD", 5)
    quote = (await first.quote())["quote"]
    _opened, approver = await office.open_link()
    direct = await Shopper(office.as_(KARLA), CUSTOMER).start()
    await direct.add("BASIC", 1)
    assert (await direct.order()).status_code == 201

    for _time in range(2):
        refused = await approver.post(f"/quotes/{quote['quote_id']}/confirm", agreed("Karla"), key="same")
        assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (409, "CTX-2")
        assert "Idempotency-Replayed" not in refused.headers
    assert (await office.as_(PETRA).get(f"/quotes/{quote['quote_id']}")).json()["state"] == "quoted"
    told, _again = await office.events(ordering.QuoteConfirmationRefused)
    assert told.creator.email == PETRA.email
    assert told.reasons[0].de == "Dieser Kunde hat schon einen Centraflex-Vertrag."


@pytest.mark.rule("QUOTE-5")
async def test_a_partner_quotes_and_only_the_customer_orders_directly(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    refused = await shopper.order()
    assert (refused.status_code, refused.json()["rule"]) == (403, "QUOTE-5")
    done = await shopper.order(office.as_(KARLA))
    assert (done.status_code, done.json()["approver"]) == (201, None)


@pytest.mark.rule("CART-2")
async def test_an_invalid_cart_can_be_kept_but_neither_quoted_nor_ordered(office: Office) -> None:
    shopper = await Shopper(office.as_(KARLA), CUSTOMER).start()
    await shopper.add("CHANNEL", 3)
    assert {one["rule"] for one in shopper.view["broken_rules"]} == {"TRUNK-2"}
    for verb in ("quote", "order"):
        path = f"/carts/{shopper.view['cart_id']}/{verb}"
        refused = await shopper.browser.post(path, seen=shopper.view["version"])
        assert (refused.status_code, refused.json()["code"]) == (409, "cart-invalid")
        assert refused.json()["errors"][0]["remedy"]
    assert await office.events() == []


@pytest.mark.rule("CART-1")
async def test_a_search_finds_also_what_the_overview_no_longer_lists(office: Office) -> None:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk()
    number = (await shopper.quote())["quote"]["number"]
    await shopper.browser.post(f"/carts/{shopper.view['cart_id']}/withdraw")
    assert (await shopper.browser.get("/carts")).json()["items"] == []
    for gaps, found in (({}, ["withdrawn"]), ({"state": "withdrawn"}, ["withdrawn"]), ({"state": "open"}, [])):
        answer = await shopper.browser.get("/carts", q=f" {number} ", **gaps)
        assert [one["state"] for one in answer.json()["items"]] == found
