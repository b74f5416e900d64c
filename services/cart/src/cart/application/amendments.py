"""What is agreed now and takes effect on a later day: renewals and terminations (AMEND-2, ORD-2)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from cart.application import published
from cart.application.ports import ReadySite, Unit, Who
from cart.application.speech import in_wording
from cart.application.surroundings import person_of
from cart.domain import refusals
from cart.domain.agreement import Agreement, Upcoming
from cart.domain.business_cases import row_of
from cart.domain.catalog import BusinessCase, Family
from cart.domain.lifecycle import OrderStatus
from cart.domain.order import Order, OrderLine
from cart.domain.particulars import Ending, Termination
from cart.domain.wording import message
from telecom.formats import berlin_day, day_begins
from telecom.refusal import _

DUE = "amendment-due"


async def plan(order: Order, agreement: Agreement, sites: Sequence[ReadySite], unit: Unit) -> None:
    """Keep what the order changes, and wake up on its day. The order is added by the caller, the rest is locked."""
    assert order.effective_on is not None, "an amendment has its day"
    at = order.placed_at
    order.plan(at)
    if order.business_case is BusinessCase.RENEWAL:
        agreement.plan_renewal(_upcoming(order, agreement), at)
    else:
        for line in order.lines:
            await _mark(line, order, agreement, sites, unit)
    await _save(agreement, unit)
    _tell(order, unit)
    await unit.timers.set(DUE, order.order_id, day_begins(order.effective_on))


async def take_effect(order_id: UUID, unit: Unit) -> None:
    """The day has begun: the contract's new version holds, or it has ended. The service follows by provisioning."""
    for order in await unit.orders.lock_all([order_id]):
        now = await unit.now()
        if order.status is OrderStatus.CANCELLED or order.effective_on is None or berlin_day(now) < order.effective_on:
            continue
        for agreement in await unit.agreements.lock_all(order.agreement_ids):
            if agreement.upcoming is not None and agreement.upcoming.cause.order_id == order_id:
                agreement.renew(now)
            elif _ends_all(order) and agreement.end(now) and agreement.family is Family.INTERNET:
                await ask_about_combinations(agreement, unit)
            await _save(agreement, unit)


async def reverse(order_id: UUID, who: Who, unit: Unit) -> Order:
    """A planned termination is taken back by whom it would need nobody else's consent of (ORD-2)."""
    order = await unit.orders.get(order_id)
    await unit.scope.admit(who, order.customer.party_id)
    (order,) = await unit.orders.lock_all([order_id])
    now, by = await unit.now(), person_of(who)
    reason = in_wording(message(_("Taken back by %(name)s."), name=by.name))
    order.reverse(berlin_day(now), reason, now)
    if any(who.role not in row_of(order.business_case, one.subject).direct for one in _terminations(order)):
        raise refusals.ReversedByCustomer()
    for agreement in await unit.agreements.lock_all(order.agreement_ids):
        if _ends_all(order):
            agreement.reverse_termination(now, replace(order.cause, by=by.name, approver=None))
        await _save(agreement, unit)
    await _unmark(order, unit)
    await unit.timers.cancel(DUE, order_id)
    await unit.orders.save_all([order])
    _tell(order, unit)
    return order


async def settle_combination(agreement_id: UUID, note: str, who: Who, unit: Unit) -> None:
    """Order management has looked at a Kombi whose internet contract ended (KOMBI-3)."""
    for agreement in await unit.agreements.lock_all([agreement_id]):
        task_id = agreement.settle_combination(await unit.now())
        if task_id is not None:
            unit.outbox.record(published.task_settled(task_id, note, person_of(who), await unit.now()))
            await unit.agreements.save_all([agreement])


async def ask_about_combinations(internet: Agreement, unit: Unit, story: object = None) -> None:
    """KOMBI-3: without its internet contract the price stays until renewal, and a person knows."""
    of_customer = await unit.agreements.of_customer(internet.customer_id)
    carried = [one.agreement_id for one in of_customer if one.combines_with(internet.agreement_id)]
    for trunk in await unit.agreements.lock_all(carried):
        if trunk.unended:
            trunk.ask_about_combination(unit.new_id(), await unit.now())
            unit.tell(published.combination_ended(trunk, internet), story)
            await _save(trunk, unit, story)


def _upcoming(order: Order, agreement: Agreement) -> Upcoming:
    assert order.effective_on is not None
    carriers = [line.combination_agreement_id for line in order.lines if line.combination_agreement_id is not None]
    return Upcoming(
        valid_from=order.effective_on,
        lines=tuple(line.as_held() for line in order.lines),
        term_months=next((line.term_months for line in order.lines), agreement.term_months),
        cause=order.cause,
        combination_agreement_id=carriers[0] if carriers else None,
    )


def _terminations(order: Order) -> list[Termination]:
    return [line.termination for line in order.lines if line.termination is not None]


def _ends_all(order: Order) -> bool:
    return any(one.subject is Ending.AGREEMENT for one in _terminations(order))


async def _mark(line: OrderLine, order: Order, agreement: Agreement, sites: Sequence[ReadySite], unit: Unit) -> None:
    ending = line.termination
    assert ending is not None, "a termination's line says what ends"
    if ending.subject is Ending.AGREEMENT:
        agreement.plan_termination(ending.effective_on, order.placed_at, order.cause)
        return
    site = next(one for one in sites if one.site_id == ending.site_id)
    if ending.subject is Ending.SITE:
        site = replace(site, terminates_on=ending.effective_on)
    else:
        site = replace(site, ending=(*site.ending, *ending.numbers))
    await unit.sites.save_all([site])


async def _unmark(order: Order, unit: Unit) -> None:
    for ending in _terminations(order):
        for site in await unit.sites.lock_all([ending.site_id] if ending.site_id else []):
            if ending.subject is Ending.SITE:
                site = replace(site, terminates_on=None)
            else:
                site = replace(site, ending=tuple(one for one in site.ending if one not in ending.numbers))
            await unit.sites.save_all([site])


def _tell(order: Order, unit: Unit) -> None:
    for event, story in published.order_facts(order):
        unit.tell(event, story)


async def _save(agreement: Agreement, unit: Unit, story: object = None) -> None:
    if agreement.changed:
        event = published.agreement_changed(agreement)
        await unit.agreements.save_all([agreement])
        unit.tell(event, story)
