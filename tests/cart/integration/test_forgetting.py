"""A customer is deleted at the CRM's word, and two are merged: nothing personal stays, and nothing is lost (CRM-1)."""

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from cart.application.forget_parties import ask_to_forget
from cart.application.keep_parties import keep_party, merge_parties
from cart.domain.lifecycle import CartState
from contracts.crm import v1 as crm
from contracts.ordering.v1 import PartyForgotten
from contracts.shapes import Address
from contracts.work.v1 import TaskRaised, TaskSettled
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.integration.amending import BLOCK, placed, running_trunk
from tests.cart.sample import (
    CLERK,
    CUSTOMER,
    FOREIGN_CUSTOMER,
    KARLA,
    NOW,
    OTTO,
    PARTNER,
    PETRA,
    Someone,
    party,
)
from tests.forgetting import traces

NAME, MAIL, PHONE, STREET = "Ümit Unvergessen", "uemit@unvergessen.example", "+49 221 987654", "Rosenstraße"
WORDS = (NAME, MAIL, PHONE, STREET, KARLA.name, KARLA.email)


async def told(office: Office, kind: type[Any]) -> list[Any]:
    return await office.events(kind)


async def known_customer(office: Office) -> None:
    home = Address(street=STREET, house_number="12", postcode="50678", town="Köln")
    changed = party(
        CUSTOMER,
        crm.PartyKind.CUSTOMER,
        version=2,
        name=NAME,
        email=MAIL,
        phone=PHONE,
        address=home,
        parent=PARTNER,
        customer_number="K-100001",
        customer_administration=True,
        contacts=(crm.Contact(contact_id=uuid4(), name=NAME, email=MAIL, phone=PHONE),),
    )
    await office.in_unit(lambda unit: keep_party(changed, unit))


@pytest.mark.rule("CRM-1")
async def test_the_profile_names_the_contacts_that_the_crm_tells(office: Office) -> None:
    await known_customer(office)
    [contact] = (await office.as_(PETRA).get(f"/parties/{CUSTOMER}")).json()["contacts"]
    assert (contact["name"], contact["email"], contact["phone"]) == (NAME, MAIL, PHONE)


@pytest.mark.rule("CRM-1")
async def test_a_deletion_waits_for_what_runs_and_then_leaves_orders_that_can_be_counted_and_nobody_in_them(
    office: Office,
) -> None:
    await known_customer(office)
    running = await running_trunk(office)
    await running.site(BLOCK)
    recipient = {"name": NAME, "email": MAIL, "language": "de"}
    await (await Shopper(office.as_(PETRA), CUSTOMER).trunk()).quote(recipient)
    link = await office.link()
    confirmed = await (await Shopper(office.as_(PETRA), CUSTOMER).trunk()).quote()
    _, approver = await office.open_link()
    await approver.post(f"/quotes/{confirmed['quote']['quote_id']}/confirm", agreed(KARLA.name))
    staff = office.as_(CLERK)
    before = (await staff.get(f"/orders/{running.order['order_id']}")).json()

    await office.in_unit(lambda unit: ask_to_forget(CUSTOMER, unit))
    [task] = await told(office, TaskRaised)
    assert (task.owner, task.customer_id) == ("cart", CUSTOMER)
    assert await told(office, PartyForgotten) == []
    assert (await running.karla.get(f"/agreements/{running.agreement_id}")).status_code == 200, "its contract goes on"
    opened, _ = await office.open_link(link)
    assert opened.json() == {"state": "withdrawn", "rights": []}, "what could still be ordered is withdrawn at once"

    await running.pass_days(2)
    assert await told(office, PartyForgotten) == [], "still running"
    async with office.running.units.writing() as unit:
        await unit.connection.execute(text("UPDATE agreement SET status = 'ended'"))
        await unit.connection.execute(text("UPDATE placed_order SET status = 'completed'"))
    await running.pass_days(2)
    [gone] = await told(office, PartyForgotten)
    [settled] = await told(office, TaskSettled)
    assert (gone.party_id, settled.task_id) == (CUSTOMER, task.task_id)
    assert await traces(office.running.engine, WORDS) == []
    assert (await office.open_link(link))[0].json() == {"state": "unknown", "rights": []}
    after = (await staff.get(f"/orders/{running.order['order_id']}")).json()
    stays = ("number", "placed_at", "business_case", "totals")
    assert {name: after.get(name) for name in stays} == {name: before.get(name) for name in stays}
    counted = ("offering", "quantity", "monthly", "one_time", "agreement_number")
    assert [[line[name] for name in counted] for line in after["lines"]] == [
        [line[name] for name in counted] for line in before["lines"]
    ]
    assert after["customer"]["name"] == "gelöscht"
    assert (await running.karla.get(f"/agreements/{running.agreement_id}")).status_code == 404


@pytest.mark.rule("CRM-1", "CART-1")
async def test_carts_of_a_forgotten_customer_hide_nobody_elses_from_order_management(office: Office) -> None:
    running = await running_trunk(office)
    early = await Shopper(running.karla, CUSTOMER).start()
    await office.in_unit(lambda unit: ask_to_forget(CUSTOMER, unit))
    late = await Shopper(office.as_(PETRA), CUSTOMER).start()
    others = await Shopper(office.as_(OTTO), FOREIGN_CUSTOMER).start()
    async with office.running.units.writing() as unit:
        await unit.connection.execute(text("UPDATE agreement SET status = 'ended'"))
        await unit.connection.execute(text("UPDATE placed_order SET status = 'completed'"))
    await running.pass_days(2)
    assert len(await told(office, PartyForgotten)) == 1
    staff = office.as_(CLERK)
    for state, found in (("open", [others.view["cart_id"]]), ("withdrawn", [])):
        answer = await staff.get("/carts", state=state)
        assert answer.status_code == 200, answer.text
        assert [one["cart_id"] for one in answer.json()["items"]] == found
    async with office.running.units.writing() as unit:
        for cart in (early, late):
            assert (await unit.carts.get(UUID(cart.view["cart_id"]))).state is CartState.WITHDRAWN


@pytest.mark.rule("CRM-1", "CRM-2")
async def test_a_late_or_doubled_event_does_not_bring_a_forgotten_party_back(office: Office) -> None:
    await known_customer(office)
    for _ in range(2):
        await office.in_unit(lambda unit: ask_to_forget(CUSTOMER, unit))
    await known_customer(office)
    assert await traces(office.running.engine, (NAME, MAIL, PHONE)) == []


@pytest.mark.rule("CRM-1", "CRM-2")
@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_merges_in_chains_and_in_any_order_leave_everything_with_the_last_survivor(
    office: Office, order: tuple[int, ...]
) -> None:
    running = await running_trunk(office)
    first, second, last = CUSTOMER, uuid4(), uuid4()
    third = uuid4()
    merges = [
        crm.PartiesMerged(party_id=loser, survivor_id=survivor, version=9, merged_at=NOW)
        for loser, survivor in ((first, second), (second, third), (third, last))
    ]
    for party_id, number in ((second, "K-2"), (third, "K-3"), (last, "K-4")):
        known = party(
            party_id, crm.PartyKind.CUSTOMER, customer_number=number, parent=PARTNER, customer_administration=True
        )
        await office.in_unit(lambda unit, known=known: keep_party(known, unit))
    for place in (*order, *order):
        await office.in_unit(lambda unit, place=place: merge_parties(merges[place], unit))
    petra = office.as_(PETRA)
    for asked in (first, second, third, last):
        found = (await petra.get(f"/parties/{asked}")).json()
        assert (found["party_id"], found["customer_number"]) == (str(last), "K-4")
        agreements = (await petra.get("/agreements", customer_id=asked)).json()["items"]
        assert [one["agreement_id"] for one in agreements] == [running.agreement_id]
        orders = (await petra.get("/orders", customer_id=asked)).json()["items"]
        assert [one["order_id"] for one in orders] == [running.order["order_id"]]
    assert UUID((await petra.get(f"/agreements/{running.agreement_id}")).json()["customer"]["party_id"]) == last


@pytest.mark.rule("CRM-1")
async def test_the_end_of_a_doubles_key_takes_nothing_from_its_survivor(office: Office) -> None:
    running = await running_trunk(office)
    survivor = uuid4()
    known = party(survivor, crm.PartyKind.CUSTOMER, customer_number="K-2", parent=PARTNER, customer_administration=True)
    await office.in_unit(lambda unit: keep_party(known, unit))
    merged = crm.PartiesMerged(party_id=CUSTOMER, survivor_id=survivor, version=9, merged_at=NOW)
    await office.in_unit(lambda unit: merge_parties(merged, unit))
    await office.in_unit(lambda unit: ask_to_forget(CUSTOMER, unit))
    assert await told(office, PartyForgotten) == []
    assert (await office.as_(PETRA).get(f"/agreements/{running.agreement_id}")).status_code == 200


@pytest.mark.rule("CTX-2", "CRM-2")
async def test_a_merge_may_leave_two_centraflex_contracts_and_a_third_is_still_refused(office: Office) -> None:
    """Both run on under the survivor's number; the rule counts what is ordered anew."""
    survivor = uuid4()
    known = party(survivor, crm.PartyKind.CUSTOMER, customer_number="K-2", parent=PARTNER, customer_administration=True)
    await office.in_unit(lambda unit: keep_party(known, unit))
    theirs = Someone("customer", survivor, "Sina Survivor", "sina@survivor.example")
    for who in (KARLA, theirs):
        assert who.party_id is not None
        await placed(await (await Shopper(office.as_(who), who.party_id).start()).add("STANDARD", 2))
    merged = crm.PartiesMerged(party_id=CUSTOMER, survivor_id=survivor, version=9, merged_at=NOW)
    for _ in range(2):
        await office.in_unit(lambda unit: merge_parties(merged, unit))
    agreements = (await office.as_(theirs).get("/agreements", customer_id=CUSTOMER)).json()["items"]
    assert [one["family"] for one in agreements] == ["centraflex", "centraflex"]
    third = await (await Shopper(office.as_(theirs), survivor).start()).add("STANDARD", 1)
    answer = await third.order()
    assert answer.status_code in (409, 422)
    assert "CTX-2" in answer.text
