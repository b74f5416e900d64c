"""What the chassis promises about messages, on a real Kafka and PostgreSQL."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from chassis.operations import redrive_keys
from chassis.service import Running
from chassis.story import Story, telling
from tests.chassis.stage import Stage, eventually, read


async def test_what_is_recorded_in_a_unit_reaches_the_reader_once(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "a")
        await eventually(lambda: stage.effects(service), [1])


async def test_nothing_is_sent_when_the_unit_rolls_back(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the block is the unit of work
            async with service.units.writing() as unit:
                unit.outbox.record(stage.thing(name="a", number=1))
                raise ZeroDivisionError
        await stage.tell(service, "b")
        await eventually(lambda: stage.effects(service), [1])
        assert await stage.effects(service, "a") == []


async def test_a_key_keeps_its_order_with_many_writers_two_relays_and_a_change_of_leader(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        async with stage.run("relay") as second:

            async def write(writer: Running[Any], step: int) -> None:
                await stage.tell(writer, f"k{step % 7}")

            await asyncio.gather(*(write(service if step % 2 else second, step) for step in range(140)))
        await asyncio.gather(*(stage.tell(service, f"k{step % 7}") for step in range(140)))
        for key in range(7):
            await eventually(lambda key=key: stage.effects(service, f"k{key}"), list(range(1, 41)))


async def test_a_key_keeps_its_order_over_several_lanes_with_a_relay_for_each_and_another_waiting(stage: Stage) -> None:
    async with stage.run("worker", "relay", lanes=3) as service, stage.run("relay", lanes=3) as second:

        async def write(key: int) -> None:
            for step in range(12):
                await stage.tell((service, second)[step % 2], f"k{key}")

        await asyncio.gather(*(write(key) for key in range(9)))
        for key in range(9):
            await eventually(lambda key=key: stage.effects(service, f"k{key}"), list(range(1, 13)))


async def test_nothing_is_lost_when_positions_commit_out_of_order(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        async with service.units.writing() as slow:
            slow.outbox.record(stage.thing(name="slow", number=1))
            await slow.outbox.flush(slow.connection)  # its position is drawn, but not yet visible
            for number in range(60):
                await stage.tell(service, f"quick{number}")
            await eventually(lambda: stage.effects(service), [1] * 60)
        await eventually(lambda: stage.effects(service, "slow"), [1])


async def test_a_worker_for_whom_no_partition_was_left_is_ready_too(stage: Stage) -> None:
    async with AsyncExitStack() as open_services:
        services = [await open_services.enter_async_context(stage.run("worker")) for _ in range(4)]
        for service in services:
            await eventually(service.consumers_assigned, True)


async def test_the_same_message_twice_does_its_work_once(stage: Stage) -> None:
    headers = [*stage.message("a", 1)["headers"], ("ce_id", b"0193a000-0000-7000-8000-000000000001")]
    async with stage.run("worker", "relay") as service:
        await stage.send(*[stage.message("a", 1, headers=headers)] * 3, stage.message("a", 2))
        await eventually(lambda: stage.effects(service), [1, 2])


async def test_poison_parks_its_key_and_leaves_its_neighbours_alone(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.send(
            stage.message("well", 1),
            stage.message("ill", 1, value=b'{"name": bad'),
            stage.message("ill", 2),
            stage.message("well", 2),
        )
        await eventually(lambda: stage.effects(service, "well"), [1, 2])
        assert await stage.parked(service) == [("ill", True), ("ill", False)]
        assert await stage.effects(service, "ill") == []


@pytest.mark.parametrize(
    "change",
    [
        {"value": b'{"name": bad'},
        {"value": b'{"name": "ill"}'},
        {"value": None},
        {"headers": [("ce_type", b"test.Thing.v9")]},
        {"value": b'{"name": "il\\u0000l", "number": 1}'},
    ],
    ids=["bad JSON", "field missing", "tombstone where none belongs", "unknown version", "NUL byte"],
)
async def test_each_kind_of_poison_becomes_a_dead_letter_with_its_reason(stage: Stage, change: dict[str, Any]) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.send(stage.message("ill", 1, **change), stage.message("well", 1))
        await eventually(lambda: stage.effects(service, "well"), [1])
        await eventually(lambda: stage.parked(service), [("ill", True)])
        letters = await read(stage.kafka_url, stage.topic.dead_letters_of("probe"), 1)
        headers = dict(letters[0].headers)
        assert headers["dlt_error"]
        assert headers["dlt_origin"].decode().startswith(stage.topic.name)


async def test_types_nobody_knows_and_strange_headers_are_passed_over(stage: Stage) -> None:
    strange = [("x", b"\xff\xfe"), ("reply_to", stage.topic.name.encode()), *stage.message("a", 1)["headers"]]
    async with stage.run("worker", "relay") as service:
        await stage.send(
            stage.message("a", 9, headers=[("ce_type", b"test.Martian.v1")]),
            stage.message("a", 1, headers=strange),
            stage.message("a", 2, key=None),
        )
        await eventually(lambda: stage.effects(service), [1, 2])
        assert await stage.parked(service) == []


async def test_a_redrive_plays_the_parked_key_in_order_and_frees_it(stage: Stage) -> None:
    stage.broken.add("ill")
    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "ill", note="bug")
        await stage.tell(service, "ill")
        await eventually(lambda: stage.parked(service), [("ill", True), ("ill", False)])
        again = await redrive_keys(["ill"], service.inlets[stage.group], service.units)
        assert list(again.still_parked) == ["ill"]
        stage.broken.clear()
        assert (await redrive_keys(["ill"], service.inlets[stage.group], service.units)).played == 2
        await stage.tell(service, "ill")
        await eventually(lambda: stage.effects(service, "ill"), [1, 2, 3])


async def test_a_missing_dead_letter_topic_does_not_stop_business_events(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        async with service.units.writing() as unit:
            unit.outbox.forward("test.nobody-made-it.dlt", "a", {}, b"{}")
        await stage.tell(service, "a")
        await eventually(lambda: stage.effects(service), [1])


async def test_one_correlation_id_goes_from_the_click_to_the_last_message(stage: Stage) -> None:
    async with stage.run("relay") as service:
        with telling(Story("click-1")):
            await stage.tell(service, "a")
        message = (await read(stage.kafka_url, stage.topic.name, 1))[0]
        assert dict(message.headers)["ce_correlationid"] == b"click-1"
