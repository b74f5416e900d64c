"""What the CRM says of parties: here only which catalog they see (TEN-4)."""

from uuid import UUID

from catalog.application.keep_audience import forget_audience, keep_audience, keep_prospect
from catalog.application.ports import Unit
from chassis.subscription import Subscription
from contracts.crm import v1 as crm

parties = Subscription[Unit](crm.PARTIES)
prospects = Subscription[Unit](crm.PROSPECTS)


@parties.on(crm.PartyChanged)
async def on_party_changed(event: crm.PartyChanged, unit: Unit) -> None:
    await keep_audience(event, unit)


@parties.on_tombstone
async def on_party_gone(key: str, unit: Unit) -> None:
    await forget_audience(UUID(key), unit)


@prospects.on(crm.ProspectEntered)
async def on_prospect_entered(event: crm.ProspectEntered, unit: Unit) -> None:
    await keep_prospect(event, unit)
