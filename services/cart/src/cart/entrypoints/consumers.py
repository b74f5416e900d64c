"""What we hear: catalogs and parties to keep, and what provisioning and porting did about our orders."""

from uuid import UUID

from cart.application.follow_fulfilment import (
    NumbersMoved,
    TrunkActive,
    TrunkSetUp,
    follow_fulfilment,
    follow_trunks,
    keep_sites,
)
from cart.application.forget_parties import ask_to_forget, forget_prospect
from cart.application.keep_catalog import keep_catalog
from cart.application.keep_parties import keep_party, keep_prospect, merge_parties
from cart.application.ports import ReadySite, Unit
from cart.domain.lifecycle import LineTrigger
from cart.domain.order import Awaited, Happening
from cart.domain.wording import Wording
from chassis.subscription import Subscription
from contracts.catalog import v1 as catalog
from contracts.crm import v1 as crm
from contracts.ordering.v1 import Activation
from contracts.porting import v1 as porting
from contracts.provisioning import v1 as provisioning
from contracts.shapes import Localized, Utc
from contracts.shapes import NumberBlock as BlockShape
from telecom.addresses import Address
from telecom.numbers import NumberBlock

STEPS = {
    catalog.Category.TRUNK: "trunk-set-up",
    catalog.Category.USAGE_SITE: "site-ready",
    catalog.Category.NUMBER_BLOCK: "numbers-assigned",
}
"""What people read when the work on a line is done; all other lines are just set up."""

versions = Subscription[Unit](catalog.VERSIONS)
parties = Subscription[Unit](crm.PARTIES)
prospects = Subscription[Unit](crm.PROSPECTS)
work = Subscription[Unit](provisioning.WORK)
trunks = Subscription[Unit](provisioning.TRUNKS)
sites = Subscription[Unit](provisioning.SITES)
portings = Subscription[Unit](porting.REQUESTS)
ALL = (versions, parties, prospects, work, trunks, sites, portings)


@versions.on(catalog.CatalogPublished)
async def on_catalog_published(event: catalog.CatalogPublished, unit: Unit) -> None:
    await keep_catalog(event, unit)


@parties.on(crm.PartyChanged)
async def on_party_changed(event: crm.PartyChanged, unit: Unit) -> None:
    await keep_party(event, unit)


@parties.on(crm.PartiesMerged)
async def on_parties_merged(event: crm.PartiesMerged, unit: Unit) -> None:
    await merge_parties(event, unit)


@parties.on_tombstone
async def on_party_gone(key: str, unit: Unit) -> None:
    await ask_to_forget(UUID(key), unit)


@prospects.on(crm.ProspectEntered)
async def on_prospect_entered(event: crm.ProspectEntered, unit: Unit) -> None:
    await keep_prospect(event, unit)


@prospects.on_tombstone
async def on_prospect_gone(key: str, unit: Unit) -> None:
    await forget_prospect(UUID(key), unit)


@work.on(provisioning.WorkOrderCompleted)
async def on_work_order_completed(event: provisioning.WorkOrderCompleted, unit: Unit) -> None:
    step = STEPS.get(event.category, "set-up")
    unit.gather(
        follow_fulfilment,
        Happening(event.order_id, event.line_id, LineTrigger.FINISH, step, event.completed_at, story=unit.story),
    )


@work.on(provisioning.WorkOrderFailed)
async def on_work_order_failed(event: provisioning.WorkOrderFailed, unit: Unit) -> None:
    unit.gather(
        follow_fulfilment,
        Happening(
            event.order_id,
            event.line_id,
            LineTrigger.FAIL,
            "set-up-failed",
            event.failed_at,
            reason=_words(event.reason),
            story=unit.story,
        ),
    )


@trunks.on(provisioning.TrunkProvisioned)
async def on_trunk_provisioned(event: provisioning.TrunkProvisioned, unit: Unit) -> None:
    delayed = event.activation is Activation.DELAYED
    unit.gather(follow_trunks, TrunkSetUp(event.agreement_id, delayed, event.provisioned_at, unit.story))


@trunks.on(provisioning.TrunkActivated)
async def on_trunk_activated(event: provisioning.TrunkActivated, unit: Unit) -> None:
    unit.gather(follow_trunks, TrunkActive(event.agreement_id, event.activated_at, unit.story))


@sites.on(provisioning.SiteProvisioned)
async def on_site_provisioned(event: provisioning.SiteProvisioned, unit: Unit) -> None:
    place = event.address
    address = Address(place.street, place.house_number, place.postcode, place.town, place.addition)
    unit.gather(
        keep_sites,
        ReadySite(
            event.site_id,
            event.agreement_id,
            event.name,
            address,
            event.area_code,
            event.customer_id,
            _blocks(event.blocks),
        ),
    )


@sites.on(provisioning.NumbersAssigned)
async def on_numbers_assigned(event: provisioning.NumbersAssigned, unit: Unit) -> None:
    if event.site_id is not None:
        unit.gather(keep_sites, NumbersMoved(event.site_id, _blocks(event.blocks), came=True))


@sites.on(provisioning.NumbersReleased)
async def on_numbers_released(event: provisioning.NumbersReleased, unit: Unit) -> None:
    if event.site_id is not None:
        unit.gather(keep_sites, NumbersMoved(event.site_id, _blocks(event.blocks), came=False))


@sites.on(provisioning.SiteTerminated)
async def on_site_terminated(event: provisioning.SiteTerminated, unit: Unit) -> None:
    await unit.sites.remove(event.site_id)


@sites.on(provisioning.SiteRejected)
async def on_site_rejected(event: provisioning.SiteRejected, unit: Unit) -> None:
    """No site, so nothing that was ordered for it: also a porting that came with it."""
    unit.gather(
        follow_fulfilment,
        Happening(
            event.order_id,
            None,
            LineTrigger.FAIL,
            "site-rejected",
            event.rejected_at,
            reason=_words(event.reason),
            site_id=event.site_id,
            story=unit.story,
        ),
    )


@portings.on(porting.PortingStarted)
async def on_porting_started(event: porting.PortingStarted, unit: Unit) -> None:
    whom = Awaited.DONOR if event.electronic else Awaited.CUSTOMER
    _ported(event, unit, "porting-started", event.started_at, whom, numbers=event.numbers)


@portings.on(porting.SignedFormAwaited)
async def on_signed_form_awaited(event: porting.SignedFormAwaited, unit: Unit) -> None:
    _ported(event, unit, "signed-form-awaited", event.awaited_since, Awaited.CUSTOMER)


@portings.on(porting.SignedFormReceived)
async def on_signed_form_received(event: porting.SignedFormReceived, unit: Unit) -> None:
    whom = Awaited.ORDER_MANAGEMENT
    _ported(event, unit, "signed-form-received", event.received_at, whom, stands=True)


@portings.on(porting.SignedFormAccepted)
async def on_signed_form_accepted(event: porting.SignedFormAccepted, unit: Unit) -> None:
    _ported(event, unit, "signed-form-accepted", event.accepted_at, Awaited.DONOR)


@portings.on(porting.PortingConfirmed)
async def on_porting_confirmed(event: porting.PortingConfirmed, unit: Unit) -> None:
    """Of a part; the others wait on."""
    _ported(
        event,
        unit,
        "porting-confirmed",
        event.confirmed_at,
        Awaited.PORTING_DATE,
        numbers=event.numbers,
        waiting_still=event.awaiting,
    )


@portings.on(porting.PortingRescheduled)
async def on_porting_rescheduled(event: porting.PortingRescheduled, unit: Unit) -> None:
    _ported(event, unit, "porting-rescheduled", event.rescheduled_at, Awaited.PORTING_DATE, numbers=event.numbers)


@portings.on(porting.PortingRejected)
async def on_porting_rejected(event: porting.PortingRejected, unit: Unit) -> None:
    """What a person can clear waits for him; else the porting has failed (PORT-7)."""
    reason = _words(event.reasons[0].text) if event.reasons else None
    if event.fixable:
        whom = Awaited.ORDER_MANAGEMENT
        _ported(event, unit, "porting-rejected", event.rejected_at, whom, reason=reason, numbers=event.numbers)
    else:
        _ported(event, unit, "porting-rejected", event.rejected_at, trigger=LineTrigger.FAIL, reason=reason)


@portings.on(porting.PortingHeldUp)
async def on_porting_held_up(event: porting.PortingHeldUp, unit: Unit) -> None:
    whom, reason = Awaited.ORDER_MANAGEMENT, _words(event.reason)
    _ported(event, unit, "porting-held-up", event.held_up_at, whom, reason=reason, numbers=event.numbers)


@portings.on(porting.PortingAskedAgain)
async def on_porting_asked_again(event: porting.PortingAskedAgain, unit: Unit) -> None:
    _ported(event, unit, "porting-asked-again", event.asked_at, Awaited.DONOR, numbers=event.numbers)


@portings.on(porting.PortingCalledOffForNew)
async def on_porting_called_off_for_new(event: porting.PortingCalledOffForNew, unit: Unit) -> None:
    """Whoever orders it anew with other particulars may do so now (PORT-3)."""
    whom = Awaited.ORDER_MANAGEMENT
    _ported(event, unit, "porting-called-off-for-new", event.called_off_at, whom, numbers=event.numbers)


@portings.on(porting.PortingChangeAsked)
async def on_porting_change_asked(event: porting.PortingChangeAsked, unit: Unit) -> None:
    """Whoever did not ask answers."""
    ours = event.by_donor
    whom = Awaited.ORDER_MANAGEMENT if ours else Awaited.DONOR
    _ported(event, unit, "porting-change-asked", event.asked_at, whom, numbers=event.numbers, stands=ours)


@portings.on(porting.PortingChangeRefused)
async def on_porting_change_refused(event: porting.PortingChangeRefused, unit: Unit) -> None:
    whom = Awaited.DONOR if event.unchanged_date is None else Awaited.PORTING_DATE
    _ported(event, unit, "porting-change-refused", event.refused_at, whom, numbers=event.numbers)


@portings.on(porting.PortingReduced)
async def on_porting_reduced(event: porting.PortingReduced, unit: Unit) -> None:
    """Some numbers stay with the donor; nobody is waited for because of them."""
    _ported(
        event,
        unit,
        "porting-reduced",
        event.reduced_at,
        reason=_words(event.reason),
        numbers=event.numbers,
        not_ported=event.numbers,
    )


@portings.on(porting.PortingCancelled)
async def on_porting_cancelled(event: porting.PortingCancelled, unit: Unit) -> None:
    reason = _words(event.reason)
    _ported(event, unit, "porting-cancelled", event.cancelled_at, trigger=LineTrigger.CANCEL, reason=reason)


@portings.on(porting.PortingDue)
async def on_porting_due(event: porting.PortingDue, unit: Unit) -> None:
    _ported(event, unit, "porting-due", event.due_at, numbers=event.numbers)


@portings.on(porting.PortingCompleted)
async def on_porting_completed(event: porting.PortingCompleted, unit: Unit) -> None:
    stayed = event.not_ported
    _ported(event, unit, "porting-completed", event.completed_at, trigger=LineTrigger.FINISH, not_ported=stayed)


def _ported(
    event: porting.PortingFacts,
    unit: Unit,
    step: str,
    at: Utc,
    awaiting: Awaited | None = None,
    *,
    trigger: LineTrigger | None = None,
    reason: Wording | None = None,
    numbers: tuple[BlockShape, ...] = (),
    waiting_still: tuple[BlockShape, ...] = (),
    not_ported: tuple[BlockShape, ...] = (),
    stands: bool = False,
) -> None:
    """Unless it ends the line, it waits for somebody or is worked on."""
    unit.gather(
        follow_fulfilment,
        Happening(
            event.order_id,
            event.line_id,
            trigger or (LineTrigger.WAIT if awaiting else LineTrigger.PROGRESS),
            step,
            at,
            awaiting,
            reason,
            by_porting=True,
            story=unit.story,
            numbers=_blocks(numbers),
            waiting_still=_blocks(waiting_still),
            not_ported=_blocks(not_ported),
            stands=stands,
        ),
    )


def _blocks(blocks: tuple[BlockShape, ...]) -> tuple[NumberBlock, ...]:
    return tuple(
        NumberBlock(one.area_code, one.stem, one.extension_from, one.extension_to, one.answering_extension)
        for one in blocks
    )


def _words(one: Localized) -> Wording:
    return Wording(one.de, one.en)
