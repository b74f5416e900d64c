"""What a termination ends when its day begins: number blocks, a site, or all that hangs on an agreement (ORD-2)."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from provisioning.application.plan_activation import stop_planning
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_release, tell_of_terminated_site, tell_of_trunk
from provisioning.application.return_numbers import QUARANTINE, ask_to_return
from provisioning.domain.site import Site
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import Subject, WantedTermination, WorkOrder
from telecom.numbers import NumberBlock

LOOK_AGAIN = "look-again"
A_WHILE = timedelta(minutes=10)
"""Longer than any order takes that had already begun: sites with own numbers wait for nobody's lock."""


async def terminate(work: WorkOrder, trunk: Trunk | None, unit: Unit) -> None:
    """Whatever of it is gone already is left alone."""
    await _end(work, trunk, unit)
    assert work.line.termination is not None
    if work.line.termination.subject is not Subject.NUMBERS:
        await unit.timers.set(LOOK_AGAIN, work.work_order_id, await unit.now() + A_WHILE)
    work.complete(await unit.now())


async def look_again(work_order_id: UUID, unit: Unit) -> None:
    """What was being made at that very moment goes as well."""
    work = await unit.work_orders.get(work_order_id)
    assert work is not None
    await unit.lock_agreements([work.agreement_id])
    await _end(work, (await unit.trunks.of([work.agreement_id])).get(work.agreement_id), unit)


async def _end(work: WorkOrder, trunk: Trunk | None, unit: Unit) -> None:
    wanted = work.line.termination
    assert wanted is not None
    sites = await unit.sites.of_agreement(work.agreement_id)
    meant = _meant(wanted, sites)
    holders = [*meant, work.agreement_id] if meant is sites else [*meant]
    if wanted.subject is Subject.NUMBERS:
        await _release(work, holders, wanted.numbers, unit)
        return
    await _release(work, holders, None, unit)
    await _end_sites(work, [site for site in meant.values() if not site.is_terminated], unit)
    if wanted.subject is Subject.AGREEMENT and trunk is not None and not trunk.is_terminated:
        trunk.terminate(work.order_id, await unit.now())
        await unit.trunks.save(trunk)
        await stop_planning(trunk, unit)
        tell_of_trunk(trunk, unit)


def _meant(wanted: WantedTermination, sites: dict[UUID, Site]) -> dict[UUID, Site]:
    """Only sites of the order's own agreement: the one named, or all."""
    if wanted.site_id is None and wanted.subject is not Subject.SITE:
        return sites
    return {site_id: site for site_id, site in sites.items() if site_id == wanted.site_id}


async def _release(
    work: WorkOrder, holder_ids: Collection[UUID], blocks: Collection[NumberBlock] | None, unit: Unit
) -> None:
    at = await unit.now()
    rests_until = at + unit.rules.quarantine
    released = await unit.inventory.release(holder_ids, blocks, at, rests_until)
    for one in released:
        tell_of_release(one, work, at, unit)
    await ask_to_return([one for one in released if one.rests_until is None], work, unit)
    if any(one.rests_until is not None for one in released):
        await unit.timers.set(QUARANTINE, work.work_order_id, rests_until)


async def _end_sites(work: WorkOrder, sites: Collection[Site], unit: Unit) -> None:
    if sites:
        at = await unit.now()
        await unit.sites.end([site.site_id for site in sites], at)
        for site in sites:
            tell_of_terminated_site(work, site, at, unit)
