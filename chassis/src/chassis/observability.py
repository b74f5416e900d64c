"""Logs and traces: JSON lines with service, correlation and trace id; OTLP where an endpoint is set."""

import logging
import sys
import time
from typing import Any

import structlog
from structlog.typing import Processor

from chassis.settings import ServiceSettings
from chassis.story import story_told
from chassis.tracing import collect

SELDOM_SECONDS = 10.0


class Seldom(logging.Filter):
    """The same line of a library once in a while: while a broker is away, some repeat theirs many times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line, now = (record.name, str(record.msg)), time.monotonic()
        if now - self._told.get(line, -SELDOM_SECONDS) < SELDOM_SECONDS:
            return False
        if len(self._told) > 1000:
            self._told.clear()
        self._told[line] = now
        return True


def observe(service: str, settings: ServiceSettings) -> None:
    """Set logs and traces up for the process."""
    described: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_ids(service),
        structlog.processors.format_exc_info,
    ]
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if settings.log_format == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    structlog.configure(
        processors=[*described, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.addFilter(Seldom())
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *described],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[libraries])
    if settings.otel_exporter_otlp_endpoint:
        _export_traces(service, f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces")


def _export_traces(service: str, endpoint: str) -> None:
    """With what is slow to import, and seldom used."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
    collect(provider)


def _with_ids(service: str) -> Any:
    def add(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
        line["service"] = service
        if (story := story_told()) is not None:
            line["correlation_id"] = story.correlation_id
            if story.trace is not None:
                line["trace_id"] = story.trace.split("-")[1]
        return line

    return add
