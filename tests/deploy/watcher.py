"""The Prometheus of a running stack, asked as Grafana and people ask it."""

import math
import time
from typing import Any

import httpx

from devstack.layout import Layout
from tests.deploy.queries import filled

WINDOW, STEP = 600, 5


class Watcher:
    """Reads what it has seen, what its rules say, and which alerts there are."""

    def __init__(self, layout: Layout) -> None:
        self._http = httpx.AsyncClient(base_url=layout.url("prometheus"), timeout=30)

    async def ask(self, path: str, **asked: Any) -> Any:
        answer = await self._http.get(f"/api/v1/{path}", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def shows(self, expression: str) -> bool:
        """Is there a value, at any time of the last minutes, that is a number?"""
        now = time.time()
        found = await self.ask("query_range", query=filled(expression), start=now - WINDOW, end=now, step=STEP)
        return any(not math.isnan(float(value)) for line in found["result"] for _at, value in line["values"])

    async def rules(self) -> list[dict[str, Any]]:
        return [rule for group in (await self.ask("rules"))["groups"] for rule in group["rules"]]

    async def close(self) -> None:
        await self._http.aclose()
