"""Who belongs to whom, as the CRM tells it: the ground of TEN-2 and TEN-3."""

from uuid import UUID

from contracts.crm import v1 as crm
from notification.application.ports import Unit
from notification.application.tell_webhooks import spread_late


async def keep_party(event: crm.PartyChanged, unit: Unit) -> None:
    await unit.scope.put(
        event.party_id,
        kind=event.kind.value,
        parent_id=event.parent_id,
        delegated=event.customer_administration,
        version=event.version,
    )
    unit.gather(spread_late, event.party_id)


async def keep_prospect(event: crm.ProspectEntered, unit: Unit) -> None:
    """Version 0: whatever the CRM says of the prospect later is newer."""
    await unit.scope.put(
        event.party_id, kind=crm.PartyKind.PROSPECT.value, parent_id=event.parent_id, delegated=False, version=0
    )
    unit.gather(spread_late, event.party_id)


async def merge_parties(event: crm.PartiesMerged, unit: Unit) -> None:
    """What we wrote and what is told by webhook is the survivor's from now on."""
    await unit.scope.merge(event.party_id, event.survivor_id, event.version)
    survivor = await unit.scope.heir(event.party_id)
    await unit.stories.move(event.party_id, survivor)
    await unit.webhooks.move(event.party_id, survivor)


async def forget_party(party_id: UUID, unit: Unit) -> None:
    """What we wrote to him goes, sent or not, with its documents, and what webhooks would still be told of him."""
    await unit.scope.remove(party_id)
    await unit.stories.forget_party(party_id)
    await unit.webhooks.forget_party(party_id)
