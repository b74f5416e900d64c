"""Who belongs to whom, as the CRM tells it: the ground of TEN-2 and TEN-3."""

from uuid import UUID

from contracts.crm import v1 as crm
from provisioning.application.ports import Unit


async def keep_party(event: crm.PartyChanged, unit: Unit) -> None:
    newer = await unit.scope.put(
        event.party_id,
        kind=event.kind.value,
        parent_id=event.parent_id,
        delegated=event.customer_administration,
        version=event.version,
    )
    if newer:
        await unit.trunks.rename(event.party_id, event.name)


async def keep_prospect(event: crm.ProspectEntered, unit: Unit) -> None:
    """Version 0: whatever the CRM says of the prospect later is newer."""
    await unit.scope.put(
        event.party_id, kind=crm.PartyKind.PROSPECT.value, parent_id=event.parent_id, delegated=False, version=0
    )


async def merge_parties(event: crm.PartiesMerged, unit: Unit) -> None:
    await unit.scope.merge(event.party_id, event.survivor_id, event.version)
    await unit.move(event.party_id, await unit.scope.heir(event.party_id))


async def forget_party(party_id: UUID, unit: Unit) -> None:
    """Cart says when: nothing runs for it any more."""
    await unit.scope.remove(party_id)
    await unit.forget(party_id)
