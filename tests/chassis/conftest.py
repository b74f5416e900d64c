"""The stage of the tests on messages."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from chassis.topics import create_topics
from contracts.envelope import Topic
from tests.chassis.probe import prepare, service_on, thing_on
from tests.chassis.stage import Stage
from tests.chassis.started import Start, Started


@pytest_asyncio.fixture
async def start(tmp_path: Path, new_database: Any, forks: None) -> AsyncIterator[Start]:
    """Starts parts of services, which are ended before their databases are dropped."""
    running: list[Started] = []

    def begin(database_url: str, kafka_url: str, part: str = "all", **more: str) -> Started:
        running.append(Started(tmp_path, database_url, kafka_url, part=part, **more))
        return running[-1]

    yield begin
    await asyncio.gather(*(one.end() for one in running))


@pytest_asyncio.fixture
async def stage(kafka_url: str, new_database: Any, new_topic: Any) -> AsyncIterator[Stage]:
    topic = await new_topic()
    await create_topics(kafka_url, [Topic(topic.dead_letters_of("probe"), partitions=1)])
    database_url, thing, broken = await new_database("probe"), thing_on(topic), set[str]()
    await prepare(database_url)
    yield Stage(database_url, kafka_url, topic, thing, broken, service_on(topic, thing, broken=broken))
