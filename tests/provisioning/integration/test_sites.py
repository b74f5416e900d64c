"""Trunks, sites and own numbers, from the order to what others are told."""

import asyncio
from uuid import uuid4

import pytest

from contracts.catalog.v1 import BusinessCase, Category, Family, Fulfilment
from contracts.ordering.v1 import NewNumbers
from contracts.provisioning.v1 import (
    NumbersAssigned,
    SiteProvisioned,
    SiteRejected,
    TrunkActivated,
    TrunkChanged,
    TrunkProvisioned,
    WorkOrderCompleted,
    WorkOrderFailed,
)
from contracts.shapes import Address
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works, message

WEIMAR = Address(street="Schillerstraße", house_number="1", postcode="99423", town="Weimar")


@pytest.mark.rule("TRUNK-2", "TRUNK-3", "ACT-1")
async def test_an_ordered_trunk_is_set_up_with_its_channels_and_active_at_once(works: Works) -> None:
    placed = sample.trunk(uuid4(), channels=12, srtp=True)
    await works.hear(placed, correlation_id="the-story")
    [(made, headers)] = await works.told(TrunkProvisioned)
    assert (made.channels, made.srtp, made.order_id) == (12, True, placed.order_id)
    assert headers["ce_correlationid"] == "the-story"
    assert len(await works.said(TrunkActivated, agreement_id=made.agreement_id)) == 1
    done = {event.line_id for event in await works.said(WorkOrderCompleted)}
    assert done == {line.line_id for line in placed.lines}


@pytest.mark.rule("SITE-1", "SITE-2", "SITE-3")
async def test_a_site_gets_a_block_in_a_row_aligned_to_its_size(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    await works.hear(trunk)
    placed = sample.site(trunk.lines[0].agreement_id, size=100)
    await works.hear(placed, correlation_id="site-story")
    [(ready, headers)] = await works.told(SiteProvisioned)
    [block] = ready.blocks
    assert (block.area_code, block.stem, block.extension_from, block.extension_to) == ("221", "479000", "00", "99")
    assert ready.address == sample.COLOGNE
    assert headers["ce_correlationid"] == "site-story"
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[0].line_id)


@pytest.mark.rule("SITE-2")
async def test_a_batch_of_sites_is_made_together_each_with_its_own_numbers_and_story(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    placed = [sample.site(trunk.lines[0].agreement_id, size=10) for _ in range(40)]
    await works.take(message(trunk), *(message(one, f"story-{number}") for number, one in enumerate(placed)))
    told = await works.told(SiteProvisioned)
    assert [headers["ce_correlationid"] for _event, headers in told] == [f"story-{number}" for number in range(40)]
    assert len({event.blocks for event, _headers in told}) == 40


@pytest.mark.rule("SITE-3")
async def test_an_order_told_twice_makes_one_site(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    placed = sample.site(trunk.lines[0].agreement_id)
    await works.hear(trunk)
    await works.hear(placed, placed)
    await works.hear(placed)
    assert len(await works.said(SiteProvisioned)) == 1
    assert await works.ask("SELECT count(*) FROM held_block") == 1


@pytest.mark.rule("SITE-3")
async def test_an_exhausted_area_code_fails_the_order_asks_a_person_and_leaves_no_half_made_site(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    await works.hear(trunk)
    served = sample.site(trunk.lines[0].agreement_id, area_code="3643", address=WEIMAR, size=10)
    empty = sample.site(trunk.lines[0].agreement_id, area_code="3643", address=WEIMAR, size=10)
    await works.hear(served, empty)
    [rejected] = await works.said(SiteRejected)
    assert rejected.site_id == sample.site_id_of(empty)
    assert rejected.reason.de == "In der Vorwahl 03643 sind keine 10 zusammenhängenden Rufnummern mehr frei."
    [failed] = await works.said(WorkOrderFailed)
    assert (failed.line_id, failed.code) == (empty.lines[0].line_id, "numbers-exhausted")
    assert await works.said(TaskRaised, kind=TaskKind.NUMBERS_EXHAUSTED, order_id=empty.order_id)
    assert [one.site_id for one in await works.said(SiteProvisioned)] == [sample.site_id_of(served)]
    assert await works.ask("SELECT count(*) FROM usage_site") == 1


@pytest.mark.rule("SITE-3")
async def test_many_batches_at_once_give_no_number_twice_and_blocks_add_up_to_the_pool(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    await works.hear(trunk)
    agreement = trunk.lines[0].agreement_id
    batches = [[message(sample.site(agreement, size=10)) for _ in range(20)] for _ in range(6)]
    await asyncio.gather(*(works.take(*batch) for batch in batches))
    ready = await works.said(SiteProvisioned)
    assert len({block for event in ready for block in event.blocks}) == len(ready) == 100
    assert len(await works.said(SiteRejected)) == 20
    assert await works.ask("SELECT count(*) FROM free_block WHERE area_code = '221'") == 0


@pytest.mark.rule("SITE-1")
async def test_provisioning_decides_again_and_refuses_an_address_that_cannot_be(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    await works.hear(trunk)
    nowhere = Address(street="Rosenstraße", house_number="12", postcode="50678", town="München")
    await works.hear(sample.site(trunk.lines[0].agreement_id, address=nowhere))
    [rejected] = await works.said(SiteRejected)
    assert rejected.reason.de == "München gehört nicht zur Postleitzahl 50678."
    assert await works.ask("SELECT count(*) FROM held_block") == 0


async def test_a_site_that_comes_before_its_trunk_waits_and_goes_on_with_it(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    placed = sample.site(trunk.lines[0].agreement_id)
    await works.hear(placed, correlation_id="site-story")
    assert await works.said(SiteProvisioned) == []
    await works.hear(trunk, correlation_id="trunk-story")
    [(_ready, headers)] = await works.told(SiteProvisioned)
    assert headers["ce_correlationid"] == "site-story"
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[0].line_id)


async def test_after_ten_minutes_without_trunk_a_person_is_asked_and_freed_when_it_comes(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    placed = sample.site(trunk.lines[0].agreement_id)
    await works.hear(placed)
    await works.days_pass(9 / 24 / 60)
    assert await works.said(TaskRaised) == []
    await works.days_pass(2 / 24 / 60)
    [asked] = await works.said(TaskRaised, kind=TaskKind.SITE_WAITS_FOR_TRUNK)
    await works.hear(trunk)
    assert await works.said(TaskSettled, task_id=asked.task_id)
    assert await works.said(SiteProvisioned)


async def test_trunk_and_waiting_site_meet_whichever_commits_first(works: Works) -> None:
    pairs = []
    for _ in range(20):
        trunk = sample.trunk(uuid4())
        pairs.append((trunk, sample.site(trunk.lines[0].agreement_id, size=10)))
    both = [works.hear(trunk) for trunk, _site in pairs] + [works.hear(site) for _trunk, site in pairs]
    await asyncio.gather(*both)
    assert {one.site_id for one in await works.said(SiteProvisioned)} == {sample.site_id_of(site) for _t, site in pairs}


@pytest.mark.rule("QUOTE-5", "SITE-4")
async def test_more_numbers_hang_on_their_site(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    agreement = trunk.lines[0].agreement_id
    placed = sample.site(agreement)
    await works.hear(trunk)
    await works.hear(placed)
    await works.hear(sample.numbers(agreement, sample.site_id_of(placed)))
    [more] = await works.said(NumbersAssigned)
    assert (more.holder_id, more.origin, len(more.blocks)) == (sample.site_id_of(placed), "own", 1)


async def test_more_numbers_for_a_site_that_does_not_exist_fail_with_the_reason(works: Works) -> None:
    trunk = sample.trunk(uuid4())
    await works.hear(trunk)
    await works.hear(sample.numbers(trunk.lines[0].agreement_id, uuid4()))
    [failed] = await works.said(WorkOrderFailed)
    assert failed.reason.en == "This usage site does not exist."
    assert await works.ask("SELECT count(*) FROM held_block") == 0


async def test_numbers_of_centraflex_hang_on_the_agreement(works: Works) -> None:
    agreement = uuid4()
    wanted = NewNumbers(site_id=None, area_code="221", block_size=100)
    placed = sample.order(
        BusinessCase.NEW_ORDER,
        sample.line(Category.LICENCE, agreement, family=Family.CENTRAFLEX),
        sample.line(Category.NUMBER_BLOCK, agreement, family=Family.CENTRAFLEX, new_numbers=wanted),
    )
    await works.hear(placed)
    [assigned] = await works.said(NumbersAssigned)
    assert (assigned.holder_id, assigned.site_id) == (agreement, None)
    assert len(await works.said(WorkOrderCompleted)) == 2


@pytest.mark.rule("AMEND-1")
async def test_reordered_channels_join_the_trunk(works: Works) -> None:
    trunk = sample.trunk(uuid4(), channels=10, srtp=True)
    agreement = trunk.lines[0].agreement_id
    await works.hear(trunk)
    more = sample.order(BusinessCase.REORDER, sample.line(Category.VOICE_CHANNEL, agreement, quantity=5))
    await works.hear(more)
    [changed] = await works.said(TrunkChanged)
    assert (changed.channels, changed.srtp) == (15, True)
    assert await works.said(WorkOrderCompleted, order_id=more.order_id)


async def test_what_is_not_automatic_becomes_a_task_until_a_person_completes_it(works: Works) -> None:
    placed = sample.order(
        BusinessCase.NEW_ORDER,
        sample.line(Category.INTERNET, uuid4(), family=Family.INTERNET, fulfilment=Fulfilment.MANUAL),
    )
    await works.hear(placed, correlation_id="line-story")
    [asked] = await works.said(TaskRaised, kind=TaskKind.MANUAL_WORK)
    assert await works.said(WorkOrderCompleted) == []
    answer = await works.call("POST", f"/work-orders/{asked.subject_id}/complete", json={})
    assert answer.json()["state"] == "completed"
    [(done, headers)] = await works.told(WorkOrderCompleted)
    assert done.line_id == placed.lines[0].line_id
    assert headers["ce_correlationid"] == "line-story"
    assert await works.said(TaskSettled, task_id=asked.task_id)
    again = await works.call("POST", f"/work-orders/{asked.subject_id}/complete", json={})
    assert (again.status_code, again.json()["code"]) == (409, "not-now")


async def test_a_person_who_cannot_do_the_work_says_why(works: Works) -> None:
    placed = sample.order(
        BusinessCase.NEW_ORDER,
        sample.line(Category.DEVICE, uuid4(), family=Family.DEVICE, fulfilment=Fulfilment.MANUAL),
    )
    await works.hear(placed)
    [asked] = await works.said(TaskRaised)
    await works.call("POST", f"/work-orders/{asked.subject_id}/fail", json={"reason": "Nicht lieferbar 📦"})
    [failed] = await works.said(WorkOrderFailed)
    assert failed.reason.de == "Nicht lieferbar 📦"
