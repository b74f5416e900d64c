"""The porting service's side of the exchange: says what it is told to, keeps all that comes back as it came."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from chassis.topics import create_topics
from contracts.envelope import headers
from contracts.wbci.v1 import INBOUND, OUTBOUND, WbciMessage
from devstack.donor.answers import ALPHABET
from devstack.donor.reading import Unreadable, headers_of, read


@dataclass(frozen=True, slots=True)
class Heard:
    """A record of the inbound topic; without a message where it is none, then `fault` says why."""

    partition: int
    offset: int
    key: str | None
    headers: dict[str, str]
    body: bytes
    message: WbciMessage | None
    fault: str | None

    def is_of(self, names: set[str]) -> bool:
        """Does it name one of these in any place?"""
        places = [self.key or "", *self.headers.values(), self.body.decode("utf-8", "replace")]
        return any(name in place for name in names for place in places)


@dataclass
class Exchange:
    """`own` and `carrier` are carrier codes; `patience`: seconds in which an answer has to come."""

    kafka_url: str
    own: str
    carrier: str
    patience: float
    said: dict[UUID, WbciMessage] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ending: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _producer: Any = None

    async def __aenter__(self) -> Self:
        await create_topics(self.kafka_url, [OUTBOUND, INBOUND])
        consumer = AIOKafkaConsumer(INBOUND.name, bootstrap_servers=self.kafka_url, auto_offset_reset="latest")
        self._producer = AIOKafkaProducer(bootstrap_servers=self.kafka_url, acks="all")
        for one in (consumer, self._producer):
            await one.start()
            self._ending.push_async_callback(one.stop)
        for place in consumer.assignment():
            await consumer.position(place)
        reading = asyncio.create_task(self._read(consumer))

        async def end() -> None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

        self._ending.push_async_callback(end)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ending.aclose()

    def new_id(self, letter: str, carrier: str = "") -> str:
        return f"{carrier or self.own}.{letter}{''.join(secrets.choice(ALPHABET) for _ in range(9))}"

    async def say(
        self,
        message: WbciMessage,
        *,
        event_id: UUID | None = None,
        type_name: str | None = None,
        body: bytes | None = None,
        more: dict[str, bytes] | None = None,
    ) -> UUID:
        """Sent when this returns. `type_name`, `body` and `more` headers spoil what would have been right."""
        event_id = event_id or uuid4()
        self.said[event_id] = message
        made = headers(
            event_id=event_id,
            type_name=type_name or message.type_name(),
            source="porting",
            subject=message.pre_agreement_id,
            correlation_id=story_of(message.pre_agreement_id),
        )
        carried = {name: value.encode() for name, value in made.items()} | (more or {})
        content = message.body() if body is None else body
        key = message.pre_agreement_id.encode()
        await self._producer.send_and_wait(OUTBOUND.name, content, key=key, headers=list(carried.items()))
        return event_id

    async def hear(
        self, about: str, wanted: Callable[[WbciMessage], bool] = lambda _: True, *, within: float | None = None
    ) -> WbciMessage | None:
        """The first message about a pre-agreement that is wanted; None if it does not come in time."""
        found = await self.hear_all(about, wanted, count=1, within=within)
        return found[0] if found else None

    async def hear_all(
        self, about: str, wanted: Callable[[WbciMessage], bool], *, count: int, within: float | None = None
    ) -> list[WbciMessage]:
        """All that came until there were `count`, or until the time was over."""

        def found() -> list[WbciMessage]:
            messages = (one.message for one in self.heard if one.message is not None)
            return [one for one in messages if one.pre_agreement_id == about and wanted(one)]

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.patience if within is None else within), self._changed:
                await self._changed.wait_for(lambda: len(found()) >= count)
        return found()

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            fetched = await consumer.getmany(timeout_ms=200)
            async with self._changed:
                self.heard += [_heard(record) for batch in fetched.values() for record in batch]
                self._changed.notify_all()


def story_of(pre_agreement_id: str) -> str:
    """The correlation id that a connector has to carry on."""
    return f"connector-kit-{pre_agreement_id}"


def _heard(record: ConsumerRecord) -> Heard:
    given = headers_of(record)
    key = None if record.key is None else record.key.decode("utf-8", "replace")
    message, fault = None, None
    try:
        message = read(given, record.value)
    except Unreadable as error:
        fault = str(error).splitlines()[0]
    return Heard(record.partition, record.offset, key, given, record.value or b"", message, fault)
