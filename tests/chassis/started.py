"""A service's part in a process of its own, and what it says about itself: in its log, and when asked for readiness."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from devstack.programs import free_ports
from tests.forks import Fork

PATIENCE = 120.0
WAITING = ("consumers have no partitions yet", "the broker was not asked yet")


class Started:
    """A part of the catalog."""

    def __init__(self, folder: Path, database_url: str, kafka_url: str, *, part: str, **more: str) -> None:
        (port,) = free_ports(1)
        self._log = folder / f"{part}-{port}.log"
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")
        told = {"DATABASE_URL": database_url, "KAFKA_URL": kafka_url, "HTTP_PORT": str(port), "HEALTH_PORT": str(port)}
        self.process = Fork("catalog", part, env={**os.environ, **told, **more}, log=self._log)

    async def trouble(self, part: str) -> tuple[str, str] | None:
        """Cause and remedy of what readiness says is wrong with a part; None if nothing is, or it does not answer."""
        try:
            answer = await self._client.get("/health/ready")
        except httpx.TransportError:
            return None
        found = {one["part"]: (one["cause"], one["remedy"]) for one in answer.json().get("errors", ())}
        assert (answer.status_code == httpx.codes.SERVICE_UNAVAILABLE) == bool(found)
        return found.get(part)

    async def settled(self, part: str) -> tuple[str, str]:
        """The trouble of a part, once it is said; the process lives with it."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.trouble(part)) is None or found[0] in WAITING:
                assert self.process.poll() is None, self.log
                await asyncio.sleep(0.05)
        assert (await self._client.get("/health/live")).status_code == httpx.codes.OK
        return found

    async def is_ready(self) -> bool:
        try:
            return (await self._client.get("/health/ready")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def lines(self, event: str) -> list[dict[str, Any]]:
        return [found for found in map(json.loads, self.log.splitlines()) if found["event"] == event]

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """Cause and remedy of each line that is more than information; a line without them is a fault."""
        written = [json.loads(line) for line in self.log.splitlines()]
        return [(one["cause"], one["remedy"]) for one in written if one["level"] != "info"]

    async def end(self) -> None:
        await self._client.aclose()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(self.process.wait, PATIENCE) == 0, self.log


Start = Callable[..., Started]
