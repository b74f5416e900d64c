"""Facts become events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.catalog.v1 import Category
from contracts.ordering.v1 import Activation
from contracts.provisioning import v1 as events
from provisioning.application.ports import Release, Unit
from provisioning.application.shapes import address_to, block_to
from provisioning.application.speech import localized
from provisioning.domain.departure import Departure
from provisioning.domain.facts import Activated, ChannelsChanged, Terminated, TrunkFact, TrunkSetUp
from provisioning.domain.lifecycle import WorkState
from provisioning.domain.porting import Part, Porting
from provisioning.domain.site import Site
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import Wording, WorkOrder
from telecom.numbers import NumberBlock


def tell_of_trunk(trunk: Trunk, unit: Unit) -> None:
    facts, trunk.facts = trunk.facts, []
    same: dict[str, Any] = {
        "trunk_id": trunk.trunk_id,
        "agreement_id": trunk.agreement_id,
        "order_id": trunk.order_id,
        "customer_id": trunk.customer_id,
    }
    for fact in facts:
        unit.outbox.record(_trunk_event(fact, trunk, same))
        unit.count("trunk_steps", type(fact).__name__.lower())


def _trunk_event(fact: TrunkFact, trunk: Trunk, same: dict[str, Any]) -> Any:
    match fact:
        case TrunkSetUp():
            return events.TrunkProvisioned(
                **same,
                channels=trunk.channels,
                srtp=trunk.srtp,
                activation=Activation.IMMEDIATE if trunk.immediate else Activation.DELAYED,
                provisioned_at=fact.at,
            )
        case ChannelsChanged():
            caused = same | {"order_id": fact.order_id}
            return events.TrunkChanged(**caused, channels=trunk.channels, srtp=trunk.srtp, changed_at=fact.at)
        case Activated():
            cause = events.ActivationCause(fact.cause.value)
            return events.TrunkActivated(**same, cause=cause, porting_on=fact.porting_on, activated_at=fact.at)
        case Terminated():
            return events.TrunkTerminated(**(same | {"order_id": fact.order_id}), terminated_at=fact.at)


def tell_of_site(site: Site, blocks: tuple[NumberBlock, ...], unit: Unit) -> None:
    unit.outbox.record(
        events.SiteProvisioned(
            site_id=site.site_id,
            trunk_id=site.trunk_id,
            agreement_id=site.agreement_id,
            order_id=site.order_id,
            customer_id=site.customer_id,
            name=site.name,
            address=address_to(site.address),
            area_code=site.area_code,
            blocks=tuple(map(block_to, blocks)),
            area_code_doubtful=site.doubtful,
            provisioned_at=site.provisioned_at,
        )
    )
    unit.count("sites", "ready")


def tell_of_rejected_site(work: WorkOrder, trunk_id: UUID, code: str, why: Wording, at: datetime, unit: Unit) -> None:
    assert work.line.site is not None
    unit.outbox.record(
        events.SiteRejected(
            site_id=work.line.site.site_id,
            trunk_id=trunk_id,
            agreement_id=work.agreement_id,
            order_id=work.order_id,
            customer_id=work.customer_id,
            code=code,
            reason=localized(why),
            rejected_at=at,
        )
    )
    unit.count("sites", "rejected")


def tell_of_own_numbers(work: WorkOrder, block: NumberBlock, at: datetime, unit: Unit) -> None:
    site_id = work.line.site_id
    unit.outbox.record(
        events.NumbersAssigned(
            holder_id=site_id or work.agreement_id,
            site_id=site_id,
            agreement_id=work.agreement_id,
            order_id=work.order_id,
            customer_id=work.customer_id,
            blocks=(block_to(block),),
            origin="own",
            assigned_at=at,
        )
    )


def tell_of_ported_numbers(porting: Porting, part: Part, at: datetime, unit: Unit) -> None:
    unit.outbox.record(
        events.NumbersAssigned(
            holder_id=porting.holder_id,
            site_id=porting.site_id,
            agreement_id=porting.agreement_id,
            order_id=porting.order_id,
            customer_id=porting.customer_id,
            blocks=tuple(map(block_to, part.numbers)),
            origin="ported",
            porting_id=porting.porting_id,
            assigned_at=at,
        )
    )


def tell_of_release(release: Release, work: WorkOrder, at: datetime, unit: Unit) -> None:
    """`work` is the termination."""
    unit.outbox.record(
        events.NumbersReleased(
            holder_id=release.holder_id,
            site_id=None if release.holder_id == work.agreement_id else release.holder_id,
            agreement_id=work.agreement_id,
            order_id=work.order_id,
            customer_id=work.customer_id,
            blocks=tuple(map(block_to, release.blocks)),
            rests_until=release.rests_until,
            released_at=at,
            returned_to=release.returned_to,
        )
    )


def tell_of_departure(release: Release, departure: Departure, at: datetime, unit: Unit) -> None:
    holder_id, agreement_id = release.holder_id, departure.agreement_id
    unit.outbox.record(
        events.NumbersReleased(
            holder_id=holder_id,
            site_id=None if holder_id == agreement_id else holder_id,
            agreement_id=agreement_id,
            order_id=None,
            customer_id=departure.customer_id,
            blocks=tuple(map(block_to, release.blocks)),
            rests_until=None,
            released_at=at,
            departure_id=departure.departure_id,
        )
    )


def tell_of_terminated_site(work: WorkOrder, site: Site, at: datetime, unit: Unit) -> None:
    unit.outbox.record(
        events.SiteTerminated(
            site_id=site.site_id,
            trunk_id=site.trunk_id,
            agreement_id=site.agreement_id,
            order_id=work.order_id,
            customer_id=site.customer_id,
            terminated_at=at,
        )
    )
    unit.count("sites", "terminated")


def tell_of_work(work: WorkOrder, unit: Unit) -> None:
    """Of its end. A porting that was called off has told the order itself."""
    same: dict[str, Any] = {
        "work_order_id": work.work_order_id,
        "order_id": work.order_id,
        "line_id": work.line_id,
        "agreement_id": work.agreement_id,
        "customer_id": work.customer_id,
        "category": Category(work.line.category),
    }
    assert work.finished_at is not None
    unit.count("work_orders", work.state.value)
    match work.state:
        case WorkState.COMPLETED:
            unit.outbox.record(events.WorkOrderCompleted(**same, completed_at=work.finished_at))
        case WorkState.FAILED:
            assert work.code is not None
            assert work.reason is not None
            why = localized(work.reason)
            unit.outbox.record(events.WorkOrderFailed(**same, code=work.code, reason=why, failed_at=work.finished_at))
