"""The CRM at its desk: listens on Kafka, publishes what its register answers, one after the other."""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from chassis.ids import uuid7
from contracts.crm.v1 import PARTIES, PROSPECTS, PartiesMerged, PartyChanged, ProspectEntered
from contracts.envelope import Event, headers
from contracts.ordering.v1 import CUSTOMERS, ProspectBecameCustomer
from devstack.crm.parties import parties
from devstack.crm.register import Register

log = structlog.get_logger()
TOPICS = (PARTIES, PROSPECTS, CUSTOMERS)
KNOWN: dict[str, type[Event]] = {
    kind.type_name(): kind for kind in (PartyChanged, PartiesMerged, ProspectEntered, ProspectBecameCustomer)
}


class Desk:
    """Reads its topics from the start each time: what it knows is what was published, it keeps no store."""

    def __init__(self, kafka_url: str) -> None:
        self.register = Register()
        self.ready = False
        self._url = kafka_url
        self._producer: AIOKafkaProducer | None = None
        self._became: dict[UUID, ProspectBecameCustomer] = {}

    async def run(self) -> None:
        """Serve until cancelled; begins anew where the broker was away."""
        while True:
            try:
                await self._serve()
            except (KafkaError, OSError) as error:
                log.warning("the broker is away", error=repr(error))
                await asyncio.sleep(0.5)

    async def publish(self, *events: PartyChanged | PartiesMerged | UUID, correlation_id: str | None = None) -> None:
        """Sent and known when this returns; a UUID stands for the tombstone of a party. Raises KafkaError."""
        if self._producer is None:
            raise KafkaError("the broker is away")
        sent = []
        for event in events:
            if isinstance(event, UUID):
                sent.append(await self._producer.send(PARTIES.name, None, key=str(event).encode()))
                continue
            made = headers(
                event_id=uuid7(),
                type_name=event.type_name(),
                source="crm",
                subject=event.partition_key(),
                correlation_id=correlation_id or f"crm-{event.partition_key()}",
            )
            carried = [(name, value.encode()) for name, value in made.items()]
            key = event.partition_key().encode()
            sent.append(await self._producer.send(PARTIES.name, event.body(), key=key, headers=carried))
        await asyncio.gather(*sent)
        for event in events:
            if isinstance(event, UUID):
                self.register.learn(event, None)
            else:
                self.register.learn(event.party_id, event)

    async def _serve(self) -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self._url, enable_auto_commit=False)
        producer = AIOKafkaProducer(bootstrap_servers=self._url, acks="all")
        try:
            await producer.start()
            await consumer.start()
            self._producer = producer
            await self._read_on(consumer)
        finally:
            self.ready, self._producer = False, None
            for one in (consumer, producer):
                with contextlib.suppress(KafkaError):
                    await one.stop()

    async def _read_on(self, consumer: AIOKafkaConsumer) -> None:
        while not {topic.name for topic in TOPICS} <= await consumer.topics():  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.2)
        partitions = [TopicPartition(topic.name, number) for topic in TOPICS for number in range(topic.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        news: list[tuple[ProspectEntered | ProspectBecameCustomer, str]] = []
        while True:
            fetched = await consumer.getmany(timeout_ms=200)
            for record in (one for batch in fetched.values() for one in batch):
                news += self._take(record)
            if not self.ready and await _caught_up(consumer, ends):
                await self._announce_missing()
                self.ready = True
            if self.ready:
                for event, correlation_id in news:
                    await self._answer(event, correlation_id)
                news = []

    def _take(self, record: Any) -> list[tuple[ProspectEntered | ProspectBecameCustomer, str]]:
        given = {name: value.decode("utf-8", "replace") for name, value in record.headers}
        if record.value is None:
            if record.topic == PARTIES.name:
                self.register.learn(UUID(record.key.decode()), None)
            return []
        kind = KNOWN.get(given.get("ce_type", ""))
        if kind is None:
            return []
        try:
            event = kind.read(record.value)
        except ValidationError as error:
            log.warning("message not understood", error=str(error))
            return []
        if isinstance(event, (PartyChanged, PartiesMerged)):
            self.register.learn(event.party_id, event)
            return []
        assert isinstance(event, (ProspectEntered, ProspectBecameCustomer))
        return [(event, given.get("ce_correlationid", ""))]

    async def _announce_missing(self) -> None:
        known = self.register.parties.keys() | self.register.merged.keys()
        missing = [one for one in parties() if one.party_id not in known]
        await self.publish(*missing)
        log.info("parties announced", count=len(missing))

    async def _answer(self, event: ProspectEntered | ProspectBecameCustomer, correlation_id: str) -> None:
        """A number may be told before the prospect is: the two topics are not ordered against each other."""
        if isinstance(event, ProspectBecameCustomer):
            self._became[event.party_id] = event
            answer = self.register.take_number(event)
        else:
            answer = self.register.adopt(event)
        if answer is None:
            return
        await self.publish(answer, correlation_id=correlation_id)
        if isinstance(event, ProspectEntered) and event.party_id in self._became:
            await self._answer(self._became[event.party_id], correlation_id)


async def _caught_up(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    return all([await consumer.position(one) >= end for one, end in ends.items()])
