"""Hear a topic once more from its beginning: where a service has learned to keep what it used to pass over."""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream.security import BaseSecurity
from sqlalchemy import text

from chassis.broker import parse_security
from chassis.inlet import Inlet
from chassis.units import Units

FORGET = text("DELETE FROM inbox WHERE grp = :grp")


class StillRead(Exception):
    """A worker of the service runs: its group can't be set back."""


async def replay(inlet: Inlet[Any], units: Units[Any], *, url: str, security: BaseSecurity) -> int:
    """Set the inlet's group back and forget what it has seen; how many messages it will hear.

    Handlers get what they had before: only for topics whose handlers take a state, or are harmless when late.
    """
    options = {"bootstrap_servers": url, **parse_security(security)}
    places = await _places(inlet.subscription.topic.name, options)
    consumer = AIOKafkaConsumer(group_id=inlet.group, enable_auto_commit=False, **options)
    await consumer.start()
    try:
        consumer.assign(places)
        first, after = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        try:
            await consumer.commit(first)
        except KafkaError as error:
            raise StillRead from error
    finally:
        await consumer.stop()
    async with units.writing() as unit:
        await unit.connection.execute(FORGET, {"grp": inlet.group})
    return sum(after[place] - first[place] for place in places)


async def _places(topic: str, options: dict[str, Any]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**options)
    await admin.start()
    try:
        [told] = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [TopicPartition(topic, one["partition"]) for one in told["partitions"]]
