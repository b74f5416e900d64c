"""Webhooks of a partner, a customer or the house: list, secret, deliveries, and what the CRM's own webhook took in."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from chassis.roles import ADMINISTRATOR, ORDERING
from portal.application.ports import Json, Problem
from portal.entrypoints.visit import AsAdministrator, Form, LoggedIn, Visit, as_uuid, faults_of

router = APIRouter()
Subscribing = Annotated[Visit, Depends(LoggedIn(frozenset({ADMINISTRATOR, *ORDERING})))]
STATES = ("waiting", "delivered", "given_up", "withheld")
ACTS = {
    "pause": "webhook-paused",
    "resume": "webhook-resumed",
    "test": "webhook-tested",
}
"""What a button asks of notification, and what is said then."""
SINCE = {"1": timedelta(hours=1), "24": timedelta(days=1), "168": timedelta(days=7), "720": timedelta(days=29)}
MOST_MESSAGES = 100


@router.get("/webhooks")
async def webhooks(visit: Subscribing, cursor: str = "") -> Response:
    page = await visit.ask("notification", "/webhooks", cursor=cursor)
    return visit.page("webhooks/list.html", page=page)


@router.get("/webhooks/new")
async def new(visit: Subscribing) -> Response:
    return await _form(visit, None, {}, [], [])


@router.post("/webhooks/new")
async def add(visit: Subscribing) -> Response:
    """The secret is fetched right after, and shown on this answer only."""
    form = await visit.form()
    chosen = form.all("events")
    faults = _faults_in(visit, form, chosen)
    if faults:
        return await _form(visit, None, form.values(), chosen, faults, 422)
    body = {
        "url": form["url"],
        "description": form["description"],
        "events": chosen,
        "contact": form["contact"] or None,
    }
    try:
        made = await visit.send("POST", "notification", "/webhooks", key=form.key, json=body)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return await _form(visit, None, form.values(), chosen, faults_of(problem), 422)
    return await _secret(visit, made, form.key)


@router.get("/webhooks/{webhook_id}")
async def webhook(visit: Subscribing, webhook_id: UUID, state: str = "", cursor: str = "") -> Response:
    found = await visit.get("notification", f"/webhooks/{webhook_id}")
    wanted = state if state in STATES else ""
    page = await visit.ask("notification", f"/webhooks/{webhook_id}/deliveries", state=wanted, cursor=cursor)
    return visit.page("webhooks/webhook.html", webhook=found, page=page, state=wanted, states=STATES)


@router.get("/webhooks/{webhook_id}/change")
async def change(visit: Subscribing, webhook_id: UUID) -> Response:
    found = await visit.get("notification", f"/webhooks/{webhook_id}")
    values = {"url": found["url"], "description": found["description"]}
    return await _form(visit, found, values, found["events"], [])


@router.post("/webhooks/{webhook_id}/change")
async def save(visit: Subscribing, webhook_id: UUID) -> Response:
    form = await visit.form()
    chosen = form.all("events")
    found = await visit.get("notification", f"/webhooks/{webhook_id}")
    faults = _faults_in(visit, form, chosen)
    if not faults:
        body = {"url": form["url"], "description": form["description"], "events": chosen}
        try:
            await visit.send("PATCH", "notification", f"/webhooks/{webhook_id}", key=form.key, json=body)
            return visit.go(f"/webhooks/{webhook_id}", "saved")
        except Problem as problem:
            if problem.status != 422:
                raise
            faults = faults_of(problem)
    return await _form(visit, found, form.values(), chosen, faults, 422)


@router.get("/webhooks/{webhook_id}/delete")
async def ask_to_delete(visit: Subscribing, webhook_id: UUID) -> Response:
    return visit.page("webhooks/delete.html", webhook=await visit.get("notification", f"/webhooks/{webhook_id}"))


@router.post("/webhooks/{webhook_id}/delete")
async def delete(visit: Subscribing, webhook_id: UUID) -> Response:
    form = await visit.form()
    await visit.send("DELETE", "notification", f"/webhooks/{webhook_id}", key=form.key)
    return visit.go("/webhooks", "webhook-deleted")


@router.post("/webhooks/{webhook_id}/rotate")
async def rotate(visit: Subscribing, webhook_id: UUID) -> Response:
    form = await visit.form()
    rotated = await visit.send("POST", "notification", f"/webhooks/{webhook_id}/rotate", key=form.key)
    return await _secret(visit, rotated, form.key)


@router.post("/webhooks/{webhook_id}/replay")
async def replay(visit: Subscribing, webhook_id: UUID) -> Response:
    """A single delivery, or all since a time."""
    form, path = await visit.form(), f"/webhooks/{webhook_id}"
    if form["delivery"]:
        await visit.send("POST", "notification", f"{path}/deliveries/{as_uuid(form['delivery'])}/replay", key=form.key)
    else:
        since = datetime.now(UTC) - SINCE.get(form["since"], SINCE["24"])
        body = {"since": since.isoformat(), "which": "all" if form["which"] == "all" else "missed"}
        await visit.send("POST", "notification", f"{path}/replay", key=form.key, json=body)
    return visit.go(path, "webhook-replayed")


@router.post("/webhooks/{webhook_id}/{act}")
async def act(visit: Subscribing, webhook_id: UUID, act: str) -> Response:
    form = await visit.form()
    if act not in ACTS:
        raise Problem(404, {})
    await visit.send("POST", "notification", f"/webhooks/{webhook_id}/{act}", key=form.key)
    return visit.go(f"/webhooks/{webhook_id}", ACTS[act])


@router.get("/crm-messages")
async def crm_messages(visit: AsAdministrator, only: str = "") -> Response:
    """What came by the CRM's webhook, without what it said (CRM-2)."""
    async with visit.given.units() as unit:
        found = await unit.crm_messages.newest(MOST_MESSAGES, only_refused=only == "refused")
    return visit.page("webhooks/crm_messages.html", messages=found, only=only)


async def _form(
    visit: Visit, webhook: Json | None, values: dict[str, str], chosen: list[str], faults: list[Json], status: int = 200
) -> Response:
    events: list[Any] = await visit.get("notification", "/webhook-events")
    return visit.page(
        "webhooks/form.html",
        status=status,
        webhook=webhook,
        values={"contact": visit.who.email, **values},
        groups=_grouped(events),
        chosen=chosen,
        faults=faults,
    )


async def _secret(visit: Visit, webhook: Json, key: str) -> Response:
    """None where it was shown before: the form was sent twice."""
    secret = None
    try:
        path = f"/webhooks/{webhook['webhook_id']}/secret"
        secret = (await visit.send("POST", "notification", path, key=key))["secret"]
    except Problem as problem:
        if problem.status != 409:
            raise
    return visit.page("webhooks/secret.html", webhook=webhook, secret=secret)


def _grouped(events: list[Any]) -> dict[str, list[str]]:
    """Types by what they are about: `ordering.order.v1` is `order`."""
    groups: dict[str, list[str]] = {}
    for one in events:
        groups.setdefault(one["topic"].split(".")[1], []).append(one["type"])
    return groups


def _faults_in(visit: Visit, form: Form, chosen: list[str]) -> list[Json]:
    faults: list[Json] = []
    if not form["url"]:
        faults.append({"field": "url", "text": visit._("Enter the address of your endpoint.")})
    if not chosen:
        faults.append({"field": "events", "text": visit._("Choose at least one event.")})
    return faults
