"""Sends what the outbox holds: one leader a lane, in the order of each key, nothing lost and nothing forgotten.

One connection holds the lane's advisory lock, claims and deletes, so that losing it stops everything. Rows are claimed
by position without a visibility filter; how far back to look is bounded by a low-water mark: read the sequence's last
value S, then take a transaction id X; once the oldest running transaction is newer than X, everything up to S is
visible or gone. The producer is not idempotent: an idempotent one never expires a batch and sends it when the broker
is back. One batch a partition is in flight, which keeps the order; the readers' inbox removes duplicates.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from functools import lru_cache

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder
from faststream.security import BaseSecurity

from chassis import metrics
from chassis.broker import parse_security
from chassis.outbox import DEAD_LETTER_LANE
from chassis.regularly import pause

log = structlog.get_logger()

LOCK = 7001
ROUND = 1000
WORTHWHILE = 50
BREATH = 0.002
"""A round of fewer rows is followed by a breath, so that under load events go out together and cost less."""
DEADLINE = 6.0
SWEEP_EVERY = 15.0
SAMPLE_EVERY = 0.5
DATABASE_TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
CLAIM = (
    "SELECT position, topic, key, headers, payload FROM outbox "
    "WHERE lane = $1 AND position > $2 ORDER BY position LIMIT $3"
)
FORGET = "DELETE FROM outbox WHERE lane = $1 AND position = ANY($2::bigint[])"
SAMPLE = (
    "SELECT last_value - (NOT is_called)::int AS reached, pg_current_xact_id()::text::bigint AS xid "
    "FROM outbox_position_seq"
)
OLDEST_RUNNING = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
DEPTH = (
    "SELECT count(*) AS depth, coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::float AS age "
    "FROM outbox WHERE lane = $1"
)

PARKED_KEYS = "SELECT grp, count(*) AS keys FROM parked_key GROUP BY grp"


@lru_cache(65536)
def partition_of(key: str, partitions: int) -> int:
    """As Kafka's own default partitioner: murmur2 of the key."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class Wake:
    """Tells the relays of this process that something was committed."""

    def __init__(self) -> None:
        self.events: list[asyncio.Event] = []

    def new(self) -> asyncio.Event:
        event = asyncio.Event()
        self.events.append(event)
        return event

    def __call__(self) -> None:
        for event in self.events:
            event.set()


@dataclass(slots=True)
class LowWater:
    """Up to where every position is known to be visible or gone."""

    safe: int = 0
    sampled_at: float = 0.0
    pending: tuple[int, int] | None = None

    async def sample(self, connection: "asyncpg.Connection[asyncpg.Record]", now: float) -> None:
        if now - self.sampled_at < SAMPLE_EVERY:
            return
        self.sampled_at = now
        if self.pending is None:
            row = await connection.fetchrow(SAMPLE)
            assert row is not None
            self.pending = (row["reached"], row["xid"])
        elif await connection.fetchval(OLDEST_RUNNING) > self.pending[1]:
            self.safe, self.pending = self.pending[0], None


@dataclass(slots=True)
class Sent:
    """What became of one round: acknowledged positions, the first one that wasn't, and why."""

    done: list[int] = field(default_factory=list)
    first_left: int | None = None
    trouble: BaseException | None = None

    def leave(self, position: int) -> None:
        self.first_left = position if self.first_left is None else min(self.first_left, position)


class Relay:
    """The sender of one lane."""

    def __init__(
        self,
        database_url: str,
        kafka_url: str,
        *,
        service: str,
        lane: int = 0,
        wake: Wake | None = None,
        security: BaseSecurity | None = None,
    ):
        self._database_url, self._kafka_url, self._service, self._lane = database_url, kafka_url, service, lane
        self._wake = (wake or Wake()).new()
        self._security = parse_security(security)
        self._producer: AIOKafkaProducer | None = None
        self._said: set[str] = set()
        """Troubles that the log has been told of since things last went well."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Lead the lane when no other does, until told to stop and the outbox is empty."""
        while not stopping.is_set():
            connection = None
            try:
                connection = await asyncpg.connect(
                    self._database_url,
                    server_settings={
                        "application_name": f"{self._service} relay",
                        "idle_session_timeout": "12000",
                        "synchronous_commit": "off",  # a deletion lost in a crash is an event sent twice
                    },
                    timeout=5,
                    command_timeout=5,
                )
                self._said.clear()
                if await self._becomes_leader(connection, stopping):
                    await self._lead(connection, stopping)
            except DATABASE_TROUBLE as error:
                self._warn("relay lost the database", error)
                await asyncio.sleep(0.2)
            finally:
                if connection is not None:
                    connection.terminate()

    async def _becomes_leader(self, connection: "asyncpg.Connection[asyncpg.Record]", stopping: asyncio.Event) -> bool:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", LOCK, self._lane):
            await pause(0.2, stopping)
            if stopping.is_set():
                return False
        return True

    async def _lead(self, connection: "asyncpg.Connection[asyncpg.Record]", stopping: asyncio.Event) -> None:
        claim = await connection.prepare(CLAIM)
        water, mark, idle, swept_at, measured_at = LowWater(), 0, 0.0, time.monotonic(), 0.0
        try:
            while True:
                self._wake.clear()
                now = time.monotonic()
                await water.sample(connection, now)
                if now - measured_at > SAMPLE_EVERY:
                    measured_at = now
                    await self._measure(connection)
                start = mark
                if now - swept_at > SWEEP_EVERY:
                    start, swept_at = 0, now
                rows = await claim.fetch(self._lane, start, ROUND)
                if start < mark:
                    metrics.relay_rescued.labels(self._lane).inc(sum(row["position"] <= mark for row in rows))
                if not rows:
                    mark = max(mark, water.safe)
                    if stopping.is_set():
                        return
                    idle = await self._rest(idle)
                    continue
                idle = 0.0
                sent = await self._send(rows)
                if sent.done:
                    self._said.clear()
                    await connection.execute(FORGET, self._lane, sent.done)
                    metrics.relayed.labels(self._lane).inc(len(sent.done))
                if start == mark:
                    reached = rows[-1]["position"] if len(rows) == ROUND else water.safe
                    bound = reached if sent.first_left is None else min(reached, sent.first_left - 1)
                    mark = max(mark, min(water.safe, bound))
                if len(rows) < WORTHWHILE:
                    await asyncio.sleep(BREATH)
                if sent.trouble is not None:
                    await self._rebuild(sent.trouble)
                    await connection.fetchval("SELECT 1")
                    if stopping.is_set():
                        return
        finally:
            metrics.outbox_depth.labels(self._lane).set(0)  # the next leader may be another process
            metrics.outbox_age.labels(self._lane).set(0)
            if self._lane == DEAD_LETTER_LANE:
                metrics.parked_keys.clear()
            await self._drop()

    async def _measure(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        row = await connection.fetchrow(DEPTH, self._lane)
        assert row is not None
        metrics.outbox_depth.labels(self._lane).set(row["depth"])
        metrics.outbox_age.labels(self._lane).set(row["age"])
        if self._lane == DEAD_LETTER_LANE:
            metrics.parked_keys.clear()
            for row in await connection.fetch(PARKED_KEYS):
                metrics.parked_keys.labels(row["grp"]).set(row["keys"])

    async def _rest(self, idle: float) -> float:
        """Sleep until woken by a commit of this process, or a while that grows to 0.2 s."""
        try:
            await asyncio.wait_for(self._wake.wait(), min(0.025 * (1 + idle), 0.2))
        except TimeoutError:
            return idle + 0.25
        return 0.0

    async def _send(self, rows: list[asyncpg.Record]) -> Sent:
        """One batch a partition and round; what doesn't fit waits for the next, or a key's order would break."""
        try:
            producer = await self._running_producer()
            with metrics.send_time.labels(self._lane).time():
                return await self._send_batches(producer, rows)
        except (KafkaError, OSError, TimeoutError) as error:
            return Sent(first_left=rows[0]["position"], trouble=error)

    async def _send_batches(self, producer: AIOKafkaProducer, rows: list[asyncpg.Record]) -> Sent:
        sent = Sent()
        batches: dict[tuple[str, int], tuple[BatchBuilder, list[int]]] = {}
        full: set[tuple[str, int]] = set()
        sizes: dict[str, int] = {}
        for row in rows:
            topic, key = row["topic"], row["key"]
            if topic not in sizes:
                sizes[topic] = len(await asyncio.wait_for(producer.partitions_for(topic), DEADLINE))
            part = partition_of(key, sizes[topic]) if key is not None else random.randrange(sizes[topic])  # noqa: S311
            place = (topic, part)
            if place in full:
                sent.leave(row["position"])
                continue
            if place not in batches:
                batches[place] = (producer.create_batch(), [])
            batch, positions = batches[place]
            appended = batch.append(
                timestamp=None,
                key=None if key is None else key.encode(),
                value=row["payload"],
                headers=[(name, value.encode()) for name, value in json.loads(row["headers"]).items()],
            )
            if appended is None:
                full.add(place)
                sent.leave(row["position"])
            else:
                positions.append(row["position"])
        tasks = {
            asyncio.ensure_future(_acknowledged(producer, batch, topic, part)): positions
            for (topic, part), (batch, positions) in batches.items()
        }
        await asyncio.wait(tasks, timeout=DEADLINE)
        for task, positions in tasks.items():
            if task.done() and task.exception() is None:
                sent.done += positions
            else:
                sent.trouble = sent.trouble or (task.exception() if task.done() else TimeoutError("no acknowledgement"))
                sent.leave(positions[0])
                task.cancel()
        return sent

    async def _running_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = AIOKafkaProducer(
                bootstrap_servers=self._kafka_url,
                acks="all",
                enable_idempotence=False,
                linger_ms=0,
                max_batch_size=1 << 20,
                max_request_size=8 << 20,
                request_timeout_ms=int(DEADLINE * 1000),
                metadata_max_age_ms=30000,
                **self._security,
            )
            await asyncio.wait_for(self._producer.start(), DEADLINE)
        return self._producer

    async def _rebuild(self, trouble: BaseException) -> None:
        self._warn("relay rebuilds its producer", trouble)
        metrics.relay_trouble.labels(self._lane).inc()
        await self._drop()
        await asyncio.sleep(0.2)

    def _warn(self, said: str, trouble: BaseException) -> None:
        if said not in self._said:
            self._said.add(said)
            log.warning(said, lane=self._lane, error=repr(trouble))

    async def _drop(self) -> None:
        """End the producer unflushed: `stop()` waits for ever without a broker, one left alive sends stale batches."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        sender = getattr(producer._sender, "sender_task", None)
        if sender is not None and not sender.done():
            sender.cancel()
        try:
            await asyncio.wait_for(producer.stop(), 2)
        except (TimeoutError, KafkaError, asyncio.CancelledError):
            await producer.client.close()
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise


async def _acknowledged(producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int) -> None:
    await (await producer.send_batch(batch, topic, partition=partition))
