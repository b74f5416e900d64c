"""A running notification service without its consumers' Kafka, its mailbox, and people who ask."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from sqlalchemy import text

from chassis.ids import uuid7
from chassis.service import Running
from chassis.settings import TrustedIssuer
from chassis.story import Story, telling
from chassis.tokens import new_key, sign_token
from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.envelope import Event
from devstack.mailbox.__main__ import Taker
from devstack.mailbox.box import Box
from devstack.programs import free_ports
from notification.adapters.courier import Courier
from notification.adapters.post import Post
from notification.entrypoints import consumers
from notification.main import service
from notification.settings import Settings
from tests.waiting import eventually

EXAMPLES = Path("contracts/examples")


def example(event: type[Event], **changed: Any) -> Any:
    """The event of the contracts' example, with other values."""
    body = json.loads((EXAMPLES / f"{event.type_name()}.json").read_text(encoding="utf-8"))
    return event.read(json.dumps(body | changed, default=str).encode())


class Desk:
    def __init__(self, running: Running[Any], folder: Path) -> None:
        assert isinstance(running.settings, Settings)
        self.running, self.box, self.settings, self.folder = running, Box(folder / "mails"), running.settings, folder
        self.post, self.courier = Post(running), Courier(running)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(running.app(consumes=False), raise_app_exceptions=False),
            base_url="http://notification",
        )

    async def hear(self, *events: Event) -> None:
        """As one batch of the consumers: read back from the bytes that travel."""
        async with self.running.units.writing() as unit:
            await self.react(unit, *events)

    async def react(self, unit: Any, *events: Event) -> None:
        for event in events:
            [subscription] = [one for one in consumers.ALL if one.topic is event.topic]
            reaction = subscription.reaction(event.type_name(), event.body(), event.partition_key())
            assert reaction is not None, f"nobody reacts to {event.type_name()}"
            with telling(Story(f"story-{type(event).__name__}", uuid7())):
                await reaction(unit)

    async def send(self) -> int:
        return await self.post.send_due()

    async def claims_run_out(self) -> None:
        await self.change("UPDATE notice SET not_before = now() WHERE state = 'waiting'")

    @contextmanager
    def mail_server(self, taker: Any = None) -> Iterator[None]:
        server = Controller(taker or Taker(self.box), hostname="127.0.0.1", port=self.settings.smtp_port)
        server.start()
        try:
            yield
        finally:
            server.stop()

    async def change(self, statement: str) -> None:
        async with self.running.units.writing() as unit:
            await unit.connection.execute(text(statement))

    async def all(self, question: str) -> list[Any]:
        async with self.running.units.reading() as unit:
            return list((await unit.connection.execute(text(question))).scalars())

    async def ask(self, question: str) -> Any:
        [answer] = await self.all(question)
        return answer

    async def until(self, question: str, wanted: Any) -> None:
        """Wait until the database answers so."""
        await eventually(lambda: self.ask(question), wanted)

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """What was recorded in the outbox, in order."""
        async with self.running.units.reading() as unit:
            question = "SELECT headers ->> 'ce_type' AS kind, payload FROM outbox ORDER BY position"
            rows = await unit.connection.execute(text(question))
            return [(row.kind.split(".")[1], json.loads(row.payload)) for row in rows]

    def addresses(self, kind: str = "") -> list[str]:
        """Of the mails that arrived with `kind` in their subject."""
        return sorted(mail.to.partition("<")[2].rstrip(">") for mail in self.box.mails() if kind in mail.subject)

    def token(self, role: str = "order_management", issuer: str = "login", **claims: Any) -> str:
        who = {"sub": role, "name": role.title(), "role": role, **claims}
        return sign_token(self.folder / f"{issuer}.jwk", issuer=issuer, audience="trunkline", claims=who, lifetime=300)

    def link(self, *rights: str, **link: Any) -> str:
        return self.token("approver", "links", link={**link, "rights": list(rights)})

    async def get(self, path: str, token: str | None = None, **params: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token()}", "Accept-Language": "en"}
        return await self.http.get(path, params=params or None, headers=headers)

    async def do(
        self, path: str, body: dict[str, Any], token: str | None = None, method: str = "POST"
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token()}", "Idempotency-Key": uuid4().hex}
        return await self.http.request(method, path, json=body, headers=headers | {"Accept-Language": "en"})

    async def party(
        self, party_id: UUID, kind: str, parent: UUID | None = None, *, delegated: bool = True, version: int = 1
    ) -> None:
        await self.hear(
            example(
                PartyChanged,
                party_id=party_id,
                kind=PartyKind(kind),
                parent_id=parent,
                customer_administration=delegated,
                version=version,
            )
        )


@pytest_asyncio.fixture
async def desk(new_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    url = await new_database(service)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    for name in ("login", "links"):
        await asyncio.to_thread(new_key, tmp_path / f"{name}.jwk", tmp_path / f"{name}.jwks")
    issuers = [
        TrustedIssuer(issuer=name, audience="trunkline", jwks_file=tmp_path / f"{name}.jwks", links=name == "links")
        for name in ("login", "links")
    ]
    running = service.open(
        smtp_port=free_ports(1)[0],
        smtp_timeout=2,
        trusted_issuers=issuers,
        webhook_local=True,
        webhook_timeout=4,
        webhook_retry_seconds=(60, 60),
    )
    found = Desk(running, tmp_path)
    yield found
    await found.post.close()
    await found.http.aclose()
    await running.engine.dispose()
