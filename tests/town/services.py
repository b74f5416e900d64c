"""The six services in one process: real PostgreSQL, HTTP without a network, and events handed on without Kafka."""

import asyncio
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import text

from cart.adapters.memory import ChosenFeasibility
from catalog.main import DATA, publish_folder
from chassis.migrations import migrate_on
from chassis.service import Running
from chassis.tokens import new_key, sign_token
from contracts.envelope import Event, Topic, headers
from portal.adapters.upstream import HttpServices
from portal.application.ports import Session
from provisioning.application.load_pool import load_pool
from tests.portal.conftest import KnownLogin

NAMES = ("catalog", "cart", "provisioning", "porting", "notification", "portal")
OUTBOX = text("SELECT position, topic, key, headers, payload FROM outbox WHERE position > :seen ORDER BY position")
CSRF = "the-secret-of-these-sessions"
POOL = "221,47900000,47999999\n"
WEBHOOK_SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1jcm0tZm9yLXRlc3Rz"


@dataclass(frozen=True, slots=True)
class Someone:
    """Whoever calls; `token` None is nobody, `link` holds a mailed link's rights."""

    name: str
    role: str = ""
    party_id: UUID | None = None
    token: str | None = None
    csrf: str = CSRF


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    partition: int
    offset: int


@dataclass
class Town:
    """Everything runs on `runner`'s loop, so that plain tests can ask."""

    runner: asyncio.Runner
    folder: Path
    running: dict[str, Running[Any]] = field(default_factory=dict)
    apps: dict[str, FastAPI] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    offsets: Iterator[int] = field(default_factory=count)
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def open(self, database_server: str) -> None:
        issuers = []
        for name in ("people", "links", "machines"):
            new_key(self.folder / f"{name}.jwk", self.folder / f"{name}.jwks")
            jwks = self.folder / f"{name}.jwks"
            issuers.append({"issuer": name, "audience": "trunkline", "jwks_file": jwks, "links": name == "links"})
        server = await asyncpg.connect(database_server)
        for name in NAMES:
            database = f"{name}_town_{uuid4().hex[:12]}"
            await server.execute(f"CREATE DATABASE {database}")
            service = import_module(f"{name}.main").service
            url = f"{database_server.rsplit('/', 1)[0]}/{database}"
            await migrate_on(url, service.migrations, service.metadata, name=name)
            self.running[name] = service.open(
                database_url=url,
                kafka_url="127.0.0.1:1",
                trusted_issuers=issuers,
                pool_size=4,
                handler_attempts=1,
                link_key_file=self.folder / "links.jwk",
                machine_key_file=self.folder / "machines.jwk",
                machine_issuer="machines",
                crm_webhook_secrets=(WEBHOOK_SECRET,),
                webhook_local=True,
            )
            self.apps[name] = self.running[name].app(consumes=False)
            transport = httpx.ASGITransport(self.apps[name], raise_app_exceptions=False)
            self._clients[name] = httpx.AsyncClient(transport=transport, base_url=f"http://{name}")
            self.heard[name] = 0
        await server.close()
        self.apps["cart"].state.feasibility = ChosenFeasibility()
        self._connect_portal()
        await publish_folder(DATA / "2021-03.1", self.running["catalog"])
        async with self.running["provisioning"].units.writing() as unit:
            await load_pool(POOL, unit)
        await self.settle()

    def _connect_portal(self) -> None:
        """The portal asks the services beside it."""
        pages = next(route.app for route in self.apps["portal"].routes if getattr(route, "path", None) == "")
        mounts = {
            f"all://{name}": httpx.ASGITransport(self.apps[name], raise_app_exceptions=False) for name in NAMES[:-1]
        }
        client = httpx.AsyncClient(mounts=mounts)  # type: ignore[arg-type]
        services = HttpServices(client, {name: f"http://{name}" for name in NAMES[:-1]})
        pages.state.given = dataclasses.replace(
            pages.state.given, services=services, login=KnownLogin(), live_seconds=0.01
        )
        self._clients["upstream"] = client

    async def close(self, database_server: str) -> None:
        for client in self._clients.values():
            await client.aclose()
        server = await asyncpg.connect(database_server)
        for one in self.running.values():
            await one.engine.dispose()
            await server.execute(f"DROP DATABASE {one.engine.url.database} WITH (FORCE)")
        await server.close()

    async def settle(self) -> None:
        """Hand on what the outboxes hold until nobody has anything more to say."""
        while any([await self._hand_on(name) for name in NAMES]):
            pass

    async def _hand_on(self, name: str) -> bool:
        async with self.running[name].engine.connect() as connection:
            rows = (await connection.execute(OUTBOX, {"seen": self.heard[name]})).all()
        for row in rows:
            self.heard[name] = row.position
            sent = tuple((title, value.encode()) for title, value in row.headers.items())
            key = None if row.key is None else row.key.encode()
            await self._deliver(Message(row.topic, key, row.payload, sent, 0, next(self.offsets)))
        return bool(rows)

    async def tell(self, *events: Event, topic: Topic | None = None) -> None:
        """What somebody outside publishes, and all that follows from it."""
        for event in events:
            told = headers(
                event_id=uuid4(),
                type_name=event.type_name(),
                source="tests",
                subject=event.partition_key(),
                correlation_id="tests",
            )
            sent = tuple((title, value.encode()) for title, value in told.items())
            key = event.partition_key().encode()
            await self._deliver(Message((topic or event.topic).name, key, event.body(), sent, 0, next(self.offsets)))
        await self.settle()

    async def _deliver(self, message: Message) -> None:
        for one in self.running.values():
            for inlet in one.inlets.values():
                if inlet.subscription.topic.name == message.topic:
                    assert await inlet.take([message])  # type: ignore[list-item]

    async def ask(self, service: str, question: str, **gaps: Any) -> list[Any]:
        async with self.running[service].engine.connect() as connection:
            return list((await connection.execute(text(question), gaps)).scalars())

    def signed(self, name: str, role: str, party_id: UUID | None = None) -> Someone:
        claims = {
            "sub": name,
            "name": name.title(),
            "email": f"{name}@people.example",
            "role": role,
            "party_id": party_id and str(party_id),
            "language": "en",
        }
        issuer = "machines" if role == "machine" else "people"
        token = sign_token(
            self.folder / f"{issuer}.jwk", issuer=issuer, audience="trunkline", claims=claims, lifetime=3600
        )
        return Someone(name, role, party_id, token)

    def client(self, service: str) -> httpx.AsyncClient:
        """To the service, without a network."""
        return self._clients[service]

    async def call(self, who: Someone, service: str, method: str, path: str, **more: Any) -> httpx.Response:
        sent = {"Idempotency-Key": uuid4().hex, "Accept-Language": "en", **more.pop("headers", {})}
        if who.token is not None:
            sent["Authorization"] = f"Bearer {who.token}"
        return await self._clients[service].request(method, path, headers=sent, **more)

    async def visit(
        self, who: Someone, method: str, path: str, form: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """A page of the portal, in a browser that is logged in as that person."""
        body = None if form is None else {"_csrf": who.csrf, "_key": uuid4().hex, **form}
        cookies = {"session": who.name, "language": "en"} if who.token else {"language": "en"}
        written = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return await self._clients["portal"].request(method, path, data=body, headers={"Cookie": written}, **more)

    async def log_in(self, who: Someone) -> None:
        """A session at the portal, as if the login provider had sent the browser back."""
        assert who.token is not None
        session = Session(
            key=who.name,
            id_token=who.token,
            csrf=who.csrf,
            subject=who.name,
            name=who.name.title(),
            email=f"{who.name}@people.example",
            role=who.role,
            language="en",
            party_id=who.party_id,
            expires_at=datetime.now(UTC) + timedelta(hours=1),
        )
        async with self.running["portal"].units.writing() as unit:
            await unit.sessions.add(session)
