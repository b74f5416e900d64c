"""A collector of spans, as far as a test needs one: takes OTLP over HTTP and keeps what it is given."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A span, with the service that made it."""

    service: str
    name: str
    trace: bytes
    id: bytes
    parent: bytes
    correlation_id: str
    links: tuple[bytes, ...]
    """Ids of the spans that it was set by."""


class Collector:
    """`url` is what a service's OTEL_EXPORTER_OTLP_ENDPOINT is set to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._spans: list[Seen] = []

    def keep(self, sent: bytes) -> None:
        for batch in ExportTraceServiceRequest.FromString(sent).resource_spans:
            service = {one.key: one.value.string_value for one in batch.resource.attributes}["service.name"]
            for span in (span for scope in batch.scope_spans for span in scope.spans):
                told = {one.key: one.value.string_value for one in span.attributes}
                correlation_id = told.get("correlation_id", "")
                links = tuple(link.span_id for link in span.links)
                self._spans.append(
                    Seen(service, span.name, span.trace_id, span.span_id, span.parent_span_id, correlation_id, links)
                )

    def of(self, correlation_id: str) -> list[Seen]:
        """The spans of a story."""
        return [span for span in list(self._spans) if span.correlation_id == correlation_id]


@contextmanager
def collecting() -> Iterator[Collector]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            collector.keep(gzip.decompress(sent) if self.headers.get("Content-Encoding") == "gzip" else sent)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    collector = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield collector
    server.shutdown()
    server.server_close()
    thread.join()
