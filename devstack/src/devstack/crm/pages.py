"""The CRM's page and its JSON: look parties up, change them, add, merge and delete them."""

import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID, uuid4

from aiokafka.errors import KafkaError
from fastapi import FastAPI, Form, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from contracts.crm.v1 import PartyChanged, PartyKind
from contracts.shapes import Address, Audience, Language, Mail, Text
from devstack.crm.desk import Desk
from devstack.crm.register import UnknownParty
from devstack.look import page_app, pages

SHOWN, REMEMBERED = 100, 100
Correlation = Annotated[str | None, Header(alias="X-Correlation-Id", max_length=64)]


class NewParty(BaseModel):
    """`party_id` may be chosen; a customer gets a number unless one is given."""

    model_config = ConfigDict(extra="forbid")

    party_id: UUID = Field(default_factory=uuid4)
    kind: PartyKind = PartyKind.CUSTOMER
    name: Text
    email: Mail
    parent_id: UUID | None = None
    customer_number: str | None = None
    audience: Audience = Audience.BUSINESS
    language: Language = "de"
    phone: str | None = None
    address: Address | None = None
    customer_administration: bool = True


class Change(BaseModel):
    """What is named is changed."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    email: Mail | None = None
    language: Language | None = None
    audience: Audience | None = None
    customer_administration: bool | None = None
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message of a webhook."""

    at: datetime
    id: str
    body: str

    @property
    def type(self) -> str:
        with suppress(ValueError, KeyError, TypeError):
            return str(json.loads(self.body)["type"])
        return "-"


class Merge(BaseModel):
    survivor_id: UUID


def crm_app(desk: Desk) -> FastAPI:
    app = page_app("Trunkline simulated CRM")
    page = pages(Path(__file__).parent / "templates")
    told: deque[Told] = deque(maxlen=REMEMBERED)

    @app.exception_handler(UnknownParty)
    async def unknown(_: Request, __: UnknownParty) -> JSONResponse:
        return JSONResponse({"detail": "The CRM knows no such party."}, 404)

    @app.exception_handler(KafkaError)
    async def away(_: Request, __: KafkaError) -> JSONResponse:
        return JSONResponse({"detail": "The broker is away; nothing was changed."}, 503)

    @app.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"ready": desk.ready}, 200 if desk.ready else 503)

    @app.get("/api/parties")
    async def find(q: str = "") -> list[PartyChanged]:
        return desk.register.find(q)[:SHOWN]

    @app.get("/api/parties/{party_id}")
    async def party(party_id: UUID) -> PartyChanged:
        return desk.register.party(party_id)

    @app.post("/api/parties", status_code=201)
    async def add(body: NewParty, correlation: Correlation = None) -> PartyChanged:
        if body.party_id in desk.register.parties or body.party_id in desk.register.merged:
            raise HTTPException(409, "This id is taken.")
        if body.parent_id is not None:
            desk.register.party(body.parent_id)
        if body.kind is PartyKind.CUSTOMER and body.customer_number is None:
            body.customer_number = f"K-{body.party_id.int % 10**9:09d}"
        event = PartyChanged(version=1, changed_at=datetime.now(UTC), **body.model_dump())
        await desk.publish(event, correlation_id=correlation)
        return event

    @app.patch("/api/parties/{party_id}")
    async def change(party_id: UUID, body: Change, correlation: Correlation = None) -> PartyChanged:
        event = desk.register.change(party_id, datetime.now(UTC), **body.model_dump(exclude_unset=True))
        await desk.publish(event, correlation_id=correlation)
        return event

    @app.post("/api/parties/{party_id}/merge", status_code=204)
    async def merge(party_id: UUID, body: Merge, correlation: Correlation = None) -> None:
        if body.survivor_id == party_id:
            raise HTTPException(422, "A party can't be merged into itself.")
        event = desk.register.merge(party_id, body.survivor_id, datetime.now(UTC))
        await desk.publish(event, correlation_id=correlation)

    @app.delete("/api/parties/{party_id}", status_code=204)
    async def delete(party_id: UUID) -> None:
        desk.register.party(party_id)
        await desk.publish(party_id)

    @app.get("/", response_class=HTMLResponse)
    async def overview(q: str = "", done: str = "") -> HTMLResponse:
        found = desk.register.find(q)
        partners = [one for one in desk.register.find("") if one.kind in (PartyKind.PARTNER, PartyKind.SUB_PARTNER)]
        return page(
            "parties.html",
            q=q,
            done=done,
            found=found[:SHOWN],
            more=max(0, len(found) - SHOWN),
            total=len(desk.register.parties),
            partners=partners,
            names={one.party_id: one.name for one in partners},
        )

    @app.post("/parties")
    async def add_by_form(
        name: Annotated[str, Form()], email: Annotated[str, Form()], parent_id: Annotated[UUID, Form()]
    ) -> RedirectResponse:
        made = await add(NewParty(name=name, email=email, parent_id=parent_id))
        return _back(made.name, f"{made.name} was announced as {made.customer_number}.")

    @app.post("/parties/{party_id}/administration")
    async def switch(party_id: UUID, on: Annotated[bool, Form()]) -> RedirectResponse:
        made = await change(party_id, Change(customer_administration=on))
        return _back(made.name, f"Customer administration of {made.name} is {'on' if on else 'off'}.")

    @app.post("/parties/{party_id}/merge")
    async def merge_by_form(party_id: UUID, survivor_id: Annotated[UUID, Form()]) -> RedirectResponse:
        before, survivor = desk.register.party(party_id), desk.register.party(survivor_id)
        await merge(party_id, Merge(survivor_id=survivor_id))
        return _back(survivor.name, f"{before.name} was merged into {survivor.name}.")

    @app.post("/parties/{party_id}/delete")
    async def delete_by_form(party_id: UUID) -> RedirectResponse:
        gone = desk.register.party(party_id)
        await delete(party_id)
        return _back("", f"{gone.name} was deleted; everything personal goes once nothing runs for it any more.")

    @app.post("/hook", status_code=204)
    async def take(request: Request) -> None:
        """An endpoint for webhooks: give its address on the portal's page."""
        told.appendleft(
            Told(datetime.now(UTC), request.headers.get("webhook-id", "-"), (await request.body()).decode())
        )

    @app.get("/hook", response_class=HTMLResponse)
    async def hook(request: Request) -> HTMLResponse:
        return page("hook.html", told=told, address=str(request.url))

    return app


def _back(q: str, done: str) -> RedirectResponse:
    return RedirectResponse("/?" + urlencode({"q": q, "done": done}), 303)
