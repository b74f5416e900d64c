"""Who belongs to whom, as the CRM tells it: the ground of TEN-2 and TEN-3."""

from uuid import UUID

from contracts.crm import v1 as crm
from porting.application.departure_ports import DepartureUnit
from porting.application.shapes import address_from
from porting.domain.whereabouts import KnownCustomer

HOLDERS = (crm.PartyKind.CUSTOMER, crm.PartyKind.PROSPECT)


async def keep_party(event: crm.PartyChanged, unit: DepartureUnit) -> None:
    await unit.scope.put(
        event.party_id,
        kind=event.kind.value,
        parent_id=event.parent_id,
        delegated=event.customer_administration,
        version=event.version,
    )
    if event.kind in HOLDERS:
        await _keep_customer(event, event.version, unit)


async def keep_prospect(event: crm.ProspectEntered, unit: DepartureUnit) -> None:
    """Version 0: whatever the CRM says of the prospect later is newer."""
    await unit.scope.put(
        event.party_id, kind=crm.PartyKind.PROSPECT.value, parent_id=event.parent_id, delegated=False, version=0
    )
    await _keep_customer(event, 0, unit)


async def merge_parties(event: crm.PartiesMerged, unit: DepartureUnit) -> None:
    await unit.scope.merge(event.party_id, event.survivor_id, event.version)
    heir = await unit.scope.heir(event.party_id)
    for theirs in (unit.portings, unit.departures, unit.whereabouts):
        await theirs.move(event.party_id, heir)


async def forget_party(party_id: UUID, unit: DepartureUnit) -> None:
    """Cart says when: nothing runs for it any more."""
    await unit.scope.remove(party_id)
    await unit.portings.forget(party_id)
    await unit.departures.forget(party_id)
    await unit.whereabouts.forget(party_id)


async def _keep_customer(event: crm.PartyChanged | crm.ProspectEntered, version: int, unit: DepartureUnit) -> None:
    """Name and address as another carrier has to name them (PORT-9)."""
    address = address_from(event.address) if event.address else None
    await unit.whereabouts.keep_customer(KnownCustomer(event.party_id, event.name, address), version)
