"""What is terminated ends when its day begins, and can be taken back until then (ORD-2, SITE-4, SITE-5)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.catalog.v1 import BusinessCase, Category, Family, Fulfilment
from contracts.ordering.v1 import Activation, NewNumbers, OrderReceived
from contracts.provisioning.v1 import (
    NumbersAssigned,
    NumbersReleased,
    SiteProvisioned,
    SiteRejected,
    SiteTerminated,
    TrunkActivated,
    TrunkTerminated,
    WorkOrderCompleted,
    WorkOrderFailed,
)
from contracts.shapes import NumberBlock
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from provisioning.application.take_orders import Received, take_orders
from telecom.formats import berlin_day, day_begins
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works

TODAY = berlin_day(datetime.now(UTC))


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture
async def agreement(works: Works) -> UUID:
    await works.know_parties()
    placed = sample.trunk(uuid4(), customer=works.customer)
    await works.hear(placed)
    return placed.lines[0].agreement_id


async def site(works: Works, agreement: UUID, size: int = 100) -> tuple[UUID, NumberBlock]:
    """Its id and its block."""
    placed = sample.site(agreement, size=size)
    await works.hear(placed)
    [ready] = await works.said(SiteProvisioned, order_id=placed.order_id)
    return ready.site_id, ready.blocks[0]


async def ported(works: Works, agreement: UUID) -> tuple[OrderReceived, NumberBlock]:
    """A site whose numbers came from another carrier."""
    placed = sample.porting(agreement, requested_on=TODAY)
    await works.hear(placed)
    await works.hear(sample.due(placed, TODAY))
    [came] = await works.said(NumbersAssigned, order_id=placed.order_id)
    return placed, came.blocks[0]


async def pool(works: Works, area_code: str = "221") -> tuple[int, int]:
    """Free and resting numbers."""
    pools = (await works.call("GET", "/number-pools")).json()
    return next((one["free"], one["resting"]) for one in pools if one["area_code"] == area_code)


@pytest.mark.rule("ORD-2", "SITE-4", "SITE-5")
async def test_a_terminated_block_is_released_on_its_day_and_rests(works: Works, agreement: UUID) -> None:
    site_id, wrong = await site(works, agreement)
    await works.hear(sample.numbers(agreement, site_id, size=10))
    placed = sample.termination(
        agreement, in_days(30), "numbers", Category.NUMBER_BLOCK, site_id=site_id, blocks=(wrong,)
    )
    await works.hear(placed, correlation_id="end-story")
    await works.until(in_days(29))
    assert await works.said(NumbersReleased) == []
    await works.until(in_days(30))
    [(released, headers)] = await works.told(NumbersReleased)
    assert (released.holder_id, released.site_id, released.blocks) == (site_id, site_id, (wrong,))
    assert released.order_id == placed.order_id
    assert released.rests_until == released.released_at + timedelta(days=90)
    assert headers["ce_correlationid"] == "end-story"
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[0].line_id)
    assert await works.said(SiteTerminated) == []
    [shown] = (await works.call("GET", f"/trunks/{agreement}")).json()["sites"]
    assert [block["state"] for block in shown["blocks"]] == ["resting", "held"]


@pytest.mark.rule("SITE-5")
async def test_a_resting_block_is_given_out_again_only_after_its_quarantine(works: Works, agreement: UUID) -> None:
    site_id, thousand = await site(works, agreement, size=1000)
    await works.hear(sample.termination(agreement, TODAY, "site", Category.USAGE_SITE, site_id=site_id))
    assert await pool(works) == (0, 1000)
    early = sample.site(agreement, size=10)
    await works.days_pass(89)
    await works.hear(early)
    assert [event.site_id for event in await works.said(SiteRejected)] == [sample.site_id_of(early)]
    await works.days_pass(2)
    assert await pool(works) == (1000, 0)
    _site, again = await site(works, agreement, size=1000)
    assert again == thousand


@pytest.mark.rule("SITE-5")
async def test_blocks_that_have_rested_merge_with_their_buddies(works: Works, agreement: UUID) -> None:
    sites = [await site(works, agreement, size=10) for _ in range(100)]
    for _site_id, block in sites[:-1]:
        await works.hear(sample.termination(agreement, TODAY, "numbers", Category.NUMBER_BLOCK, blocks=(block,)))
    assert await pool(works) == (0, 990)
    await works.days_pass(91)
    assert await pool(works) == (990, 0)
    assert await works.ask("SELECT count(*) FROM free_block WHERE area_code = '221' AND size = 100") == 9
    await works.hear(sample.termination(agreement, TODAY, "site", Category.USAGE_SITE, site_id=sites[-1][0]))
    await works.days_pass(91)
    assert await works.ask("SELECT size FROM free_block WHERE area_code = '221'") == 1000


@pytest.mark.rule("SITE-5")
async def test_ported_numbers_go_back_and_do_not_rest(works: Works, agreement: UUID) -> None:
    placed, block = await ported(works, agreement)
    site_id = sample.site_id_of(placed)
    await works.hear(sample.numbers(agreement, site_id, size=10))
    await works.hear(sample.termination(agreement, TODAY, "site", Category.USAGE_SITE, site_id=site_id))
    own, back = await works.said(NumbersReleased)
    assert own.rests_until is not None
    assert (back.blocks, back.rests_until) == ((block,), None)
    assert await works.ask("SELECT count(*) FROM held_block WHERE origin = 'ported'") == 0
    assert await pool(works) == (990, 10)


@pytest.mark.rule("ORD-2", "SITE-4")
async def test_a_terminated_site_is_gone_with_its_numbers_and_the_others_stay(works: Works, agreement: UUID) -> None:
    wrong, right = await site(works, agreement), await site(works, agreement)
    placed = sample.termination(agreement, in_days(7), "site", Category.USAGE_SITE, site_id=wrong[0])
    await works.hear(placed)
    await works.until(in_days(7))
    [ended] = await works.said(SiteTerminated)
    assert (ended.site_id, ended.order_id) == (wrong[0], placed.order_id)
    assert [event.blocks for event in await works.said(NumbersReleased)] == [(wrong[1],)]
    shown = (await works.call("GET", f"/trunks/{agreement}")).json()
    assert [one["site_id"] for one in shown["sites"]] == [str(right[0])]
    assert shown["status"] == "active"


@pytest.mark.rule("ORD-2", "SITE-5")
async def test_a_terminated_contract_ends_with_all_its_sites_numbers_and_its_trunk(
    works: Works, agreement: UUID
) -> None:
    sites = [await site(works, agreement, size=10) for _ in range(3)]
    placed = sample.termination(agreement, in_days(60), "agreement")
    await works.hear(placed)
    await works.until(in_days(60))
    assert {event.site_id for event in await works.said(SiteTerminated)} == {site_id for site_id, _block in sites}
    assert len(await works.said(NumbersReleased)) == 3
    [off] = await works.said(TrunkTerminated)
    assert (off.agreement_id, off.order_id) == (agreement, placed.order_id)
    assert await works.said(WorkOrderCompleted, order_id=placed.order_id)
    shown = (await works.call("GET", f"/trunks/{agreement}")).json()
    assert (shown["status"], shown["sites"]) == ("terminated", [])
    assert shown["terminated_at"]


@pytest.mark.rule("ORD-2", "ACT-4")
async def test_a_terminated_trunk_is_not_activated_any_more(works: Works) -> None:
    trunk = sample.trunk(uuid4(), activation=Activation.DELAYED)
    agreement = trunk.lines[0].agreement_id
    await works.hear(trunk)
    placed = sample.porting(agreement, requested_on=in_days(40))
    await works.hear(placed)
    await works.hear(sample.confirmed(placed, in_days(40)))
    await works.hear(sample.termination(agreement, in_days(3)))
    await works.until(in_days(3))
    await works.days_pass(200)
    assert await works.said(TrunkActivated) == []
    assert await works.said(TaskRaised, kind=TaskKind.ACTIVATION_WITHOUT_PORTING) == []
    assert await works.ask("SELECT count(*) FROM timer WHERE name <> 'number-check'") == 0


@pytest.mark.rule("PORT-8", "ORD-2")
async def test_numbers_that_are_due_at_a_site_that_is_gone_become_a_task(works: Works, agreement: UUID) -> None:
    placed = sample.porting(agreement, requested_on=in_days(10))
    await works.hear(placed)
    await works.hear(sample.termination(agreement, TODAY))
    await works.hear(sample.due(placed, in_days(10)))
    [asked] = await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)
    assert asked.explanation.de == "Der Nutzungsstandort Zentrale ist gekündigt."
    assert await works.said(NumbersAssigned) == []
    again = await works.call("POST", f"/portings/{sample.particulars(placed).porting_id}/assign")
    assert (again.status_code, again.json()["code"]) == (409, "site-gone")
    await works.hear(sample.cancelled(placed))
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[1].line_id) == []


@pytest.mark.rule("ORD-2")
async def test_what_a_person_provides_a_person_ends_on_the_day(works: Works) -> None:
    placed = sample.termination(
        uuid4(), in_days(14), category=Category.INTERNET, family=Family.INTERNET, fulfilment=Fulfilment.MANUAL
    )
    await works.hear(placed)
    assert await works.said(TaskRaised) == []
    await works.until(in_days(14))
    [asked] = await works.said(TaskRaised, kind=TaskKind.MANUAL_WORK)
    assert asked.due_at == day_begins(in_days(14))
    assert asked.title.de == "Auftrag AU-2026-000042: zu beenden"
    assert await works.said(WorkOrderCompleted) == []
    await works.call("POST", f"/work-orders/{asked.subject_id}/complete", json={})
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[0].line_id)


@pytest.mark.rule("ORD-2", "SITE-5")
async def test_numbers_of_a_centraflex_contract_rest_when_it_ends(works: Works) -> None:
    agreement = uuid4()
    wanted = NewNumbers(site_id=None, area_code="221", block_size=100)
    centraflex = {"family": Family.CENTRAFLEX}
    await works.hear(
        sample.order(
            BusinessCase.NEW_ORDER, sample.line(Category.NUMBER_BLOCK, agreement, new_numbers=wanted, **centraflex)
        )
    )
    placed = sample.termination(agreement, TODAY, category=Category.LICENCE, **centraflex)
    await works.hear(placed)
    [released] = await works.said(NumbersReleased)
    assert (released.holder_id, released.site_id) == (agreement, None)
    assert await works.said(WorkOrderCompleted, order_id=placed.order_id)
    assert await works.said(TrunkTerminated) == []


@pytest.mark.rule("ORD-2")
async def test_terminating_what_is_gone_already_changes_nothing_and_completes(works: Works, agreement: UUID) -> None:
    site_id, block = await site(works, agreement)
    named = {"site_id": site_id, "blocks": (block,)}
    first = sample.termination(agreement, in_days(2), "site", Category.USAGE_SITE, site_id=site_id)
    later = [
        sample.termination(agreement, in_days(3), "numbers", Category.NUMBER_BLOCK, **named),
        sample.termination(agreement, in_days(4), "site", Category.USAGE_SITE, site_id=site_id),
        sample.termination(agreement, in_days(5), "site", Category.USAGE_SITE, site_id=uuid4()),
        sample.termination(agreement, in_days(6)),
        sample.termination(agreement, in_days(7)),
    ]
    await works.hear(first, *later)
    for day in range(2, 8):
        await works.until(in_days(day))
    assert len(await works.said(NumbersReleased)) == 1
    assert len(await works.said(SiteTerminated)) == 1
    assert len(await works.said(TrunkTerminated)) == 1
    done = {event.order_id for event in await works.said(WorkOrderCompleted)}
    assert {one.order_id for one in (first, *later)} <= done


@pytest.mark.rule("ORD-2", "TEN-2")
async def test_a_termination_ends_nothing_of_another_contract(works: Works, agreement: UUID) -> None:
    site_id, block = await site(works, agreement)
    other = sample.trunk(uuid4())
    await works.hear(other)
    foreign = other.lines[0].agreement_id
    await works.hear(
        sample.termination(foreign, TODAY, "site", Category.USAGE_SITE, site_id=site_id),
        sample.termination(foreign, TODAY, "numbers", Category.NUMBER_BLOCK, site_id=site_id, blocks=(block,)),
        sample.termination(foreign, TODAY, "numbers", Category.NUMBER_BLOCK, blocks=(block,)),
        sample.termination(foreign, TODAY),
    )
    assert await works.said(NumbersReleased) == []
    assert await works.said(SiteTerminated) == []
    assert [event.agreement_id for event in await works.said(TrunkTerminated)] == [foreign]


@pytest.mark.rule("ORD-2", "SITE-4")
async def test_a_trunk_that_is_gone_gets_no_sites_channels_or_portings(works: Works, agreement: UUID) -> None:
    site_id, _block = await site(works, agreement)
    await works.hear(sample.termination(agreement, TODAY))
    late = [
        sample.site(agreement, size=10),
        sample.numbers(agreement, site_id),
        sample.order(BusinessCase.REORDER, sample.line(Category.VOICE_CHANNEL, agreement, quantity=5)),
        sample.porting(agreement, requested_on=in_days(10)),
    ]
    await works.hear(*late)
    failed = await works.said(WorkOrderFailed)
    assert {event.order_id for event in failed} == {one.order_id for one in late}
    assert {event.code for event in failed} == {"trunk-terminated"}
    assert len(failed) == 5
    assert await works.ask("SELECT count(*) FROM held_block WHERE rests_until IS NULL") == 0


@pytest.mark.rule("SITE-4")
async def test_a_site_that_is_gone_gets_no_more_numbers(works: Works, agreement: UUID) -> None:
    site_id, _block = await site(works, agreement)
    await works.hear(sample.termination(agreement, TODAY, "site", Category.USAGE_SITE, site_id=site_id))
    await works.hear(sample.numbers(agreement, site_id))
    [failed] = await works.said(WorkOrderFailed)
    assert failed.reason.en == "The usage site Zentrale has been terminated."


@pytest.mark.rule("ORD-2", "SITE-3")
async def test_a_site_that_was_being_made_while_its_trunk_ended_is_not_left_behind(
    works: Works, agreement: UUID
) -> None:
    placed = sample.site(agreement, size=10)
    async with works.running.units.writing() as unit:
        await take_orders([Received(placed, "tests", None)], unit)
        await works.hear(sample.termination(agreement, TODAY))
    assert await works.said(SiteTerminated) == []
    await works.days_pass(1)
    assert [event.site_id for event in await works.said(SiteTerminated)] == [sample.site_id_of(placed)]
    assert len(await works.said(TrunkTerminated)) == len(await works.said(NumbersReleased)) == 1
    assert await pool(works) == (990, 10)


@pytest.mark.rule("ORD-2")
async def test_a_termination_taken_back_before_its_day_is_called_off(works: Works, agreement: UUID) -> None:
    site_id, _block = await site(works, agreement)
    placed = sample.termination(agreement, in_days(20))
    by_hand = sample.termination(
        uuid4(), in_days(20), category=Category.INTERNET, family=Family.INTERNET, fulfilment=Fulfilment.MANUAL
    )
    await works.hear(placed, by_hand)
    await works.until(in_days(19))
    await works.hear(sample.taken_back(placed), sample.taken_back(by_hand))
    await works.hear(sample.taken_back(placed))
    await works.until(in_days(21))
    assert await works.said(TrunkTerminated) == []
    assert await works.said(TaskRaised) == []
    assert await works.said(WorkOrderCompleted, order_id=placed.order_id) == []
    shown = (await works.call("GET", f"/trunks/{agreement}")).json()
    assert (shown["status"], shown["terminates_on"]) == ("active", None)
    assert [one["site_id"] for one in shown["sites"]] == [str(site_id)]
    answer = (await works.call("GET", "/work-orders", params={"order_id": str(placed.order_id)})).json()
    assert [one["state"] for one in answer["items"]] == ["called_off"]


@pytest.mark.rule("ORD-2")
async def test_order_and_its_reversal_heard_together_after_the_day_end_nothing(works: Works, agreement: UUID) -> None:
    placed = sample.termination(agreement, in_days(-1))
    await works.hear(placed, sample.taken_back(placed))
    assert await works.said(TrunkTerminated) == []
    assert await works.said(WorkOrderCompleted, order_id=placed.order_id) == []
    assert await works.said(TaskRaised) == []


@pytest.mark.rule("ORD-2")
async def test_a_reversal_heard_after_it_was_carried_out_is_cleared_by_a_person(works: Works, agreement: UUID) -> None:
    placed = sample.termination(agreement, in_days(3))
    await works.hear(placed)
    await works.until(in_days(3))
    await works.hear(sample.taken_back(placed))
    [asked] = await works.said(TaskRaised, kind=TaskKind.CLEARING)
    assert (asked.order_id, asked.agreement_id) == (placed.order_id, agreement)
    assert len(await works.said(TrunkTerminated)) == 1
    assert (await works.call("POST", f"/tasks/{asked.task_id}/settle", json={})).status_code == 200
    assert await works.said(TaskSettled, task_id=asked.task_id)


@pytest.mark.rule("ORD-2")
async def test_a_reversal_ends_the_task_that_a_person_has_for_it(works: Works) -> None:
    placed = sample.termination(
        uuid4(), TODAY, category=Category.INTERNET, family=Family.INTERNET, fulfilment=Fulfilment.MANUAL
    )
    await works.hear(placed)
    [asked] = await works.said(TaskRaised)
    await works.hear(sample.taken_back(placed))
    [settled] = await works.said(TaskSettled, task_id=asked.task_id)
    assert settled.outcome.de == "Der Auftrag wurde zurückgenommen."
    late = await works.call("POST", f"/work-orders/{asked.subject_id}/complete", json={})
    assert late.status_code == 409
    assert await works.said(WorkOrderCompleted) == []


@pytest.mark.rule("ORD-2")
async def test_told_twice_and_with_the_clock_far_ahead_it_ends_once(works: Works, agreement: UUID) -> None:
    await site(works, agreement)
    placed = sample.termination(agreement, in_days(30))
    await works.hear(placed, placed)
    await works.days_pass(500)
    await works.hear(placed)
    await works.days_pass(500)
    assert len(await works.said(TrunkTerminated)) == len(await works.said(SiteTerminated)) == 1
    assert len(await works.said(WorkOrderCompleted, order_id=placed.order_id)) == 1
    assert await pool(works) == (1000, 0)


@pytest.mark.rule("ORD-2", "TEN-2", "TEN-3")
async def test_what_is_planned_is_shown_to_the_customers_tree(works: Works) -> None:
    await works.know_parties()
    trunk = sample.trunk(uuid4(), customer=works.customer)
    agreement = trunk.lines[0].agreement_id
    await works.hear(trunk)
    (first, block), (second, _other) = await site(works, agreement), await site(works, agreement)
    await works.hear(sample.numbers(agreement, first))
    named = {"site_id": first, "blocks": (block,)}
    await works.hear(
        sample.termination(agreement, in_days(90)),
        sample.termination(agreement, in_days(10), "numbers", Category.NUMBER_BLOCK, **named),
        sample.termination(agreement, in_days(20), "site", Category.USAGE_SITE, site_id=second),
    )
    shown = (await works.call("GET", f"/trunks/{agreement}", works.token("partner", works.partner))).json()
    assert shown["terminates_on"] == in_days(90).isoformat()
    planned = {one["site_id"]: one["terminates_on"] for one in shown["sites"]}
    assert planned == {str(first): in_days(90).isoformat(), str(second): in_days(20).isoformat()}
    blocks = next(one["blocks"] for one in shown["sites"] if one["site_id"] == str(first))
    assert [one["terminates_on"] for one in blocks] == [in_days(10).isoformat(), in_days(90).isoformat()]
    assert (await works.call("GET", f"/trunks/{agreement}", works.token("partner", uuid4()))).status_code == 404


@pytest.mark.rule("SITE-5")
async def test_resting_blocks_are_listed_by_area_code_for_order_management(works: Works, agreement: UUID) -> None:
    for _ in range(60):
        await site(works, agreement, size=10)
    await works.hear(sample.termination(agreement, TODAY))
    first = (await works.call("GET", "/number-pools/221/resting")).json()
    second = (await works.call("GET", "/number-pools/221/resting", params={"cursor": first["next"]})).json()
    stems = [one["stem"] for one in (*first["items"], *second["items"])]
    assert stems == [f"47900{number:02}" for number in range(60)]
    assert second["next"] is None
    assert (await works.call("GET", "/number-pools/3643/resting")).json()["items"] == []
    foreign = works.token("partner", works.partner)
    assert (await works.call("GET", "/number-pools/221/resting", foreign)).status_code == 403
    for cursor in ("?", "WyJ4Il0=", "WzFlOTk5XQ=="):
        refused = await works.call("GET", "/number-pools/221/resting", params={"cursor": cursor})
        assert refused.status_code == 400
