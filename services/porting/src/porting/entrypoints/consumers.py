"""What we hear: orders, provisioning's work, parties, and the other carriers."""

from chassis.subscription import Subscription
from contracts.crm import v1 as crm
from contracts.ordering import v1 as ordering
from contracts.provisioning import v1 as provisioning
from contracts.wbci import v1 as wbci
from porting.application.follow_sites import complete_part, end_portings_of
from porting.application.hear_donor import hear_donor, stray
from porting.application.keep_parties import forget_party, keep_party, keep_prospect, merge_parties
from porting.application.ports import Unit
from porting.application.start_porting import start_portings

orders = Subscription[Unit](ordering.ORDERS)
sites = Subscription[Unit](provisioning.SITES)
parties = Subscription[Unit](crm.PARTIES)
customers = Subscription[Unit](ordering.CUSTOMERS)
prospects = Subscription[Unit](crm.PROSPECTS)
carriers = Subscription[Unit](wbci.INBOUND)
ALL = (orders, sites, parties, customers, prospects, carriers)


@orders.on(ordering.OrderReceived)
async def on_order_received(event: ordering.OrderReceived, unit: Unit) -> None:
    await start_portings(event, unit)


@sites.on(provisioning.NumbersAssigned)
async def on_numbers_assigned(event: provisioning.NumbersAssigned, unit: Unit) -> None:
    await complete_part(event, unit)


@sites.on(provisioning.SiteRejected)
async def on_site_rejected(event: provisioning.SiteRejected, unit: Unit) -> None:
    await end_portings_of(event, unit)


@parties.on(crm.PartyChanged)
async def on_party_changed(event: crm.PartyChanged, unit: Unit) -> None:
    await keep_party(event, unit)


@parties.on(crm.PartiesMerged)
async def on_parties_merged(event: crm.PartiesMerged, unit: Unit) -> None:
    await merge_parties(event, unit)


@customers.on(ordering.PartyForgotten)
async def on_party_forgotten(event: ordering.PartyForgotten, unit: Unit) -> None:
    await forget_party(event.party_id, unit)


@prospects.on(crm.ProspectEntered)
async def on_prospect_entered(event: crm.ProspectEntered, unit: Unit) -> None:
    await keep_prospect(event, unit)


@carriers.on_each((wbci.PreAgreementRequested, wbci.ResourceTakeOver, wbci.DateChangeRequested))
async def on_message_of_recipient(event: wbci.WbciMessage, unit: Unit) -> None:
    """What a recipient sends, where we are the donor (PORT-9)."""
    await stray(event, unit)


@carriers.on_each(
    (
        wbci.PreAgreementAnswered,
        wbci.ResourceTakeOverRefused,
        wbci.Refused,
        wbci.CancellationRequested,
        wbci.Settled,
        wbci.TechnicallyRefused,
    )
)
async def on_message_of_donor(event: wbci.WbciMessage, unit: Unit) -> None:
    await hear_donor(event, unit)
