"""Orders: list, and the order page with its live timeline (ORD-1)."""

import hashlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from portal.application.ports import Away, FeedEntry, Json, Problem
from portal.domain.mails import name_of
from portal.domain.steps import Step, step_of
from portal.entrypoints.documents import pdf
from portal.entrypoints.signed_forms import take_signed_form
from portal.entrypoints.visit import LoginNeeded, Signed, Visit

router = APIRouter()
QUIET = 15.0
"""Seconds after which a silent feed shows that it lives."""
LOOK_AGAIN = 5.0
"""Seconds after which owners are asked again although no event came: an upload, say, has none."""


@router.get("/orders")
async def orders(visit: Signed, q: str = "", customer_id: str = "", status: str = "", cursor: str = "") -> Response:
    page = await visit.ask("cart", "/orders", q=q, customer_id=customer_id, status=status, cursor=cursor)
    return visit.page("orders/list.html", page=page, q=q, chosen=status, customer_id=customer_id)


@router.get("/orders/{order_id}")
async def order(visit: Signed, order_id: UUID) -> Response:
    return await _order_page(visit, order_id, [])


@router.get("/orders/{order_id}/live")
async def order_live(visit: Signed, order_id: UUID) -> Response:
    """Server-sent events: the changing part of the page, whenever it changes."""
    await visit.get("cart", f"/orders/{order_id}")
    return stream(visit, order_id, None)


@router.get("/orders/{order_id}/documents/{kind}.pdf")
async def order_document(visit: Signed, order_id: UUID, kind: str) -> Response:
    answer = await visit.fetch("notification", f"/orders/{order_id}/documents/{kind}.pdf")
    return pdf(answer.content, f"{kind}.pdf")


@router.post("/orders/{order_id}/portings/{porting_id}/signed-form")
async def upload_signed_form(visit: Signed, order_id: UUID, porting_id: UUID) -> Response:
    """PORT-4: the signed form, by whoever is logged in."""
    faults = await take_signed_form(visit, porting_id, None)
    if faults:
        return await _order_page(visit, order_id, faults)
    return visit.go(f"/orders/{order_id}", "form-uploaded")


async def _order_page(visit: Visit, order_id: UUID, faults: list[Json]) -> Response:
    found = await order_story(visit, order_id)
    return visit.page(
        "orders/order.html",
        status=422 if faults else 200,
        faults=faults,
        today=await visit.today(),
        site_names=await _ending_sites(visit, found["order"]),
        **found,
    )


async def _ending_sites(visit: Visit, order: Json) -> dict[str, str]:
    """A termination names its site by the id only."""
    line = next((one for one in order["lines"] if (one.get("termination") or {}).get("site_id")), None)
    trunk = await visit.ask("provisioning", f"/trunks/{line['agreement_id']}") if line else None
    return {one["site_id"]: one["name"] for one in trunk["sites"]} if trunk else {}


async def order_story(visit: Visit, order_id: UUID, token: str | None = None) -> dict[str, Any]:
    """The order with its timeline, portings and documents, as both the page and the feed show it."""
    found = await visit.get("cart", f"/orders/{order_id}", token=token)
    has_porting = any(line.get("porting") for line in found["lines"])
    questions: list[tuple[str, str, dict[str, Any]]] = [
        ("notification", f"/orders/{order_id}/documents", {"token": token})
    ]
    if has_porting:
        questions.append(("porting", "/portings", {"order_id": order_id, "token": token}))
    documents, *portings = await visit.ask_all(*questions)
    quote_id = found.get("quote_id")
    async with visit.given.units() as unit:
        entries = await unit.feed.of_order(order_id)
        if quote_id:
            entries += [one for one in await unit.feed.of_quote(UUID(quote_id)) if one.order_id is None]
    return {
        "order": found,
        "steps": steps_in(entries),
        "mails": mails_in(entries),
        "documents": _items(documents),
        "portings": _items(portings[0]) if portings else [],
        "as_of": datetime.now(UTC),
    }


def steps_in(entries: list[FeedEntry]) -> list[tuple[datetime, Step]]:
    """In the order in which things happened; of what happened at once, the cause first."""
    told = sorted(entries, key=lambda one: (one.at, one.kind != "QuoteConfirmed", one.kind != "OrderReceived"))
    found = ((entry.at, step_of(entry.kind, entry.body)) for entry in told)
    return [(at, step) for at, step in found if step is not None]


def mails_in(entries: list[FeedEntry]) -> list[tuple[datetime, str, str]]:
    """When, what and to whom; the address is masked already."""
    sent = sorted((one for one in entries if one.kind == "NoticeSent"), key=lambda one: one.at)
    return [(one.at, name_of(one.body["kind"]), one.body["recipient"]) for one in sent]


def stream(
    visit: Visit, order_id: UUID, token: str | None, *, links_base: str = "", may_upload: bool = True
) -> Response:
    """Unnamed events carry the new part, named `tick` that all is quiet; the page says when they stop coming."""

    around = {"public": token is not None, "links_base": links_base, "may_upload": may_upload}

    async def events() -> AsyncIterator[str]:
        shown, heard, number = "", -1, 0
        asked_at = said_at = 0.0
        while visit.session is None or visit.session.expires_at > datetime.now(UTC):
            async with visit.given.units() as unit:
                told = len(await unit.feed.of_order(order_id))
            now = time.monotonic()
            if told != heard or now - asked_at >= LOOK_AGAIN:
                heard, asked_at = told, now
                try:
                    story = await order_story(visit, order_id, token)
                except (Away, Problem, LoginNeeded):
                    # The page says that the feed was lost, and comes back by itself.
                    return
                if (mark := _fingerprint(story)) != shown:
                    shown, said_at, number = mark, now, number + 1
                    html = visit.render("orders/_live.html", faults=[], **around, **story)
                    yield f"id: {number}\n" + "".join(f"data: {line}\n" for line in html.splitlines() if line) + "\n"
            if now - said_at >= QUIET:
                said_at = now
                yield "event: tick\ndata: quiet\n\n"
            await visit.given.live.wait(order_id, visit.given.live_seconds)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


def _fingerprint(story: dict[str, Any]) -> str:
    parts = {name: value for name, value in story.items() if name != "as_of"}
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _items(found: Any) -> list[Json]:
    if isinstance(found, dict):
        return list(found.get("items", []))
    return list(found or [])
