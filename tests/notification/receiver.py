"""A subscriber's endpoint: a real HTTP server that remembers what it was told and answers as it is asked to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

from devstack.programs import free_ports


@dataclass
class Told:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def verified(self, secret: str) -> dict[str, Any]:
        """As a subscriber checks it; raises WebhookVerificationError."""
        found: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return found


@dataclass
class Receiver:
    """`answers` are given in turn, the last one for ever; `hold` is waited for before an answer."""

    port: int = field(default_factory=lambda: free_ports(1)[0])
    answers: list[int] = field(default_factory=lambda: [204])
    words: bytes = b""
    told: list[Told] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    location: str = ""

    def __post_init__(self) -> None:
        self.hold.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def types(self) -> list[str]:
        return [one.event["type"].split(".")[1] for one in self.told]

    @contextmanager
    def open(self) -> Iterator["Receiver"]:
        server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self.hold.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.told.append(Told({name.lower(): value for name, value in self.headers.items()}, body))
                status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                receiver.hold.wait(30)
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", str(len(receiver.words)))
                self.end_headers()
                self.wfile.write(receiver.words)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is printed."""

        return Handler
