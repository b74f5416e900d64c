"""What notification hears, turned into its own use cases."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.subscription import Subscription
from contracts.crm import v1 as crm
from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.porting import v1 as porting
from contracts.provisioning import v1 as provisioning
from contracts.shapes import NumberBlock
from notification.application.keep_parties import forget_party, keep_party, keep_prospect, merge_parties
from notification.application.mail_fiber_link import mail_fiber_link
from notification.application.ports import Unit
from notification.application.speech import written
from notification.application.tell import acknowledge_order, mail_quote_link, tell
from notification.application.tell_webhooks import OFFERED, offer
from notification.domain.notice import Happening, masked

links = Subscription[Unit](ordering.QUOTE_LINKS)
quotes = Subscription[Unit](ordering.QUOTES)
orders = Subscription[Unit](ordering.ORDERS)
trunks = Subscription[Unit](provisioning.TRUNKS)
sites = Subscription[Unit](provisioning.SITES)
portings = Subscription[Unit](porting.REQUESTS)
departures = Subscription[Unit](porting.DEPARTURES)
agreements = Subscription[Unit](ordering.AGREEMENTS)
customers = Subscription[Unit](ordering.CUSTOMERS)
parties = Subscription[Unit](crm.PARTIES)
prospects = Subscription[Unit](crm.PROSPECTS)
fiber_links = Subscription[Unit](provisioning.FIBER_LINKS)
ALL = (
    links,
    quotes,
    orders,
    trunks,
    sites,
    portings,
    departures,
    agreements,
    customers,
    parties,
    prospects,
    fiber_links,
)

for subscription in (orders, trunks, sites, portings, departures, agreements, customers, prospects):
    subscription.on_each(one for one in OFFERED.values() if one.topic is subscription.topic)(offer)


@links.on(ordering.QuoteLinkIssued)
async def on_quote_link_issued(event: ordering.QuoteLinkIssued, unit: Unit) -> None:
    await mail_quote_link(event, unit)


@quotes.on(ordering.QuoteResent)
async def on_quote_resent(event: ordering.QuoteResent, unit: Unit) -> None:
    """The creator learns of it, unless he did it himself."""
    facts = _of(event, "cart_id", "valid_until") | {"by": event.resent_by.name, "recipient": masked(event.recipient)}
    until = event.valid_until.isoformat()
    _happened(event.quote_id, "quote-resent", f"{event.recipient} {until}", facts, unit, but=event.resent_by.email)


@quotes.on(ordering.QuoteExpired)
async def on_quote_expired(event: ordering.QuoteExpired, unit: Unit) -> None:
    _happened(event.quote_id, "quote-expired", event.quote_id, _of(event, "cart_id"), unit)


@quotes.on(ordering.QuoteWithdrawn)
async def on_quote_withdrawn(event: ordering.QuoteWithdrawn, unit: Unit) -> None:
    facts = _of(event, "cart_id") | {"by": event.withdrawn_by.name}
    _happened(event.quote_id, "quote-withdrawn", event.quote_id, facts, unit, but=event.withdrawn_by.email)


@quotes.on(ordering.QuoteConfirmationRefused)
async def on_quote_confirmation_refused(event: ordering.QuoteConfirmationRefused, unit: Unit) -> None:
    facts = _of(event, "cart_id", "reasons") | {"approver": event.approver.name}
    _happened(event.quote_id, "quote-confirmation-refused", event.refused_at.isoformat(), facts, unit)


@orders.on(ordering.OrderReceived)
async def on_order_received(event: ordering.OrderReceived, unit: Unit) -> None:
    await acknowledge_order(event, unit)


@orders.on(ordering.OrderCompleted)
async def on_order_completed(event: ordering.OrderCompleted, unit: Unit) -> None:
    _happened(event.order_id, "order-completed", event.order_id, {}, unit)


@orders.on(ordering.OrderPartlyCompleted)
async def on_order_partly_completed(event: ordering.OrderPartlyCompleted, unit: Unit) -> None:
    facts = _of(event, "reason", "failed_line_ids")
    _happened(event.order_id, "order-partly-completed", event.order_id, facts, unit)


@orders.on(ordering.OrderFailed)
async def on_order_failed(event: ordering.OrderFailed, unit: Unit) -> None:
    _happened(event.order_id, "order-failed", event.order_id, _of(event, "reason"), unit)


@orders.on(ordering.OrderCancelled)
async def on_order_cancelled(event: ordering.OrderCancelled, unit: Unit) -> None:
    _happened(event.order_id, "order-cancelled", event.order_id, _of(event, "reason"), unit)


@trunks.on(provisioning.TrunkActivated)
async def on_trunk_activated(event: provisioning.TrunkActivated, unit: Unit) -> None:
    _happened(event.order_id, "trunk-activated", event.agreement_id, _of(event, "activated_at"), unit)


@sites.on(provisioning.SiteProvisioned)
async def on_site_provisioned(event: provisioning.SiteProvisioned, unit: Unit) -> None:
    facts = _of(event, "blocks") | {"site": event.name, "address": written(event.address)}
    unit.sites.keep(event.site_id, event.name, event.address.model_dump())
    _happened(event.order_id, "site-ready", event.site_id, facts, unit)


@sites.on(provisioning.NumbersAssigned)
async def on_numbers_assigned(event: provisioning.NumbersAssigned, unit: Unit) -> None:
    """Of ported ones, PortingPartCompleted and PortingCompleted tell."""
    if event.origin == "own":
        subject = " ".join(f"{one.area_code}{one.stem}" for one in event.blocks)
        _happened(event.order_id, "numbers-assigned", subject, _of(event, "blocks"), unit)


@portings.on(porting.PortingStarted)
async def on_porting_started(event: porting.PortingStarted, unit: Unit) -> None:
    """Of a paper carrier's, SignedFormAwaited tells."""
    if event.electronic:
        facts = _of(event, "numbers", "requested_on") | {"donor": event.donor.name}
        _happened(event.order_id, "porting-started", event.porting_id, facts, unit)


@portings.on(porting.SignedFormAwaited)
async def on_signed_form_awaited(event: porting.SignedFormAwaited, unit: Unit) -> None:
    """Anew after one was sent back."""
    facts = _of(event, "porting_id", "return_to") | {"donor": event.donor_name}
    kind = "signed-form-awaited"
    if event.refused_because:
        kind, facts = "signed-form-refused", facts | {"refused_because": event.refused_because}
    _happened(event.order_id, kind, f"{event.porting_id} {event.awaited_since}", facts, unit)


@portings.on(porting.SignedFormReminded)
async def on_signed_form_reminded(event: porting.SignedFormReminded, unit: Unit) -> None:
    facts = _of(event, "porting_id", "return_to", "awaited_since") | {"donor": event.donor_name}
    subject = f"{event.porting_id} {event.awaited_since} {event.reminder}"
    _happened(event.order_id, "signed-form-reminded", subject, facts, unit)


@portings.on(porting.PortingConfirmed)
async def on_porting_confirmed(event: porting.PortingConfirmed, unit: Unit) -> None:
    facts = _of(event, "numbers", "window", "as_requested", "awaiting")
    facts |= {"donor": event.donor.name, "day": event.change_date.isoformat()}
    _part_of(event, "porting-confirmed", event.numbers, event.confirmed_at, facts, unit)


@portings.on(porting.PortingRescheduled)
async def on_porting_rescheduled(event: porting.PortingRescheduled, unit: Unit) -> None:
    facts = _of(event, "window", "numbers")
    facts |= {"earlier": event.earlier_date.isoformat(), "day": event.change_date.isoformat()}
    _part_of(event, "porting-rescheduled", event.numbers, event.rescheduled_at, facts, unit)


@portings.on(porting.PortingChangeAsked)
async def on_porting_change_asked(event: porting.PortingChangeAsked, unit: Unit) -> None:
    """Of a cancellation that we ask for, its outcome tells."""
    facts = _of(event, "numbers", "new_date", "reason")
    if event.change is porting.Change.DATE and not event.by_donor:
        _part_of(event, "porting-date-asked", event.numbers, event.asked_at, facts, unit)
    elif event.change is porting.Change.CANCELLATION and event.by_donor:
        _part_of(event, "porting-cancellation-asked", event.numbers, event.asked_at, facts, unit)


@portings.on(porting.PortingChangeRefused)
async def on_porting_change_refused(event: porting.PortingChangeRefused, unit: Unit) -> None:
    facts = _of(event, "numbers", "unchanged_date", "reason")
    if event.change is porting.Change.DATE:
        kind = "porting-date-refused"
    else:
        kind = "porting-cancellation-averted" if event.by_donor else "porting-cancellation-refused"
    _part_of(event, kind, event.numbers, event.refused_at, facts, unit)


@portings.on(porting.PortingRejected)
async def on_porting_rejected(event: porting.PortingRejected, unit: Unit) -> None:
    reasons = [one.text.model_dump() for one in event.reasons]
    facts = _of(event, "fixable", "numbers") | {"donor": event.donor.name, "reasons": reasons}
    _part_of(event, "porting-rejected", event.numbers, event.rejected_at, facts, unit)


@portings.on(porting.PortingAskedAgain)
async def on_porting_asked_again(event: porting.PortingAskedAgain, unit: Unit) -> None:
    facts = _of(event, "numbers", "requested_on") | {"donor": event.donor.name}
    _part_of(event, "porting-asked-again", event.numbers, event.asked_at, facts, unit)


@portings.on(porting.PortingCalledOffForNew)
async def on_porting_called_off_for_new(event: porting.PortingCalledOffForNew, unit: Unit) -> None:
    facts = _of(event, "numbers", "earlier_date")
    _part_of(event, "porting-called-off-for-new", event.numbers, event.called_off_at, facts, unit)


@portings.on(porting.PortingReduced)
async def on_porting_reduced(event: porting.PortingReduced, unit: Unit) -> None:
    _part_of(event, "porting-reduced", event.numbers, event.reduced_at, _of(event, "numbers", "reason"), unit)


@portings.on(porting.PortingCancelled)
async def on_porting_cancelled(event: porting.PortingCancelled, unit: Unit) -> None:
    _happened(event.order_id, "porting-cancelled", event.porting_id, _of(event, "reason"), unit)


@portings.on(porting.PortingAtRisk)
async def on_porting_at_risk(event: porting.PortingAtRisk, unit: Unit) -> None:
    """A deadline that is only near is order management's to watch."""
    if event.level == "overdue":
        subject = f"{event.porting_id} {event.deadline} {event.due_at}"
        _happened(event.order_id, "porting-at-risk", subject, _of(event, "deadline", "due_at"), unit)


@portings.on(porting.PortingDue)
async def on_porting_due(event: porting.PortingDue, unit: Unit) -> None:
    _part_of(event, "porting-due", event.numbers, event.change_date, _of(event, "numbers"), unit)


@portings.on(porting.PortingPartCompleted)
async def on_porting_part_completed(event: porting.PortingPartCompleted, unit: Unit) -> None:
    facts = _of(event, "numbers", "awaiting")
    _part_of(event, "porting-part-completed", event.numbers, event.completed_at, facts, unit)


@portings.on(porting.PortingCompleted)
async def on_porting_completed(event: porting.PortingCompleted, unit: Unit) -> None:
    """What moved before is no news."""
    facts = _of(event, "numbers", "not_ported", "earlier")
    facts["numbers"] = [one for one in facts["numbers"] if one not in facts["earlier"]]
    _happened(event.order_id, "porting-completed", event.porting_id, facts, unit)


@portings.on(porting.ClearingMailWritten)
async def on_clearing_mail_written(event: porting.ClearingMailWritten, unit: Unit) -> None:
    facts = _of(event, "subject", "text", "reply_to", "language")
    _happened(event.order_id, "clearing-mail", event.mail_id, facts, unit)


@departures.on(porting.DepartureAsked)
async def on_departure_asked(event: porting.DepartureAsked, unit: Unit) -> None:
    _departs(event, "departure-asked", event.asked_at, {"day": event.requested_on.isoformat()}, unit)


@departures.on(porting.DepartureAgreed)
async def on_departure_agreed(event: porting.DepartureAgreed, unit: Unit) -> None:
    _departs(event, "departure-agreed", event.agreed_at, {"day": event.change_date.isoformat()}, unit)


@departures.on(porting.DepartureRescheduled)
async def on_departure_rescheduled(event: porting.DepartureRescheduled, unit: Unit) -> None:
    facts = {"earlier": event.earlier_date.isoformat(), "day": event.change_date.isoformat()}
    _departs(event, "departure-rescheduled", event.rescheduled_at, facts, unit)


@departures.on(porting.DepartureRefused)
async def on_departure_refused(event: porting.DepartureRefused, unit: Unit) -> None:
    reasons = [one.text.model_dump() for one in event.reasons]
    _departs(event, "departure-refused", event.refused_at, {"reasons": reasons}, unit)


@departures.on(porting.DepartureCancelled)
async def on_departure_cancelled(event: porting.DepartureCancelled, unit: Unit) -> None:
    _departs(event, "departure-cancelled", event.cancelled_at, _of(event, "reason"), unit)


@departures.on(porting.DepartureCompleted)
async def on_departure_completed(event: porting.DepartureCompleted, unit: Unit) -> None:
    _departs(event, "departure-completed", event.completed_at, {}, unit)


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


@fiber_links.on(provisioning.FiberLinkIssued)
async def on_fiber_link_issued(event: provisioning.FiberLinkIssued, unit: Unit) -> None:
    await mail_fiber_link(event, unit)


def _happened(
    about: UUID, kind: str, subject: object, facts: dict[str, Any], unit: Unit, *, but: str | None = None
) -> None:
    unit.gather(tell, Happening(about, kind, str(subject), unit.correlation_id, facts, but=but))


def _part_of(
    event: porting.PortingFacts,
    kind: str,
    numbers: Sequence[NumberBlock],
    when: datetime | date,
    facts: dict[str, Any],
    unit: Unit,
) -> None:
    """Of one part of a porting: several may tell the same at one moment."""
    part = " ".join(f"{one.area_code}{one.stem}{one.extension_from or ''}" for one in numbers)
    _happened(event.order_id, kind, f"{event.porting_id} {when} {part}", facts, unit)


def _departs(event: porting.DepartureFacts, kind: str, when: datetime, facts: dict[str, Any], unit: Unit) -> None:
    facts |= _of(event, "numbers", "agreement_id", "case") | {"recipient": event.recipient.name}
    _happened(event.agreement_id, kind, f"{event.departure_id} {when}", facts, unit)


def _of(event: Event, *names: str) -> dict[str, Any]:
    return event.model_dump(mode="json", include=set(names))
