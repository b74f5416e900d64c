"""A customer chooses free numbers, and an order takes just these: once, and only his (SITE-3)."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.crm.v1 import PartiesMerged, PartyKind
from contracts.ordering.v1 import OrderReceived
from contracts.provisioning.v1 import NumbersAssigned, SiteProvisioned, SiteRejected, WorkOrderFailed
from contracts.shapes import NumberBlock
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works, party
from tests.provisioning.integration.test_departures import adds_up, agreement, states

__all__ = ["agreement"]
BLOCK = {"area_code": "221", "stem": "479007", "extension_from": "00", "extension_to": "99"}
PLACE = {"street": "Rosenstraße", "house_number": "12", "postcode": "50678", "town": "Köln"}


async def chosen(works: Works, token: str = "") -> UUID:
    body = {"customer_id": str(works.customer), "block": BLOCK}
    made = await works.call("POST", "/reservations", token or works.token("customer", works.customer), json=body)
    assert made.status_code == 201, made.text
    return UUID(made.json()["reservation_id"])


def wished(works: Works, agreement: UUID, reservation_id: UUID, **more: Any) -> OrderReceived:
    return sample.site(agreement, reservation_id=reservation_id, **{"customer": works.customer, **more})


async def verdict(works: Works, reservation_id: UUID, token: str | None = None) -> Any:
    question = {"address": PLACE, "area_code": "221", "block_size": 100, "reservation_id": str(reservation_id)}
    return await works.call("POST", "/feasibility", token or works.token("machine"), json=question)


@pytest.mark.rule("SITE-3", "QUOTE-5")
async def test_an_order_gets_the_very_block_that_its_customer_chose(works: Works, agreement: UUID) -> None:
    customer = works.token("customer", works.customer)
    offered = await works.call("GET", "/number-pools/221/free", customer, params={"size": 100, "containing": "9007"})
    assert offered.json()["blocks"] == [BLOCK]
    reservation = await chosen(works)
    told = (await verdict(works, reservation)).json()["reserved"]
    assert (told["customer_id"], told["block"], told["holds"]) == (str(works.customer), BLOCK, True)
    placed = wished(works, agreement, reservation)
    await works.hear(placed)
    [ready] = await works.said(SiteProvisioned, order_id=placed.order_id)
    assert [block.stem for block in ready.blocks] == ["479007"]
    assert (await verdict(works, reservation)).json()["reserved"]["holds"] is False
    assert (await works.call("POST", f"/reservations/{reservation}/give-up")).status_code == 404
    assert (await works.call("GET", "/reservations")).json()["items"] == []
    await works.days_pass(20 / 1440)
    assert (await states(works, "022147900700"))[:3] == ["held", "reserved", "free"]
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_of_two_orders_with_one_reservation_one_gets_the_block_and_the_other_fails_with_its_reason(
    works: Works, agreement: UUID
) -> None:
    reservation = await chosen(works)
    placed = [wished(works, agreement, reservation) for _nth in range(2)]
    await asyncio.gather(*(works.hear(one) for one in placed))
    [ready] = await works.said(SiteProvisioned)
    [refused] = await works.said(SiteRejected)
    assert {ready.order_id, refused.order_id} == {one.order_id for one in placed}
    assert ready.blocks[0].stem == "479007"
    [failed] = await works.said(WorkOrderFailed, order_id=refused.order_id)
    assert failed.code == "block-taken"
    assert "0221 479007" in failed.reason.de
    third, fourth = wished(works, agreement, reservation), wished(works, agreement, reservation)
    await works.hear(third, fourth)
    assert len(await works.said(SiteRejected)) == 3
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_time_that_ran_out_after_the_order_does_no_harm_while_the_block_is_free(
    works: Works, agreement: UUID
) -> None:
    reservation = await chosen(works)
    await works.days_pass(20 / 1440)
    assert (await verdict(works, reservation)).json()["reserved"]["holds"] is False
    placed = wished(works, agreement, reservation)
    await works.hear(placed)
    [ready] = await works.said(SiteProvisioned, order_id=placed.order_id)
    assert ready.blocks[0].stem == "479007"
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_a_block_that_somebody_else_has_meanwhile_is_not_given_twice(works: Works, agreement: UUID) -> None:
    reservation = await chosen(works)
    await works.days_pass(20 / 1440)
    await works.hear(sample.site(agreement, size=1000))
    assert await works.said(SiteProvisioned)
    placed = wished(works, agreement, reservation)
    await works.hear(placed)
    assert [one.code for one in await works.said(SiteRejected, order_id=placed.order_id)] == ["block-taken"]
    await adds_up(works)


@pytest.mark.rule("SITE-3", "TEN-2")
async def test_a_reservation_serves_its_customer_its_area_code_and_its_size_alone(
    works: Works, agreement: UUID
) -> None:
    reservation, stranger = await chosen(works), works.token("customer", uuid4())
    nothing = await verdict(works, uuid4(), stranger)
    foreign = await verdict(works, reservation, stranger)
    assert (foreign.status_code, foreign.json()["code"]) == (404, nothing.json()["code"])
    path = f"/reservations/{reservation}/give-up"
    assert (await works.call("POST", path, stranger)).status_code == 404
    for wrong in (
        wished(works, agreement, reservation, customer=uuid4()),
        wished(works, agreement, reservation, size=10),
        wished(works, agreement, uuid4()),
    ):
        await works.hear(wrong)
        assert [one.code for one in await works.said(SiteRejected, order_id=wrong.order_id)] == ["reservation-ended"]
    assert (await works.call("POST", path, works.token("customer", works.customer))).status_code == 204
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_what_was_chosen_stays_kept_while_its_order_waits_for_the_trunk(works: Works) -> None:
    await works.know_parties()
    reservation, coming = await chosen(works), uuid4()
    placed = wished(works, coming, reservation)
    await works.hear(placed)
    for _nth in range(3):
        await works.days_pass(20 / 1440)
    assert (await states(works, "022147900700"))[0] == "reserved"
    other = sample.trunk(uuid4())
    await works.hear(other)
    await works.hear(sample.site(other.lines[0].agreement_id, size=1000))
    assert not await works.said(SiteProvisioned)
    await works.hear(sample.trunk(coming, customer=works.customer))
    [ready] = await works.said(SiteProvisioned, order_id=placed.order_id)
    assert ready.blocks[0].stem == "479007"
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_a_reservation_that_was_lost_with_the_database_is_made_up_for_while_its_block_is_free(
    works: Works, agreement: UUID
) -> None:
    orders = [sample.site(agreement, reservation_id=uuid4(), reserved=NumberBlock(**BLOCK)) for _nth in range(2)]
    await works.hear(orders[0])
    [ready] = await works.said(SiteProvisioned, order_id=orders[0].order_id)
    assert ready.blocks[0].stem == "479007"
    unfit = sample.site(agreement, size=10, reservation_id=uuid4(), reserved=NumberBlock(**BLOCK))
    await works.hear(orders[1], unfit)
    refused = [(one.order_id, one.code) for one in await works.said(SiteRejected)]
    assert sorted(refused) == sorted([(orders[1].order_id, "block-taken"), (unfit.order_id, "reservation-ended")])
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_an_order_of_a_customer_who_was_merged_gets_what_he_had_chosen(works: Works, agreement: UUID) -> None:
    reservation, heir = await chosen(works), uuid4()
    await works.hear(party(heir, PartyKind.CUSTOMER, works.partner))
    await works.hear(PartiesMerged(party_id=works.customer, survivor_id=heir, version=9, merged_at=sample.BEGINNING))
    placed = wished(works, agreement, reservation)
    await works.hear(placed)
    [ready] = await works.said(SiteProvisioned, order_id=placed.order_id)
    assert ready.blocks[0].stem == "479007"


@pytest.mark.rule("SITE-3", "SITE-4")
async def test_more_numbers_for_a_site_can_be_chosen_too(works: Works, agreement: UUID) -> None:
    first = sample.site(agreement, size=10, customer=works.customer)
    await works.hear(first)
    site_id = sample.site_id_of(first)
    reservation = await chosen(works)
    placed = sample.numbers(agreement, site_id, size=100, reservation_id=reservation, customer=works.customer)
    await works.hear(placed)
    [came] = await works.said(NumbersAssigned, order_id=placed.order_id)
    assert (came.holder_id, came.blocks[0].stem) == (site_id, "479007")
