import json
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from cloudevents.core.bindings import kafka
from pydantic import ValidationError

from contracts.__main__ import as_text, schemas
from contracts.documents import asyncapi_of_all, schema_of
from contracts.envelope import Event, headers
from contracts.readers import LISTENS, PUBLISHES
from contracts.registry import all_events, all_topics

EVENTS = all_events()
EXAMPLES = Path("contracts/examples")


def example_of(event: type[Event]) -> bytes:
    return (EXAMPLES / f"{event.type_name()}.json").read_bytes()


def test_the_schemas_on_file_are_those_of_the_models() -> None:
    on_file = {path.stem: path.read_text(encoding="utf-8") for path in Path("contracts/schemas").glob("*.json")}
    assert on_file == {name: as_text(schema) for name, schema in schemas().items()}, "run `make schemas`"


def test_there_is_one_example_an_event_and_no_other() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == {event.type_name() for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type_name())
def test_each_example_is_what_its_publisher_would_write(event: type[Event]) -> None:
    body = example_of(event)
    jsonschema.validate(json.loads(body), schema_of(event), format_checker=jsonschema.FormatChecker())
    assert json.loads(event.read(body).body()) == json.loads(body)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type_name())
def test_a_reader_ignores_fields_it_does_not_know(event: type[Event]) -> None:
    body = example_of(event)
    assert event.read(json.dumps({**json.loads(body), "from_the_future": {"deep": [1]}}).encode()) == event.read(body)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type_name())
def test_a_publisher_cannot_add_a_field_of_his_own(event: type[Event]) -> None:
    with pytest.raises(ValidationError, match="from_the_future"):
        event.model_validate_json(json.dumps({**json.loads(example_of(event)), "from_the_future": 1}))


def test_the_schemas_are_closed() -> None:
    open_ones = [
        f"{name}.{part}"
        for name, schema in schemas().items()
        for part, shape in {"": schema, **schema.get("$defs", {})}.items()
        if shape.get("type") == "object" and shape.get("additionalProperties") is not False
    ]
    assert open_ones == []


def test_the_headers_are_cloudevents_as_its_own_library_reads_them() -> None:
    event = EVENTS[0]
    made = headers(
        event_id=uuid4(),
        type_name=event.type_name(),
        source="cart",
        subject="k",
        correlation_id="c-1",
        cause=uuid4(),
    )
    message = kafka.KafkaMessage(
        headers={name: value.encode() for name, value in made.items()}, key=b"k", value=example_of(event)
    )
    read = kafka.from_binary_event(message)
    assert (read.get_type(), read.get_source(), read.get_subject()) == (event.type_name(), "/trunkline/cart", "k")
    assert read.get_extension("correlationid") == "c-1"


def test_every_topic_has_an_owner_and_a_reader() -> None:
    names = {topic.name for topic in all_topics()}
    published = {topic.name for topics in PUBLISHES.values() for topic in topics}
    heard = {topic.name for topics in LISTENS.values() for topic in topics}
    from_outside = {"wbci.inbound.v1"}
    for_outside = {"wbci.outbound.v1"}
    assert published | from_outside == names
    assert heard | for_outside == names


def test_link_tokens_travel_only_on_secret_topics_that_notification_alone_reads() -> None:
    carrying = {event.topic.name for event in EVENTS if "token" in event.model_fields}
    secret = {topic.name for topic in all_topics() if topic.secret}
    assert carrying == secret
    assert {name for name, topics in LISTENS.items() if any(topic.secret for topic in topics)} == {"notification"}


def test_asyncapi_names_each_event_on_its_topic() -> None:
    document = asyncapi_of_all()
    channel = document["channels"]["ordering.order.v1"]
    assert "ordering.OrderReceived.v1" in channel["messages"]
    assert set(document["components"]["messages"]) == {event.type_name() for event in EVENTS}
