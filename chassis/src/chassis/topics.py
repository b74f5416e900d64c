"""Topics are made from their declarations, by whoever sets a system up."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from faststream.security import BaseSecurity

from chassis.broker import parse_security
from contracts.envelope import Topic


async def create_topics(
    url: str, topics: Iterable[Topic], *, replicas: int = 1, security: BaseSecurity | None = None
) -> None:
    """Create those that are missing. The number of partitions of one that is there never changes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=url, **parse_security(security))
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in there]
        if missing:
            await admin.create_topics([_new_topic(topic, replicas) for topic in missing])
    except TopicAlreadyExistsError:
        return  # another one made them in the same moment
    finally:
        await admin.close()


def _new_topic(topic: Topic, replicas: int) -> NewTopic:
    cleanup = (
        {"cleanup.policy": "compact"}
        if topic.compacted
        else {"retention.ms": str(int(topic.retention.total_seconds() * 1000))}
    )
    return NewTopic(topic.name, topic.partitions, replicas, topic_configs=cleanup)
