"""Delayed activation and ported numbers, weeks in seconds (ACT-1 to ACT-4, PORT-8)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.ordering.v1 import Activation, OrderReceived
from contracts.provisioning.v1 import (
    ActivationCause,
    NumbersAssigned,
    SiteProvisioned,
    TrunkActivated,
    WorkOrderCompleted,
)
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from telecom.formats import berlin_day
from telecom.workdays import add_working_days
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works

TODAY = berlin_day(datetime.now(UTC))


def in_working_days(count: int) -> date:
    return add_working_days(TODAY, count, "NW")


async def waiting_trunk(works: Works) -> UUID:
    """A trunk that isn't active yet; its agreement."""
    await works.know_parties()
    placed = sample.trunk(uuid4(), activation=Activation.DELAYED, customer=works.customer)
    await works.hear(placed)
    assert await works.said(TrunkActivated) == []
    return placed.lines[0].agreement_id


async def ported(works: Works, agreement: UUID) -> OrderReceived:
    placed = sample.porting(agreement, requested_on=in_working_days(20))
    await works.hear(placed)
    await works.hear(sample.started(placed))
    return placed


async def planned(works: Works, agreement: UUID) -> str | None:
    found: str | None = (await works.call("GET", f"/trunks/{agreement}")).json()["activates_on"]
    return found


@pytest.fixture
async def agreement(works: Works) -> UUID:
    return await waiting_trunk(works)


@pytest.mark.rule("PORT-2")
async def test_a_site_with_porting_is_ready_at_once_and_its_numbers_are_awaited(works: Works, agreement: UUID) -> None:
    placed = await ported(works, agreement)
    [ready] = await works.said(SiteProvisioned)
    assert (ready.site_id, ready.blocks) == (sample.site_id_of(placed), ())
    assert [one.line_id for one in await works.said(WorkOrderCompleted, order_id=placed.order_id)] == [
        placed.lines[0].line_id
    ]
    assert await works.said(TrunkActivated) == []


@pytest.mark.rule("ACT-2")
async def test_the_trunk_is_activated_three_working_days_before_the_confirmed_date(
    works: Works, agreement: UUID
) -> None:
    placed = await ported(works, agreement)
    day = in_working_days(12)
    await works.hear(sample.confirmed(placed, day))
    activation = add_working_days(day, -3, "NW")
    assert await planned(works, agreement) == activation.isoformat()
    await works.days_pass((activation - TODAY).days - 1)
    assert await works.said(TrunkActivated) == []
    await works.days_pass(1)
    [active] = await works.said(TrunkActivated)
    assert (active.cause, active.porting_on) == (ActivationCause.PORTING_NEAR, day)


@pytest.mark.rule("ACT-2")
async def test_with_several_portings_the_earliest_counts_and_moves_with_its_date(works: Works, agreement: UUID) -> None:
    first, second = await ported(works, agreement), await ported(works, agreement)
    await works.hear(sample.confirmed(first, in_working_days(15)))
    await works.hear(sample.confirmed(second, in_working_days(10)))
    assert await planned(works, agreement) == add_working_days(in_working_days(10), -3, "NW").isoformat()
    await works.hear(sample.rescheduled(second, in_working_days(10), in_working_days(18)))
    assert await planned(works, agreement) == add_working_days(in_working_days(15), -3, "NW").isoformat()
    await works.hear(sample.cancelled(first))
    assert await planned(works, agreement) == add_working_days(in_working_days(18), -3, "NW").isoformat()


@pytest.mark.rule("ACT-3")
async def test_own_numbers_activate_the_trunk_at_once(works: Works, agreement: UUID) -> None:
    await ported(works, agreement)
    await works.hear(sample.site(agreement))
    [active] = await works.said(TrunkActivated)
    assert active.cause is ActivationCause.OWN_NUMBERS
    await works.days_pass(200)
    assert len(await works.said(TrunkActivated)) == 1


@pytest.mark.rule("ACT-4")
async def test_a_date_within_the_lead_time_activates_now(works: Works, agreement: UUID) -> None:
    placed = await ported(works, agreement)
    await works.hear(sample.confirmed(placed, in_working_days(2)))
    [active] = await works.said(TrunkActivated)
    assert active.cause is ActivationCause.LEAD_TIME_PASSED


@pytest.mark.rule("ACT-4")
async def test_once_active_a_later_date_changes_nothing(works: Works, agreement: UUID) -> None:
    placed = await ported(works, agreement)
    await works.hear(sample.confirmed(placed, in_working_days(2)))
    await works.hear(sample.rescheduled(placed, in_working_days(2), in_working_days(30)))
    trunk = (await works.call("GET", f"/trunks/{agreement}")).json()
    assert (trunk["status"], trunk["activates_on"]) == ("active", None)


@pytest.mark.rule("ACT-4")
async def test_when_all_portings_are_dead_a_person_decides(works: Works, agreement: UUID) -> None:
    placed = await ported(works, agreement)
    await works.hear(sample.rejected(placed, fixable=True))
    assert await works.said(TaskRaised) == []
    await works.hear(sample.cancelled(placed))
    [asked] = await works.said(TaskRaised, kind=TaskKind.ACTIVATION_WITHOUT_PORTING)
    answer = await works.call("POST", f"/trunks/{agreement}/activate")
    assert answer.json()["activation_cause"] == "order_management"
    assert await works.said(TaskSettled, task_id=asked.task_id)


@pytest.mark.rule("ACT-3", "ACT-4")
async def test_nobody_decides_any_more_once_own_numbers_have_activated_the_trunk(works: Works, agreement: UUID) -> None:
    await works.hear(sample.cancelled(await ported(works, agreement)))
    [asked] = await works.said(TaskRaised, kind=TaskKind.ACTIVATION_WITHOUT_PORTING)
    await works.hear(sample.site(agreement))
    assert await works.said(TaskSettled, task_id=asked.task_id)


@pytest.mark.rule("ACT-4")
async def test_after_180_days_without_a_porting_a_person_is_asked_once(works: Works, agreement: UUID) -> None:
    await works.days_pass(179)
    assert await works.said(TaskRaised) == []
    await works.days_pass(2)
    await works.days_pass(30)
    assert len(await works.said(TaskRaised, kind=TaskKind.ACTIVATION_WITHOUT_PORTING)) == 1


@pytest.mark.rule("PORT-8")
async def test_when_the_window_opens_the_numbers_come_to_the_site(works: Works, agreement: UUID) -> None:
    placed = await ported(works, agreement)
    await works.hear(sample.confirmed(placed, TODAY))
    await works.hear(sample.due(placed, TODAY))
    [assigned] = await works.said(NumbersAssigned)
    assert (assigned.holder_id, assigned.origin) == (sample.site_id_of(placed), "ported")
    assert assigned.blocks == sample.particulars(placed).numbers
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[1].line_id) == []
    await works.hear(sample.completed(placed))
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[1].line_id)


@pytest.mark.rule("PORT-8")
async def test_a_number_that_is_elsewhere_stays_there_and_a_person_clears_it(works: Works, agreement: UUID) -> None:
    first = await ported(works, agreement)
    second = sample.porting(agreement, requested_on=TODAY, blocks=sample.particulars(first).numbers)
    await works.hear(second)
    await works.hear(sample.due(first, TODAY))
    await works.hear(sample.due(second, TODAY))
    assert len(await works.said(NumbersAssigned)) == 1
    [asked] = await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)
    porting_id = sample.particulars(second).porting_id
    assert asked.subject_id == porting_id
    refused = await works.call("POST", f"/portings/{porting_id}/assign")
    assert (refused.status_code, refused.json()["code"]) == (409, "numbers-elsewhere")
    async with works.running.units.writing() as unit:
        await unit.connection.exec_driver_sql("DELETE FROM held_block")
    assert (await works.call("POST", f"/portings/{porting_id}/assign")).status_code == 200
    assert await works.said(TaskSettled, task_id=asked.task_id)
    assert (await works.call("POST", f"/portings/{porting_id}/assign")).status_code == 409


@pytest.mark.rule("PORT-8")
async def test_own_numbers_cannot_be_ported_in(works: Works, agreement: UUID) -> None:
    own = sample.foreign_block().model_copy(update={"stem": "479005"})
    placed = sample.porting(agreement, requested_on=TODAY, blocks=(own,))
    await works.hear(placed)
    await works.hear(sample.due(placed, TODAY))
    assert await works.said(NumbersAssigned) == []
    assert await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)


async def test_a_porting_that_is_ahead_of_its_order_is_kept(works: Works, agreement: UUID) -> None:
    placed = sample.porting(agreement, requested_on=TODAY)
    await works.hear(sample.started(placed), sample.confirmed(placed, TODAY), sample.due(placed, TODAY))
    assert await works.said(NumbersAssigned) == []
    await works.hear(placed)
    assert len(await works.said(NumbersAssigned)) == 1
    await works.hear(sample.completed(placed))
    assert len(await works.said(WorkOrderCompleted, order_id=placed.order_id)) == 2


async def test_what_comes_late_does_not_bring_a_dead_porting_back(works: Works, agreement: UUID) -> None:
    placed = await ported(works, agreement)
    await works.hear(sample.rejected(placed, fixable=False))
    await works.hear(sample.due(placed, TODAY + timedelta(days=1)))
    assert await works.said(NumbersAssigned) == []
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[1].line_id) == []
