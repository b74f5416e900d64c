"""The CRM's events by signed webhook, for a CRM that can't speak Kafka, and what became of them (CRM-2)."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request
from prometheus_client import Counter
from pydantic import BaseModel, ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.responses import JSONResponse, Response

from chassis.problems import Problem
from chassis.roles import ANYBODY, SIGNED_MESSAGE
from contracts.crm.v1 import PartiesMerged, PartyChanged, PartyDeleted
from portal.application.ports import CrmMessage, Json, NewUnit
from portal.application.take_in_party import KNOWN, Received, SaidOtherwise, note_refusal, take_in_party
from portal.settings import Settings
from telecom.refusal import _

LARGEST = 256 << 10
MESSAGE_ID = re.compile(r"^[\x21-\x7e]{1,200}$")
REMEDIES = {
    "malformed": _("Send JSON in UTF-8: an object with type and data."),
    "unknown-type": _("Send one of these types: %(types)s."),
    "invalid-event": _("Correct the fields named in errors, and send it under a new webhook-id."),
}
DETAILS = {
    "malformed": _("The body is no JSON object."),
    "unknown-type": _("This type is not known."),
    "invalid-event": _("The event does not fit."),
}

router = APIRouter(tags=["crm"])
log = structlog.get_logger()
TAKEN_IN = Counter("portal_crm_messages_total", "Messages of the CRM's webhook by what became of them", ["outcome"])


class MessageView(BaseModel):
    """What became of a message: taken in, published on its topic, or refused and why."""

    message_id: str
    type: str
    state: str
    received_at: datetime
    status_url: str
    code: str | None
    errors: list[dict[str, str]]


class Refused(Exception):
    """A signed message that can't be taken in; `type` only if it is one of ours."""

    def __init__(self, code: str, errors: tuple[Json, ...] = (), type: str = "") -> None:
        super().__init__(code)
        self.code, self.errors, self.type = code, errors, type


@router.post("/webhooks/crm", status_code=202, response_model=MessageView, dependencies=[Depends(SIGNED_MESSAGE)])
async def take_in(request: Request) -> Response:
    """Body: `{"type": "PartyChanged", "data": {...}}` or PartiesMerged, PartyDeleted, as Standard Webhooks sign it."""
    settings: Settings = request.app.state.settings
    if not settings.crm_webhook_secrets:
        raise Problem(404, "not-found", "There is nothing here by that name.")
    request.state.largest = LARGEST
    body = await request.body()
    message_id = _verified(request, body, settings.crm_webhook_secrets)
    digest = hashlib.sha256(body).digest()
    try:
        async with cast(NewUnit, request.app.state.units.writing)() as unit:
            try:
                kind, event = _event_in(body)
            except Refused as error:
                received = Received(message_id, digest, error.type)
                message = await note_refusal(received, error.code, error.errors, unit)
            else:
                message = await take_in_party(Received(message_id, digest, kind), event, unit)
    except SaidOtherwise:
        TAKEN_IN.labels("said-otherwise").inc()
        raise Problem(
            409,
            "webhook-id-reused",
            _("Another message came under this webhook-id before."),
            remedy=_("Send a new webhook-id with a new message, and the same one only when repeating it."),
            field="webhook-id",
        ) from None
    TAKEN_IN.labels(message.code or "taken-in").inc()
    log.info("crm message", type=message.type, state=message.state, code=message.code, event_id=str(message.event_id))
    return _answer(request, message)


@router.get("/webhooks/crm/messages/{status_id}", dependencies=[Depends(ANYBODY)])
async def status(status_id: UUID, request: Request) -> MessageView:
    """Nobody guesses the id, and nothing personal is told."""
    async with cast(NewUnit, request.app.state.units.reading)() as unit:
        message = await unit.crm_messages.find(status_id)
    if message is None:
        raise Problem(404, "not-found", "There is nothing here by that name.")
    return message_view(message, request.app.state.settings.public_url)


def message_view(message: CrmMessage, public_url: str) -> MessageView:
    return MessageView(
        message_id=message.message_id,
        type=message.type,
        state=message.state,
        received_at=message.received_at,
        status_url=f"{public_url.rstrip('/')}/webhooks/crm/messages/{message.status_id}",
        code=message.code,
        errors=list(message.errors),
    )


def _answer(request: Request, message: CrmMessage) -> Response:
    """The same for the same message, however often it comes."""
    view = message_view(message, request.app.state.settings.public_url)
    if message.code is not None:
        raise Problem(
            400 if message.code == "malformed" else 422,
            message.code,
            DETAILS[message.code],
            remedy=REMEDIES[message.code],
            headers={"Location": view.status_url},
            params={"types": ", ".join(KNOWN)},
            field=message.errors[0]["field"] if message.errors else None,
            errors=list(message.errors) or None,
            status_url=view.status_url,
        )
    return JSONResponse(view.model_dump(mode="json"), 202, {"Location": view.status_url})


def _verified(request: Request, body: bytes, secrets: tuple[str, ...]) -> str:
    """The message's id, if any of the secrets signed it within the last five minutes. Raises Problem."""
    message_id = request.headers.get("webhook-id", "")
    if not MESSAGE_ID.match(message_id):
        raise _unverified("webhook-id", _("The header webhook-id is missing, too long or not printable."))
    for name in ("webhook-timestamp", "webhook-signature"):
        if not request.headers.get(name):
            raise _unverified(name, _("The header %(name)s is missing."))
    why = ""
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(request.headers), json_parse=False)
        except WebhookVerificationError as error:
            why = str(error)
        except ValueError:
            why = "malformed"  # neither base64 nor UTF-8 is checked by the library
        else:
            return message_id
    if "timestamp" in why:
        raise _unverified("webhook-timestamp", _("The time of the message is more than five minutes from ours."))
    raise _unverified("webhook-signature", _("The signature does not fit the shared secret."))


def _unverified(field: str, detail: str) -> Problem:
    TAKEN_IN.labels("unverified").inc()
    return Problem(
        401,
        "bad-signature",
        detail,
        remedy=_("Sign webhook-id, webhook-timestamp and body as Standard Webhooks say, with the secret we share."),
        headers={"WWW-Authenticate": "Webhook-Signature"},
        params={"name": field},
        field=field,
    )


def _event_in(body: bytes) -> tuple[str, PartyChanged | PartiesMerged | PartyDeleted]:
    """Raises Refused."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed") from error
    if not isinstance(message, dict):
        raise Refused("malformed")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in KNOWN:
        raise Refused("unknown-type", ({"field": "type", "message": f"One of {', '.join(KNOWN)}."},))
    try:
        return kind, KNOWN[kind].model_validate_json(json.dumps(message.get("data")), extra="ignore")
    except ValidationError as error:
        raise Refused("invalid-event", tuple(map(_fault, error.errors())), kind) from error


def _fault(error: Any) -> Json:
    """What is wrong with a field, without what it says: pydantic cites some of it behind a comma."""
    path = ".".join(map(str, ("data", *error["loc"])))
    cites = error["type"] not in ("enum", "literal_error")
    return {"field": path, "message": error["msg"].partition(",")[0] if cites else error["msg"]}
