"""A CRM event that came by webhook goes on its topic; twice the same is the same event (CRM-2)."""

import json
from typing import Any
from uuid import UUID, uuid5

from contracts.crm.v1 import PartiesMerged, PartyChanged
from portal.application.ports import PortalUnit

WEBHOOK_IDS = UUID("6f2b4a52-0d1c-5c55-9a3f-0a8d6b7f4e13")
KNOWN: dict[str, type[PartyChanged] | type[PartiesMerged]] = {
    "PartyChanged": PartyChanged,
    "PartiesMerged": PartiesMerged,
}


class UnknownPartyEvent(ValueError):
    """A type the CRM's webhook does not know."""


def party_event(message: Any) -> PartyChanged | PartiesMerged:
    """The event in a verified webhook message. Raises UnknownPartyEvent or pydantic's ValidationError."""
    kind = message.get("type") if isinstance(message, dict) else None
    if kind not in KNOWN:
        raise UnknownPartyEvent(str(kind))
    return KNOWN[kind].read(json.dumps(message.get("data")).encode())


async def take_in_party(event: PartyChanged | PartiesMerged, webhook_id: str, unit: PortalUnit) -> None:
    """Readers drop the event's second delivery by its id, and an older state by its version."""
    unit.outbox.record(event, event_id=uuid5(WEBHOOK_IDS, webhook_id))
