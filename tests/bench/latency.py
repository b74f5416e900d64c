"""From the POST of a site order to SiteProvisioned on its topic, at a steady rate."""

import asyncio
import json
import time
from statistics import median

from aiokafka import AIOKafkaConsumer

from contracts.provisioning.v1 import SITES, SiteProvisioned
from tests.bench.figure import Figure, percentile
from tests.bench.load import Answers, steadily
from tests.bench.whole import Whole
from tests.waiting import until

RATE = 100.0
SECONDS = 10.0
CONNECTIONS = 32
PATIENCE = 60.0


async def measure(whole: Whole) -> list[Figure]:
    seen: dict[str, float] = {}
    consumer = AIOKafkaConsumer(SITES.name, bootstrap_servers=whole.layout.kafka_url, auto_offset_reset="latest")
    await consumer.start()

    async def listen() -> None:
        async for record in consumer:
            if dict(record.headers).get("ce_type") == SiteProvisioned.type_name().encode():
                seen[json.loads(record.value)["order_id"]] = time.perf_counter()

    listening = asyncio.create_task(listen())
    placed: dict[str, float] = {}

    def note(began: float, body: bytes) -> None:
        placed[json.loads(body)["order_id"]] = began

    async def load(seconds: float) -> Answers:
        return await steadily(
            whole.layout.url("cart"), whole.order, note, rate=RATE, seconds=seconds, connections=CONNECTIONS
        )

    await load(2)
    placed.clear()
    await load(SECONDS)
    await until(lambda: placed.keys() <= seen.keys(), PATIENCE, every=0.05)
    listening.cancel()
    await consumer.stop()
    took = [(seen[order_id] - began) * 1000 for order_id, began in placed.items()]
    return [
        Figure(f"site order → SiteProvisioned at {RATE:.0f}/s, p50", median(took), "ms", 25, at_most=True),
        Figure("the same, p99", percentile(took, 0.99), "ms", 100, at_most=True),
    ]
