"""The carriers' side of the exchange: reads what we send, answers as each carrier behaves.

What is known of a pre-agreement is what was said about it: both topics are read from the start. The group's offset
stands before the first message whose answers are not all said; from there a restarted program answers again, under the
same ids.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from contracts.envelope import headers
from contracts.wbci.v1 import INBOUND, OUTBOUND, TechnicallyRefused, WbciMessage
from devstack.clock import BusinessClock, morning_after
from devstack.donor import initiative
from devstack.donor.answers import Says, answers_to, resumed, va_answers
from devstack.donor.behaviours import Behaviours, Timing, ToVa
from devstack.donor.cases import Case, Cases, subject_of
from devstack.donor.garbage import Garbage, GarbageKind
from devstack.donor.reading import Unreadable, headers_of, read, technical_refusal

log = structlog.get_logger()
GROUP = "donor.wbci-outbound"
ANSWERS = UUID("5d9a3c1e-2f1b-5b7a-9f64-0f4a7be2c7d3")
GARBAGE_SOURCE = "donor-garbage"


class Away(Exception):
    """The broker is away, so nothing can be said."""


@dataclass(slots=True)
class _Open:
    """Answers that are not said yet: where their messages stand, so that they are asked for again after a crash."""

    at: dict[asyncio.Task[None], tuple[TopicPartition, int]] = field(default_factory=dict)
    by_subject: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def add(self, task: asyncio.Task[None], subject: str, place: tuple[TopicPartition, int]) -> None:
        """A newer message about the same thing takes the place of an earlier one that still waits."""
        earlier = self.by_subject.pop(subject, None)
        if earlier is not None:
            earlier.cancel()
        self.at[task], self.by_subject[subject] = place, task
        task.add_done_callback(lambda done: self._end(done, subject))

    def first(self, partition: TopicPartition) -> int | None:
        return min((offset for one, offset in self.at.values() if one == partition), default=None)

    def end_all(self) -> None:
        for task in list(self.at):
            task.cancel()

    def _end(self, task: asyncio.Task[None], subject: str) -> None:
        self.at.pop(task, None)
        if self.by_subject.get(subject) is task:
            del self.by_subject[subject]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an answer failed", subject=subject, error=repr(error))


class Carriers:
    """All simulated carriers; `ready` once it is known what was said before."""

    def __init__(self, kafka_url: str, clock: BusinessClock) -> None:
        self.behaviours = Behaviours.at_first()
        self.cases = Cases()
        self.ready = False
        self._url, self._clock = kafka_url, clock
        self._open = _Open()
        self._committed: dict[TopicPartition, int] = {}
        self._producer: AIOKafkaProducer | None = None

    async def run(self) -> None:
        """Serve until cancelled; begins anew where the broker was away."""
        while True:
            try:
                await self._serve()
            except (KafkaError, OSError) as error:
                log.warning("the broker is away", error=repr(error))
                await asyncio.sleep(0.5)

    # What people have them do

    async def ask_for_numbers(self, wish: initiative.Wish) -> Case:
        """PORT-9."""
        envelope = await self._envelope(wish.carrier, wish.to, initiative.new_id(wish.carrier, "V"))
        asked = initiative.asked_for(wish, envelope)
        case = self.cases.of(asked, carrier=wish.carrier)
        await self._say(case, asked, uuid4())
        return case

    async def ask_again(self, case: Case, requested_on: Any = None) -> Case:
        """A new VA after an STR-AEN, or after a refusal."""
        if case.asked is None or not case.is_recipient or case.state not in ("awaiting_new", "refused"):
            raise initiative.NotNow("A carrier asks again for our numbers after STR-AEN or a refusal.")
        again = case.asked.model_copy(
            update={
                "pre_agreement_id": initiative.new_id(case.carrier, "V"),
                "requested_on": requested_on or case.asked.requested_on,
            }
        )
        new = self.cases.of(again, carrier=case.carrier)
        await self._say(new, again, uuid4(), {"ce_correlationid": case.correlation_id})
        return new

    async def move(self, case: Case, new_date: Any) -> None:
        envelope = await self._envelope(case.carrier, case.partner, case.pre_agreement_id)
        await self._say(case, initiative.moved(case, new_date, envelope), uuid4())

    async def call_off(self, case: Case, *, final: bool, reason: str | None) -> None:
        envelope = await self._envelope(case.carrier, case.partner, case.pre_agreement_id)
        await self._say(case, initiative.called_off(case, final=final, reason=reason, envelope=envelope), uuid4())

    async def answer_now(self, case: Case, how: ToVa) -> None:
        """Answer the VA (again), whatever was chosen for the carrier."""
        if case.asked is None or case.is_recipient:
            raise initiative.NotNow("Nobody asked this carrier for a pre-agreement under that id.")
        for message in va_answers(case.asked, how):
            await self._say(case, message, uuid4())

    async def send_garbage(self, case: Case, kind: GarbageKind) -> None:
        if case.asked is None:
            raise initiative.NotNow("Nothing is known under that id that could be spoilt.")
        if case.is_recipient:
            await self._say(case, Garbage(kind, case.asked), uuid4())
            return
        for message in va_answers(case.asked, ToVa(behaviour="sends_garbage", garbage=kind)):
            await self._say(case, message, uuid4())

    # The topics

    async def _serve(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._url, group_id=GROUP, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        producer = AIOKafkaProducer(bootstrap_servers=self._url, acks="all", linger_ms=0)
        try:
            await producer.start()
            await consumer.start()
            self._producer = producer
            for record in await self._remembered(consumer):
                self._hear(record)
            self.ready = True
            while True:
                fetched = await consumer.getmany(timeout_ms=200)
                for record in (one for batch in fetched.values() for one in batch):
                    self._hear(record)
                await self._commit(consumer)
        finally:
            self.ready, self._producer = False, None
            self._open.end_all()
            for one in (consumer, producer):
                with contextlib.suppress(KafkaError):
                    await one.stop()

    async def _remembered(self, consumer: AIOKafkaConsumer) -> list[ConsumerRecord]:
        """Learn from all that was said; what is returned still has to be answered."""
        while not {OUTBOUND.name, INBOUND.name} <= await consumer.topics():  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.2)
        theirs = [TopicPartition(OUTBOUND.name, number) for number in range(OUTBOUND.partitions)]
        everything = [*theirs, *(TopicPartition(INBOUND.name, number) for number in range(INBOUND.partitions))]
        consumer.assign(everything)
        await consumer.seek_to_beginning(*everything)
        self._committed = {one: await consumer.committed(one) or 0 for one in theirs}
        found, ends = [], await consumer.end_offsets(everything)
        while not all([await consumer.position(one) >= end for one, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
        reached = {one: await consumer.position(one) for one in theirs}
        consumer.assign(theirs)
        for one, place in reached.items():
            consumer.seek(one, place)
        found.sort(key=lambda one: (one.timestamp, one.topic == INBOUND.name, one.offset))
        for record in found:
            self._learn(record)
        return [one for one in found if one.offset >= self._committed.get(_place(one), one.offset + 1)]

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        new = {}
        for one in self._committed:
            first = self._open.first(one)
            place = await consumer.position(one) if first is None else first
            if place > self._committed[one]:
                new[one] = place
        if new:
            await consumer.commit(new)
            self._committed |= new

    def _learn(self, record: ConsumerRecord) -> None:
        given = headers_of(record)
        if given.get("ce_source", "").endswith(GARBAGE_SOURCE):
            if (case := self.cases.by_id.get((record.key or b"").decode("utf-8", "replace"))) is not None:
                at = case.last_at or datetime.fromtimestamp(record.timestamp / 1000).astimezone()
                case.note_garbage("", given.get("ce_id", ""), given.get("ce_correlationid", ""), at)
            return
        try:
            message = read(given, record.value)
        except Unreadable:
            return
        carrier = message.sender if record.topic == INBOUND.name else message.receiver
        case = self.cases.of(message, carrier=carrier)
        case.take(message, given.get("ce_id", ""), given.get("ce_correlationid", ""), given.get("ce_causationid"))

    def _hear(self, record: ConsumerRecord) -> None:
        """Answer a message of ours, in a while."""
        given = headers_of(record)
        try:
            message = read(given, record.value)
        except Unreadable as error:
            log.warning("message not understood", error=str(error), key=record.key)
            refusal = technical_refusal(error, record.key, record.value)
            if refusal is not None:
                case = self.cases.of(refusal, carrier=refusal.sender)
                self._later(record, case, [refusal], Timing(), given, f"{record.partition} {record.offset}")
            return
        case = self.cases.of(message, carrier=message.receiver)
        event_id = given.get("ce_id", "")
        heard_before = event_id in case.subjects
        already = list(case.given.get(subject_of(message), ()))
        case.take(message, event_id, given.get("ce_correlationid", ""), given.get("ce_causationid"))
        behaviour = self.behaviours.of(case.carrier, case.asked.numbers if case.asked else ())
        plan, timing = answers_to(case, message, behaviour, again=not heard_before)
        if heard_before and already:
            plan = resumed(plan, already)
        if plan:
            subject = subject_of(message) if not already else f"{subject_of(message)}, once more {event_id}"
            self._later(record, case, plan, timing, given, subject)

    def _later(
        self,
        record: ConsumerRecord,
        case: Case,
        plan: Sequence[Says],
        timing: Timing,
        given: Mapping[str, str],
        subject: str,
    ) -> None:
        task = asyncio.create_task(self._answer(case, plan, timing, given, asked_at=case.last_at))
        self._open.add(task, subject, (_place(record), record.offset))

    async def _answer(
        self, case: Case, plan: Sequence[Says], timing: Timing, given: Mapping[str, str], asked_at: datetime | None
    ) -> None:
        """Working days count from the moment that the message names, so that a restart does not stretch them."""
        since = asked_at or await self._clock.now()
        seconds, days = timing.delay, timing.working_days
        for place, says in enumerate(plan):
            if days:
                since = morning_after(since, days)
                await self._clock.until(since)
            await asyncio.sleep(seconds)
            meant = says.meant if isinstance(says, Garbage) else says
            if case.fits(meant):
                await self._say(case, says, uuid5(ANSWERS, f"{given.get('ce_id', '')} {place}"), given)
            seconds, days = timing.then_delay, timing.then_working_days

    async def _envelope(self, carrier: str, partner: str, pre_agreement_id: str) -> dict[str, Any]:
        return {
            "sender": carrier,
            "receiver": partner,
            "pre_agreement_id": pre_agreement_id,
            "sent_at": await self._clock.now(),
        }

    async def _say(self, case: Case, says: Says, event_id: UUID, given: Mapping[str, str] | None = None) -> None:
        """Sent and learnt when this returns. Times of one pre-agreement never go back."""
        if self._producer is None:
            raise Away
        given = given or {}
        now = await self._clock.now()
        at = max(now, case.last_at or now)
        correlation_id = given.get("ce_correlationid") or case.correlation_id
        spoilt = isinstance(says, Garbage)
        message: WbciMessage = (says.meant if isinstance(says, Garbage) else says).model_copy(update={"sent_at": at})
        if isinstance(says, Garbage):
            bad = Garbage(says.kind, message)
            body, type_name = bad.body(), bad.type_name
        else:
            body, type_name = message.body(), message.type_name()
        made = headers(
            event_id=event_id,
            type_name=type_name,
            source=GARBAGE_SOURCE if spoilt else "donor",
            subject=case.pre_agreement_id,
            correlation_id=correlation_id,
            cause=_uuid(given.get("ce_id")),
            traceparent=given.get("ce_traceparent"),
        )
        carried = [(name, value.encode()) for name, value in made.items()]
        await self._producer.send_and_wait(INBOUND.name, body, key=case.pre_agreement_id.encode(), headers=carried)
        self.cases.of(message, carrier=case.carrier)
        if isinstance(says, Garbage):
            case.note_garbage(f"{says.kind} for {type_name}", str(event_id), correlation_id, at)
        elif not isinstance(message, TechnicallyRefused) or case.asked is not None:
            case.take(message, str(event_id), correlation_id, given.get("ce_id"))
        log.info("said", type=type_name, pre_agreement_id=case.pre_agreement_id)


def _place(record: ConsumerRecord) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)


def _uuid(written: str | None) -> UUID | None:
    try:
        return UUID(written or "")
    except ValueError:
        return None
