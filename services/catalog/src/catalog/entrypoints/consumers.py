"""What the CRM says of parties: here only which catalog they see (TEN-4)."""

from catalog.application.keep_audience import forget_audience, keep_audience, keep_prospect
from catalog.application.ports import Unit
from chassis.subscription import Subscription
from contracts.crm import v1 as crm
from contracts.ordering import v1 as ordering

parties = Subscription[Unit](crm.PARTIES)
prospects = Subscription[Unit](crm.PROSPECTS)
customers = Subscription[Unit](ordering.CUSTOMERS)
ALL = (parties, prospects, customers)


@parties.on(crm.PartyChanged)
async def on_party_changed(event: crm.PartyChanged, unit: Unit) -> None:
    await keep_audience(event, unit)


@customers.on(ordering.PartyForgotten)
async def on_party_forgotten(event: ordering.PartyForgotten, unit: Unit) -> None:
    await forget_audience(event.party_id, unit)


@prospects.on(crm.ProspectEntered)
async def on_prospect_entered(event: crm.ProspectEntered, unit: Unit) -> None:
    await keep_prospect(event, unit)
