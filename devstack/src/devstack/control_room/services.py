"""What the services' operator routes tell and do: outboxes, dead letters, redrive."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from chassis.settings import ServiceSettings
from chassis.tokens import machine_client
from devstack.layout import SERVICES, Layout


@dataclass(frozen=True, slots=True)
class ServiceState:
    """`away` says why nothing is known."""

    name: str
    outbox: int = 0
    oldest: str | None = None
    parked: list[dict[str, Any]] = field(default_factory=list)
    away: str | None = None


class Services:
    def __init__(self, layout: Layout) -> None:
        settings = ServiceSettings(
            database_url="", kafka_url=layout.kafka_url, machine_key_file=layout.keys / "machines.jwk"
        )
        self._clients = {name: machine_client(settings, layout.url(name), name="control-room") for name in SERVICES}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def states(self) -> list[ServiceState]:
        return await asyncio.gather(*(self._state(name) for name in SERVICES))

    async def redrive(self, service: str, group: str, key: str | None) -> str:
        """What came of it, in words. Raises KeyError if there is no such service."""
        body = {"group": group, "key": key}
        try:
            answer = await self._clients[service].post("/operations/redrive", json=body, timeout=60)
        except httpx.HTTPError as error:
            return f"{service} did not answer: {error!r}"
        if answer.status_code != httpx.codes.OK:
            return f"{service} answered {answer.status_code}: {answer.text[:300]}"
        told = answer.json()
        failed = "; ".join(f"{key} failed again: {why}" for key, why in told["still_parked"].items())
        return f"{told['played']} messages played. {failed}".strip()

    async def _state(self, name: str) -> ServiceState:
        client = self._clients[name]
        try:
            outbox, parked = await asyncio.gather(client.get("/operations/outbox"), client.get("/operations/parked"))
            outbox.raise_for_status()
            parked.raise_for_status()
        except httpx.HTTPError as error:
            return ServiceState(name, away=str(error) or repr(error))
        lanes = outbox.json()
        oldest = min((one["oldest"] for one in lanes), default=None)
        return ServiceState(name, sum(one["depth"] for one in lanes), oldest, parked.json())
