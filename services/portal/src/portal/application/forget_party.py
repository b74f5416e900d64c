"""Nothing runs for a deleted party any more: the portal keeps nothing personal of it either (CRM-1)."""

from uuid import UUID

from contracts.crm.v1 import PROSPECTS
from portal.application.ports import PortalUnit


async def forget_party(party_id: UUID, unit: PortalUnit) -> None:
    """Timelines stay without names; its announcement as a prospect goes from the topic, which would keep it."""
    await unit.parties.forget(party_id)
    unit.outbox.tombstone(PROSPECTS, str(party_id))
