"""A partner enters a prospect; the CRM is told and adopts our id (CRM-1)."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from contracts.crm.v1 import ProspectEntered
from contracts.shapes import Address, Audience, Language
from portal.application.ports import PortalUnit

PROSPECT_IDS = UUID("0c5f1b1a-4c43-5f0e-8d8b-6a1f3c1c7d20")


@dataclass(frozen=True, slots=True)
class EnterProspect:
    """`form_key` makes the id, so that sending the form twice enters one prospect."""

    form_key: str
    name: str
    email: str
    phone: str | None
    audience: Audience
    language: Language
    address: Address | None
    parent_id: UUID
    entered_by: str


async def enter_prospect(command: EnterProspect, unit: PortalUnit) -> UUID:
    """Announce the prospect; services know it once they have read the event."""
    party_id = uuid5(PROSPECT_IDS, f"{command.parent_id}/{command.form_key}")
    unit.outbox.record(
        ProspectEntered(
            party_id=party_id,
            name=command.name,
            audience=command.audience,
            language=command.language,
            email=command.email,
            phone=command.phone,
            address=command.address,
            parent_id=command.parent_id,
            entered_by=command.entered_by,
            entered_at=await unit.now(),
        ),
        event_id=party_id,
    )
    return party_id
