"""Reactions to the events of a topic."""

import asyncio
from uuid import UUID, uuid4

import pytest

from chassis.subscription import Poison, Subscription
from contracts.envelope import Event, Topic

TOPIC = Topic("test.thing.v1")


class ThingMade(Event, topic=TOPIC, key="thing_id"):
    thing_id: UUID


class ThingMoved(Event, topic=TOPIC, key="thing_id"):
    thing_id: UUID


def test_what_is_done_for_each_event_comes_after_what_one_of_them_asks_for() -> None:
    subscription, done = Subscription[str](TOPIC), []

    @subscription.on_each([ThingMade, ThingMoved])
    async def count(event: Event, unit: str) -> None:
        done.append(f"counted {type(event).__name__}")

    @subscription.on(ThingMade)
    async def make(event: ThingMade, unit: str) -> None:
        done.append("made")

    for event in (ThingMade(thing_id=uuid4()), ThingMoved(thing_id=uuid4())):
        react = subscription.reaction(event.type_name(), event.body(), event.partition_key())
        assert react is not None
        asyncio.run(react("unit"))
    assert done == ["made", "counted ThingMade", "counted ThingMoved"]


def test_another_version_of_such_an_event_is_poison_and_a_stranger_is_nobodys_business() -> None:
    subscription = Subscription[str](TOPIC)

    @subscription.on_each([ThingMade])
    async def count(event: Event, unit: str) -> None:
        raise AssertionError

    assert subscription.knows("test.ThingMade.v2", b"{}")
    with pytest.raises(Poison):
        subscription.reaction("test.ThingMade.v2", b"{}", "key")
    assert not subscription.knows("test.ThingLost.v1", b"{}")
