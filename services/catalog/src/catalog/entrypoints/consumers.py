"""What the CRM says of parties: here only which catalog they see (TEN-4)."""

from uuid import UUID

from catalog.adapters.store import CatalogUnit
from catalog.application.keep_audience import forget_audience, keep_audience, keep_prospect
from chassis.subscription import Subscription
from contracts.crm import v1 as crm

parties = Subscription[CatalogUnit](crm.PARTIES)
prospects = Subscription[CatalogUnit](crm.PROSPECTS)


@parties.on(crm.PartyChanged)
async def on_party_changed(event: crm.PartyChanged, unit: CatalogUnit) -> None:
    await keep_audience(event, unit)


@parties.on_tombstone
async def on_party_gone(key: str, unit: CatalogUnit) -> None:
    await forget_audience(UUID(key), unit)


@prospects.on(crm.ProspectEntered)
async def on_prospect_entered(event: crm.ProspectEntered, unit: CatalogUnit) -> None:
    await keep_prospect(event, unit)
