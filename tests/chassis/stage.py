"""Where the chassis' tests play: a fresh topic and database, and the probe service on them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from sqlalchemy import text

from chassis.service import Running, Service
from contracts.envelope import Topic
from tests.chassis.probe import STEP, running
from tests.waiting import until


@dataclass
class Stage:
    """A fresh topic and database, and the probe service on them."""

    database_url: str
    kafka_url: str
    topic: Topic
    thing: type[Any]
    broken: set[str]
    service: Service[Any]

    @property
    def group(self) -> str:
        return self.topic.group_of("probe")

    def run(self, *parts: str, **settings: Any) -> Any:
        return running(self.service, self.database_url, self.kafka_url, *parts, **settings)

    async def tell(self, service: Running[Any], key: str, note: str = "") -> None:
        """One step of a thing: its version grows and the event is recorded with it."""
        async with service.units.writing() as unit:
            version = (await unit.connection.execute(STEP, {"key": key})).scalar_one()
            unit.outbox.record(self.thing(name=key, number=version, note=note))

    async def send(self, *messages: dict[str, Any]) -> None:
        """Put raw messages on the topic, as a stranger would."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka_url)
        await producer.start()
        for message in messages:
            batch = producer.create_batch()  # takes what `send` refuses: neither key nor value
            batch.append(timestamp=None, **{"key": None, "value": None, "headers": [], **message})
            await (await producer.send_batch(batch, self.topic.name, partition=0))
        await producer.stop()

    async def forget_topic(self, name: str) -> None:
        """Delete a topic, and wait until the broker no longer knows it."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka_url)
        await admin.start()
        try:
            await admin.delete_topics([name])

            async def forgotten() -> bool:
                return name not in await admin.list_topics()

            await until(forgotten)
        finally:
            await admin.close()

    def message(self, name: str, number: int, **changes: Any) -> dict[str, Any]:
        """A message as `send` takes it, with some of its parts exchanged."""
        body = self.thing(name=name, number=number).body()
        headers = [("ce_type", self.thing.type_name().encode()), ("content-type", b"application/json")]
        return {"key": name.encode(), "value": body, "headers": headers} | changes

    async def effects(self, service: Running[Any], key: str | None = None) -> list[int]:
        async with service.units.reading() as unit:
            rows = await unit.connection.execute(
                text("SELECT version FROM effect WHERE cast(:key AS text) IS NULL OR key = :key ORDER BY seq"),
                {"key": key},
            )
            return [row.version for row in rows]

    async def parked(self, service: Running[Any]) -> list[tuple[str, bool]]:
        async with service.units.reading() as unit:
            rows = await unit.connection.execute(text("SELECT key, head FROM parked ORDER BY position"))
            return [(row.key, row.head) for row in rows]


async def read(kafka_url: str, topic: str, count: int) -> list[Any]:
    """The first `count` messages of a topic."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka_url, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()
