"""How far each consumer group is behind on each topic."""

from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.crm.v1 import PARTIES
from contracts.readers import LISTENS, PUBLISHES
from contracts.registry import all_topics
from contracts.wbci.v1 import INBOUND

WRITERS = {**PUBLISHES, "crm": (PARTIES,), "donor": (INBOUND,)}
"""The services, and who plays the world around them here."""


@dataclass(frozen=True, slots=True)
class Reader:
    service: str
    group: str
    lag: int


@dataclass(frozen=True, slots=True)
class TopicState:
    """`messages` are those the broker still has."""

    name: str
    writers: tuple[str, ...]
    messages: int
    readers: tuple[Reader, ...]

    @property
    def lag(self) -> int:
        return sum(one.lag for one in self.readers)


class Lags:
    """Keeps its connections to the broker; raises KafkaError while it is away."""

    def __init__(self, kafka_url: str) -> None:
        self._url = kafka_url
        self._consumer: AIOKafkaConsumer | None = None
        self._admin: AIOKafkaAdminClient | None = None

    async def close(self) -> None:
        for one in (self._consumer, self._admin):
            if one is not None:
                await (one.stop() if isinstance(one, AIOKafkaConsumer) else one.close())
        self._consumer = self._admin = None

    async def topics(self) -> list[TopicState]:
        if self._consumer is None or self._admin is None:
            self._consumer = AIOKafkaConsumer(bootstrap_servers=self._url, enable_auto_commit=False)
            self._admin = AIOKafkaAdminClient(bootstrap_servers=self._url)
            await self._consumer.start()
            await self._admin.start()
        there = await self._consumer.topics()
        topics = [topic for topic in all_topics() if topic.name in there]
        partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        starts = await self._consumer.beginning_offsets(partitions)
        ends = await self._consumer.end_offsets(partitions)
        states = []
        for topic in topics:
            ours = [one for one in partitions if one.topic == topic.name]
            readers = []
            for service in (name for name, read in LISTENS.items() if topic in read):
                group = topic.group_of(service)
                told = await self._admin.list_consumer_group_offsets(group)
                places = {one: told[one].offset for one in ours if one in told}
                lag = sum(ends[one] - max(places.get(one, starts[one]), starts[one]) for one in ours)
                readers.append(Reader(service, group, lag))
            states.append(
                TopicState(
                    topic.name,
                    tuple(name for name, written in WRITERS.items() if topic in written),
                    sum(ends[one] - starts[one] for one in ours),
                    tuple(readers),
                )
            )
        return states
