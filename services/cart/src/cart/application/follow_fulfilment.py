"""What provisioning and porting did, and what follows for orders and agreements, a batch at a time (ORD-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cart.application import published
from cart.application.amendments import ask_about_combinations
from cart.application.ports import ReadySite, Unit
from cart.domain.agreement import Agreement
from cart.domain.catalog import BusinessCase, Category, Family
from cart.domain.lifecycle import AgreementStatus, LineState
from cart.domain.order import Happening, Order
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock

AGREEING = (BusinessCase.NEW_ORDER, BusinessCase.REORDER)
"""Cases whose lines stand in the agreement; sites and numbers hang on its trunk."""


async def follow_fulfilment(happenings: Sequence[Happening], unit: Unit) -> None:
    orders = {one.order_id: one for one in await unit.orders.lock_all({one.order_id for one in happenings})}
    touched: dict[UUID, tuple[Order, Happening]] = {}
    for happening in happenings:
        order = orders.get(happening.order_id)
        if order is not None and order.note(happening) and order.business_case in AGREEING:
            touched[order.order_id] = (order, happening)
    changed = [order for order in orders.values() if order.facts]
    await unit.orders.save_all(changed)
    await _carry_over(list(touched.values()), unit)
    for order in changed:
        for event, story in published.order_facts(order):
            unit.tell(event, story)


@dataclass(frozen=True, slots=True)
class TrunkSetUp:
    agreement_id: UUID
    delayed: bool
    at: datetime
    story: object = None


@dataclass(frozen=True, slots=True)
class TrunkActive:
    agreement_id: UUID
    at: datetime
    story: object = None


async def follow_trunks(steps: Sequence[TrunkSetUp | TrunkActive], unit: Unit) -> None:
    """A trunk's agreement is ready when it stands and waits, active when it is activated (ACT-4)."""
    found = await unit.agreements.lock_all({step.agreement_id for step in steps})
    agreements = {one.agreement_id: one for one in found}
    for step in steps:
        agreement = agreements.get(step.agreement_id)
        if agreement is None:
            continue
        if isinstance(step, TrunkActive):
            agreement.activate(step.at, berlin_day(step.at))
        elif step.delayed:
            agreement.set_up(step.at)
    await _save(list(agreements.values()), {step.agreement_id: step.story for step in steps}, unit)


@dataclass(frozen=True, slots=True)
class NumbersMoved:
    """Numbers came to a site, or went."""

    site_id: UUID
    blocks: tuple[NumberBlock, ...]
    came: bool


async def keep_sites(steps: Sequence[ReadySite | NumbersMoved], unit: Unit) -> None:
    made = {step.site_id: step for step in steps if isinstance(step, ReadySite)}
    moved = [step for step in steps if isinstance(step, NumbersMoved)]
    older = {step.site_id for step in moved} - made.keys()
    sites = made | {one.site_id: one for one in (await unit.sites.lock_all(older) if older else [])}
    for step in moved:
        site = sites.get(step.site_id)
        if site is not None:
            sites[site.site_id] = site.with_numbers(step.blocks) if step.came else site.without_numbers(step.blocks)
    await unit.sites.save_all(list(sites.values()))


async def _carry_over(ended: Sequence[tuple[Order, Happening]], unit: Unit) -> None:
    """Lines that came to their end change their agreements."""
    if not ended:
        return
    ids = {agreement_id for order, _last in ended for agreement_id in order.agreement_ids}
    agreements = {one.agreement_id: one for one in await unit.agreements.lock_all(ids)}
    stories: dict[UUID, object] = {}
    for order, last in ended:
        for agreement_id in order.agreement_ids:
            agreement = agreements.get(agreement_id)
            if agreement is None:
                continue
            stories[agreement_id] = last.story
            if order.business_case is BusinessCase.REORDER:
                _extend(agreement, order, last.at)
            else:
                _found(agreement, order, last.at)
    failed = [one for one in agreements.values() if one.changed and one.status is AgreementStatus.FAILED]
    await _save(list(agreements.values()), stories, unit)
    for one in failed:
        if one.family is Family.INTERNET:
            await ask_about_combinations(one, unit, stories[one.agreement_id])


def _extend(agreement: Agreement, order: Order, at: datetime) -> None:
    done = [line for line in order.lines if line.state is LineState.DONE]
    new = [line.as_held() for line in done if line.agreement_id == agreement.agreement_id]
    agreement.add(new, at, order.cause, berlin_day(at))


def _found(agreement: Agreement, order: Order, at: datetime) -> None:
    """A trunk lives and dies with its trunk line, others with their lines together; what else failed is left out."""
    lines = [line for line in order.lines if line.agreement_id == agreement.agreement_id]
    vital = [line for line in lines if line.category is Category.TRUNK] or lines
    if not all(line.ended for line in vital):
        return
    if not any(line.state is LineState.DONE for line in vital):
        agreement.fail(at)
        return
    missing = {line.line_id for line in lines if line.ended and line.state is not LineState.DONE}
    agreement.leave_out(missing, at, order.cause, berlin_day(at))
    if agreement.family is not Family.TRUNK:
        agreement.activate(at, berlin_day(at))


async def _save(agreements: Sequence[Agreement], stories: Mapping[UUID, object], unit: Unit) -> None:
    changed = [one for one in agreements if one.changed]
    events = [(published.agreement_changed(one), stories.get(one.agreement_id)) for one in changed]
    await unit.agreements.save_all(changed)
    for event, story in events:
        unit.tell(event, story)
