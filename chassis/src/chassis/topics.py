"""Topics are made from their declarations, by whoever sets a system up."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code
from faststream.security import BaseSecurity

from chassis.broker import parse_security
from contracts.envelope import Topic

MADE = (NoError.errno, TopicAlreadyExistsError.errno)
"""By us, or by another one in the same moment."""


async def create_topics(
    url: str, topics: Iterable[Topic], *, replicas: int = 1, security: BaseSecurity | None = None
) -> None:
    """Create those that are missing. The number of partitions of one that is there never changes.

    Raises the broker's error, with topic and reason, for the first that it did not make.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=url, **parse_security(security))
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in there]
        if missing:
            answer = await admin.create_topics([_new_topic(topic, replicas) for topic in missing])
            for name, code, reason in answer.topic_errors:  # the library raises none of them
                if code not in MADE:
                    raise for_code(code)(name, reason)
    finally:
        await admin.close()


def _new_topic(topic: Topic, replicas: int) -> NewTopic:
    cleanup = (
        {"cleanup.policy": "compact"}
        if topic.compacted
        else {"retention.ms": str(int(topic.retention.total_seconds() * 1000))}
    )
    return NewTopic(topic.name, topic.partitions, replicas, topic_configs=cleanup)
