"""Remember which catalog a party sees, as the CRM tells it (TEN-4, CRM-2)."""

from uuid import UUID

from catalog.application.ports import Unit
from contracts.crm.v1 import PartyChanged, ProspectEntered


async def keep_audience(event: PartyChanged, unit: Unit) -> None:
    await unit.audiences.keep(event.party_id, event.audience, event.version)


async def keep_prospect(event: ProspectEntered, unit: Unit) -> None:
    """Anything that the CRM says of the party is newer."""
    await unit.audiences.keep(event.party_id, event.audience, 0)


async def forget_audience(party_id: UUID, unit: Unit) -> None:
    await unit.audiences.forget(party_id)
