"""Shapes of the answers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from provisioning.application.ports import HeldBlock
from provisioning.domain.planned import Planned
from provisioning.domain.site import Site
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import WorkOrder
from telecom.addresses import Address


class AddressView(BaseModel):
    street: str
    house_number: str
    addition: str | None = None
    postcode: str
    town: str


class BlockView(BaseModel):
    """`origin` is `own` or `ported`. A `resting` block was released and waits until it is given out again (SITE-5)."""

    area_code: str
    stem: str
    extension_from: str | None
    extension_to: str | None
    answering_extension: str | None
    origin: str
    state: Literal["held", "resting"]
    terminates_on: date | None
    rests_until: datetime | None


class SiteView(BaseModel):
    site_id: UUID
    name: str
    address: AddressView
    area_code: str
    area_code_doubtful: bool
    status: str = "ready"
    provisioned_at: datetime
    terminates_on: date | None
    blocks: list[BlockView]


class RenewalView(BaseModel):
    """What the trunk becomes when the day begins (AMEND-2)."""

    on: date
    order_id: UUID
    channels: int
    srtp: bool


class TrunkView(BaseModel):
    """`activation` as ordered; `activates_on` is planned and may move with the porting date.

    `terminates_on`: it ends when that day begins, unless the termination is taken back before (ORD-2).
    """

    trunk_id: UUID
    agreement_id: UUID
    agreement_number: str
    customer_id: UUID
    customer_name: str
    status: str
    channels: int
    srtp: bool
    activation: str
    provisioned_at: datetime
    activates_on: date | None
    activated_at: datetime | None
    activation_cause: str | None
    terminates_on: date | None
    terminated_at: datetime | None
    renewal: RenewalView | None
    sites: list[SiteView]


class Both(BaseModel):
    de: str
    en: str


class WorkOrderView(BaseModel):
    work_order_id: UUID
    order_id: UUID
    order_number: str
    line_id: UUID
    agreement_id: UUID
    agreement_number: str
    customer_id: UUID
    customer_name: str
    category: str
    name: Both
    quantity: int
    manual: bool
    state: str
    opened_at: datetime
    due_on: date | None
    finished_at: datetime | None
    code: str | None
    reason: Both | None


def trunk_views(
    trunks: Sequence[Trunk], sites: Sequence[Site], blocks: Sequence[HeldBlock], planned: Sequence[WorkOrder]
) -> list[TrunkView]:
    plans = {
        trunk.agreement_id: Planned([work for work in planned if work.agreement_id == trunk.agreement_id])
        for trunk in trunks
    }
    held: dict[UUID, list[HeldBlock]] = defaultdict(list)
    for one in blocks:
        held[one.holder_id].append(one)
    placed: dict[UUID, list[SiteView]] = defaultdict(list)
    for site in sites:
        placed[site.agreement_id].append(_site(site, held[site.site_id], plans[site.agreement_id]))
    return [_trunk(trunk, placed[trunk.agreement_id], plans[trunk.agreement_id]) for trunk in trunks]


def address_view(one: Address) -> AddressView:
    return AddressView(
        street=one.street, house_number=one.house_number, addition=one.addition, postcode=one.postcode, town=one.town
    )


def work_order_view(one: WorkOrder) -> WorkOrderView:
    return WorkOrderView(
        work_order_id=one.work_order_id,
        order_id=one.order_id,
        order_number=one.order_number,
        line_id=one.line_id,
        agreement_id=one.agreement_id,
        agreement_number=one.agreement_number,
        customer_id=one.customer_id,
        customer_name=one.customer_name,
        category=one.line.category,
        name=Both(de=one.line.name.de, en=one.line.name.en),
        quantity=one.line.quantity,
        manual=one.manual,
        state=one.state.value,
        opened_at=one.opened_at,
        due_on=one.due_on,
        finished_at=one.finished_at,
        code=one.code,
        reason=None if one.reason is None else Both(de=one.reason.de, en=one.reason.en),
    )


def _trunk(one: Trunk, sites: list[SiteView], planned: Planned) -> TrunkView:
    renewed = planned.renewal()
    return TrunkView(
        trunk_id=one.trunk_id,
        agreement_id=one.agreement_id,
        agreement_number=one.agreement_number,
        customer_id=one.customer_id,
        customer_name=one.customer_name,
        status=one.status.value,
        channels=one.channels,
        srtp=one.srtp,
        activation="immediate" if one.immediate else "delayed",
        provisioned_at=one.provisioned_at,
        activates_on=one.activates_on,
        activated_at=one.activated_at,
        activation_cause=one.cause,
        terminates_on=planned.agreement_ends(),
        terminated_at=one.terminated_at,
        renewal=None
        if renewed is None
        else RenewalView(on=renewed.on, order_id=renewed.order_id, channels=renewed.channels, srtp=renewed.srtp),
        sites=sites,
    )


def _site(one: Site, blocks: list[HeldBlock], planned: Planned) -> SiteView:
    return SiteView(
        site_id=one.site_id,
        name=one.name,
        address=address_view(one.address),
        area_code=one.area_code,
        area_code_doubtful=one.doubtful,
        provisioned_at=one.provisioned_at,
        terminates_on=planned.site_ends(one.site_id),
        blocks=[_block(block, planned) for block in blocks],
    )


def _block(one: HeldBlock, planned: Planned) -> BlockView:
    rests = one.rests_until is not None
    return BlockView(
        area_code=one.block.area_code,
        stem=one.block.stem,
        extension_from=one.block.extension_from,
        extension_to=one.block.extension_to,
        answering_extension=one.block.answering_extension,
        origin=one.origin,
        state="resting" if rests else "held",
        terminates_on=None if rests else planned.block_ends(one.holder_id, one.block),
        rests_until=one.rests_until,
    )
