"""What we hear: orders, portings, departures and parties."""

from chassis.subscription import Subscription
from contracts.crm import v1 as crm
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as porting
from provisioning.application.follow_portings import (
    note_asking,
    note_date,
    note_due,
    note_end,
    note_porting,
    note_reduction,
)
from provisioning.application.hand_over import note_departure_due, note_departure_put_off
from provisioning.application.keep_parties import forget_party, keep_party, keep_prospect, merge_parties
from provisioning.application.ports import Unit
from provisioning.application.take_orders import Received, TakenBack, take_orders
from provisioning.domain.lifecycle import PortingTrigger

orders = Subscription[Unit](ordering.ORDERS)
portings = Subscription[Unit](porting.REQUESTS)
departures = Subscription[Unit](porting.DEPARTURES)
parties = Subscription[Unit](crm.PARTIES)
customers = Subscription[Unit](ordering.CUSTOMERS)
prospects = Subscription[Unit](crm.PROSPECTS)
ALL = (orders, portings, departures, parties, customers, prospects)


@orders.on(ordering.OrderReceived)
async def on_order_received(event: ordering.OrderReceived, unit: Unit) -> None:
    unit.gather(take_orders, Received(event, unit.story.correlation_id, unit.story))


@orders.on(ordering.OrderCancelled)
async def on_order_cancelled(event: ordering.OrderCancelled, unit: Unit) -> None:
    """A planned termination was taken back (ORD-2). What became of a porting, porting itself tells."""
    unit.gather(take_orders, TakenBack(event.order_id))


@portings.on(porting.PortingStarted)
async def on_porting_started(event: porting.PortingStarted, unit: Unit) -> None:
    await note_porting(event, event.donor, event.numbers, unit)


@portings.on(porting.PortingConfirmed)
async def on_porting_confirmed(event: porting.PortingConfirmed, unit: Unit) -> None:
    await note_date(event, event.numbers, event.change_date, PortingTrigger.CONFIRM, unit)


@portings.on(porting.PortingRescheduled)
async def on_porting_rescheduled(event: porting.PortingRescheduled, unit: Unit) -> None:
    await note_date(event, event.numbers, event.change_date, PortingTrigger.MOVE, unit)


@portings.on(porting.PortingRejected)
async def on_porting_rejected(event: porting.PortingRejected, unit: Unit) -> None:
    """What a person can clear isn't dead yet (PORT-7)."""
    if event.fixable:
        await note_asking(event, event.numbers, unit)
    else:
        await note_end(event, unit)


@portings.on(porting.PortingAskedAgain)
async def on_porting_asked_again(event: porting.PortingAskedAgain, unit: Unit) -> None:
    await note_asking(event, event.numbers, unit)


@portings.on(porting.PortingCalledOffForNew)
async def on_porting_called_off_for_new(event: porting.PortingCalledOffForNew, unit: Unit) -> None:
    await note_asking(event, event.numbers, unit)


@portings.on(porting.PortingReduced)
async def on_porting_reduced(event: porting.PortingReduced, unit: Unit) -> None:
    await note_reduction(event, event.numbers, unit)


@portings.on(porting.PortingCancelled)
async def on_porting_cancelled(event: porting.PortingCancelled, unit: Unit) -> None:
    await note_end(event, unit)


@portings.on(porting.PortingDue)
async def on_porting_due(event: porting.PortingDue, unit: Unit) -> None:
    await note_due(event, event.numbers, event.change_date, unit)


@portings.on(porting.PortingCompleted)
async def on_porting_completed(event: porting.PortingCompleted, unit: Unit) -> None:
    await note_end(event, unit)


@departures.on(porting.DepartureDue)
async def on_departure_due(event: porting.DepartureDue, unit: Unit) -> None:
    await note_departure_due(event, unit)


@departures.on(porting.DepartureRescheduled)
async def on_departure_rescheduled(event: porting.DepartureRescheduled, unit: Unit) -> None:
    await note_departure_put_off(event, unit)


@departures.on(porting.DepartureCancelled)
async def on_departure_cancelled(event: porting.DepartureCancelled, unit: Unit) -> None:
    await note_departure_put_off(event, unit)


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
