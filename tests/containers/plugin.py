"""Kafka and PostgreSQL by testcontainers, for the same tests: `pytest -p tests.containers.plugin`.

The images are settings. What is asked of them is what the official ones offer: Kafka's settings as KAFKA_* and
PostgreSQL's as `-c name=value` behind the command.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable

import asyncpg
import docker
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from docker.errors import DockerException, ImageNotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from devstack.postgres import SETTINGS
from devstack.programs import free_ports
from tests.containers.engine import NoEngine, engine

KAFKA_IMAGE = os.environ.get("KAFKA_IMAGE") or "apache/kafka:4.3.1"
POSTGRES_IMAGE = os.environ.get("POSTGRES_IMAGE") or "postgres:18"
OF_THE_IMAGE = ("listen_addresses", "unix_socket_directories")
PATIENCE = 120.0
HOST = os.environ.get("TESTCONTAINERS_HOST_OVERRIDE") or "127.0.0.1"
"""Where the engine's ports are, as we see it."""
STAND_INS = (
    "`make local-images` builds stand-ins; then: "
    "make test-containers KAFKA_IMAGE=trunkline/kafka:local POSTGRES_IMAGE=trunkline/postgres:local"
)

running: list[DockerContainer] = []


class DidNotAnswer(Exception):
    """A container or its image is not there; the text says which, and what may help."""


def pytest_sessionstart() -> None:
    try:
        _start_all()
    except (NoEngine, DidNotAnswer, DockerException) as error:
        _stop_all()
        pytest.exit(str(error), returncode=1)  # it was asked for: nothing else is a success


def pytest_sessionfinish() -> None:
    _stop_all()


def pytest_report_header() -> str:
    return f"containers: {KAFKA_IMAGE}, {POSTGRES_IMAGE}"


def kafka(port: int) -> DockerContainer:
    """One KRaft node; what it is told to advertise has to be known before it starts."""
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{HOST}:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_HEAP_OPTS": "-Xmx256m",
    }
    return DockerContainer(KAFKA_IMAGE).with_envs(**settings).with_bind_ports(9092, port)


def postgres(port: int) -> DockerContainer:
    """As the devstack's server, but not durable."""
    settings = {**SETTINGS, "fsync": "off"}
    options = [
        part
        for name, value in settings.items()
        if name not in OF_THE_IMAGE
        for part in ("-c", f"{name}={value.strip(chr(39))}")
    ]
    container = DockerContainer(POSTGRES_IMAGE).with_env("POSTGRES_HOST_AUTH_METHOD", "trust")
    return container.with_bind_ports(5432, port).with_command(["postgres", *options])


def _start_all() -> None:
    client = engine()
    for image in (KAFKA_IMAGE, POSTGRES_IMAGE):
        _have(image, client)
    testcontainers_config.ryuk_disabled = True  # it would need an image of its own, and we end what we start
    kafka_port, postgres_port = free_ports(2)
    os.environ["KAFKA_URL"] = _start(kafka(kafka_port), kafka_port, _broker_answers)
    address = _start(postgres(postgres_port), postgres_port, _server_answers)
    os.environ["DATABASE_URL"] = f"postgresql://postgres@{address}/postgres"


def _stop_all() -> None:
    while running:
        running.pop().stop()


def _have(image: str, client: docker.DockerClient) -> None:
    try:
        client.images.get(image)
    except ImageNotFound:
        try:
            client.images.pull(image)
        except DockerException as error:
            raise DidNotAnswer(
                f"the image {image} is not here and can't be fetched.\n{STAND_INS}\n({error})"
            ) from error


def _start(container: DockerContainer, port: int, answers: Callable[[str], Awaitable[bool]]) -> str:
    """`host:port` of the container once it answers."""
    container.start()
    running.append(container)
    address, end = f"{HOST}:{port}", time.monotonic() + PATIENCE
    while not asyncio.run(answers(address)):
        if time.monotonic() > end or not _runs(container):
            out, err = container.get_logs()
            raise DidNotAnswer(f"{container.image}:\n{(out + err).decode(errors='replace')[-2000:]}")
        time.sleep(0.2)
    return address


def _runs(container: DockerContainer) -> bool:
    container.reload()
    return container.status == "running"


async def _broker_answers(address: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=2000)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return True


async def _server_answers(address: str) -> bool:
    try:
        connection = await asyncpg.connect(f"postgresql://postgres@{address}/postgres", timeout=2)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True
