"""What a reader tells of its lag where nothing comes."""

from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from chassis import metrics
from chassis.pump import prompt_subscriber

MINE, GONE = TopicPartition("orders", 0), TopicPartition("orders", 1)


class Consumer:
    """Has one partition and fetches nothing."""

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[Any]]:
        return {}

    def assignment(self) -> set[TopicPartition]:
        return {MINE}

    def highwater(self, place: TopicPartition) -> int:
        return {MINE: 12, GONE: 900}[place]


async def test_a_reader_tells_no_more_of_partitions_that_went_to_another() -> None:
    inlet: Any = SimpleNamespace(group="tried.orders", reached={MINE: 10, GONE: 100})
    metrics.lag.labels(inlet.group).set(802)
    reader = object.__new__(prompt_subscriber(inlet, 0, 5))
    assert await reader.get_msg(Consumer()) == ()
    assert metrics.lag.labels(inlet.group)._value.get() == 2
    metrics.lag.remove(inlet.group)
