"""The contracts as documents for other programs: a closed JSON Schema an event, AsyncAPI 3 a service."""

from functools import cache
from typing import Any

from contracts.envelope import CONTENT_TYPE, Event, Topic
from contracts.readers import LISTENS, PUBLISHES
from contracts.registry import all_events

Document = dict[str, Any]

HEADERS: Document = {
    "type": "object",
    "description": "CloudEvents 1.0, Kafka binding, binary mode",
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string"},
        "ce_subject": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"const": CONTENT_TYPE},
        "ce_correlationid": {"type": "string", "description": "one for the whole story, from click to mail"},
        "ce_causationid": {"type": "string", "format": "uuid", "description": "the message before this one"},
        "ce_traceparent": {"type": "string"},
    },
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "content-type"],
}


def schema_of(event: type[Event]) -> Document:
    """The JSON Schema (2020-12) of what the publisher writes: closed, that is without unknown fields."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **event.model_json_schema(mode="serialization"),
        "title": event.type_name(),
    }


@cache
def asyncapi(service: str) -> Document:
    """AsyncAPI 3.0 of one service: what it publishes and what it listens to. Slow to make, hence made once."""
    return _document(f"Trunkline {service}", {service: (PUBLISHES[service], LISTENS[service])})


def asyncapi_of_all() -> Document:
    """AsyncAPI 3.0 of all services as one document."""
    return _document("Trunkline", {name: (PUBLISHES[name], LISTENS[name]) for name in PUBLISHES})


def _document(title: str, services: dict[str, tuple[tuple[Topic, ...], tuple[Topic, ...]]]) -> Document:
    topics = {topic.name: topic for sends, listens in services.values() for topic in (*sends, *listens)}
    events = [event for event in all_events() if any(on in topics.values() for on in (event.topic, *event.also))]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1.0.0"},
        "defaultContentType": CONTENT_TYPE,
        "channels": {name: _channel(topics[name], events) for name in sorted(topics)},
        "operations": {
            f"{name}.{action}.{topic.name}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "description": f"group {topic.group_of(name)}" if action == "receive" else f"{name} owns these facts",
            }
            for name, (sends, listens) in sorted(services.items())
            for action, chosen in (("send", sends), ("receive", listens))
            for topic in chosen
        },
        "components": {"messages": {event.type_name(): _message(event) for event in events}},
    }


def _channel(topic: Topic, events: list[type[Event]]) -> Document:
    policy = {"cleanup.policy": ["compact"]} if topic.compacted else {"retention.ms": _milliseconds(topic)}
    return {
        "address": topic.name,
        "messages": {
            event.type_name(): {"$ref": f"#/components/messages/{event.type_name()}"}
            for event in events
            if topic in (event.topic, *event.also)
        },
        "bindings": {"kafka": {"partitions": topic.partitions, "topicConfiguration": policy}},
    }


def _message(event: type[Event]) -> Document:
    schema = schema_of(event)
    return {
        "name": event.type_name(),
        "summary": (event.__doc__ or "").strip().split("\n")[0],
        "headers": HEADERS,
        "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": schema},
        "bindings": {"kafka": {"key": {"type": "string", "description": f"the event's {event.key}"}}},
    }


def _milliseconds(topic: Topic) -> int:
    return int(topic.retention.total_seconds() * 1000)
