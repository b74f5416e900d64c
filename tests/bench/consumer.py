"""The batch consumer against the same work written on bare aiokafka and asyncpg."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text, insert

from chassis import metrics
from chassis.ids import uuid7
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.store import chassis_tables
from chassis.subscription import Subscription
from chassis.unit import Unit
from contracts.envelope import Event, Topic, headers
from tests.bench.figure import Figure, in_turns, share
from tests.bench.ground import JSON_FILLING, Ground, count_of, timed
from tests.bench.relay import Row, raw
from tests.waiting import until

EVENTS = 20_000
KEYS = 2_000
BATCH = 500
metadata = MetaData()
chassis_tables(metadata)
effect = Table(
    "effect",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("number", Integer, nullable=False),
)

CLAIM = "INSERT INTO inbox (grp, id) SELECT $1, i FROM unnest($2::uuid[]) AS x(i) ON CONFLICT DO NOTHING RETURNING id"
EFFECTS = "INSERT INTO effect (name, number) SELECT n, v FROM unnest($1::text[], $2::int[]) AS x(n, v)"
RECORD = (
    "INSERT INTO outbox (topic, key, headers, payload) "
    "SELECT t, k, h::jsonb, p FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) AS x(t, k, h, p)"
)


class Refused(Exception):
    """This service refuses nothing."""


def events_on(topic: Topic) -> tuple[type[Any], type[Any]]:
    """What is read and what is written because of it."""

    class Thing(Event, topic=topic, key="name"):
        name: str
        number: int
        note: str

    class Done(Event, topic=topic, key="name"):
        name: str
        number: int

    return Thing, Done


def service_on(topic: Topic, name: str) -> Service[Unit]:
    """An effect and an event for each thing; a thing numbered below zero is a bug in the handler."""
    thing, done = events_on(topic)
    things = Subscription[Unit](topic)
    write = insert(effect)

    @things.on(thing)
    async def on_thing(event: Any, unit: Unit) -> None:
        if event.number < 0:
            raise RuntimeError("handler bug")
        unit.stage_row(write, {"name": event.name, "number": event.number})
        unit.outbox.record(done(name=event.name, number=event.number))

    return Service(
        name=name,
        settings=ServiceSettings,
        unit=Unit,
        metadata=metadata,
        migrations=Path(),
        refusal=Refused,
        translate=lambda said, _language, **_params: said,
        subscriptions=[things],
        publishes=[topic],
    )


def messages(topic: Topic, keys: Sequence[str], numbers: Sequence[int]) -> list[Row]:
    made = []
    for key, number in zip(keys, numbers, strict=True):
        marks = headers(
            event_id=uuid7(),
            type_name=f"{topic.context}.Thing.v1",
            source="bench",
            subject=key,
            correlation_id=f"story-{number}",
        )
        payload = json.dumps({"name": key, "number": number, "note": "x" * JSON_FILLING}).encode()
        made.append((key, json.dumps(marks), payload))
    return made


async def filled(ground: Ground, rows_on: Any) -> Topic:
    """A topic with the messages of `rows_on(topic)`."""
    topic = await ground.new_topic()
    producer = AIOKafkaProducer(bootstrap_servers=ground.kafka_url, max_batch_size=1 << 20)
    await producer.start()
    await raw(producer, topic, rows_on(topic))
    await producer.stop()
    return topic


async def chassis_rate(ground: Ground, database: str, topic: Topic, number: int) -> float:
    """Messages a second through the chassis, from the first batch to the last."""
    service = service_on(topic, f"bench{uuid4().hex[:6]}")
    group = topic.group_of(service.name)
    await ground.new_dead_letters(topic, service.name)

    def settled() -> float:
        return count_of(metrics.handled, group) + count_of(metrics.ignored, group)

    opened = service.open(database_url=database, kafka_url=ground.kafka_url, batch_size=BATCH)
    async with worker(service, opened):
        await until(lambda: settled() > 0, 60, every=0.001)
        before = settled()
        async with timed() as meter:
            await until(lambda: settled() >= number, 120, every=0.001)
    return (number - before) / meter.seconds


@asynccontextmanager
async def worker(service: Service[Any], opened: Any) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    job = asyncio.create_task(service.run_until(opened, stopping, frozenset({"worker"})))
    try:
        yield
    finally:
        stopping.set()
        await job


async def bare_rate(ground: Ground, database: str, topic: Topic, number: int) -> float:
    """The same effects by hand: one transaction a poll, four statements, offsets committed after it."""
    thing, done = events_on(topic)
    group = f"bare{uuid4().hex[:6]}"
    connection = await asyncpg.connect(database)
    consumer = AIOKafkaConsumer(
        topic.name,
        bootstrap_servers=ground.kafka_url,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    polled = await consumer.getmany(timeout_ms=10_000, max_records=BATCH)
    seen = 0
    async with timed() as meter:
        while True:
            records = [record for found in polled.values() for record in found]
            marks = [dict(record.headers) for record in records]
            ids = [UUID(mark["ce_id"].decode()) for mark in marks]
            async with connection.transaction():
                fresh = {row["id"] for row in await connection.fetch(CLAIM, group, ids)}
                things = [thing.read(record.value) for record, one in zip(records, ids, strict=True) if one in fresh]
                await connection.execute(EFFECTS, [one.name for one in things], [one.number for one in things])
                says = [
                    headers(
                        event_id=uuid7(),
                        type_name=done.type_name(),
                        source="bare",
                        subject=one.name,
                        correlation_id=mark["ce_correlationid"].decode(),
                        cause=cause,
                    )
                    for one, mark, cause in zip(things, marks, ids, strict=True)
                ]
                await connection.execute(
                    RECORD,
                    [topic.name] * len(things),
                    [one.name for one in things],
                    [json.dumps(said) for said in says],
                    [done(name=one.name, number=one.number).body() for one in things],
                )
            await consumer.commit({place: found[-1].offset + 1 for place, found in polled.items() if found})
            seen += len(records)
            if seen >= number:
                break
            polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
    await consumer.stop()
    await connection.close()
    return seen / meter.seconds


async def measure(ground: Ground) -> list[Figure]:
    database = await ground.new_database("consumer", metadata)
    keys = [f"key-{nth % KEYS}" for nth in range(EVENTS)]
    topic = await filled(ground, lambda topic: messages(topic, keys, range(EVENTS)))
    pairs = await in_turns(
        lambda: bare_rate(ground, database, topic, EVENTS), lambda: chassis_rate(ground, database, topic, EVENTS)
    )
    return [share("batch consumer ÷ the same on bare aiokafka + asyncpg", "messages/s", 0.8, pairs)]
