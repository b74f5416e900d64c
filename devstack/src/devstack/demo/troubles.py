"""Where to look when a step did not happen: open tasks, dead letters, outboxes that are not empty."""

from typing import Any

from aiokafka.errors import KafkaError

from contracts.work.v1 import TaskRaised
from devstack.demo.story import Story
from devstack.demo.waiting import DidNotHappen
from devstack.flow import events_of
from devstack.layout import SERVICES


async def troubles(story: Story) -> dict[str, Any]:
    """What the stack says about this story, as far as it still answers."""
    found: dict[str, Any] = {"correlation_id": story.correlation_id}
    for service in SERVICES:
        try:
            parked = await story.olga.get(service, "/operations/parked")
            waiting = await story.olga.get(service, "/operations/outbox")
        except DidNotHappen as error:
            found[f"{service}_away"] = str(error)
            continue
        if parked:
            found[f"{service}_dead_letters"] = [f"{one['type']} {one['key']}: {one['error']}" for one in parked[:5]]
        if waiting:
            found[f"{service}_outbox"] = [f"{one['depth']} since {one['oldest']}" for one in waiting]
    try:
        flow = await events_of(story.correlation_id, story.layout.kafka_url)
    except (KafkaError, OSError) as error:
        return {**found, "kafka_away": repr(error)}
    tasks = [TaskRaised.read(one.body) for one in flow if one.type == TaskRaised.type_name() and one.body is not None]
    if tasks:
        found["tasks"] = [f"{task.kind}: {task.title.en}" for task in tasks]
    if flow:
        found["last_events"] = [f"{one.at:%H:%M:%S.%f} {one.type} {one.key}" for one in flow[-5:]]
    found["control_room"] = f"{story.layout.url('control-room')}/flow?id={story.correlation_id}"
    return found
