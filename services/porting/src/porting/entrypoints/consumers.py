"""What we hear: orders, provisioning's work, parties, and the other carriers."""

from chassis.subscription import Subscription
from contracts.crm import v1 as crm
from contracts.ordering import v1 as ordering
from contracts.provisioning import v1 as provisioning
from contracts.wbci import v1 as wbci
from porting.application.departure_ports import DepartureUnit
from porting.application.follow_sites import complete_part, end_portings_of
from porting.application.hear_recipient import hear_carrier
from porting.application.keep_parties import forget_party, keep_party, keep_prospect, merge_parties
from porting.application.keep_whereabouts import (
    drop_site,
    keep_agreement,
    keep_numbers,
    keep_site,
    release_numbers,
)
from porting.application.ports import Unit
from porting.application.start_porting import start_portings

orders = Subscription[DepartureUnit](ordering.ORDERS)
agreements = Subscription[DepartureUnit](ordering.AGREEMENTS)
sites = Subscription[DepartureUnit](provisioning.SITES)
parties = Subscription[DepartureUnit](crm.PARTIES)
customers = Subscription[DepartureUnit](ordering.CUSTOMERS)
prospects = Subscription[DepartureUnit](crm.PROSPECTS)
carriers = Subscription[DepartureUnit](wbci.INBOUND)
ALL = (orders, agreements, sites, parties, customers, prospects, carriers)


@orders.on(ordering.OrderReceived)
async def on_order_received(event: ordering.OrderReceived, unit: DepartureUnit) -> None:
    await start_portings(event, unit)


@sites.on(provisioning.SiteProvisioned)
async def on_site_provisioned(event: provisioning.SiteProvisioned, unit: DepartureUnit) -> None:
    await keep_site(event, unit)


@sites.on(provisioning.NumbersAssigned)
async def on_numbers_assigned(event: provisioning.NumbersAssigned, unit: DepartureUnit) -> None:
    await keep_numbers(event, unit)
    await complete_part(event, unit)


@sites.on(provisioning.NumbersReleased)
async def on_numbers_released(event: provisioning.NumbersReleased, unit: DepartureUnit) -> None:
    await release_numbers(event, unit)


@sites.on(provisioning.SiteTerminated)
async def on_site_terminated(event: provisioning.SiteTerminated, unit: DepartureUnit) -> None:
    await drop_site(event, unit)


@sites.on(provisioning.SiteRejected)
async def on_site_rejected(event: provisioning.SiteRejected, unit: Unit) -> None:
    await end_portings_of(event, unit)


@agreements.on(ordering.AgreementChanged)
async def on_agreement_changed(event: ordering.AgreementChanged, unit: DepartureUnit) -> None:
    await keep_agreement(event, unit)


@parties.on(crm.PartyChanged)
async def on_party_changed(event: crm.PartyChanged, unit: DepartureUnit) -> None:
    await keep_party(event, unit)


@parties.on(crm.PartiesMerged)
async def on_parties_merged(event: crm.PartiesMerged, unit: DepartureUnit) -> None:
    await merge_parties(event, unit)


@customers.on(ordering.PartyForgotten)
async def on_party_forgotten(event: ordering.PartyForgotten, unit: DepartureUnit) -> None:
    await forget_party(event.party_id, unit)


@prospects.on(crm.ProspectEntered)
async def on_prospect_entered(event: crm.ProspectEntered, unit: DepartureUnit) -> None:
    await keep_prospect(event, unit)


@carriers.on_each(
    (
        wbci.PreAgreementRequested,
        wbci.PreAgreementAnswered,
        wbci.ResourceTakeOver,
        wbci.ResourceTakeOverRefused,
        wbci.DateChangeRequested,
        wbci.CancellationRequested,
        wbci.Refused,
        wbci.Settled,
        wbci.TechnicallyRefused,
    )
)
async def on_message_of_carrier(event: wbci.WbciMessage, unit: DepartureUnit) -> None:
    await hear_carrier(event, unit)
