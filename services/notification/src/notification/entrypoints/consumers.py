"""What notification hears, turned into its own use cases."""

from chassis.subscription import Subscription
from contracts.ordering.v1 import ORDERS, QUOTE_LINKS, OrderCompleted, OrderFailed, OrderReceived, QuoteLinkIssued
from contracts.porting.v1 import REQUESTS, PortingCompleted, PortingConfirmed, PortingRejected, SignedFormAwaited
from contracts.provisioning.v1 import SITES, TRUNKS, SiteProvisioned, TrunkActivated
from notification.adapters.store import NotificationUnit
from notification.application.tell import acknowledge_order, mail_quote_link, tell_of

links = Subscription[NotificationUnit](QUOTE_LINKS)
orders = Subscription[NotificationUnit](ORDERS)
trunks = Subscription[NotificationUnit](TRUNKS)
sites = Subscription[NotificationUnit](SITES)
portings = Subscription[NotificationUnit](REQUESTS)


@links.on(QuoteLinkIssued)
async def on_quote_link_issued(event: QuoteLinkIssued, unit: NotificationUnit) -> None:
    await mail_quote_link(event, unit)


@orders.on(OrderReceived)
async def on_order_received(event: OrderReceived, unit: NotificationUnit) -> None:
    await acknowledge_order(event, unit)


@orders.on(OrderCompleted)
async def on_order_completed(event: OrderCompleted, unit: NotificationUnit) -> None:
    await tell_of(event.order_id, "order-completed", event.order_id, {}, unit)


@orders.on(OrderFailed)
async def on_order_failed(event: OrderFailed, unit: NotificationUnit) -> None:
    await tell_of(event.order_id, "order-failed", event.order_id, {"reason": event.reason.model_dump()}, unit)


@trunks.on(TrunkActivated)
async def on_trunk_activated(event: TrunkActivated, unit: NotificationUnit) -> None:
    facts = {"activated_at": event.activated_at.isoformat()}
    await tell_of(event.order_id, "trunk-activated", event.trunk_id, facts, unit)


@sites.on(SiteProvisioned)
async def on_site_provisioned(event: SiteProvisioned, unit: NotificationUnit) -> None:
    facts = {
        "site": event.name,
        "blocks": [f"0{one.area_code} {one.stem} {one.extension_from or ''}" for one in event.blocks],
    }
    await tell_of(event.order_id, "site-ready", event.site_id, facts, unit)


@portings.on(PortingConfirmed)
async def on_porting_confirmed(event: PortingConfirmed, unit: NotificationUnit) -> None:
    facts = {"donor": event.donor.name, "change_date": f"{event.change_date.isoformat()}T12:00:00+00:00"}
    await tell_of(event.order_id, "porting-confirmed", event.porting_id, facts, unit)


@portings.on(PortingRejected)
async def on_porting_rejected(event: PortingRejected, unit: NotificationUnit) -> None:
    facts = {"donor": event.donor.name, "reasons": [one.text.model_dump() for one in event.reasons]}
    await tell_of(event.order_id, "porting-rejected", event.porting_id, facts, unit)


@portings.on(SignedFormAwaited)
async def on_signed_form_awaited(event: SignedFormAwaited, unit: NotificationUnit) -> None:
    facts = {"donor": event.donor_name, "return_to": event.return_to}
    await tell_of(event.order_id, "signed-form-awaited", event.porting_id, facts, unit)


@portings.on(PortingCompleted)
async def on_porting_completed(event: PortingCompleted, unit: NotificationUnit) -> None:
    await tell_of(event.order_id, "porting-completed", event.porting_id, {}, unit)


ALL = (links, orders, trunks, sites, portings)
