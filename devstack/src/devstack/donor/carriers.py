"""The carriers' side of the exchange: reads what we send, answers as it behaves."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from contracts.envelope import headers
from contracts.wbci.v1 import INBOUND, OUTBOUND, PreAgreementRequested, WbciMessage
from devstack.donor.behaviours import Behaviours, answers_to

log = structlog.get_logger()
GROUP = "donor.wbci-outbound"
ANSWERS = UUID("5d9a3c1e-2f1b-5b7a-9f64-0f4a7be2c7d3")
KEPT = 100


class Carriers:
    """`recent` tells what was asked and answered last, for people who look."""

    def __init__(self, kafka_url: str) -> None:
        self.behaviours = Behaviours.at_first()
        self.recent: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.ready = False
        self._url = kafka_url
        self._waiting: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until cancelled; begins anew where the broker was away."""
        while True:
            try:
                await self._serve()
            except (KafkaError, OSError) as error:
                self.ready = False
                log.warning("the broker is away", error=repr(error))
                await asyncio.sleep(0.5)

    async def _serve(self) -> None:
        consumer = AIOKafkaConsumer(
            OUTBOUND.name,
            bootstrap_servers=self._url,
            group_id=GROUP,
            group_instance_id="donor-1",  # there is one; started anew it goes on at once
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        producer = AIOKafkaProducer(bootstrap_servers=self._url, acks="all")
        await producer.start()
        await consumer.start()
        self.ready = True
        try:
            while True:
                fetched = await consumer.getmany(timeout_ms=500)
                for record in (one for batch in fetched.values() for one in batch):
                    self._take(record, producer)
                if not self._waiting:
                    # Only what was answered is done: after a crash the rest is asked for again, under the same ids.
                    await consumer.commit()
        finally:
            self.ready = False
            for task in self._waiting:
                task.cancel()
            with contextlib.suppress(KafkaError):
                await consumer.stop()
            with contextlib.suppress(KafkaError):
                await producer.stop()

    def _take(self, record: Any, producer: AIOKafkaProducer) -> None:
        given = {name: value.decode("utf-8", "replace") for name, value in record.headers}
        if given.get("ce_type") != PreAgreementRequested.type_name():
            return
        try:
            asked = PreAgreementRequested.read(record.value)
        except ValidationError as error:
            log.warning("message not understood", error=str(error))
            return
        task = asyncio.create_task(self._answer(asked, given, producer))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _answer(self, asked: PreAgreementRequested, given: Mapping[str, str], producer: AIOKafkaProducer) -> None:
        behaviour = self.behaviours.of(asked)
        said = answers_to(asked, behaviour)
        entry = {"pre_agreement_id": asked.pre_agreement_id, "carrier": asked.receiver, **behaviour.model_dump()}
        self.recent.append(entry)
        if not said:
            return
        await asyncio.sleep(behaviour.delay)
        for place, message in enumerate(said):
            await self._send(message, place, given, producer)

    async def _send(
        self, message: WbciMessage, place: int, given: Mapping[str, str], producer: AIOKafkaProducer
    ) -> None:
        key = message.partition_key()
        made = headers(
            event_id=uuid5(ANSWERS, f"{given['ce_id']} {place}"),
            type_name=message.type_name(),
            source="donor",
            subject=key,
            correlation_id=given.get("ce_correlationid", ""),
            cause=UUID(given["ce_id"]),
            traceparent=given.get("ce_traceparent"),
        )
        carried = [(name, value.encode()) for name, value in made.items()]
        await producer.send_and_wait(INBOUND.name, message.body(), key=key.encode(), headers=carried)
        log.info("answered", type=message.type_name(), pre_agreement_id=key)
