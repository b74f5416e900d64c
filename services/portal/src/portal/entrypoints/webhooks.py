"""The CRM's events by signed webhook, for a CRM that can't speak Kafka (CRM-2)."""

import structlog
from fastapi import APIRouter, Request
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.responses import JSONResponse, Response

from portal.application.take_in_party import UnknownPartyEvent, party_event, take_in_party
from portal.entrypoints.visit import Given

router = APIRouter()
log = structlog.get_logger()


@router.post("/webhooks/crm")
async def crm(request: Request) -> Response:
    """Body: `{"type": "PartyChanged" | "PartiesMerged", "data": {...}}`, signed as Standard Webhooks say."""
    given: Given = request.app.state.given
    if given.crm_webhook_secret is None:
        return _problem(404, "not-found", "There is nothing here by that name.")
    body = await request.body()
    try:
        message = Webhook(given.crm_webhook_secret).verify(body, dict(request.headers))
    except WebhookVerificationError:
        return _problem(401, "bad-signature", "The signature or its time does not fit the shared secret.")
    try:
        event = party_event(message)
    except UnknownPartyEvent as error:
        return _problem(422, "unknown-type", f"type {error} is not known; PartyChanged and PartiesMerged are.")
    except ValidationError as error:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]} for one in error.errors()
        ]
        return _problem(422, "invalid-event", "The event does not fit.", errors=errors)
    async with given.units() as unit:
        await take_in_party(event, request.headers["webhook-id"], unit)
    log.info("party event taken in", type=type(event).__name__, party_id=str(event.party_id))
    return Response(status_code=202)


def _problem(status: int, code: str, detail: str, **more: object) -> Response:
    document = {"type": f"urn:trunkline:problem:{code}", "status": status, "code": code, "detail": detail, **more}
    return JSONResponse(document, status, media_type="application/problem+json")
