"""Posts to endpoints that strangers name: no redirects, no address of our own network, no answer without end."""

import asyncio
import contextlib
import ssl
import time
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self

import httpx

from notification.domain.webhook import GONE, may_be_reached

LONGEST_ANSWER = 400
"""Characters of an answer that are kept."""
BUSY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Answer:
    """`error` says in a word why there is no answer."""

    status: int | None
    latency_ms: int
    error: str | None = None
    response: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_away(self) -> bool:
        """Nobody could have been told, whatever the message."""
        return self.status is None or self.status in BUSY or self.status == GONE


class NotAllowed(Exception):
    """The name leads into our own network."""


class Doorstep:
    """One endpoint's connection, kept while its deliveries are brought. `local`: our own network is allowed."""

    def __init__(self, *, seconds: float, local: bool) -> None:
        self._seconds, self._local = seconds, local
        self._client = httpx.AsyncClient(
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
            verify=_certificates(),
            limits=httpx.Limits(max_connections=1),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def bring(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Never raises for what the endpoint does."""
        began = time.monotonic()
        error: str | None = None
        try:
            async with asyncio.timeout(self._seconds):
                status, response = await self._post(url, headers, body)
                return Answer(status, _milliseconds(began), None, response)
        except NotAllowed:
            error = "address-not-allowed"
        except (TimeoutError, httpx.TimeoutException):
            error = "timeout"
        except httpx.ConnectError as failure:
            error = "certificate" if isinstance(_root(failure), ssl.SSLError) else "no-connection"
        except OSError:
            error = "unknown-host"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            error = "no-answer"
        return Answer(None, _milliseconds(began), error)

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """To an address that was looked at: asking for the name twice might be answered twice differently."""
        asked = httpx.URL(url)
        port = asked.port or (443 if asked.scheme == "https" else 80)
        address = await self._address_of(asked.host, port)
        to = {**headers, "Host": asked.netloc.decode()}
        sni = {"sni_hostname": asked.raw_host.decode()}
        async with self._client.stream(
            "POST", asked.copy_with(host=address), headers=to, content=body, extensions=sni
        ) as answer:
            return answer.status_code, await _beginning(answer)

    async def _address_of(self, host: str, port: int) -> str:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
        addresses = [str(one[4][0]).partition("%")[0] for one in found]
        if not self._local and not all(map(may_be_reached, addresses)):
            raise NotAllowed
        return addresses[0]


async def _beginning(answer: httpx.Response) -> str:
    """So much of the answer as is kept, and no more of it."""
    taken = b""
    with contextlib.suppress(httpx.HTTPError):
        async for part in answer.aiter_bytes():
            taken += part
            if len(taken) >= LONGEST_ANSWER * 4:
                break
    words = taken.decode("utf-8", "replace")
    return "".join(one if one.isprintable() else " " for one in words)[:LONGEST_ANSWER].strip()


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
