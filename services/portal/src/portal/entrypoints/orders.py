"""Orders: list, and the order page with its live timeline (ORD-1)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application.ports import FeedEntry, Json
from portal.domain.mails import name_of
from portal.domain.step import Step
from portal.domain.steps import step_of
from portal.entrypoints.documents import pdf
from portal.entrypoints.live_part import live_part
from portal.entrypoints.saved_views import saved_views
from portal.entrypoints.signed_forms import take_signed_form
from portal.entrypoints.visit import Signed, Visit

router = APIRouter()


@router.get("/orders")
async def orders(visit: Signed, q: str = "", customer_id: str = "", status: str = "", cursor: str = "") -> Response:
    page = await visit.ask("cart", "/orders", q=q, customer_id=customer_id, status=status, cursor=cursor)
    views = await saved_views(visit)
    return visit.page("orders/list.html", page=page, views=views, q=q, chosen=status, customer_id=customer_id)


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
        now = await unit.now()
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
        "clock": now,
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
    async def load() -> dict[str, Any]:
        return await order_story(visit, order_id, token)

    around = {"public": token is not None, "links_base": links_base, "may_upload": may_upload}
    return live_part(visit, order_id, load, "orders/_live.html", **around)


def _items(found: Any) -> list[Json]:
    if isinstance(found, dict):
        return list(found.get("items", []))
    return list(found or [])
