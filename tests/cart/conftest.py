"""The service on a fresh database, answering HTTP without a network; people with signed tokens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from cart.adapters.memory import ChosenFeasibility
from cart.adapters.store import CartUnit
from cart.application.keep_parties import keep_party
from cart.domain.consents import EDITIONS
from cart.main import service
from chassis.service import Running
from chassis.settings import TrustedIssuer
from chassis.tokens import new_key, sign_token
from contracts.envelope import Event
from contracts.registry import all_events
from tests.cart.sample import CATALOG, Someone, all_parties

OUTBOX = text("SELECT headers->>'ce_type' AS type, payload FROM outbox ORDER BY position")
EVENTS = {event.type_name(): event for event in all_events()}


@dataclass(frozen=True)
class Keys:
    people: Path
    links: Path
    issuers: list[TrustedIssuer]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("people", "links"):
        new_key(folder / f"{name}.json", folder / f"{name}.jwks")
    return Keys(
        folder / "people.json",
        folder / "links.json",
        [
            TrustedIssuer(issuer="people", audience="trunkline", jwks_file=folder / "people.jwks"),
            TrustedIssuer(issuer="links", audience="trunkline", jwks_file=folder / "links.jwks", links=True),
        ],
    )


@pytest_asyncio.fixture
async def running(new_database: Any, keys: Keys) -> AsyncIterator[Running[Any]]:
    """The service with its database migrated, catalog and parties known; nothing consumes."""
    url = await new_database(service)
    opened = service.open(
        database_url=url,
        kafka_url="127.0.0.1:1",
        trusted_issuers=keys.issuers,
        link_key_file=keys.links,
        machine_key_file=keys.people,
        pool_size=6,
    )
    async with opened.units.writing() as unit:
        await unit.catalogs.save(CATALOG)
        for party in all_parties():
            await keep_party(party, unit)
    yield opened
    await opened.engine.dispose()


@pytest.fixture
def feasibility() -> ChosenFeasibility:
    return ChosenFeasibility()


@pytest.fixture
def app(running: Running[Any], feasibility: ChosenFeasibility) -> FastAPI:
    made = running.app(consumes=False)
    made.state.feasibility = feasibility
    return made


class Browser:
    """Calls as one person; every write has a fresh key."""

    numbers = count()

    def __init__(self, app: FastAPI, token: str | None, language: str = "en") -> None:
        headers = {"Accept-Language": language}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://cart", headers=headers)

    async def get(self, path: str, **gaps: Any) -> httpx.Response:
        return await self.client.get(path, params=gaps or None)

    async def send(
        self, method: str, path: str, body: Any = None, *, seen: int | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key or f"key-{next(self.numbers)}"}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return await self.client.request(method, path, json=body, headers=headers)

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.send("POST", path, body, **more)


class Office:
    """Browsers for everybody, and a look behind the counter."""

    def __init__(self, app: FastAPI, running: Running[Any], keys: Keys) -> None:
        self.app, self.running, self._keys = app, running, keys

    def token(self, who: Someone, **more: Any) -> str:
        return sign_token(
            self._keys.people,
            issuer=more.pop("issuer", "people"),
            audience="trunkline",
            lifetime=more.pop("lifetime", 300),
            claims={
                "sub": who.email,
                "name": who.name,
                "email": who.email,
                "role": who.role,
                "party_id": str(who.party_id) if who.party_id else None,
                "language": who.language,
                **more,
            },
        )

    def as_(self, who: Someone, language: str = "en") -> Browser:
        return Browser(self.app, self.token(who), language)

    def with_token(self, token: str | None) -> Browser:
        return Browser(self.app, token)

    async def events(self, kind: type[Event] | None = None) -> list[Any]:
        """What waits in the outbox, in its order."""
        async with self.running.engine.connect() as connection:
            rows = await connection.execute(
                text("SELECT headers->>'ce_type' AS type, payload FROM outbox ORDER BY position")
            )
            found = [EVENTS[row.type].read(bytes(row.payload)) for row in rows]
        return [one for one in found if kind is None or isinstance(one, kind)]

    async def in_unit(self, work: Any) -> Any:
        async with self.running.units.writing() as unit:
            return await work(unit)

    async def link(self) -> str:
        """The newest link's token, as the mail has it."""
        from contracts.ordering.v1 import QuoteLinkIssued

        issued = await self.events(QuoteLinkIssued)
        return str(issued[-1].token)

    async def open_link(self, token: str | None = None) -> tuple[httpx.Response, Browser]:
        """What the exchange says, and a browser with the rights it gave."""
        answer = await self.with_token(None).post("/links/exchange", {"token": token or await self.link()})
        return answer, self.with_token(answer.json().get("access_token"))


@pytest.fixture
def office(app: FastAPI, running: Running[Any], keys: Keys) -> Office:
    return Office(app, running, keys)


class Shopper:
    """Puts a cart together over HTTP."""

    def __init__(self, browser: Browser, customer_id: UUID) -> None:
        self.browser, self.customer_id = browser, customer_id
        self.view: dict[str, Any] = {}

    async def start(self, case: str = "new_order", **more: Any) -> "Shopper":
        body = {"customer_id": str(self.customer_id), "business_case": case, **more}
        answer = await self.browser.post("/carts", body)
        assert answer.status_code == 201, answer.text
        self.view = answer.json()
        return self

    async def add(self, offering: str, quantity: int = 1, **more: Any) -> "Shopper":
        return await self.change("POST", "/lines", {"offering": offering, "quantity": quantity, **more})

    async def change(self, method: str, path: str, body: Any) -> "Shopper":
        answer = await self.browser.send(
            method, f"/carts/{self.view['cart_id']}{path}", body, seen=self.view["version"]
        )
        assert answer.is_success, answer.text
        self.view = answer.json()
        return self

    async def trunk(self, channels: int = 4, **settled: Any) -> "Shopper":
        await self.start()
        await self.add("CONNECT")
        await self.add("CHANNEL", channels, price_list="PL-NATIONAL")
        await self.add("FLAT-NATIONAL")
        if settled:
            await self.change("PATCH", "", settled)
        return self

    async def quote(self, recipient: dict[str, str] | None = None) -> dict[str, Any]:
        body = {"recipient": recipient} if recipient else None
        answer = await self.browser.post(f"/carts/{self.view['cart_id']}/quote", body, seen=self.view["version"])
        assert answer.status_code == 200, answer.text
        self.view = answer.json()
        return self.view

    async def order(self, browser: Browser | None = None) -> httpx.Response:
        """Placed directly, as far as it may be."""
        path = f"/carts/{self.view['cart_id']}/order"
        return await (browser or self.browser).post(path, seen=self.view["version"])


def agreed(name: str, **more: Any) -> dict[str, Any]:
    """What the page behind the link posts when its button is pressed."""
    return {"name": name, "consent_version": EDITIONS[-1].version, **more}


__all__ = ["Browser", "CartUnit", "Office", "Shopper"]
