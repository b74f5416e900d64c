"""The faults: each strikes the services while customers order, and ends with all of them running again."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError

from chassis.outbox import DEAD_LETTER_LANE
from chassis.relay import ROUND
from chassis.topics import create_topics
from contracts.envelope import Topic
from tests.faults.driver import Driver, Reader
from tests.faults.invariants import Letters, identity
from tests.faults.load import Load
from tests.waiting import happens

IDLE_LIMIT = 12.0
"""Seconds after which PostgreSQL cuts off a relay that says nothing."""
DEAD_LETTERS = f'messaging_outbox_depth{{lane="{DEAD_LETTER_LANE}"}}'


class DidNotHold(Exception):
    """Something that had to happen during a fault didn't."""


@dataclass(slots=True)
class Scene:
    """What a strike is given. `struck()` marks the moment from which the recovery counts."""

    driver: Driver
    load: Load
    letters: Letters
    notes: list[str]
    since: float = 0.0

    def struck(self) -> None:
        self.since = time.monotonic()

    async def one_more_order(self, what: str, seconds: float = 30.0) -> None:
        """Demand that an order placed now is finished."""
        one = uuid4()

        async def accepted() -> bool:
            return 200 <= await self.driver.order(one) < 300

        async def finished() -> bool:
            return not await self.driver.unfinished({one})

        await self.demand(f"{what}: an order is accepted", accepted, seconds)
        self.load.accepted.add(one)
        await self.demand(f"{what}: an order is finished", finished, seconds)

    async def demand(self, what: str, holds: Callable[[], Awaitable[bool]], seconds: float = 30.0) -> None:
        if not await happens(holds, seconds):
            raise DidNotHold(what)


async def killed(scene: Scene) -> None:
    """kill -9 of each service, between any two steps where it can be told to, and anywhere."""
    driver, kills = scene.driver, len(scene.driver.services) * (len(scene.driver.crash_points) + 3)
    for point in driver.crash_points:
        for service in driver.services:
            await driver.crash(service, point)
    for service in driver.services:
        for _ in range(3):
            await asyncio.sleep(random.uniform(0.5, 1.5))
            await driver.kill(service)
            scene.struck()
    doubled = await _duplicates(driver)
    scene.notes.append(f"{kills} kills, {doubled} messages sent twice")
    if doubled > kills * ROUND:
        raise DidNotHold("more was sent twice than a batch for each kill")


async def two_relays(scene: Scene) -> None:
    """The leading relay is stopped until another has taken its place, and then goes on."""
    driver = scene.driver
    service = driver.services[0]
    pid = await driver.second_relay(service)
    await scene.one_more_order("the second relay leads")
    os.kill(pid, signal.SIGSTOP)
    stopped = time.monotonic()
    await scene.one_more_order("another relay takes over", IDLE_LIMIT * 3)
    scene.notes.append(f"taken over after {time.monotonic() - stopped:.1f} s")
    os.kill(pid, signal.SIGCONT)
    scene.struck()
    await scene.one_more_order("both go on")
    await driver.end_second_relay(service)


async def broker_away(scene: Scene) -> None:
    """The broker is killed and back at once, then killed and kept away; orders go on being accepted."""
    world, load, away = scene.driver.world, scene.load, scene.driver.broker_away
    world.kill_broker()
    await asyncio.to_thread(world.start_broker)
    await scene.one_more_order("all flows again", 60)
    world.kill_broker()
    before = len(load.accepted)
    await asyncio.sleep(away)
    during = len(load.accepted) - before
    scene.notes.append(f"{during} orders accepted in {away:.0f} s without a broker")
    if during < away:
        raise DidNotHold(f"only {during} orders were accepted while the broker was away")
    await asyncio.to_thread(world.start_broker)
    scene.struck()


async def database_stopped(scene: Scene) -> None:
    """PostgreSQL is stopped at once and started again; then its connections are cut at random."""
    world = scene.driver.world
    world.stop_postgres()
    await asyncio.sleep(4)
    await asyncio.to_thread(world.start_postgres)
    await asyncio.sleep(3)
    cut = 0
    for _ in range(12):
        cut += await world.cut_connections()
        scene.struck()
        await asyncio.sleep(random.uniform(0.3, 0.9))
    scene.notes.append(f"{cut} connections cut, {scene.load.answers[503]} answers 503")


async def replayed(scene: Scene) -> None:
    """Each topic is read again from its start, with each message on it up to five times, shuffled across keys."""
    driver, copies = scene.driver, 0
    for service in driver.services:
        await driver.stop(service)
    before = await driver.outcome()
    for reader in driver.readers:
        copies += await _copy(driver, reader)
    for reader in driver.readers:
        await scene.demand(f"{reader.group} is set back", lambda reader=reader: _set_back(driver, reader), 40)
    for service in driver.services:
        await driver.start(service)
    scene.struck()
    await scene.one_more_order("new orders come behind the old ones", 60)
    after = await driver.outcome()
    changed = sum(after.get(order) != outcome for order, outcome in before.items())
    if changed:
        raise DidNotHold(f"{changed} orders came to something else than before")
    scene.notes.append(f"{copies} copies, {len(before)} orders unchanged")


async def poisoned(scene: Scene) -> None:
    """All kinds of poison beside healthy messages; those that wait behind it heal by redrive."""
    reader = scene.driver.readers[-1]
    await _poison(scene, reader)
    try:
        await scene.demand("dead letters are sent", lambda: _letters_are_sent(scene.driver, reader))
        await scene.one_more_order("neighbours are unhurt")
    finally:
        scene.struck()
        await scene.driver.heal(reader)


async def letters_away(scene: Scene) -> None:
    """Without its dead letter topic, poison is parked and its dead letter waits, all else flows, an alarm is raised."""
    driver = scene.driver
    reader = driver.readers[-1]
    await driver.world.delete_topic(reader.letters)
    scene.letters.expected.pop(reader.letters, None)  # what was there is gone with the topic
    await _poison(scene, reader)

    async def raised() -> bool:
        return await driver.metric(reader.service, DEAD_LETTERS) > 0

    try:
        await scene.demand("the depth of the outbox tells of waiting dead letters", raised)
        await scene.one_more_order("all else flows")
    finally:
        await create_topics(driver.world.kafka.url, [Topic(reader.letters, partitions=1)])
        scene.struck()
        await driver.heal(reader)


FAULTS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "kill -9 of each service between any two steps": killed,
    "two relays, one stopped and continued": two_relays,
    "broker killed, then away": broker_away,
    "PostgreSQL stopped, connections cut": database_stopped,
    "topics replayed, doubled, shuffled": replayed,
    "poison": poisoned,
    "dead letter topic away": letters_away,
}


async def _duplicates(driver: Driver) -> int:
    found = [await driver.world.messages(reader.topic.name) for reader in driver.readers]
    return sum(len(messages) - len({identity(one.headers) for one in messages}) for messages in found)


async def _copy(driver: Driver, reader: Reader) -> int:
    """Up to four copies of each message, in any order: of each key the first ones are there already."""
    messages = await driver.world.messages(reader.topic.name)
    copies: list[ConsumerRecord] = [one for one in messages for _ in range(random.randrange(5))]
    random.shuffle(copies)
    producer = AIOKafkaProducer(bootstrap_servers=driver.world.kafka.url)
    await producer.start()
    for one in copies:
        batch = producer.create_batch()  # takes what `send` refuses: neither key nor value
        batch.append(timestamp=None, key=one.key, value=one.value, headers=list(one.headers))
        await producer.send_batch(batch, one.topic, partition=one.partition)
    await producer.stop()
    return len(copies)


async def _set_back(driver: Driver, reader: Reader) -> bool:
    """Possible once the broker has forgotten the group's members."""
    try:
        await driver.world.rewind(reader.group, reader.topic.name)
    except KafkaError:
        return False
    return True


async def _letters_are_sent(driver: Driver, reader: Reader) -> bool:
    question = f"SELECT 1 FROM outbox WHERE lane = {DEAD_LETTER_LANE} LIMIT 1"
    return not await driver.world.ask(driver.database(reader.service), question)


async def _poison(scene: Scene, reader: Reader) -> None:
    """Put each kind on the reader's topic with orders behind it; returns when all of it has been set aside."""
    driver, mark = scene.driver, uuid4().hex[:6]
    keyed = {f"ill-{mark}-{number}": change for number, change in enumerate(_kinds(reader, driver))}
    alone = [str(uuid4()) for _ in range(2)]
    producer = AIOKafkaProducer(bootstrap_servers=driver.world.kafka.url)
    await producer.start()
    for key, change in keyed.items():
        message = {"value": b"{", "headers": _headers(reader), **change}
        message["headers"] = [*message["headers"], ("ce_id", str(uuid4()).encode())]
        await producer.send_and_wait(reader.topic.name, key=key.encode(), **message)
    for one in alone:
        headers = [*_headers(reader), ("ce_id", one.encode())]
        await producer.send_and_wait(reader.topic.name, value=b"{", headers=headers)
    await producer.stop()
    keys = {*keyed, *await driver.break_handler(f"ill-{mark}-bug")}
    behind = 0
    for key in keys:
        behind += await driver.order_behind(key, scene.load)
    wanted = len(keys) + len(alone) + behind

    async def all_set_aside() -> bool:
        rows = await driver.world.ask(driver.database(reader.service), "SELECT count(*) AS n FROM parked")
        return bool(rows[0]["n"] == wanted)

    await scene.demand(f"{wanted} messages are parked", all_set_aside, 40)
    there = await driver.world.messages(reader.topic.name)
    ids = {identity(one.headers) for one in there if one.key is not None and one.key.decode() in keys}
    scene.letters.expect(reader.letters, ids | set(alone))
    scene.notes.append(f"{len(keys) + len(alone)} poisoned, {behind} behind them")


def _headers(reader: Reader) -> list[tuple[str, bytes]]:
    return [("ce_type", reader.known.encode()), ("content-type", b"application/json")]


def _kinds(reader: Reader, driver: Driver) -> list[dict[str, Any]]:
    newer = f"{reader.known.rpartition('.v')[0]}.v99".encode()
    return [
        {"value": b'{"broken'},
        {"value": b"{}"},
        {"value": None},
        {"value": b"\xff\xfe"},
        {"value": b'"' + b"x" * (1_048_000 - 600)},
        {"value": driver.unstorable()},
        {"headers": [("ce_type", newer)]},
        {"headers": [("ce_type", newer), ("x\0y", b"a\0b"), ("z", b"\xff")]},
    ]
