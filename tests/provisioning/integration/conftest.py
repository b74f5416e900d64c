"""A provisioning service on a real PostgreSQL: events come in by its inlets, what it says is read from its outbox."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
from sqlalchemy import text

from chassis.alarm import Alarm
from chassis.clock import BUSINESS_NOW_SQL
from chassis.service import Running
from chassis.tokens import new_key, sign_token
from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.envelope import Event, headers
from contracts.registry import all_events
from contracts.shapes import Audience
from provisioning.domain.inventory import read_pool
from provisioning.entrypoints.timers import timers
from provisioning.main import service
from telecom.formats import day_begins
from tests.clock import days_pass
from tests.provisioning.sample import BEGINNING

EVENTS = {event.type_name(): event for event in all_events()}
POOL = "221,47900000,47900999\n3643,4711000,4711009\n"
E = TypeVar("E", bound=Event)
offsets = count()


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    partition: int
    offset: int


def message(event: Event, correlation_id: str = "tests", event_id: UUID | None = None) -> Message:
    made = headers(
        event_id=event_id or uuid4(),
        type_name=event.type_name(),
        source="tests",
        subject=event.partition_key(),
        correlation_id=correlation_id,
    )
    sent = tuple((name, value.encode()) for name, value in made.items())
    return Message(event.topic.name, event.partition_key().encode(), event.body(), sent, 0, next(offsets))


class Works:
    """The service as others meet it."""

    def __init__(self, running: Running[Any], keys: Path) -> None:
        self.running, self._keys = running, keys
        transport = httpx.ASGITransport(running.app(consumes=False))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://provisioning")
        self.partner, self.customer = uuid4(), uuid4()

    async def hear(self, *events: Event, correlation_id: str = "tests") -> None:
        """All of one topic, as one batch."""
        await self.take(*(message(event, correlation_id) for event in events))

    async def take(self, *messages: Message) -> None:
        topic = messages[0].topic
        inlet = next(one for one in self.running.inlets.values() if one.subscription.topic.name == topic)
        assert await inlet.take(messages)  # type: ignore[arg-type]

    async def said(self, kind: type[E], /, **facts: Any) -> list[E]:
        """Events of a kind in the outbox, in order, whose fields are as given."""
        return [event for event, _headers in await self.told(kind, **facts)]

    async def told(self, kind: type[E], /, **facts: Any) -> list[tuple[E, dict[str, str]]]:
        async with self.running.engine.connect() as connection:
            rows = (await connection.execute(text("SELECT headers, payload FROM outbox ORDER BY position"))).all()
        found = [(EVENTS[row.headers["ce_type"]].read(bytes(row.payload)), row.headers) for row in rows]
        fitting = [(event, told) for event, told in found if isinstance(event, kind)]
        return [one for one in fitting if all(getattr(one[0], name) == value for name, value in facts.items())]

    async def ask(self, question: str, **gaps: Any) -> Any:
        async with self.running.engine.connect() as connection:
            return (await connection.execute(text(question), gaps)).scalar_one()

    async def days_pass(self, days: float) -> None:
        """Business time of this database moves ahead, and what is due happens."""
        await days_pass(self.running.engine, days)
        alarm: Alarm[Any] = Alarm(self.running.engine, timers, self.running.units.writing)  # type: ignore[type-var]
        await alarm.ring()

    async def until(self, day: date, *, seconds: float = 1) -> None:
        """Business time stands at `day` as it begins in Berlin, or so many seconds after (before, if negative)."""
        now = await self.ask(f"SELECT {BUSINESS_NOW_SQL}")
        await self.days_pass(((day_begins(day) - now).total_seconds() + seconds) / 86400)

    def token(self, role: str = "order_management", party: UUID | None = None, **more: Any) -> str:
        claims = {"sub": role, "name": role.title(), "role": role, "party_id": party and str(party), **more}
        return sign_token(self._keys, issuer="people", audience="trunkline", claims=claims, lifetime=300)

    async def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        sent = {"Idempotency-Key": uuid4().hex, "Accept-Language": "de", **more.pop("headers", {})}
        if token != "":
            sent["Authorization"] = f"Bearer {token or self.token()}"
        return await self.http.request(method, path, headers=sent, **more)

    async def know_parties(self) -> None:
        await self.hear(
            party(self.partner, PartyKind.PARTNER, None),
            party(self.customer, PartyKind.CUSTOMER, self.partner),
        )


def party(
    party_id: UUID, kind: PartyKind, parent: UUID | None, *, version: int = 1, administration: bool = True
) -> PartyChanged:
    return PartyChanged(
        party_id=party_id,
        version=version,
        kind=kind,
        name="Müller & Söhne GmbH",
        audience=Audience.BUSINESS,
        language="de",
        email="einkauf@mueller.example",
        parent_id=parent,
        customer_administration=administration,
        changed_at=BEGINNING,
    )


@pytest_asyncio.fixture
async def works(new_database: Any, tmp_path: Path) -> AsyncIterator[Works]:
    keys = tmp_path / "people.jwk"
    new_key(keys, tmp_path / "people.jwks")
    issuer = {"issuer": "people", "audience": "trunkline", "jwks_file": str(tmp_path / "people.jwks")}
    url = await new_database(service)
    running = service.open(
        database_url=url,
        kafka_url="127.0.0.1:1",
        trusted_issuers=[issuer],
        handler_attempts=1,
        pool_size=6,
    )
    async with running.units.writing() as unit:
        for _line, numbers in read_pool(POOL)[0]:
            await unit.inventory.load(numbers)
    found = Works(running, keys)
    yield found
    await found.http.aclose()
    await running.engine.dispose()
