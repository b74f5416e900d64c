"""Hear topics once more: all of it, where a service has learned to keep what it used to pass over, or what came after a
moment, where its database was restored to it."""

import asyncio
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError
from faststream.security import BaseSecurity
from sqlalchemy import text

from chassis.broker import parse_security
from chassis.inlet import Inlet
from chassis.pump import SESSION_TIMEOUT_MS
from chassis.units import Units

FORGET = text("DELETE FROM inbox WHERE grp = :grp")
HAS_MEMBERS = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)
LEFT_AFTER = SESSION_TIMEOUT_MS / 1000 + 5
"""Seconds until the broker has missed a worker that is gone without a word."""
ASKED_EVERY = 0.5


class StillRead(Exception):
    """A worker of the service runs: its group can't be set back."""


async def replay(inlet: Inlet[Any], units: Units[Any], *, url: str, security: BaseSecurity) -> int:
    """Set the inlet's group back and forget what it has seen; how many messages it will hear.

    Handlers get what they had before: only for topics whose handlers take a state, or are harmless when late.
    """
    count = await _set_back(inlet, None, url=url, security=security)
    async with units.writing() as unit:
        await unit.connection.execute(FORGET, {"grp": inlet.group})
    return count


async def rewind(inlet: Inlet[Any], moment: datetime, *, url: str, security: BaseSecurity) -> int:
    """Set the inlet's group back to what was sent at `moment` or later, for a database restored to it.

    Never forward: what it has not read yet stays unread. What the inbox knows is passed over; how many messages there
    are to look at.
    """
    return await _set_back(inlet, moment, url=url, security=security)


async def _set_back(inlet: Inlet[Any], moment: datetime | None, *, url: str, security: BaseSecurity) -> int:
    options = {"bootstrap_servers": url, **parse_security(security)}
    places = await _places(inlet.subscription.topic.name, options)
    consumer = AIOKafkaConsumer(group_id=inlet.group, enable_auto_commit=False, **options)
    await consumer.start()
    try:
        consumer.assign(places)
        first, after = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        if moment is not None:
            found = await consumer.offsets_for_times(dict.fromkeys(places, int(moment.timestamp() * 1000)))
            for place, at in found.items():
                read_up_to = await consumer.committed(place)
                if read_up_to is not None:
                    first[place] = min(read_up_to, after[place] if at is None else at.offset)
        await _commit(first, consumer)
    finally:
        await consumer.stop()
    return sum(after[place] - first[place] for place in places)


async def _commit(first: dict[TopicPartition, int], consumer: AIOKafkaConsumer) -> None:
    """The broker takes it from us once the group has no members; those that were stopped may take a while to leave."""
    end = asyncio.get_running_loop().time() + LEFT_AFTER
    while True:
        try:
            return await consumer.commit(first)  # type: ignore[no-any-return] # None
        except HAS_MEMBERS as error:
            if asyncio.get_running_loop().time() > end:
                raise StillRead from error
        await asyncio.sleep(ASKED_EVERY)


async def _places(topic: str, options: dict[str, Any]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**options)
    await admin.start()
    try:
        [told] = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [TopicPartition(topic, one["partition"]) for one in told["partitions"]]
