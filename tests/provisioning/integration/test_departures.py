"""Another carrier takes numbers over: all or none, the customer keeps the rest, what was ours comes back (PORT-9)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.catalog.v1 import Category
from contracts.provisioning.v1 import NumbersAssigned, NumbersReleased, SiteProvisioned
from contracts.shapes import NumberBlock
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from telecom.formats import berlin_day
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works, message

TODAY = berlin_day(datetime.now(UTC))


@pytest.fixture
async def agreement(works: Works) -> UUID:
    await works.know_parties()
    placed = sample.trunk(uuid4(), customer=works.customer)
    await works.hear(placed)
    return placed.lines[0].agreement_id


async def site(works: Works, agreement: UUID, size: int = 100) -> tuple[UUID, NumberBlock]:
    placed = sample.site(agreement, size=size, customer=works.customer)
    await works.hear(placed)
    [ready] = await works.said(SiteProvisioned, order_id=placed.order_id)
    return ready.site_id, ready.blocks[0]


async def ported(works: Works, agreement: UUID, day: date = TODAY) -> tuple[UUID, NumberBlock]:
    placed = sample.porting(agreement, requested_on=day)
    await works.hear(placed)
    await works.hear(sample.started(placed))
    await works.hear(sample.due(placed, day))
    [came] = await works.said(NumbersAssigned, order_id=placed.order_id)
    return sample.site_id_of(placed), came.blocks[0]


async def adds_up(works: Works) -> None:
    """The check itself, and what it looks at."""
    for found in (await works.call("POST", "/number-pools/check")).json():
        assert found["difference"] == 0, found
        parts = ("free", "held", "resting", "reserved", "ported_out")
        assert sum(found[part] for part in parts) == found["total"]


async def states(works: Works, number: str) -> list[str]:
    """Newest first."""
    history = (await works.call("GET", f"/numbers/{number}/history")).json()["history"]
    return [one["state"] for one in history]


def single(block: NumberBlock, extension: str) -> NumberBlock:
    return NumberBlock(area_code=block.area_code, stem=f"{block.stem}{extension}")


def tens(block: NumberBlock, digit: int) -> NumberBlock:
    return NumberBlock(area_code=block.area_code, stem=f"{block.stem}{digit}", extension_from="0", extension_to="9")


@pytest.mark.rule("PORT-9")
async def test_a_whole_block_leaves_its_holder_and_is_never_given_out_again(works: Works, agreement: UUID) -> None:
    site_id, block = await site(works, agreement)
    facts = sample.departure(agreement, block, customer=works.customer)
    await works.hear(sample.departure_due(facts, TODAY))
    [gone] = await works.said(NumbersReleased)
    assert (gone.holder_id, gone.site_id, gone.blocks) == (site_id, site_id, (block,))
    assert (gone.departure_id, gone.rests_until, gone.order_id) == (facts["departure_id"], None, None)
    assert (await works.call("GET", f"/trunks/{agreement}")).json()["sites"][0]["blocks"] == []
    await works.days_pass(400)
    [away] = (await works.call("GET", "/number-pools/221/ported-out")).json()["items"]
    assert (away["stem"], away["carrier"]) == (block.stem, "Anderes Netz (DEU.OTHER)")
    assert (await works.call("GET", "/number-pools")).json()[0]["ported_out"] == 100
    await adds_up(works)


@pytest.mark.rule("PORT-9")
async def test_of_a_block_single_numbers_leave_and_the_customer_keeps_the_rest(works: Works, agreement: UUID) -> None:
    _site, block = await site(works, agreement)
    leaving = single(block, "42"), single(block, "47"), tens(block, 9)
    await works.hear(sample.departure_due(sample.departure(agreement, *leaving), TODAY))
    [gone] = await works.said(NumbersReleased)
    assert gone.blocks == leaving
    left = (await works.call("GET", f"/trunks/{agreement}")).json()["sites"][0]["blocks"]
    assert sum(10 ** len(one["extension_from"] or "") for one in left) == 88
    assert await states(works, f"0221{block.stem}42") == ["ported_out", "held", "free", "elsewhere"]
    assert await states(works, f"0221{block.stem}43") == ["held", "free", "elsewhere"]
    await adds_up(works)
    await works.hear(sample.termination(agreement, TODAY, "numbers", Category.NUMBER_BLOCK, blocks=(block,)))
    assert (await works.call("GET", "/number-pools")).json()[0]["resting"] == 88
    await adds_up(works)


@pytest.mark.rule("PORT-9", "SITE-5")
async def test_ported_out_numbers_come_back_rest_and_make_whole_blocks_again(works: Works, agreement: UUID) -> None:
    _site, block = await site(works, agreement, size=10)
    number = single(block, "3")
    await works.hear(sample.departure_due(sample.departure(agreement, number), TODAY))
    await works.hear(sample.termination(agreement, TODAY))
    await works.days_pass(100)
    assert (await works.call("GET", "/number-pools")).json()[0]["free"] == 990
    back = await works.call("POST", "/numbers/come-back", json=number.model_dump(exclude={"answering_extension"}))
    assert back.status_code == 200, back.text
    again = await works.call("POST", "/numbers/come-back", json=number.model_dump(exclude={"answering_extension"}))
    assert (again.status_code, again.json()["code"]) == (409, "not-ported-out")
    await adds_up(works)
    await works.days_pass(91)
    assert (await works.call("GET", "/number-pools")).json()[0]["blocks"] == [{"size": 1000, "blocks": 1}]
    assert await states(works, f"0221{block.stem}3") == ["free", "resting", "ported_out", "held", "free", "elsewhere"]
    await adds_up(works)


@pytest.mark.rule("PORT-9")
async def test_a_customer_that_returns_brings_our_numbers_with_him(works: Works, agreement: UUID) -> None:
    _site, block = await site(works, agreement)
    await works.hear(sample.departure_due(sample.departure(agreement, block), TODAY))
    placed = sample.porting(agreement, requested_on=TODAY, blocks=(block,))
    await works.hear(placed)
    await works.hear(sample.due(placed, TODAY))
    assert await works.said(NumbersAssigned, origin="ported")
    assert await states(works, f"0221{block.stem}00") == ["held", "ported_out", "held", "free", "elsewhere"]
    await adds_up(works)


@pytest.mark.rule("PORT-9")
async def test_numbers_that_were_ported_in_are_gone_for_good(works: Works, agreement: UUID) -> None:
    _site, block = await ported(works, agreement)
    await works.hear(sample.departure_due(sample.departure(agreement, block), TODAY))
    assert await works.ask("SELECT count(*) FROM held_block") == 0
    assert await states(works, f"0221{block.stem}77") == ["elsewhere", "held", "elsewhere"]
    history = (await works.call("GET", f"/numbers/+49221{block.stem}77/history")).json()["history"]
    assert [one["carrier"] for one in history] == ["Anderes Netz (DEU.OTHER)", "Altnetz (DEU.ALTNET)", None]
    assert await works.said(TaskRaised) == []


@pytest.mark.rule("PORT-9")
async def test_of_several_sites_each_is_told_of_its_own(works: Works, agreement: UUID) -> None:
    places = [await site(works, agreement, size=10), await site(works, agreement, size=10)]
    facts = sample.departure(agreement, *(block for _site, block in places))
    await works.hear(sample.departure_due(facts, TODAY))
    assert [(gone.holder_id, gone.blocks) for gone in await works.said(NumbersReleased)] == [
        (site_id, (block,)) for site_id, block in places
    ]


@pytest.mark.rule("PORT-9")
async def test_where_one_number_is_not_held_nothing_leaves_until_a_person_has_cleared_it(
    works: Works, agreement: UUID
) -> None:
    _site, block = await site(works, agreement, size=10)
    foreign = sample.foreign_block()
    facts = sample.departure(agreement, single(block, "1"), foreign, customer=works.customer)
    due = message(sample.departure_due(facts, TODAY))
    await works.take(due)
    await works.take(due)
    assert await works.said(NumbersReleased) == []
    assert await works.ask("SELECT count(*) FROM held_block") == 1
    [asked] = await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)
    assert (asked.subject_id, asked.agreement_id, asked.order_id) == (facts["departure_id"], agreement, None)
    assert "98" in asked.explanation.de
    path = f"/departures/{facts['departure_id']}/hand-over"
    assert (await works.call("POST", path)).json()["code"] == "numbers-not-held"
    placed = sample.porting(agreement, requested_on=TODAY, blocks=(foreign,))
    await works.hear(placed)
    await works.hear(sample.due(placed, TODAY))
    assert (await works.call("POST", path)).status_code == 204
    assert {one for gone in await works.said(NumbersReleased) for one in gone.blocks} == {single(block, "1"), foreign}
    assert await works.said(TaskSettled, task_id=asked.task_id)
    assert (await works.call("POST", path)).status_code == 409
    await works.hear(sample.departure_due(facts, TODAY))
    assert len(await works.said(NumbersReleased)) == 2
    await adds_up(works)


@pytest.mark.rule("PORT-9")
async def test_a_departure_that_is_cancelled_after_it_failed_asks_nobody_any_more(
    works: Works, agreement: UUID
) -> None:
    facts = sample.departure(agreement, sample.foreign_block())
    await works.hear(sample.departure_due(facts, TODAY))
    await works.hear(sample.departure_cancelled(facts))
    assert await works.said(TaskSettled)
    assert (await works.call("POST", f"/departures/{facts['departure_id']}/hand-over")).status_code == 409


@pytest.mark.rule("PORT-9", "TEN-2")
async def test_numbers_of_another_contract_do_not_leave(works: Works, agreement: UUID) -> None:
    _site, block = await site(works, agreement)
    await works.hear(sample.departure_due(sample.departure(uuid4(), block), TODAY))
    assert await works.said(NumbersReleased) == []
    assert await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)


@pytest.mark.rule("SITE-5")
async def test_ported_numbers_given_up_go_back_to_their_donor_by_a_persons_hand(works: Works, agreement: UUID) -> None:
    site_id, block = await ported(works, agreement)
    await works.hear(sample.termination(agreement, TODAY, "site", Category.USAGE_SITE, site_id=site_id))
    [gone] = await works.said(NumbersReleased)
    assert (gone.returned_to, gone.rests_until) == ("Altnetz (DEU.ALTNET)", None)
    [asked] = await works.said(TaskRaised, kind=TaskKind.MANUAL_WORK)
    assert "Altnetz (DEU.ALTNET)" in asked.explanation.de
    assert f"0221 {block.stem} 00-99" in asked.explanation.de
    answer = await works.call("POST", f"/tasks/{asked.task_id}/settle", json={"note": "zurückgegeben"})
    assert answer.status_code == 200
    assert await works.said(TaskSettled, task_id=asked.task_id)


@pytest.mark.rule("SITE-5")
async def test_a_number_tells_where_it_was_on_a_day(works: Works, agreement: UUID) -> None:
    site_id, block = await site(works, agreement, size=10)
    await works.days_pass(10)
    await works.hear(sample.termination(agreement, TODAY, "site", Category.USAGE_SITE, site_id=site_id))

    async def on(day: date) -> list[dict[str, Any]]:
        asked = {"on": day.isoformat()}
        found = (await works.call("GET", f"/numbers/0221 {block.stem} 5/history", params=asked)).json()
        stays: list[dict[str, Any]] = found["on"]["stays"]
        return stays

    [before] = await on(TODAY - timedelta(days=30))
    assert before["state"] == "elsewhere"
    assert [stay["state"] for stay in await on(TODAY)] == ["elsewhere", "free", "held"]
    [held] = await on(TODAY + timedelta(days=5))
    assert (held["state"], held["holder"]["site_id"], held["holder"]["customer_name"]) == (
        "held",
        str(site_id),
        'Müller & "Söhne" 🎺 GmbH',
    )
    assert [stay["state"] for stay in await on(TODAY + timedelta(days=10))] == ["held", "resting"]
    await works.days_pass(91)
    await works.days_pass(9)
    [free] = await on(TODAY + timedelta(days=105))
    assert free["state"] == "free"
    abroad = await works.call("GET", "/numbers/+43 1 5127777/history")
    assert abroad.status_code == 422
