"""A renewal with tariff change takes effect when its day begins (AMEND-2, PRICE-2, TRUNK-3)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.catalog.v1 import Category, Fulfilment
from contracts.provisioning.v1 import (
    SiteProvisioned,
    TrunkChanged,
    TrunkProvisioned,
    WorkOrderCompleted,
    WorkOrderFailed,
)
from contracts.work.v1 import TaskRaised
from telecom.formats import berlin_day, day_begins
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works

TODAY = berlin_day(datetime.now(UTC))


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture
async def agreement(works: Works) -> UUID:
    """Of an active trunk with ten channels, unencrypted."""
    await works.know_parties()
    placed = sample.trunk(uuid4(), channels=10, customer=works.customer)
    await works.hear(placed)
    return placed.lines[0].agreement_id


@pytest.mark.rule("AMEND-2", "TRUNK-3", "PRICE-2")
async def test_on_its_day_the_trunk_has_the_renewed_channels_and_encryption(works: Works, agreement: UUID) -> None:
    placed = sample.renewal(agreement, in_days(40), channels=6, srtp=True)
    await works.hear(placed, correlation_id="renewal-story")
    assert await works.said(TrunkChanged) == []
    assert await works.said(WorkOrderCompleted, order_id=placed.order_id) == []
    await works.until(in_days(39))
    assert await works.said(TrunkChanged) == []
    await works.until(in_days(40))
    [(changed, headers)] = await works.told(TrunkChanged)
    assert (changed.channels, changed.srtp, changed.order_id) == (6, True, placed.order_id)
    assert headers["ce_correlationid"] == "renewal-story"
    done = {event.line_id for event in await works.said(WorkOrderCompleted, order_id=placed.order_id)}
    assert done == {line.line_id for line in placed.lines}
    assert len(await works.said(TrunkProvisioned)) == 1


@pytest.mark.rule("AMEND-2")
async def test_the_day_begins_in_berlin_not_a_second_earlier(works: Works, agreement: UUID) -> None:
    placed = sample.renewal(agreement, in_days(5), channels=3)
    await works.hear(placed)
    await works.until(in_days(5), seconds=-20)
    assert await works.said(TrunkChanged) == []
    await works.until(in_days(5))
    assert len(await works.said(TrunkChanged)) == 1


@pytest.mark.rule("TRUNK-3", "PRICE-2")
async def test_a_renewal_can_switch_encryption_off_again(works: Works) -> None:
    trunk = sample.trunk(uuid4(), channels=4, srtp=True)
    agreement = trunk.lines[0].agreement_id
    await works.hear(trunk)
    await works.hear(sample.renewal(agreement, TODAY, channels=4, srtp=False))
    [changed] = await works.said(TrunkChanged)
    assert (changed.channels, changed.srtp) == (4, False)


@pytest.mark.rule("AMEND-2")
@pytest.mark.parametrize("days", [0, -3])
async def test_a_day_that_has_begun_is_not_waited_for(works: Works, agreement: UUID, days: int) -> None:
    placed = sample.renewal(agreement, in_days(days), channels=20)
    await works.hear(placed)
    assert [event.channels for event in await works.said(TrunkChanged)] == [20]
    assert len(await works.said(WorkOrderCompleted, order_id=placed.order_id)) == 3


@pytest.mark.rule("AMEND-2")
async def test_channels_of_several_lines_add_up_and_what_stays_as_it_was_is_no_change(
    works: Works, agreement: UUID
) -> None:
    more = sample.line(Category.VOICE_CHANNEL, agreement, quantity=3)
    await works.hear(sample.renewal(agreement, TODAY, more, channels=7))
    assert await works.said(TrunkChanged) == []
    await works.hear(sample.renewal(agreement, TODAY, more.model_copy(update={"line_id": uuid4()}), channels=9))
    [changed] = await works.said(TrunkChanged)
    assert changed.channels == 12


@pytest.mark.rule("AMEND-2")
async def test_a_manual_line_becomes_a_task_when_the_day_begins(works: Works, agreement: UUID) -> None:
    by_hand = sample.line(Category.SERVICE, agreement, fulfilment=Fulfilment.MANUAL)
    placed = sample.renewal(agreement, in_days(10), by_hand)
    await works.hear(placed)
    assert await works.said(TaskRaised) == []
    await works.until(in_days(10))
    [asked] = await works.said(TaskRaised)
    assert asked.due_at == day_begins(in_days(10))
    assert (await works.call("POST", f"/work-orders/{asked.subject_id}/complete", json={})).status_code == 200
    assert len(await works.said(WorkOrderCompleted, order_id=placed.order_id)) == 4


@pytest.mark.rule("AMEND-2")
async def test_told_twice_and_with_the_clock_far_ahead_it_takes_effect_once(works: Works, agreement: UUID) -> None:
    placed = sample.renewal(agreement, in_days(30), channels=11)
    await works.hear(placed, placed)
    await works.hear(placed)
    await works.days_pass(400)
    await works.hear(placed)
    await works.days_pass(400)
    assert len(await works.said(TrunkChanged)) == 1
    assert len(await works.said(WorkOrderCompleted, order_id=placed.order_id)) == 3


@pytest.mark.rule("AMEND-2")
async def test_a_renewal_and_site_orders_on_the_same_day_do_not_hurt_each_other(works: Works, agreement: UUID) -> None:
    renewals = [sample.renewal(agreement, TODAY, channels=11 + nth) for nth in range(5)]
    sites = [sample.site(agreement, size=10) for _ in range(10)]
    await asyncio.gather(*(works.hear(one) for one in (*renewals, *sites)))
    assert {one.site_id for one in await works.said(SiteProvisioned)} == set(map(sample.site_id_of, sites))
    told = [event.channels for event in await works.said(TrunkChanged)]
    assert sorted(told) == [11, 12, 13, 14, 15]
    assert await works.ask("SELECT channels FROM trunk") == told[-1]


async def test_a_renewal_of_a_trunk_that_is_gone_fails_with_the_reason(works: Works, agreement: UUID) -> None:
    await works.hear(sample.termination(agreement, TODAY))
    placed = sample.renewal(agreement, TODAY)
    await works.hear(placed)
    [failed] = await works.said(WorkOrderFailed)
    assert (failed.line_id, failed.code) == (placed.lines[1].line_id, "trunk-terminated")


@pytest.mark.rule("AMEND-2")
async def test_the_trunks_page_says_what_it_becomes_and_when(works: Works, agreement: UUID) -> None:
    placed = sample.renewal(agreement, in_days(12), channels=6, srtp=True)
    await works.hear(placed)
    shown = (await works.call("GET", f"/trunks/{agreement}")).json()
    assert (shown["channels"], shown["srtp"]) == (10, False)
    assert shown["renewal"] == {
        "on": in_days(12).isoformat(),
        "order_id": str(placed.order_id),
        "channels": 6,
        "srtp": True,
    }
    await works.until(in_days(12))
    shown = (await works.call("GET", f"/trunks/{agreement}")).json()
    assert (shown["channels"], shown["srtp"], shown["renewal"]) == (6, True, None)
