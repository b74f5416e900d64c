"""Kafka's side of a consumer: FastStream pumps, the inlet decides.

FastStream 0.7.8 acknowledges before the handler ran by default, swallows exceptions under MANUAL, discards a batch for
one message whose JSON or header it can't read, answers to a stranger's `reply_to`, and sleeps between empty polls. So
parsing, decoding and fetching are ours, the sink never raises, nothing is replied, offsets are committed explicitly.
"""

import asyncio
from collections.abc import Sequence
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from chassis import metrics
from chassis.inlet import Inlet

log = structlog.get_logger()

FETCH_TIMEOUT_MS = 1000
SESSION_TIMEOUT_MS = 10_000
PAUSE = 0.2


def prompt_subscriber(inlet: Inlet[Any], linger: float, most: int) -> type[BatchSubscriber]:
    """Fetches as soon as there is something, and rests in the broker otherwise.

    With `linger` it waits so many seconds for more, up to `most`: a batch costs about as much as a message. Where
    nothing comes the lag is measured all the same: the partitions may have gone to another member.
    """
    rejoining: set[asyncio.Task[None]] = set()

    class PromptSubscriber(BatchSubscriber):
        __slots__ = ()

        async def get_msg(self, consumer: Any) -> tuple[ConsumerRecord, ...]:
            fetched = await self._fetch(consumer, FETCH_TIMEOUT_MS, most)
            if not fetched:
                _measure(inlet, consumer)
            if linger and 0 < len(fetched) < most:
                await asyncio.sleep(linger)
                fetched += await self._fetch(consumer, 0, most - len(fetched))
            return fetched

        async def _fetch(self, consumer: Any, timeout_ms: int, at_most: int) -> tuple[ConsumerRecord, ...]:
            try:
                fetched = await consumer.getmany(timeout_ms=timeout_ms, max_records=at_most)
            except KafkaError as error:  # FastStream would sleep for five seconds
                log.warning("nothing fetched", group=self.group_id, error=repr(error))
                if type(error) is KafkaError and not rejoining:
                    task = asyncio.create_task(_rejoin(self, inlet))  # a task of its own: it ends this one
                    rejoining.add(task)
                    task.add_done_callback(rejoining.discard)
                await asyncio.sleep(PAUSE)
                return ()
            return tuple(chain.from_iterable(fetched.values()))

    return PromptSubscriber


def attach(
    broker: KafkaBroker, inlet: Inlet[Any], *, instance: str | None, batch_size: int, linger: float = 0.0
) -> None:
    """Let `broker` feed the inlet with its topic."""

    async def parse(records: Sequence[ConsumerRecord]) -> KafkaMessage:
        return KafkaMessage(
            body=records,
            raw_message=records,
            headers={},
            message_id=str(records[0].offset),
            consumer=subscriber.consumer,
        )

    async def decode(message: KafkaMessage) -> KafkaMessage:
        return message  # what the sink is given

    options: dict[str, Any] = {"group_instance_id": f"{inlet.group}.{instance}"} if instance else {}
    subscriber: Any = broker.subscriber(
        inlet.subscription.topic.name,
        group_id=inlet.group,
        batch=True,
        ack_policy=AckPolicy.MANUAL,
        max_records=batch_size,
        no_reply=True,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=1000,
        parser=parse,
        decoder=decode,
        **options,
    )
    subscriber.__class__ = prompt_subscriber(inlet, linger, batch_size)

    @subscriber  # type: ignore[untyped-decorator] # FastStream 0.7.8 types the batch subscriber loosely
    async def on_batch(message: KafkaMessage) -> None:
        await pour(message.raw_message, message.consumer, inlet)


async def join(broker: KafkaBroker, stopping: asyncio.Event) -> bool:
    """Join all groups, at once because each join takes its time; False if told to stop meanwhile.

    FastStream starts one subscriber after the other, while those that run already take the processor, and gives up
    when the broker goes away in between.
    """
    await broker.connect()
    joining: asyncio.Future[Any] = asyncio.gather(*(_join(subscriber) for subscriber in broker.subscribers))
    told: asyncio.Future[Any] = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({joining, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not joining.done():
        joining.cancel()
        return False
    await joining
    return True


async def _join(subscriber: Any) -> None:
    while True:
        try:
            return await subscriber.start()  # type: ignore[no-any-return] # None
        except (KafkaError, OSError) as error:
            log.warning("group not joined yet", group=subscriber.group_id, error=repr(error))
            await subscriber.stop()
            await asyncio.sleep(PAUSE)


async def _rejoin(subscriber: Any, inlet: Inlet[Any]) -> None:
    """With a new consumer, in place of one that has ended its coordination for good.

    aiokafka 0.14 says so with a bare KafkaError, after any error that it did not expect, and says nothing else from
    then on. What has failed once may fail again in the old consumer's goodbye: the new one comes all the same.
    """
    log.error("group is joined anew", group=inlet.group)
    try:
        await subscriber.stop()
    except Exception as error:
        log.info("consumer did not say goodbye", group=inlet.group, error=repr(error))
    if not inlet.stopping.is_set():
        await _join(subscriber)


async def pour(records: Any, consumer: Any, inlet: Inlet[Any]) -> None:
    """Give `records` to the inlet and commit their offsets, or go back to their first. Never raises."""
    first: dict[TopicPartition, int] = {}
    after: dict[TopicPartition, int] = {}
    for record in records:
        place = TopicPartition(record.topic, record.partition)
        first[place] = min(first.get(place, record.offset), record.offset)
        after[place] = max(after.get(place, 0), record.offset + 1)
    if not await inlet.take(records):
        for place, offset in first.items():
            try:
                consumer.seek(place, offset)
            except IllegalStateError:
                log.info("partition went to another member", partition=place.partition, topic=place.topic)
        inlet.reached.update(first)
        _measure(inlet, consumer)
        return
    await commit({place: offset for place, offset in after.items() if place in consumer.assignment()}, consumer)
    inlet.reached.update(after)
    _measure(inlet, consumer)


def _measure(inlet: Inlet[Any], consumer: Any) -> None:
    mine = {place: offset for place, offset in inlet.reached.items() if place in consumer.assignment()}
    inlet.reached = mine
    metrics.lag.labels(inlet.group).set(
        sum(max(0, (consumer.highwater(place) or offset) - offset) for place, offset in mine.items())
    )


async def commit(offsets: dict[TopicPartition, int], consumer: AIOKafkaConsumer) -> None:
    """Commit; a failure costs a second delivery, which the inbox makes harmless."""
    if not offsets:
        return
    try:
        await consumer.commit(offsets)
    except (TimeoutError, KafkaError) as error:
        log.warning("offsets not committed", error=repr(error))


def assigned(broker: KafkaBroker) -> bool:
    """Has every consumer of this broker been given its partitions, even if none was left for it?"""
    return all(_is_assigned(subscriber) for subscriber in broker.subscribers)


def _is_assigned(subscriber: Any) -> bool:
    consumer = getattr(subscriber, "consumer", None)
    joined = None if consumer is None else consumer._subscription.subscription  # no public word tells none from not yet
    return joined is not None and joined.assignment is not None
