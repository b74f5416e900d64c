"""A connection to a broker that says when it broke; from here on all of aiokafka's are of this kind.

uvloop answers a write to a connection that the other side has closed with a RuntimeError. aiokafka 0.14 expects an
OSError, takes the other for a fault of its own, and ends the coordination of the group for good (its issue 1038).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import conn
from aiokafka.errors import KafkaConnectionError


class Connection(conn.AIOKafkaConnection):  # type: ignore[misc] # aiokafka has no types
    def send(self, request: Any, expect_response: bool = True) -> Any:
        with self._told_when_broken():
            return super().send(request, expect_response)

    def _send_sasl_token(self, payload: bytes, expect_response: bool = True) -> Any:
        with self._told_when_broken():
            return super()._send_sasl_token(payload, expect_response)

    @contextmanager
    def _told_when_broken(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            self.close(reason=conn.CloseReason.CONNECTION_BROKEN)
            raise KafkaConnectionError(f"Connection at {self.host}:{self.port} broken: {error}") from error


conn.AIOKafkaConnection = Connection
