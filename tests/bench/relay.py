"""The relay against raw `send_batch` with the same keys, headers and partitioner."""

import asyncio
import json
from collections import defaultdict
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from sqlalchemy import MetaData

from chassis import metrics
from chassis.ids import uuid7
from chassis.relay import Relay, partition_of
from chassis.store import chassis_tables
from contracts.envelope import Topic, headers
from tests.bench.figure import Figure, in_turns, share
from tests.bench.ground import JSON_FILLING, Ground, count_of, timed
from tests.waiting import until

EVENTS = 20_000
KEYS = 2_000
BATCH = 1000
metadata = MetaData()
chassis_tables(metadata)

RECORD = (
    "INSERT INTO outbox (topic, key, headers, payload) "
    "SELECT $1, k, h::jsonb, p FROM unnest($2::text[], $3::text[], $4::bytea[]) AS x(k, h, p)"
)

Row = tuple[str, str, bytes]


def rows_for(topic: Topic, number: int = EVENTS) -> list[Row]:
    """Key, headers and payload as the chassis writes them."""
    made = []
    for nth in range(number):
        key = f"key-{nth % KEYS}"
        marks = headers(
            event_id=uuid7(), type_name="bench.Thing.v1", source="bench", subject=key, correlation_id=f"story-{nth}"
        )
        payload = json.dumps({"name": key, "number": nth, "note": "x" * JSON_FILLING}).encode()
        made.append((key, json.dumps(marks), payload))
    return made


async def raw(producer: AIOKafkaProducer, topic: Topic, rows: list[Row]) -> None:
    """All of `rows` by `send_batch`, as full batches as the round allows, never waiting in between."""
    sent = []
    for start in range(0, len(rows), BATCH):
        batches: dict[int, Any] = defaultdict(producer.create_batch)
        for key, marks, payload in rows[start : start + BATCH]:
            batch = batches[partition_of(key, topic.partitions)]
            batch.append(
                timestamp=None,
                key=key.encode(),
                value=payload,
                headers=[(name, value.encode()) for name, value in json.loads(marks).items()],
            )
        sent += [await producer.send_batch(batch, topic.name, partition=part) for part, batch in batches.items()]
    await asyncio.gather(*sent)


async def measure(ground: Ground) -> list[Figure]:
    topic, database = await ground.new_topic(), await ground.new_database("relay", metadata)
    rows = rows_for(topic)
    producer = AIOKafkaProducer(
        bootstrap_servers=ground.kafka_url,
        acks="all",
        enable_idempotence=False,
        linger_ms=0,
        max_batch_size=1 << 20,
        max_request_size=8 << 20,
    )
    await producer.start()
    await raw(producer, topic, rows[:BATCH])
    connection = await asyncpg.connect(database)
    relay, stopping = Relay(database, ground.kafka_url, service="bench"), asyncio.Event()
    running = asyncio.create_task(relay.run(stopping))

    async def record(some: list[Row]) -> float:
        """Visible to the relay all at once; how many will have been sent then."""
        wanted = count_of(metrics.relayed, 0) + len(some)
        await connection.execute(RECORD, topic.name, *(list(column) for column in zip(*some, strict=True)))
        return wanted

    async def baseline() -> float:
        async with timed() as meter:
            await raw(producer, topic, rows)
        return EVENTS / meter.seconds

    async def product() -> float:
        wanted = await record(rows)
        async with timed() as meter:
            await until(lambda: count_of(metrics.relayed, 0) >= wanted, 60, every=0.001)
        return EVENTS / meter.seconds

    try:
        wanted = await record(rows[:BATCH])
        await until(lambda: count_of(metrics.relayed, 0) >= wanted, 60, every=0.001)
        pairs = await in_turns(baseline, product)
    finally:
        stopping.set()
        await running
        await producer.stop()
        await connection.close()
    return [share("relay ÷ raw send_batch", "events/s", 0.5, pairs)]
