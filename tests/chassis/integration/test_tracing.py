"""One trace and one correlation id, from the click through the topics to the last message."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.alarm import Alarm
from chassis.http import InUnit, service_router
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.story import Story, telling
from chassis.subscription import Subscription
from chassis.timers import Timers
from chassis.topics import create_topics
from chassis.unit import Unit
from contracts.envelope import Topic
from tests.chassis.probe import Refused, metadata, prepare, running, service_on, thing_on
from tests.chassis.stage import read
from tests.waiting import eventually

CLICK = {"X-Correlation-Id": "click-7", "Idempotency-Key": "k1"}


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Spans as an exporter would get them; afterwards nobody collects any."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr("chassis.tracing.tracer", provider.get_tracer("chassis"))
    yield exporter
    provider.shutdown()


class Way:
    """Click → first topic → handler → second topic."""

    def __init__(self, first: Topic, second: Topic) -> None:
        self.first, self.second = first, second
        self.asked, self.done = thing_on(first), thing_on(second)
        router, asked = service_router(), Subscription[Unit](first)

        @router.post("/things", status_code=201)
        async def ask(unit: InUnit[Unit]) -> dict[str, str]:
            unit.outbox.record(self.asked(name="a", number=1))
            return {}

        @asked.on(self.asked)
        async def on_asked(event: Any, unit: Unit) -> None:
            unit.gather(write_down, (event, unit.story))

        async def write_down(items: list[tuple[Any, Story]], unit: Unit) -> None:
            for event, story in items:
                with telling(story):
                    unit.outbox.record(self.done(name=event.name, number=event.number))

        self.service = Service(
            name="probe",
            settings=ServiceSettings,
            unit=Unit,
            metadata=metadata,
            migrations=Path(),
            refusal=Refused,
            translate=lambda said, language, **params: said,
            subscriptions=[asked],
            routers=[router],
            publishes=[first, second],
        )


async def click(way: Way, url: str, kafka_url: str, **headers: str) -> list[dict[str, str]]:
    """The headers of the messages on both topics."""
    async with running(way.service, url, kafka_url, "worker", "relay") as opened:
        transport = httpx.ASGITransport(opened.app(consumes=False))
        async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
            assert (await client.post("/things", headers={**CLICK, **headers})).status_code == 201
        messages = [(await read(kafka_url, topic.name, 1))[0] for topic in (way.first, way.second)]
    return [{name: value.decode() for name, value in message.headers} for message in messages]


@pytest.fixture
async def way(kafka_url: str, new_topic: Any) -> Way:
    first, second = await new_topic(), await new_topic()
    await create_topics(kafka_url, [Topic(first.dead_letters_of("probe"), partitions=1)])
    return Way(first, second)


async def test_a_click_is_one_trace_and_one_story_up_to_the_last_message(
    way: Way, kafka_url: str, new_database: Any, spans: InMemorySpanExporter
) -> None:
    await prepare(url := await new_database("probe"))
    first, last = await click(way, url, kafka_url)

    async def names() -> list[str]:
        return [span.name for span in spans.get_finished_spans()]

    await eventually(names, ["POST /things", f"process {way.asked.type_name()}"])
    request, handled = spans.get_finished_spans()
    assert handled.parent is not None
    assert handled.parent.span_id == request.context.span_id
    assert handled.context.trace_id == request.context.trace_id
    assert (first["ce_traceparent"], last["ce_traceparent"]) == (hanging_on(request), hanging_on(handled))
    assert first["ce_correlationid"] == last["ce_correlationid"] == "click-7"
    assert last["ce_causationid"] == first["ce_id"]
    assert request.attributes is not None
    assert (request.attributes["correlation_id"], request.attributes["http.response.status_code"]) == ("click-7", 201)


@pytest.mark.parametrize("collected", [True, False])
async def test_the_callers_trace_is_gone_on_with_whether_or_not_we_collect_spans(
    way: Way, kafka_url: str, new_database: Any, collected: bool, request: pytest.FixtureRequest
) -> None:
    if collected:
        request.getfixturevalue("spans")
    await prepare(url := await new_database("probe"))
    callers = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    first, last = await click(way, url, kafka_url, traceparent=callers)
    assert first["ce_traceparent"].split("-")[1] == last["ce_traceparent"].split("-")[1] == callers.split("-")[1]


async def test_a_timer_begins_a_trace_and_links_to_the_one_that_set_it(
    new_database: Any, spans: InMemorySpanExporter
) -> None:
    await prepare(url := await new_database("probe"))
    timers, told = Timers[Unit](), list[Story]()

    @timers.on("due")
    async def on_due(_subject: str, unit: Unit) -> None:
        told.append(unit.story)

    long_ago = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    topic = Topic("probe.thing.v1")
    service = service_on(topic, thing_on(topic), timers=timers)
    async with running(service, url, "127.0.0.1:1") as opened:
        alarm = Alarm(opened.engine, timers, opened.units.writing)
        for subject, story in (("a", Story("story-7", trace=long_ago)), ("b", Story("story-8"))):
            async with opened.units.writing() as unit:
                with telling(story):
                    await unit.timers.set("due", subject, await unit.now())
            assert await alarm.ring() == 1
    linked, alone = spans.get_finished_spans()
    assert [(one.name, one.parent) for one in (linked, alone)] == [("timer due", None)] * 2
    (link,) = linked.links
    assert f"00-{link.context.trace_id:032x}-{link.context.span_id:016x}-01" == long_ago
    assert linked.context.trace_id != link.context.trace_id
    assert alone.links == ()
    assert told == [Story(f"story-{n}", trace=hanging_on(span)) for n, span in ((7, linked), (8, alone))]


def hanging_on(span: ReadableSpan) -> str:
    at = span.context
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-{int(at.trace_flags):02x}"
