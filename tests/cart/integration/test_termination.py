"""Terminations: with their notice, guarded, and taken back until their day; over HTTP on a real PostgreSQL (ORD-2)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from cart.application.follow_fulfilment import NumbersMoved, follow_fulfilment, keep_sites
from cart.domain.lifecycle import LineTrigger
from contracts.ordering import v1 as ordering
from contracts.work import v1 as work
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.integration.amending import (
    BLOCK,
    OTHER_BLOCK,
    TODAY,
    comes_upon,
    done,
    finish,
    in_days,
    placed,
    running_trunk,
)
from tests.cart.integration.test_from_trunk import porting
from tests.cart.integration.test_renewal import ENDS
from tests.cart.sample import CLERK, CUSTOMER, KARLA, OTTO, PETRA

AFTER_TERM = ENDS + timedelta(days=1)


def as_json(block: Any) -> dict[str, Any]:
    return {
        "area_code": block.area_code,
        "stem": block.stem,
        "extension_from": block.extension_from,
        "extension_to": block.extension_to,
    }


async def kombi(office: Office) -> tuple[str, Shopper]:
    """An active internet contract, and the cart of a trunk over it."""
    internet = await Shopper(office.as_(KARLA), CUSTOMER).start(term_months=12)
    await internet.add("QDSL")
    line = await placed(internet)
    await finish(office, line)
    internet_id = line["lines"][0]["agreement_id"]
    cart = await Shopper(office.as_(KARLA), CUSTOMER).start()
    await cart.add("CONNECT", combination=True)
    await cart.add("CHANNEL-KOMBI", 4, price_list="PL-NATIONAL")
    await cart.change("PATCH", "", {"internet": {"agreement_id": internet_id}})
    return internet_id, cart


@pytest.mark.rule("ORD-2")
async def test_a_contract_ends_with_its_term_and_holds_nothing_from_then_on(office: Office) -> None:
    trunk = await running_trunk(office)
    order = (await trunk.end("agreement")).json()
    assert (order["effective_on"], order["status"]) == (str(AFTER_TERM), "in_progress")
    now = await trunk.now()
    assert (now["status"], now["terminates_on"]) == ("terminating", str(AFTER_TERM))
    assert now["may"] == {"reorder": False, "renew": False, "sites": False, "terminate": False, "port": False}
    assert await trunk.held(AFTER_TERM - timedelta(days=1)) != {}
    assert await trunk.held(AFTER_TERM) == {}
    await trunk.pass_days((AFTER_TERM - TODAY).days)
    assert (await trunk.now())["status"] == "ended"
    await finish(office, order)
    assert (await trunk.karla.get(f"/orders/{order['order_id']}")).json()["status"] == "completed"
    changed = (await office.events(ordering.AgreementChanged))[-1]
    assert (changed.status, changed.terminates_on) == ("ended", AFTER_TERM)


@pytest.mark.rule("ORD-2")
async def test_a_termination_is_taken_back_until_its_day_begins(office: Office) -> None:
    trunk = await running_trunk(office)
    order = (await trunk.end("agreement")).json()
    path = f"/orders/{order['order_id']}/reversal"
    assert (await office.as_(OTTO).post(path)).status_code == 404
    back = await trunk.karla.post(path)
    assert (back.status_code, back.json()["status"]) == (200, "cancelled")
    now = await trunk.now()
    assert (now["status"], now["terminates_on"]) == ("active", None)
    assert await trunk.held(AFTER_TERM) == await trunk.held()
    (told,) = await office.events(ordering.OrderCancelled)
    assert told.reason.de == "Zurückgenommen von Karla Kundin."
    assert [change["kind"] for one in (await trunk.versions())[:2] for change in one["changes"]] == [
        "reversal",
        "termination",
    ]
    again = await trunk.karla.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "too-late-to-reverse")

    late = (await trunk.end("agreement")).json()
    await trunk.pass_days((AFTER_TERM - TODAY).days)
    answer = await trunk.karla.post(f"/orders/{late['order_id']}/reversal")
    assert (answer.status_code, answer.json()["code"]) == (409, "too-late-to-reverse")
    assert (await trunk.now())["status"] == "ended"


@pytest.mark.rule("ORD-2")
@pytest.mark.parametrize(("day", "told"), [(in_days(1), None), (str(ENDS), None), (str(AFTER_TERM), 201)])
async def test_a_contract_does_not_end_before_its_term(office: Office, day: str, told: int | None) -> None:
    trunk = await running_trunk(office)
    answer = await trunk.end("agreement", effective_on=day)
    if told is None:
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["field"]) == (422, "notice-too-short", "effective_on")
        assert f"{AFTER_TERM:%d.%m.%Y}" in problem["detail"]
    assert answer.status_code == (told or 422)


@pytest.mark.rule("ORD-2", "QUOTE-5")
async def test_a_partner_ends_a_contract_only_with_the_customers_consent(office: Office) -> None:
    trunk = await running_trunk(office)
    petra = office.as_(PETRA)
    direct = await trunk.end("agreement", petra)
    assert (direct.status_code, direct.json()["code"]) == (403, "always-by-quote")
    quoted = await petra.post(f"/agreements/{trunk.agreement_id}/terminations/quote", {"subject": "agreement"})
    assert quoted.status_code == 201, quoted.text
    assert (quoted.json()["business_case"], quoted.json()["effective_on"]) == ("termination", str(AFTER_TERM))
    opened, approver = await office.open_link()
    order = (await approver.post(f"/quotes/{opened.json()['quote_id']}/confirm", agreed("Karla"))).json()
    assert order["lines"][0]["termination"]["subject"] == "agreement"
    assert (await trunk.now())["terminates_on"] == str(AFTER_TERM)
    assert (await petra.post(f"/orders/{order['order_id']}/reversal")).json()["code"] == "reversed-by-customer"
    assert (await office.as_(CLERK).post(f"/orders/{order['order_id']}/reversal")).status_code == 200


@pytest.mark.rule("ORD-2", "SITE-4", "QUOTE-5")
async def test_a_wrong_site_or_block_is_ended_directly_with_its_notice(office: Office) -> None:
    trunk = await running_trunk(office)
    wrong, _right = await trunk.site(BLOCK), await trunk.site(OTHER_BLOCK)
    order = (await trunk.end("site", office.as_(PETRA), site_id=wrong)).json()
    assert (order["effective_on"], order["lines"][0]["category"]) == (in_days(30), "usage_site")
    received = (await office.events(ordering.OrderReceived))[-1]
    assert (received.lines[0].termination.site_id, received.effective_on) == (
        UUID(wrong),
        date.fromisoformat(in_days(30)),
    )
    again = await trunk.end("site", site_id=wrong)
    assert (again.status_code, again.json()["code"]) == (409, "already-terminating")
    assert (await trunk.now())["status"] == "active"


@pytest.mark.rule("ORD-2")
async def test_the_last_site_stays_as_long_as_the_contract(office: Office) -> None:
    trunk = await running_trunk(office)
    first, second = await trunk.site(BLOCK), await trunk.site(OTHER_BLOCK)
    assert (await trunk.end("site", site_id=first)).status_code == 201
    last = await trunk.end("site", site_id=second)
    assert (last.status_code, last.json()["code"], last.json()["field"]) == (409, "last-site", "site_id")


@pytest.mark.rule("ORD-2")
async def test_of_two_sites_ended_at_once_one_stays(office: Office) -> None:
    trunk = await running_trunk(office)
    sites = [await trunk.site(BLOCK), await trunk.site(OTHER_BLOCK)]
    answers = await asyncio.gather(*(trunk.end("site", site_id=one) for one in sites))
    assert sorted(one.status_code for one in answers) == [201, 409]


@pytest.mark.rule("ORD-2", "SITE-4")
async def test_numbers_are_ended_as_whole_blocks_of_their_site_once(office: Office) -> None:
    trunk = await running_trunk(office)
    site = await trunk.site(BLOCK, OTHER_BLOCK)
    done = await trunk.end("numbers", site_id=site, numbers=[as_json(BLOCK)])
    assert done.status_code == 201, done.text
    again = await trunk.end("numbers", site_id=site, numbers=[as_json(BLOCK)])
    assert (again.status_code, again.json()["code"]) == (409, "already-terminating")
    foreign = await trunk.end("numbers", site_id=site, numbers=[{**as_json(BLOCK), "stem": "480"}])
    assert (foreign.status_code, foreign.json()["code"]) == (422, "no-such-numbers")
    await office.in_unit(lambda unit: keep_sites([NumbersMoved(UUID(site), (BLOCK,), came=False)], unit))
    options = (await trunk.karla.get(f"/agreements/{trunk.agreement_id}/termination-options")).json()
    assert [block["stem"] for block in options["sites"][0]["blocks"]] == [OTHER_BLOCK.stem]


@pytest.mark.rule("ORD-2", "SITE-4")
async def test_numbers_that_come_to_a_site_in_the_moment_another_block_is_ended_are_there_afterwards(
    office: Office,
) -> None:
    trunk = await running_trunk(office)
    site = await trunk.site(BLOCK)
    answer = await comes_upon(
        office,
        lambda unit: keep_sites([NumbersMoved(UUID(site), (OTHER_BLOCK,), came=True)], unit),
        trunk.end("numbers", site_id=site, numbers=[as_json(BLOCK)]),
    )
    assert answer.status_code == 201, answer.text
    options = (await trunk.karla.get(f"/agreements/{trunk.agreement_id}/termination-options")).json()
    assert [(block["stem"], block["allowed"]) for block in options["sites"][0]["blocks"]] == [
        (BLOCK.stem, False),
        (OTHER_BLOCK.stem, True),
    ]


@pytest.mark.rule("ORD-2")
async def test_a_site_that_goes_in_the_moment_it_is_ended_does_not_come_back(office: Office) -> None:
    trunk = await running_trunk(office)
    gone, other = await trunk.site(BLOCK), await trunk.site(OTHER_BLOCK)
    answer = await comes_upon(office, lambda unit: unit.sites.remove(UUID(gone)), trunk.end("site", site_id=gone))
    assert answer.json()["code"] == "no-such-site"
    options = (await trunk.karla.get(f"/agreements/{trunk.agreement_id}/termination-options")).json()
    assert [one["site_id"] for one in options["sites"]] == [other]


@pytest.mark.rule("ORD-2")
async def test_numbers_taken_back_can_be_ended_again(office: Office) -> None:
    trunk = await running_trunk(office)
    site = await trunk.site(BLOCK)
    order = (await trunk.end("numbers", site_id=site, numbers=[as_json(BLOCK)])).json()
    assert (await trunk.karla.post(f"/orders/{order['order_id']}/reversal")).status_code == 200
    assert (await trunk.end("numbers", site_id=site, numbers=[as_json(BLOCK)])).status_code == 201


@pytest.mark.rule("ORD-2")
async def test_nothing_ends_while_numbers_are_being_ported_to_it(office: Office) -> None:
    trunk = await running_trunk(office)
    site, _other = await trunk.site(BLOCK), await trunk.site(OTHER_BLOCK)
    body = {key: value for key, value in porting(site_id=site).items() if key != "site"}
    quoted = await trunk.karla.post(f"/agreements/{trunk.agreement_id}/portings", body)
    assert quoted.status_code == 201, quoted.text
    opened, approver = await office.open_link()
    await approver.post(f"/quotes/{opened.json()['quote_id']}/confirm", agreed("Karla"))
    for wanted in ({"subject": "agreement"}, {"subject": "site", "site_id": site}):
        answer = await trunk.end(**wanted)
        assert (answer.status_code, answer.json()["code"]) == (409, "porting-under-way")


@pytest.mark.rule("ORD-2", "QUOTE-3")
async def test_nothing_comes_to_a_site_that_ends(office: Office) -> None:
    trunk = await running_trunk(office)
    site, _other = await trunk.site(BLOCK), await trunk.site(OTHER_BLOCK)
    body = {key: value for key, value in porting(site_id=site).items() if key != "site"}
    path = f"/agreements/{trunk.agreement_id}/portings"
    assert (await trunk.karla.post(path, body)).status_code == 201
    opened, approver = await office.open_link()
    assert (await trunk.end("site", site_id=site)).status_code == 201
    late = await approver.post(f"/quotes/{opened.json()['quote_id']}/confirm", agreed("Karla"))
    assert [(one["rule"], one["message"]) for one in late.json()["errors"]] == [
        ("ORD-2", "The site ends, or is no longer there.")
    ]
    assert (await trunk.karla.post(path, body)).json()["code"] == "already-terminating"
    more = {"site_id": site, "block_size": 10}
    answer = await trunk.karla.post(f"/agreements/{trunk.agreement_id}/numbers", more)
    assert (answer.status_code, answer.json()["code"]) == (409, "already-terminating")


@pytest.mark.rule("ORD-2")
async def test_the_options_say_what_can_end_when_and_why_not(office: Office) -> None:
    trunk = await running_trunk(office)
    site = await trunk.site(BLOCK)
    options = (await office.as_(PETRA).get(f"/agreements/{trunk.agreement_id}/termination-options")).json()
    assert (options["agreement"]["earliest_on"], options["agreement"]["needs_quote"]) == (str(AFTER_TERM), True)
    (one,) = options["sites"]
    assert (one["site_id"], one["allowed"], one["earliest_on"]) == (site, False, in_days(30))
    assert one["why"].startswith("This is the only site of the trunk. Order another site first")
    assert one["blocks"][0]["allowed"] is True
    order = (await trunk.end("agreement")).json()
    planned = (await trunk.karla.get(f"/agreements/{trunk.agreement_id}/termination-options")).json()["planned"]
    assert [(one["order_id"], one["subject"]) for one in planned] == [(order["order_id"], "agreement")]


@pytest.mark.rule("ORD-2", "TEN-2")
async def test_what_belongs_to_others_cannot_be_ended_or_looked_at(office: Office) -> None:
    trunk = await running_trunk(office)
    site = await trunk.site(BLOCK)
    otto = office.as_(OTTO)
    for path in ("", "/versions", "/termination-options"):
        assert (await otto.get(f"/agreements/{trunk.agreement_id}{path}")).status_code == 404
    assert (await trunk.end("agreement", otto)).status_code == 404
    assert (await trunk.end("site", otto, site_id=site)).status_code == 404
    path = f"/agreements/{trunk.agreement_id}/terminations/quote"
    assert (await otto.post(path, {"subject": "agreement"})).status_code == 404


@pytest.mark.rule("KOMBI-3")
async def test_a_kombi_keeps_its_price_when_its_internet_contract_ends_and_a_person_is_told(office: Office) -> None:
    internet_id, cart = await kombi(office)
    trunk = await running_trunk(office, cart)
    ended = await trunk.karla.post(f"/agreements/{internet_id}/terminations", {"subject": "agreement"})
    assert ended.status_code == 201, ended.text
    await trunk.pass_days((date.fromisoformat(ended.json()["effective_on"]) - TODAY).days)
    (task,) = await office.events(work.TaskRaised)
    assert (task.kind, str(task.agreement_id)) == ("combination_ended", trunk.agreement_id)
    assert {line["offering"]: line["monthly"] for line in (await trunk.now())["lines"]}["CHANNEL-KOMBI"] == "2.05"
    settle = f"/agreements/{trunk.agreement_id}/combination/settle"
    assert (await trunk.karla.post(settle, {})).status_code == 403
    for _twice in range(2):
        assert (await office.as_(CLERK).post(settle, {"note": "Kunde informiert"})).status_code == 204
    (settled,) = await office.events(work.TaskSettled)
    assert (settled.task_id, settled.outcome.de) == (task.task_id, "Kunde informiert")
    renewal = await trunk.renewal(term_months=12)
    assert [one["rule"] for one in renewal.view["broken_rules"]] == ["KOMBI-2"]


@pytest.mark.rule("KOMBI-2", "KOMBI-3")
async def test_a_kombi_whose_new_internet_line_cannot_be_delivered_is_a_persons_to_look_at(office: Office) -> None:
    cart = await Shopper(office.as_(KARLA), CUSTOMER).start()
    await cart.add("CONNECT", combination=True)
    await cart.add("CHANNEL-KOMBI", 4, price_list="PL-NATIONAL")
    order = await placed(await cart.add("QDSL"))
    for happening in done(order):
        line = next(one for one in order["lines"] if UUID(one["line_id"]) == happening.line_id)
        trigger = LineTrigger.FAIL if line["category"] == "internet" else LineTrigger.FINISH
        await office.in_unit(lambda unit, one=replace(happening, trigger=trigger): follow_fulfilment([one], unit))
    (task,) = await office.events(work.TaskRaised)
    trunk = next(line for line in order["lines"] if line["category"] == "trunk")
    assert (task.kind, str(task.agreement_id)) == ("combination_ended", trunk["agreement_id"])
    assert "failed" in task.explanation.en


@pytest.mark.rule("KOMBI-3", "AMEND-2")
async def test_a_renewal_with_kombi_that_loses_its_internet_contract_before_its_day_is_a_persons_to_look_at(
    office: Office,
) -> None:
    _first, cart = await kombi(office)
    trunk = await running_trunk(office, cart)
    second, _unused = await kombi(office)
    renewal = await trunk.renewal(term_months=12)
    await renewal.change("PATCH", "", {"internet": {"agreement_id": second}})
    renewed = await placed(renewal)
    ended = (await trunk.karla.post(f"/agreements/{second}/terminations", {"subject": "agreement"})).json()
    assert ended["effective_on"] < renewed["effective_on"]
    await trunk.pass_days((date.fromisoformat(ended["effective_on"]) - TODAY).days)
    (task,) = await office.events(work.TaskRaised)
    assert str(task.agreement_id) == trunk.agreement_id
    assert f"{date.fromisoformat(renewed['effective_on']):%d.%m.%Y}" in task.explanation.en


@pytest.mark.rule("KOMBI-3")
async def test_a_kombi_and_the_end_of_its_internet_contract_are_decided_one_after_the_other(office: Office) -> None:
    internet_id, cart = await kombi(office)
    ordered, ended = await asyncio.gather(
        cart.order(office.as_(KARLA)),
        office.as_(KARLA).post(f"/agreements/{internet_id}/terminations", {"subject": "agreement"}),
    )
    assert ended.status_code == 201
    if ordered.status_code != 201:
        assert [one["rule"] for one in ordered.json()["errors"]] == ["KOMBI-2"]
    kinds = [type(one).__name__ for one in await office.events() if isinstance(one, ordering.OrderReceived)]
    assert len(kinds) == (3 if ordered.status_code == 201 else 2)


@pytest.mark.rule("CTX-2")
async def test_of_two_centraflex_ordered_at_once_one_becomes_a_contract(office: Office) -> None:
    carts = []
    for _nth in range(4):
        cart = await Shopper(office.as_(KARLA), CUSTOMER).start()
        carts.append(await cart.add("STANDARD", 2))
    answers = await asyncio.gather(*(cart.order() for cart in carts))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    refused = next(one for one in answers if one.status_code == 409)
    assert [one["rule"] for one in refused.json()["errors"]] == ["CTX-2"]
    held = (await office.as_(KARLA).get("/agreements", customer_id=str(CUSTOMER), family="centraflex")).json()
    assert len(held["items"]) == 1
