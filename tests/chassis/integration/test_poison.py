"""What becomes of messages that nobody can handle: set aside with their key, told why, played again in order."""

import secrets
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from chassis.operations import redrive_keys
from chassis.outbox import LARGEST, EventTooLarge
from chassis.redrive import discard
from chassis.service import Running
from chassis.topics import create_topics
from contracts.envelope import Topic
from tests.chassis.probe import prepare, running, service_on, thing_on
from tests.chassis.stage import Stage, read
from tests.waiting import eventually

KINDS: dict[str, dict[str, Any]] = {
    "bad JSON": {"value": b'{"name": bad'},
    "a field missing": {"value": b'{"name": "ill"}'},
    "not UTF-8": {"value": b'{"name": "ill\xff", "number": 1}'},
    "a number its column cannot hold": {"value": b'{"name": "ill", "number": 99999999999}'},
    "a NUL byte in its text": {"value": b'{"name": "il\\u0000l", "number": 1}'},
    "no content where a key has no end": {"value": None},
    "a known type in an unknown version": {"headers": [("ce_type", b"test.Thing.v9")]},
    "NUL bytes in a header": {"headers": [("ce_type", b"test.Thing.v9"), ("x\0y", b"a\0b")]},
    "a header that is not UTF-8": {"headers": [("ce_type", b"test.Thing.v9"), ("x", b"\xff\xfe")]},
}


@pytest.mark.parametrize("change", KINDS.values(), ids=KINDS)
async def test_poison_waits_with_its_key_while_its_neighbours_go_on_and_heals_by_redrive(
    stage: Stage, change: dict[str, Any]
) -> None:
    async with stage.run("worker", "relay", retry_budget_seconds=5) as service:
        await stage.send(
            stage.message("well", 1),
            stage.message("ill", 1, **change),
            stage.message("well", 2),
            stage.message("ill", 2),
            stage.message("ill", 3),
            stage.message("well", 3),
        )
        await eventually(lambda: stage.effects(service, "well"), [1, 2, 3])
        await eventually(lambda: stage.parked(service), [("ill", True), ("ill", False), ("ill", False)])
        await eventually(lambda: keys_told(stage), 1.0)
        letters = await read(stage.kafka_url, stage.topic.dead_letters_of("probe"), 3)
        assert [dict(letter.headers)["dlt_head"] for letter in letters] == [b"1", b"0", b"0"]
        assert dict(letters[0].headers)["dlt_error"]
        assert letters[0].value == stage.message("ill", 1, **change)["value"]
        await mend_first(service, stage, "ill")
        assert (await play(service, stage, "ill")).played == 3
        await stage.send(stage.message("ill", 4))
        await eventually(lambda: stage.effects(service, "ill"), [1, 2, 3, 4])
        assert await stage.parked(service) == []


async def test_poison_without_a_key_waits_alone_and_heals_too(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.send(
            stage.message("ill", 1, key=None, value=b"{"),
            stage.message("ill", 1, key=None, value=None),
            stage.message("ill", 2, key=None),
        )
        await eventually(lambda: stage.effects(service, "ill"), [2])
        await eventually(lambda: heads(stage, service), [True, True])
        await read(stage.kafka_url, stage.topic.dead_letters_of("probe"), 2)
        for key, _ in await stage.parked(service):
            await mend_first(service, stage, key, number=3)
            assert (await play(service, stage, key)).played == 1
        await eventually(lambda: stage.effects(service, "ill"), [2, 3, 3])


async def test_a_redrive_that_fails_again_leaves_the_rest_waiting_in_order(stage: Stage) -> None:
    stage.broken.add("ill")
    async with stage.run("worker", "relay") as service:
        for note in ("bug", "", "bug", ""):
            await stage.tell(service, "ill", note=note)
        await eventually(lambda: heads(stage, service), [True, False, False, False])
        await mend_first(service, stage, "ill")
        assert list((await play(service, stage, "ill")).still_parked) == ["ill"]
        assert await stage.effects(service, "ill") == [1, 2]
        assert await heads(stage, service) == [False, False]
        stage.broken.clear()
        assert (await play(service, stage, "ill")).played == 2
        assert await stage.effects(service, "ill") == [1, 2, 3, 4]


async def test_what_nothing_can_mend_is_discarded_and_those_behind_it_are_played(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        await stage.send(stage.message("ill", 1, value=b"{"), stage.message("ill", 2), stage.message("ill", 3))
        await eventually(lambda: heads(stage, service), [True, False, False])
        async with service.units.writing() as unit:
            first = (await unit.connection.execute(text("SELECT id FROM parked WHERE head"))).scalar_one()
            assert await discard(unit, group=stage.group, key="ill", message_id=first)
            assert not await discard(unit, group=stage.group, key="ill", message_id=first)
        assert (await play(service, stage, "ill")).played == 2
        assert await stage.effects(service, "ill") == [2, 3]


async def test_poison_beside_poison_of_other_keys_parks_each_by_itself(stage: Stage) -> None:
    keys = [f"k{number}" for number in range(6)]
    async with stage.run("worker", "relay") as service:
        await stage.send(
            *(
                stage.message(key, number, **({"value": b"{"} if number == place else {}))
                for number in range(1, 5)
                for place, key in enumerate(keys)
            )
        )
        for place, key in enumerate(keys):
            whole = place in (0, 5)
            await eventually(
                lambda key=key: stage.effects(service, key), [1, 2, 3, 4] if whole else list(range(1, place))
            )
        for place, key in enumerate(keys[1:5], 1):
            assert [head for who, head in await stage.parked(service) if who == key] == [True] + [False] * (4 - place)


async def test_a_message_at_the_brokers_limit_does_not_block_the_lane_of_dead_letters(stage: Stage) -> None:
    big = b'{"name": "' + b"x" * (1_048_000 - 300)
    async with stage.run("worker", "relay") as service:
        await stage.send(stage.message("big", 1, value=big), stage.message("ill", 1, value=b"{"))
        letters = await read(stage.kafka_url, stage.topic.dead_letters_of("probe"), 2)
        assert dict(letters[0].headers)["dlt_cut_from"] == str(len(big)).encode()
        assert letters[1].value == b"{"
        async with service.units.reading() as unit:
            kept = await unit.connection.execute(text("SELECT max(length(payload)) FROM parked"))
            assert kept.scalar_one() == len(big)


async def test_an_endless_key_is_parked_as_any_other(stage: Stage) -> None:
    async with stage.run("worker", "relay", retry_budget_seconds=5) as service:
        endless = secrets.token_hex(4500).encode()  # compressed, it would fit into an index
        await stage.send(
            stage.message("ill", 1, key=endless, value=b"{"),
            stage.message("ill", 2, key=endless),
            stage.message("well", 1),
        )
        await eventually(lambda: stage.effects(service), [1])
        assert await heads(stage, service) == [True, False]


async def test_an_event_over_900_kib_is_refused_where_it_is_recorded(stage: Stage) -> None:
    async with stage.run("worker", "relay") as service:
        with pytest.raises(EventTooLarge):
            await stage.tell(service, "a", note="x" * LARGEST)
        await stage.tell(service, "a", note="x" * (LARGEST - 100))
        await eventually(lambda: stage.effects(service), [1])


async def test_the_end_of_a_key_on_a_compacted_topic_is_told_once_and_is_no_poison(
    kafka_url: str, new_database: Any, new_topic: Any
) -> None:
    topic: Topic = await new_topic(compacted=True)
    await create_topics(kafka_url, [Topic(topic.dead_letters_of("probe"), partitions=1)])
    url, gone = await new_database("probe"), list[str]()
    await prepare(url)
    service = service_on(topic, thing_on(topic))

    @service.subscriptions[0].on_tombstone
    async def on_gone(key: str, unit: Any) -> None:
        gone.append(key)

    async def told() -> list[str]:
        return gone

    async with running(service, url, kafka_url, "worker", "relay") as opened:
        for _ in range(2):
            async with opened.units.writing() as unit:
                unit.outbox.tombstone(topic, "a")
        await eventually(told, ["a", "a"])
        sent = (await read(kafka_url, topic.name, 1))[0]
        await Stage(url, kafka_url, topic, None, set(), service).send(  # type: ignore[arg-type] # sends only
            {"key": b"a", "value": None, "headers": list(sent.headers)}, {"key": b"b", "value": None}
        )
        await eventually(told, ["a", "a", "b"])


async def test_without_its_dead_letter_topic_poison_is_parked_and_all_else_flows(
    kafka_url: str, new_database: Any, new_topic: Any
) -> None:
    topic: Topic = await new_topic()
    letters, url = Topic(topic.dead_letters_of("probe"), partitions=1), await new_database("probe")
    await create_topics(kafka_url, [letters])
    await prepare(url)
    thing = thing_on(topic)
    stage = Stage(url, kafka_url, topic, thing, set(), service_on(topic, thing))
    async with stage.run("worker", "relay") as service:
        await eventually(service.broker_trouble, None)
        await stage.forget_topic(letters.name)
        await stage.send(stage.message("ill", 1, value=b"{"), stage.message("ill", 2))
        await eventually(lambda: heads(stage, service), [True, False])
        for _ in range(3):
            await stage.tell(service, "well")
        await eventually(lambda: stage.effects(service, "well"), [1, 2, 3])
        assert await waiting(service) == 2
        await create_topics(kafka_url, [letters])
        assert [letter.key for letter in await read(kafka_url, letters.name, 2)] == [b"ill", b"ill"]
        await eventually(lambda: waiting(service), 0)


MEND = text(
    "UPDATE parked SET payload = :body, headers = headers || jsonb_build_object('ce_type', cast(:type AS text)) "
    "WHERE position = (SELECT min(position) FROM parked WHERE key = :key)"
)


async def mend_first(service: Running[Any], stage: Stage, key: str, number: int = 1) -> None:
    """As if a new version could handle the first message under `key`: it gets a content and type that it can."""
    mended = {"key": key, "body": stage.thing(name="ill", number=number).body(), "type": stage.thing.type_name()}
    async with service.units.writing() as unit:
        assert (await unit.connection.execute(MEND, mended)).rowcount == 1


async def play(service: Running[Any], stage: Stage, key: str) -> Any:
    return await redrive_keys([key], service.inlets[stage.group], service.units)


async def heads(stage: Stage, service: Running[Any]) -> list[bool]:
    return [head for _, head in await stage.parked(service)]


async def waiting(service: Running[Any]) -> int:
    """How many rows the outbox holds."""
    async with service.units.reading() as unit:
        return int((await unit.connection.execute(text("SELECT count(*) FROM outbox"))).scalar_one())


async def keys_told(stage: Stage) -> float | None:
    """What the metrics say about the keys that wait."""
    return REGISTRY.get_sample_value("messaging_parked_keys", {"group": stage.group})
