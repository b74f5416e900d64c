"""What the chassis promises about messages, on a real Kafka and PostgreSQL."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from aiokafka.errors import KafkaError
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.operations import redrive_keys
from chassis.replay import StillRead, replay, rewind
from chassis.service import Running
from chassis.story import Story, telling
from chassis.topics import create_topics
from contracts.envelope import Topic
from tests.chassis.stage import Stage, read
from tests.waiting import eventually

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


async def test_what_is_recorded_in_a_unit_reaches_the_reader_once(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "a")
        await eventually(lambda: stage.effects(service), [1])


async def test_a_topic_is_heard_once_more_only_while_nobody_reads_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.replay.LEFT_AFTER", 1.0)
    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "a")
        await eventually(lambda: stage.effects(service), [1])
        again = {"url": stage.kafka_url, "security": service.security}
        with pytest.raises(StillRead):
            await replay(service.inlets[stage.group], service.units, **again)
    async with stage.run() as service:
        assert await replay(service.inlets[stage.group], service.units, **again) == 1
        assert await stage.effects(service) == [1]
    async with stage.run("worker") as service:
        await eventually(lambda: stage.effects(service), [1, 1])


async def test_a_group_that_is_set_back_to_a_moment_skips_nothing_it_has_not_read(stage: Stage) -> None:
    now = {"url": stage.kafka_url}
    async with stage.run("relay") as service:
        now["security"] = service.security
        await stage.tell(service, "before")
        await read(stage.kafka_url, stage.topic.name, 1)
        assert await rewind(service.inlets[stage.group], datetime.now(UTC), **now) == 1
    async with stage.run("worker", "relay") as service:
        await eventually(lambda: stage.effects(service), [1])
    async with stage.run("relay") as service:
        for key in ("unread", "unread too"):
            await stage.tell(service, key)
        await read(stage.kafka_url, stage.topic.name, 3)
        assert await rewind(service.inlets[stage.group], datetime.now(UTC) + timedelta(hours=1), **now) == 2
    async with stage.run("worker") as service:
        await eventually(lambda: stage.effects(service), [1, 1, 1])


async def test_a_worker_that_is_gone_without_a_word_is_waited_for_before_its_group_is_set_back(stage: Stage) -> None:
    async with stage.run("worker", "relay", instance="one") as service:  # whoever has a name does not say goodbye
        await stage.tell(service, "a")
        await eventually(lambda: stage.effects(service), [1])
        again = {"url": stage.kafka_url, "security": service.security}
        long_ago = datetime.now(UTC) - timedelta(hours=1)
    async with stage.run() as service:
        assert await rewind(service.inlets[stage.group], long_ago, **again) == 1


async def test_a_broker_that_is_away_is_no_worker_that_reads(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", stage.database_url)
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    with pytest.raises(SystemExit, match="the broker does not answer"):
        await asyncio.to_thread(stage.service.run, ["rewind", "2026-11-26T10:00:00Z"])


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
            await eventually(service.broker_trouble, None)


async def test_a_reader_whose_coordination_has_ended_for_good_joins_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def torn() -> None:
        raise RuntimeError("what aiokafka does not expect")

    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "a")
        await eventually(lambda: stage.effects(service), [1])
        [subscriber] = service.broker.subscribers
        coordinator = subscriber.consumer._coordinator  # what breaks is aiokafka's own
        leave = coordinator._maybe_leave_group

        async def leave_torn() -> None:
            await leave()
            await torn()

        monkeypatch.setattr(coordinator, "ensure_coordinator_known", torn)
        monkeypatch.setattr(coordinator, "_maybe_leave_group", leave_torn)
        coordinator.request_rejoin()
        with suppress(KafkaError):
            await coordinator._coordination_task
        await stage.tell(service, "b")
        await eventually(lambda: stage.effects(service), [1, 1])
        await eventually(service.broker_trouble, None)


async def test_a_batch_that_finds_a_lock_taken_is_tried_again_as_a_whole_and_makes_no_dead_letter(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "busy")
        await eventually(lambda: stage.effects(service), [1])
        async with service.engine.begin() as holding:
            await holding.execute(text("SELECT 1 FROM thing WHERE key = 'busy' FOR UPDATE"))
            tries = retries(stage)
            await stage.send(
                stage.message("before", 1),
                stage.message("busy", 2, value=stage.thing(name="busy", number=2, note="lock").body()),
                stage.message("busy", 3),
            )
            await eventually(lambda: more(retries, stage, tries + 4), True)
            assert await stage.effects(service, "busy") == [1]
        await eventually(lambda: stage.effects(service, "busy"), [1, 2, 3])
        assert await stage.effects(service, "before") == [1]
        assert await stage.parked(service) == []


async def test_a_handler_may_ask_for_another_try_until_it_can(stage: Stage) -> None:
    stage.broken.add("a")
    async with stage.run("worker", "relay") as service:
        tries = retries(stage)
        await stage.tell(service, "a", note="not yet")
        await stage.tell(service, "a")
        await eventually(lambda: more(retries, stage, tries + 4), True)
        assert await stage.effects(service) == []
        stage.broken.clear()
        await eventually(lambda: stage.effects(service), [1, 2])
        assert await stage.parked(service) == []


async def test_cut_connections_cost_tries_and_nothing_else(stage: Stage, database_server: str) -> None:
    async with stage.run("worker", "relay") as service:
        server = await asyncpg.connect(database_server)
        database = stage.database_url.rsplit("/", 1)[1]
        told: dict[str, int] = {}
        for step in range(120):
            key = f"k{step % 5}"
            try:
                await stage.tell(service, key)
            except DBAPIError:
                continue
            told[key] = told.get(key, 0) + 1
            if step % 10 == 0:
                await server.execute(CUT, database)
        await server.close()
        for key, count in told.items():
            await eventually(lambda key=key: stage.effects(service, key), list(range(1, count + 1)))
        assert await stage.parked(service) == []


def retries(stage: Stage) -> float:
    return REGISTRY.get_sample_value("messaging_retries_total", {"group": stage.group}) or 0.0


async def more(count: Callable[[Stage], float], stage: Stage, wanted: float) -> bool:
    return count(stage) >= wanted


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


async def test_a_topic_that_only_readers_need_holds_no_sending_up(stage: Stage) -> None:
    letters = stage.topic.dead_letters_of("probe")
    await stage.forget_topic(letters)
    async with stage.run("worker", "relay") as service:
        await stage.tell(service, "a")
        assert len(await read(stage.kafka_url, stage.topic.name, 1)) == 1
        said = await service.broker_not_found()
        assert said is not None
        assert said.cause == f"topics are missing or hidden: {letters}"
        assert await stage.effects(service) == []
        await create_topics(stage.kafka_url, [Topic(letters, partitions=1)])
        await eventually(lambda: stage.effects(service), [1])
        assert await service.broker_not_found() is None


async def test_one_correlation_id_goes_from_the_click_to_the_last_message(stage: Stage) -> None:
    async with stage.run("relay") as service:
        with telling(Story("click-1")):
            await stage.tell(service, "a")
        message = (await read(stage.kafka_url, stage.topic.name, 1))[0]
        assert dict(message.headers)["ce_correlationid"] == b"click-1"
