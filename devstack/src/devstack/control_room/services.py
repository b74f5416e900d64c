"""What the services' operator routes tell and do: outboxes, dead letters, redrive."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from chassis.tokens import sign_token
from devstack.layout import SERVICES, Layout

TOKEN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ServiceState:
    """`away` says why nothing is known."""

    name: str
    outbox: int = 0
    oldest: str | None = None
    parked: list[dict[str, Any]] = field(default_factory=list)
    away: str | None = None


class Services:
    """Signs as a machine; one token serves many calls, since signing takes longer than asking."""

    def __init__(self, layout: Layout) -> None:
        self._key_file = layout.keys / "machines.jwk"
        self._token, self._good_until = "", 0.0
        self._carriers: dict[str, str] = {}
        self._clients = {name: httpx.AsyncClient(base_url=layout.url(name), timeout=5) for name in SERVICES}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def states(self) -> list[ServiceState]:
        return await asyncio.gather(*(self._state(name) for name in SERVICES))

    async def carrier_names(self) -> dict[str, str]:
        """By code, as porting offers them to people, asked for once; none while it is away."""
        if not self._carriers:
            claims = {"sub": "control-room", "name": "Control room", "role": "order_management"}
            given = {"Authorization": f"Bearer {self._signed(claims)}"}
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = await self._clients["porting"].get("/carriers", headers=given)
                answer.raise_for_status()
                self._carriers = {one["carrier_code"]: one["name"] for one in answer.json()}
        return self._carriers

    async def redrive(self, service: str, group: str, key: str) -> str:
        """Play a parked key again; what came of it, in words."""
        told = await self._told(service, "/operations/redrive", {"group": group, "key": key})
        if isinstance(told, str):
            return told
        failed = "; ".join(f"{key} failed again: {why}" for key, why in told["still_parked"].items())
        return f"{told['played']} messages played. {failed}".strip()

    async def discard(self, service: str, group: str, key: str, message_id: str) -> str:
        """Give a message up; what came of it, in words."""
        told = await self._told(service, "/operations/discard", {"group": group, "key": key, "id": message_id})
        return told if isinstance(told, str) else "The message was given up; those behind it can be redriven."

    async def _told(self, service: str, path: str, body: dict[str, str]) -> dict[str, Any] | str:
        """The answer, or why there is none."""
        headers = {**self._headers(), "Idempotency-Key": str(uuid4())}
        try:
            answer = await self._clients[service].post(path, json=body, timeout=60, headers=headers)
        except httpx.HTTPError as error:
            return f"{service} did not answer: {error!r}"
        if not answer.is_success:
            return f"{service} answered {answer.status_code}: {answer.text[:300]}"
        found: dict[str, Any] = answer.json()
        return found

    async def _state(self, name: str) -> ServiceState:
        client, headers = self._clients[name], self._headers()
        try:
            outbox, parked = await asyncio.gather(
                client.get("/operations/outbox", headers=headers), client.get("/operations/parked", headers=headers)
            )
            outbox.raise_for_status()
            parked.raise_for_status()
        except httpx.HTTPError as error:
            return ServiceState(name, away=str(error) or repr(error))
        lanes = outbox.json()
        oldest = min((one["oldest"] for one in lanes), default=None)
        return ServiceState(name, sum(one["depth"] for one in lanes), oldest, parked.json())

    def _headers(self) -> dict[str, str]:
        if time.monotonic() > self._good_until:
            claims = {"sub": "control-room", "role": "machine", "machine": True}
            self._token = self._signed(claims)
            self._good_until = time.monotonic() + TOKEN_SECONDS / 2
        return {"Authorization": f"Bearer {self._token}"}

    def _signed(self, claims: dict[str, Any]) -> str:
        return sign_token(
            self._key_file, issuer="machines", audience="trunkline", claims=claims, lifetime=TOKEN_SECONDS
        )
