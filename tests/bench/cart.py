"""Configuring a cart of 300 lines, beside one of a single line: one more of a product, again and again, idly."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import httpx

from cart.application.keep_catalog import catalog_of
from cart.application.keep_parties import keep_party
from cart.domain.catalog import Catalog
from cart.main import service
from catalog.adapters.files import read_folder
from catalog.application.publish import published
from catalog.main import DATA
from chassis.ids import uuid7
from chassis.migrations import migrate
from chassis.settings import TrustedIssuer
from chassis.tokens import new_key, sign_token
from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.shapes import Audience
from tests.bench.figure import Figure, percentile
from tests.bench.ground import Ground
from tests.bench.load import Ask, steadily
from tests.bench.post import serving

LINES = 300
BAR_MS = 30
RATE = 10.0
SECONDS = 15.0
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CUSTOMER = UUID("01930000-0000-7000-8000-0000000000c1")
LICENCE, FLATRATE, SERVICE = "CENTRAFLEX-LICENCE-STANDARD", "CENTRAFLEX-FLAT-NATIONAL", "TENGO-FAX"


async def measure(ground: Ground) -> list[Figure]:
    people = ground.folder / "people.json"
    new_key(people, ground.folder / "people.jwks")
    issuer = TrustedIssuer(issuer="people", audience="trunkline", jwks_file=ground.folder / "people.jwks")
    database = await ground.new_database("cart")
    await asyncio.to_thread(migrate, database, service.migrations, service.metadata, name="cart")
    await _fill(database)
    settings = {
        "TRUSTED_ISSUERS": f"[{issuer.model_dump_json()}]",
        "LINK_KEY_FILE": str(people),
        "MACHINE_KEY_FILE": str(people),
    }
    with serving(ground, database, "cart", "web", **settings) as (url, _pid):
        person = _headers(people)
        small, large = await _cart(url, person, 1), await _cart(url, person, LINES)
        await _changes(url, person, large, seconds=2)
        one_line = await _changes(url, person, small, seconds=SECONDS)
        many = await _changes(url, person, large, seconds=SECONDS)
    return [
        Figure(
            f"configuring a cart of {LINES} lines, p95, beside one of a single line",
            percentile(many, 0.95),
            "ms",
            BAR_MS,
            baseline=percentile(one_line, 0.95),
            at_most=True,
        ),
        Figure("the same, median", median(many), "ms", BAR_MS, baseline=median(one_line), at_most=True),
    ]


async def _fill(database: str) -> None:
    opened = service.open(database_url=database, kafka_url="127.0.0.1:1", pool_size=1)
    async with opened.units.writing() as unit:
        await unit.catalogs.save(_wide_catalog())
        await keep_party(
            PartyChanged(
                party_id=CUSTOMER,
                version=1,
                kind=PartyKind.CUSTOMER,
                name="Jäger Logistik",
                customer_number="K-200001",
                audience=Audience.BUSINESS,
                language="de",
                email="einkauf@jaeger.example",
                customer_administration=True,
                changed_at=NOW,
            ),
            unit,
        )
    await opened.engine.dispose()


def _wide_catalog() -> Catalog:
    """What is shipped, and so many more services that each line can be another one."""
    shipped = catalog_of(published(read_folder(max(DATA.iterdir())), NOW))
    known = shipped.find(SERVICE)
    assert known is not None
    return replace(
        shipped, offerings=(*shipped.offerings, *(replace(known, code=f"TENGO-{nth}") for nth in range(LINES)))
    )


def _headers(key: Path) -> dict[str, str]:
    claims = {
        "sub": "olga",
        "name": "Olga",
        "email": "olga@carrier.example",
        "role": "order_management",
        "party_id": None,
    }
    token = sign_token(key, issuer="people", audience="trunkline", lifetime=3600, claims=claims)
    return {"Authorization": f"Bearer {token}"}


async def _cart(url: str, person: dict[str, str], lines: int) -> dict[str, Any]:
    """A Centraflex cart with its flatrate, put together as people do."""
    async with httpx.AsyncClient(base_url=url, headers=person, timeout=30) as client:

        async def post(path: str, body: dict[str, Any], version: int) -> dict[str, Any]:
            marks = {"Idempotency-Key": str(uuid7()), "If-Match": str(version)}
            answer = await client.post(path, json=body, headers=marks)
            return dict(answer.raise_for_status().json())

        cart = await post("/carts", {"customer_id": str(CUSTOMER), "business_case": "new_order"}, 0)
        for code in [LICENCE, FLATRATE, *(f"TENGO-{nth}" for nth in range(lines))][:lines]:
            cart = await post(f"/carts/{cart['cart_id']}/lines", {"offering": code, "quantity": 1}, cart["version"])
        assert (len(cart["lines"]), cart["broken_rules"]) == (lines, [])
        return cart


async def _changes(url: str, person: dict[str, str], cart: dict[str, Any], *, seconds: float) -> list[float]:
    """How long each answer took, in milliseconds; each change sees the version that the one before left."""
    body = json.dumps({"offering": LICENCE, "quantity": 1}).encode()

    def ask() -> Ask:
        marks = {"Idempotency-Key": str(uuid7()), "If-Match": str(cart["version"])}
        return Ask(f"/carts/{cart['cart_id']}/lines", body, person | marks)

    def note(_asked: float, answer: bytes) -> None:
        cart["version"] = json.loads(answer)["version"]

    answers = await steadily(url, ask, note, rate=RATE, seconds=seconds, connections=1)
    return [took * 1000 for took in answers.took]
