"""CPU seconds of the steps of a site order, each written as barely as it can be: what two cores could do at most.

Counted is what the step's own process, PostgreSQL and Kafka spend, not what asks them.
"""

import json
import os
from dataclasses import dataclass
from functools import partial

import asyncpg
from aiokafka import AIOKafkaProducer

from chassis.relay import CLAIM, FORGET
from provisioning.adapters.tables import metadata as provisioning_metadata
from tests.bench import allocation, consumer, relay
from tests.bench.ground import Ground, cpu_seconds
from tests.bench.load import Ask, post
from tests.bench.post import CONNECTIONS, WISH, serving
from tests.bench.shop import metadata as shop_metadata

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Steps:
    """CPU seconds of one of each."""

    feasibility: float
    order: float
    relay: float
    hop: float
    allocation: float

    def of_an_order(self, events: float, hops: float) -> float:
        return self.feasibility + self.order + events * self.relay + hops * self.hop + self.allocation


async def steps(ground: Ground) -> Steps:
    feasibility, order = await _posts(ground)
    return Steps(feasibility, order, await _relay(ground), await _hop(ground), await _allocation(ground))


def _servers(ground: Ground) -> float:
    return cpu_seconds(ground.postgres_pid) + cpu_seconds(ground.kafka_pid)


async def _posts(ground: Ground) -> tuple[float, float]:
    database, body = await ground.new_database("bare", shop_metadata), json.dumps(WISH).encode()
    found = []
    with serving(ground, database, "tests.bench.bare_shop") as (url, pid):
        for path in ("/nothing", "/orders"):
            for _warm in range(2):
                before = cpu_seconds(pid) + cpu_seconds(ground.postgres_pid)
                answers = await post(url, partial(Ask, path, body, {}), seconds=SECONDS, connections=CONNECTIONS)
                spent = cpu_seconds(pid) + cpu_seconds(ground.postgres_pid) - before
            found.append(spent / len(answers.took))
    return found[0], found[1]


async def _relay(ground: Ground) -> float:
    """SELECT, send_batch, DELETE."""
    topic, database = await ground.new_topic(), await ground.new_database("bare", relay.metadata)
    connection = await asyncpg.connect(database)
    rows = relay.rows_for(topic)
    await connection.execute(relay.RECORD, topic.name, *(list(column) for column in zip(*rows, strict=True)))
    producer = AIOKafkaProducer(bootstrap_servers=ground.kafka_url, acks="all", max_batch_size=1 << 20)
    await producer.start()
    before = _servers(ground) + cpu_seconds(os.getpid())
    while claimed := await connection.fetch(CLAIM, 0, 0, relay.BATCH):
        await relay.raw(producer, topic, [(row["key"], row["headers"], row["payload"]) for row in claimed])
        await connection.execute(FORGET, 0, [row["position"] for row in claimed])
    spent = _servers(ground) + cpu_seconds(os.getpid()) - before
    await producer.stop()
    await connection.close()
    return spent / len(rows)


async def _hop(ground: Ground) -> float:
    """A message read and handled: inbox, effect and outbox row, in batches."""
    database = await ground.new_database("bare", consumer.metadata)
    keys = [f"key-{nth % consumer.KEYS}" for nth in range(consumer.EVENTS)]
    topic = await consumer.filled(ground, lambda topic: consumer.messages(topic, keys, range(consumer.EVENTS)))
    before = _servers(ground) + cpu_seconds(os.getpid())
    await consumer.bare_rate(ground, database, topic, consumer.EVENTS)
    return (_servers(ground) + cpu_seconds(os.getpid()) - before) / consumer.EVENTS


async def _allocation(ground: Ground) -> float:
    """One statement for one block."""
    database = await ground.new_database("bare", provisioning_metadata)
    await allocation.load_pool(database)
    await allocation.bare_workers(database, CONNECTIONS)
    before = _servers(ground) + cpu_seconds(os.getpid())
    taken = await allocation.bare_workers(database, CONNECTIONS)
    return (_servers(ground) + cpu_seconds(os.getpid()) - before) / len(taken)
