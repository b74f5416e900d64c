"""HTTP load that costs less than the server it asks: each connection asks again as soon as it was answered."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import SplitResult, urlsplit

SERVICE_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Ask:
    """A POST without its host."""

    path: str
    body: bytes
    headers: dict[str, str]

    def on(self, host: str) -> bytes:
        marks = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self.body)}\r\n{marks}\r\n"
        )
        return head.encode() + self.body


@dataclass(slots=True)
class Answers:
    """How long each success took, and all of it, in seconds; how often the server said it can't now."""

    took: list[float] = field(default_factory=list)
    away: int = 0
    seconds: float = 0.0

    def note(self, seconds: float, status: int, body: bytes) -> None:
        """A figure of refusals means nothing: the first one ends the round."""
        if status == SERVICE_UNAVAILABLE:
            self.away += 1
        elif status >= 300:
            raise RuntimeError(f"refused with {status}: {body.decode(errors='replace')[:500]}")
        else:
            self.took.append(seconds)

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._seen = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, end, rest = self._seen.partition(b"\r\n\r\n")
        if not end:
            return
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self._seen = rest[length:]
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((int(head[9:12]), rest[:length]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _address(place: SplitResult) -> tuple[str, int]:
    assert place.hostname
    assert place.port
    return place.hostname, place.port


async def post(base_url: str, next_ask: Callable[[], Ask], *, seconds: float, connections: int) -> Answers:
    """POSTs made by `next_ask` over `connections`, for so many seconds. Raises RuntimeError where one was refused."""
    place, answers = urlsplit(base_url), Answers()
    loop, began = asyncio.get_running_loop(), time.perf_counter()

    async def work() -> None:
        _transport, connection = await loop.create_connection(_Connection, *_address(place))
        while time.perf_counter() - began < seconds:
            request = next_ask().on(place.netloc)
            asked = time.perf_counter()
            status, body = await connection.ask(request)
            answers.note(time.perf_counter() - asked, status, body)
        connection.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    answers.seconds = time.perf_counter() - began
    return answers


async def steadily(
    base_url: str,
    next_ask: Callable[[], Ask],
    note: Callable[[float, bytes], None],
    *,
    rate: float,
    seconds: float,
    connections: int,
) -> Answers:
    """`rate` POSTs a second, whatever the answers take; `note` is told when a success was asked for and its body."""
    place, answers = urlsplit(base_url), Answers()
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    turns = iter(range(int(rate * seconds)))

    async def work() -> None:
        connection: _Connection | None = None
        for turn in turns:
            await asyncio.sleep(began + turn / rate - time.perf_counter())
            asked = time.perf_counter()
            if connection is None or connection.lost:
                _transport, connection = await loop.create_connection(_Connection, *_address(place))
            status, body = await connection.ask(next_ask().on(place.netloc))
            answers.note(time.perf_counter() - asked, status, body)
            if status < 300:
                note(asked, body)
        if connection is not None:
            connection.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    answers.seconds = time.perf_counter() - began
    return answers
