"""A CRM event that came by webhook goes on its topic; twice the same is the same event (CRM-2)."""

from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from contracts.crm.v1 import PARTIES, PartiesMerged, PartyChanged, PartyDeleted
from portal.application.ports import CrmMessage, Json, PortalUnit

WEBHOOK_IDS = UUID("6f2b4a52-0d1c-5c55-9a3f-0a8d6b7f4e13")
KNOWN: dict[str, type[PartyChanged] | type[PartiesMerged] | type[PartyDeleted]] = {
    "PartyChanged": PartyChanged,
    "PartiesMerged": PartiesMerged,
    "PartyDeleted": PartyDeleted,
}


@dataclass(frozen=True, slots=True)
class Received:
    """A message whose signature held; `fingerprint` is of its body."""

    message_id: str
    fingerprint: bytes
    type: str


class SaidOtherwise(Exception):
    """Another body came under this id before."""


async def take_in_party(
    received: Received, event: PartyChanged | PartiesMerged | PartyDeleted, unit: PortalUnit
) -> CrmMessage:
    """Readers drop the event's second delivery by its id, and an older state by its version. Raises SaidOtherwise."""
    event_id = uuid5(WEBHOOK_IDS, received.message_id)
    message = await _message(received, unit, event_id=event_id)
    if (before := await _claimed_before(message, unit)) is not None:
        return before
    if isinstance(event, PartyDeleted):
        unit.outbox.tombstone(PARTIES, str(event.party_id), event_id=event_id)
    else:
        unit.outbox.record(event, event_id=event_id)
    return message


async def note_refusal(received: Received, code: str, errors: tuple[Json, ...], unit: PortalUnit) -> CrmMessage:
    """So that whoever looks after the CRM's side finds out why. Raises SaidOtherwise."""
    message = await _message(received, unit, code=code, errors=errors)
    return await _claimed_before(message, unit) or message


async def _message(
    received: Received,
    unit: PortalUnit,
    *,
    event_id: UUID | None = None,
    code: str | None = None,
    errors: tuple[Json, ...] = (),
) -> CrmMessage:
    return CrmMessage(
        received.message_id,
        received.fingerprint,
        uuid4(),
        event_id,
        received.type,
        await unit.now(),
        "refused" if code else "taken_in",
        code,
        errors,
    )


async def _claimed_before(message: CrmMessage, unit: PortalUnit) -> CrmMessage | None:
    before = await unit.crm_messages.claim(message)
    if before is not None and before.fingerprint != message.fingerprint:
        raise SaidOtherwise
    return before
