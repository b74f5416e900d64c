"""What figures are measured on: a Kafka and a durable PostgreSQL of their own, without containers."""

import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
from prometheus_client import Counter
from sqlalchemy import MetaData

from chassis.store import open_store
from chassis.topics import create_topics
from contracts.envelope import Topic
from devstack.kafka import Kafka
from devstack.postgres import Postgres
from devstack.programs import free_ports

JSON_FILLING = 900
"""Characters that make an event of the benches about 1 KiB."""


@dataclass(frozen=True, slots=True)
class Ground:
    folder: Path
    kafka_url: str
    database_server: str
    kafka_pid: int
    postgres_pid: int

    async def new_database(self, name: str, metadata: MetaData | None = None) -> str:
        """URL of a fresh database, with the tables of `metadata`."""
        database = f"{name}_{uuid4().hex[:8]}"
        server = await asyncpg.connect(self.database_server)
        await server.execute(f"CREATE DATABASE {database}")
        await server.close()
        url = f"{self.database_server.rsplit('/', 1)[0]}/{database}"
        if metadata is not None:
            engine = open_store(url, name="bench", pool_size=1)
            async with engine.begin() as connection:
                await connection.run_sync(metadata.create_all)
            await engine.dispose()
        return url

    async def new_topic(self, partitions: int = 6) -> Topic:
        topic = Topic(f"bench.{uuid4().hex[:8]}.v1", partitions=partitions)
        await create_topics(self.kafka_url, [topic])
        return topic

    async def new_dead_letters(self, topic: Topic, service: str) -> None:
        """Where `service` sets aside what it can't handle."""
        await create_topics(self.kafka_url, [Topic(topic.dead_letters_of(service), partitions=1)])


@contextmanager
def ground() -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="trunkline-bench-"))
    folder.chmod(0o755)
    port, controller, database_port = free_ports(3)
    kafka, postgres = Kafka(folder / "kafka", port, controller), Postgres(folder / "postgres", database_port)
    broker = kafka.start()
    try:
        server = postgres.start()
        try:
            yield Ground(folder, kafka.url, postgres.url, broker.pid, server.pid)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    finally:
        broker.kill()
        broker.wait()
        shutil.rmtree(folder, ignore_errors=True)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its children, and those that have ended."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


class Meter:
    """Wall time of a block."""

    seconds = 0.0


@asynccontextmanager
async def timed() -> AsyncIterator[Meter]:
    meter, began = Meter(), time.perf_counter()
    yield meter
    meter.seconds = time.perf_counter() - began


def count_of(counter: Counter, *labels: object) -> float:
    """What a counter of this process stands at; the registry's own way to ask collects everything."""
    return float(counter.labels(*labels)._value.get())
