"""The Kafka and PostgreSQL under a fault run: they can be killed, kept away and started again."""

import random
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from devstack.kafka import Kafka
from devstack.postgres import Postgres
from devstack.programs import free_ports


class World:
    """Both run on ports of their own, with their data in a folder that is deleted afterwards."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="trunkline-faults-"))
        kafka, controller, postgres = free_ports(3)
        self.kafka = Kafka(self.folder / "kafka", kafka, controller)
        self.postgres = Postgres(self.folder / "postgres", postgres)
        self._broker: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        self.start_broker()
        self.start_postgres()

    def down(self) -> None:
        for process in (self._broker, self._server):
            if process is not None:
                process.send_signal(signal.SIGQUIT if process is self._server else signal.SIGKILL)
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_broker(self) -> None:
        self._broker = self.kafka.start()

    def kill_broker(self) -> None:
        assert self._broker is not None
        self._broker.kill()
        self._broker.wait()
        self._broker = None

    def start_postgres(self) -> None:
        self._server = self.postgres.start()

    def stop_postgres(self) -> None:
        """At once, as if it had crashed: it recovers from its log when it starts."""
        assert self._server is not None
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()
        self._server = None

    async def cut_connections(self) -> int:
        """End half of the servers' connections, chosen at random; returns how many."""
        server = await asyncpg.connect(self.postgres.url)
        try:
            rows = await server.fetch(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            chosen = random.sample([row["pid"] for row in rows], len(rows) // 2)
            for pid in chosen:
                await server.execute("SELECT pg_terminate_backend($1)", pid)
            return len(chosen)
        finally:
            await server.close()

    async def connections(self) -> int:
        server = await asyncpg.connect(self.postgres.url)
        try:
            count = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            return int(await server.fetchval(count)) - 1
        finally:
            await server.close()

    async def ask(self, url: str, question: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(question))
        finally:
            await connection.close()

    async def messages(self, topic: str) -> list[ConsumerRecord]:
        """All that is on a topic, each partition in its order."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.url)
        await consumer.start()
        try:
            places = await _places(consumer, topic)
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            ends = await consumer.end_offsets(places)
            found: list[ConsumerRecord] = []
            while any([await consumer.position(place) < end for place, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
            return sorted(found, key=lambda one: (one.partition, one.offset))
        finally:
            await consumer.stop()

    async def lag(self, group: str, topic: str) -> int:
        """Messages of the topic that the group has not committed."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.url, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            ends = await consumer.end_offsets(await _places(consumer, topic))
            return sum([end - (await consumer.committed(place) or 0) for place, end in ends.items()])
        finally:
            await consumer.stop()

    async def rewind(self, group: str, topic: str) -> None:
        """Set a group back to the start of its topic. Raises KafkaError while it has members."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.url, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            places = await _places(consumer, topic)
            consumer.assign(places)
            await consumer.commit(dict.fromkeys(places, 0))
        finally:
            await consumer.stop()

    async def delete_topic(self, topic: str) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.url)
        await admin.start()
        try:
            await admin.delete_topics([topic])
        finally:
            await admin.close()


async def _places(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client.add_topic(topic)  # without a subscription it knows no topic's partitions
    await consumer._client._maybe_wait_metadata()
    return [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
