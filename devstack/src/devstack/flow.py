"""The flow of one correlation id: its events of all topics in the order of time, each with its cause."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.readers import dead_letter_topics
from contracts.registry import all_topics

LATEST = 20_000
"""So many messages of a partition are looked through at most."""


@dataclass(frozen=True, slots=True)
class Happened:
    """`body` is None for a tombstone, and for what is secret."""

    id: str
    type: str
    topic: str
    partition: int
    offset: int
    key: str
    at: datetime
    source: str
    cause: str | None
    body: bytes | None


async def events_of(correlation_id: str, kafka_url: str) -> list[Happened]:
    """Read all topics once; fit for a development stack, not for years of events."""
    secret = {topic.name for topic in all_topics() if topic.secret}
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka_url, enable_auto_commit=False, max_partition_fetch_bytes=4 << 20
    )
    await consumer.start()
    try:
        names = await consumer.topics()
        topics = [topic for topic in (*all_topics(), *dead_letter_topics()) if topic.name in names]
        partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        consumer.assign(partitions)
        starts, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        left = {one for one in partitions if ends[one] > starts[one]}
        consumer.assign(sorted(left))
        for one in left:
            consumer.seek(one, max(starts[one], ends[one] - LATEST))
        found: list[Happened] = []
        while left:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found += [one for record in records if (one := _happened(record, correlation_id, secret)) is not None]
            left = {one for one in left if await consumer.position(one) < ends[one]}
        return sorted(found, key=lambda one: (one.at, one.topic, one.offset))
    finally:
        await consumer.stop()


def _happened(record: Any, correlation_id: str, secret: set[str]) -> Happened | None:
    given = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    if given.get("ce_correlationid") != correlation_id:
        return None
    return Happened(
        id=given.get("ce_id", ""),
        type=given.get("ce_type", "unknown"),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode("utf-8", "replace"),
        at=_time(given.get("ce_time"), record.timestamp),
        source=given.get("ce_source", "").removeprefix("/trunkline/"),
        cause=given.get("ce_causationid"),
        body=None if record.topic in secret else record.value,
    )


def _time(written: str | None, millis: int) -> datetime:
    try:
        return datetime.fromisoformat(written or "").astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(millis / 1000, UTC)
