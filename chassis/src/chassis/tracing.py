"""Traces: one from the click through every topic to the last message; what travels is the story.

FastAPI makes the span of a request, we that of a message. FastStream's own middleware is not used: it knows batches
only, and a batch belongs to as many traces as it has messages. Without an exporter no span is made, and a caller's
trace is passed on.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import Link, ProxyTracer, Span, SpanKind, Tracer, TracerProvider

from chassis.delivery import Delivery
from chassis.story import Story, telling, trace_parent

tracer: Tracer = trace.get_tracer("chassis")


def collect(provider: TracerProvider) -> None:
    """Let `provider` have all spans from now on. Asking the library for each message took 6 % of a message's time."""
    global tracer
    trace.set_tracer_provider(provider)
    tracer = provider.get_tracer("chassis")


def hang_on_request(story: Story, given: str | None) -> Story:
    """The story within the span that FastAPI made for the request, or else within the trace the caller has given."""
    span = trace.get_current_span()
    span.set_attribute("correlation_id", story.correlation_id)
    return replace(story, trace=_parent_of(span) or trace_parent(given))


def handling(delivery: Delivery, group: str) -> AbstractContextManager[Any]:
    """Tell a message's story, within a span of its own if anybody collects them."""
    story = delivery.story
    if not _are_collected():
        return telling(story)
    topic, partition, offset = delivery.at
    told: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.consumer.group.name": group,
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(partition),
        "messaging.kafka.offset": offset,
        "messaging.message.id": str(delivery.id),
    }
    return _within_span(f"process {delivery.type}", story, SpanKind.CONSUMER, told)


def ringing(timer: str, story: Story, set_in: str | None) -> AbstractContextManager[Any]:
    """Tell the story that a timer goes on with.

    It begins a trace, since the one that set it may be months old, and links to that one.
    """
    if not _are_collected():
        return telling(story)
    known = trace.get_current_span(_context_of(set_in)).get_span_context()
    links = [Link(known)] if known.is_valid else []
    return _within_span(f"timer {timer}", story, SpanKind.INTERNAL, {}, links)


def _are_collected() -> bool:
    return not isinstance(tracer, ProxyTracer)


@contextmanager
def _within_span(
    name: str, story: Story, kind: SpanKind, told: dict[str, str | int], links: Sequence[Link] = ()
) -> Iterator[Story]:
    attributes = {**told, "correlation_id": story.correlation_id}
    span = tracer.start_span(name, _context_of(story.trace), kind, attributes, links)
    with trace.use_span(span, end_on_exit=True), telling(replace(story, trace=_parent_of(span))) as hanging:
        yield hanging


def _context_of(parent: str | None) -> Context:
    return extract({"traceparent": parent} if parent else {}, Context())


def _parent_of(span: Span) -> str | None:
    at = span.get_span_context()
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-{int(at.trace_flags):02x}" if at.is_valid else None
