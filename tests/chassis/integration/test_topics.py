"""Topics are made by a real broker, or it is said which it did not make and why."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka.errors import InvalidReplicationFactorError

from chassis.readiness import topics_at
from chassis.topics import create_topics
from contracts.envelope import Topic


async def test_a_topic_that_the_broker_does_not_make_is_named_with_the_reason(kafka_url: str) -> None:
    topic = Topic(f"test.{uuid4().hex[:12]}.v1", partitions=1)
    with pytest.raises(InvalidReplicationFactorError) as refused:
        await create_topics(kafka_url, [topic], replicas=3)
    assert topic.name in str(refused.value)
    assert "3 time(s)" in str(refused.value), "the broker's own reason"


async def test_who_makes_topics_in_the_same_moment_as_another_has_them_as_well(kafka_url: str) -> None:
    topics = [Topic(f"test.{uuid4().hex[:12]}.v1", partitions=1) for _ in range(5)]
    await asyncio.gather(*(create_topics(kafka_url, topics) for _ in range(4)))
    known = await topics_at(kafka_url, {})
    assert isinstance(known, set)
    assert {topic.name for topic in topics} <= known
