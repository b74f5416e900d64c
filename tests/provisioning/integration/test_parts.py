"""A porting of several parts, each with a day of its own (ACT-2, ACT-4, PORT-8)."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from contracts.ordering.v1 import Activation, OrderReceived
from contracts.provisioning.v1 import NumbersAssigned, TrunkActivated, WorkOrderCompleted
from contracts.shapes import NumberBlock
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from telecom.workdays import add_working_days
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works, message
from tests.provisioning.integration.test_activation import TODAY, in_working_days, planned

Story = tuple[Works, UUID, OrderReceived, tuple[NumberBlock, ...]]


def leads(day: date) -> str:
    return add_working_days(day, -3, "NW").isoformat()


@pytest_asyncio.fixture
async def story(works: Works) -> AsyncIterator[Story]:
    """A trunk that waits, and a porting of three blocks to it."""
    await works.know_parties()
    trunk = sample.trunk(uuid4(), activation=Activation.DELAYED, customer=works.customer)
    await works.hear(trunk)
    agreement = trunk.lines[0].agreement_id
    blocks = tuple(
        NumberBlock(area_code="221", stem=stem, extension_from="00", extension_to="99") for stem in ("9810", "9811")
    )
    single = NumberBlock(area_code="221", stem="9812345")
    placed = sample.porting(agreement, requested_on=in_working_days(20), blocks=(*blocks, single))
    await works.hear(placed)
    await works.hear(sample.started(placed))
    yield works, agreement, placed, (*blocks, single)


async def line_ended(works: Works, placed: OrderReceived) -> bool:
    state = "SELECT state FROM work_order WHERE line_id = :line"
    return bool(await works.ask(state, line=placed.lines[1].line_id) != "waiting_for_porting")


@pytest.mark.rule("ACT-2")
async def test_of_several_parts_the_nearest_date_that_holds_counts(story: Story) -> None:
    works, agreement, placed, (one, two, three) = story
    await works.hear(sample.confirmed(placed, in_working_days(15), one))
    await works.hear(sample.confirmed(placed, in_working_days(10), two))
    assert await planned(works, agreement) == leads(in_working_days(10))
    await works.hear(sample.rescheduled(placed, in_working_days(10), in_working_days(25), two))
    assert await planned(works, agreement) == leads(in_working_days(15))
    await works.hear(sample.confirmed(placed, in_working_days(12), three))
    await works.hear(sample.change_asked(placed, three))
    assert await planned(works, agreement) == leads(in_working_days(12))
    await works.hear(sample.reduced(placed, three))
    assert await planned(works, agreement) == leads(in_working_days(15))
    await works.hear(sample.asked_again(placed, one))
    assert await planned(works, agreement) == leads(in_working_days(25))
    await works.hear(sample.rejected(placed, two, fixable=True))
    assert await planned(works, agreement) is None
    assert await works.said(TaskRaised) == []
    await works.hear(sample.confirmed(placed, in_working_days(20), one, two))
    assert await planned(works, agreement) == leads(in_working_days(20))
    await works.hear(sample.called_off_for_new(placed, one, two, day=in_working_days(20)))
    assert await planned(works, agreement) is None


@pytest.mark.rule("ACT-2", "ACT-4")
async def test_events_that_name_no_numbers_mean_the_whole_request(story: Story) -> None:
    works, agreement, placed, _blocks = story
    await works.hear(sample.confirmed(placed, in_working_days(10)))
    await works.hear(sample.rescheduled(placed, in_working_days(10), in_working_days(14)))
    assert await planned(works, agreement) == leads(in_working_days(14))
    await works.hear(sample.rejected(placed, fixable=False))
    assert await planned(works, agreement) is None
    assert await works.said(TaskRaised, kind=TaskKind.ACTIVATION_WITHOUT_PORTING)
    assert await line_ended(works, placed)


@pytest.mark.rule("PORT-8")
async def test_each_part_comes_on_its_day_and_the_line_ends_with_the_whole(story: Story) -> None:
    works, _agreement, placed, (one, two, three) = story
    await works.hear(sample.confirmed(placed, TODAY, one, two))
    await works.hear(sample.confirmed(placed, in_working_days(1), three))
    await works.hear(sample.due(placed, TODAY, two, one))
    [first] = await works.said(NumbersAssigned)
    assert (first.blocks, first.porting_id) == ((two, one), sample.particulars(placed).porting_id)
    assert not await line_ended(works, placed)
    await works.hear(sample.due(placed, TODAY, one, two))
    assert len(await works.said(NumbersAssigned)) == 1
    await works.hear(sample.due(placed, in_working_days(1), three))
    assert [event.blocks for event in await works.said(NumbersAssigned)] == [(two, one), (three,)]
    assert not await line_ended(works, placed)
    await works.hear(sample.completed(placed))
    assert len(await works.said(WorkOrderCompleted, line_id=placed.lines[1].line_id)) == 1


@pytest.mark.rule("PORT-8")
async def test_what_is_cancelled_after_a_part_has_come_completes_the_line_with_what_came(story: Story) -> None:
    works, _agreement, placed, (one, two, three) = story
    await works.hear(sample.due(placed, TODAY, one))
    await works.hear(sample.reduced(placed, two, three))
    await works.hear(sample.completed(placed))
    assert await works.said(WorkOrderCompleted, line_id=placed.lines[1].line_id)
    await works.hear(sample.due(placed, TODAY, two))
    assert len(await works.said(NumbersAssigned)) == 1


@pytest.mark.rule("PORT-8")
async def test_a_part_that_cannot_come_holds_up_no_other_and_is_tried_again_alone(story: Story) -> None:
    works, agreement, placed, (one, two, _three) = story
    other = sample.porting(agreement, requested_on=TODAY, blocks=(one,))
    await works.hear(other)
    await works.hear(sample.due(other, TODAY))
    await works.hear(sample.due(placed, TODAY, one))
    await works.hear(sample.due(placed, TODAY, two))
    porting_id = sample.particulars(placed).porting_id
    assert [event.blocks for event in await works.said(NumbersAssigned, porting_id=porting_id)] == [(two,)]
    [asked] = await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)
    assert (await works.call("POST", f"/portings/{porting_id}/assign")).status_code == 409
    await _let_go(works, other)
    assert (await works.call("POST", f"/portings/{porting_id}/assign")).status_code == 200
    assert [event.blocks for event in await works.said(NumbersAssigned, porting_id=porting_id)] == [(two,), (one,)]
    assert await works.said(TaskSettled, task_id=asked.task_id)


@pytest.mark.rule("PORT-8")
async def test_a_task_ends_when_the_part_gets_another_day(story: Story) -> None:
    works, agreement, placed, (one, _two, _three) = story
    other = sample.porting(agreement, requested_on=TODAY, blocks=(one,))
    await works.hear(other)
    await works.hear(sample.due(other, TODAY))
    await works.hear(sample.due(placed, TODAY, one))
    [asked] = await works.said(TaskRaised, kind=TaskKind.ASSIGNMENT_FAILED)
    await works.hear(sample.rescheduled(placed, TODAY, in_working_days(9), one))
    assert await works.said(TaskSettled, task_id=asked.task_id)


@pytest.mark.rule("PORT-8", "ACT-2")
async def test_parts_told_before_the_order_and_twice_come_once(works: Works) -> None:
    await works.know_parties()
    trunk = sample.trunk(uuid4(), activation=Activation.DELAYED, customer=works.customer)
    await works.hear(trunk)
    one, two = sample.foreign_block(), NumberBlock(area_code="221", stem="9712345")
    placed = sample.porting(trunk.lines[0].agreement_id, requested_on=TODAY, blocks=(one, two))
    told = [
        message(event)
        for event in (
            sample.started(placed),
            sample.confirmed(placed, TODAY, one),
            sample.due(placed, TODAY, one),
            sample.confirmed(placed, in_working_days(5), two),
        )
    ]
    await works.take(*told)
    await works.take(*told)
    assert await works.said(NumbersAssigned) == []
    await works.hear(placed)
    await works.hear(placed.model_copy())
    assert [event.blocks for event in await works.said(NumbersAssigned)] == [(one,)]
    assert len(await works.said(TrunkActivated)) == 1
    assert not await line_ended(works, placed)


async def test_a_porting_that_a_release_without_parts_kept_goes_on(story: Story) -> None:
    works, agreement, placed, (one, _two, _three) = story
    await works.hear(sample.confirmed(placed, in_working_days(10)))
    async with works.running.engine.begin() as connection:
        await connection.execute(text("UPDATE porting SET parts = NULL"))
    await works.hear(sample.rescheduled(placed, in_working_days(10), in_working_days(8)))
    assert await planned(works, agreement) == leads(in_working_days(8))
    await works.hear(sample.due(placed, in_working_days(8), one))
    assert [event.blocks for event in await works.said(NumbersAssigned)] == [(one,)]


async def _let_go(works: Works, placed: OrderReceived) -> None:
    """As if it had been released where it was."""
    held: dict[str, Any] = {"porting": sample.particulars(placed).porting_id}
    async with works.running.engine.begin() as connection:
        await connection.execute(text("DELETE FROM held_block WHERE porting_id = :porting"), held)
