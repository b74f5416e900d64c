"""Carries out work orders: trunks first, then what hangs on them; many orders share each statement."""

from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.shapes import Localized
from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import ask, settle, the_work
from provisioning.application.make_sites import make_sites
from provisioning.application.plan_activation import replan, save_active, wait_for_portings
from provisioning.application.ports import Unit
from provisioning.application.published import tell_of_trunk, tell_of_work
from provisioning.application.speech import LONGEST, in_both, refusal_in_words
from provisioning.application.take_portings import take_porting
from provisioning.application.terminate import terminate
from provisioning.domain.facts import ActivationCause
from provisioning.domain.lifecycle import TrunkStatus
from provisioning.domain.trunk import Trunk, TrunkTerminated
from provisioning.domain.work_order import Line, WorkOrder
from telecom.formats import day_begins
from telecom.refusal import _

TRUNK_MISSING = "trunk-missing"
Trunks = dict[UUID, Trunk]


async def carry_out(works: Sequence[WorkOrder], unit: Unit) -> None:
    """Bring work orders as far as they go, and with them what waited for the trunks they make; who calls keeps them."""
    trunks = await _lock_trunks(works, unit)
    for work in works:
        with unit.story_of(work):
            if work.makes_trunk and not work.manual and work.agreement_id not in trunks:
                trunks[work.agreement_id] = await _set_up_trunk(work, works, unit)
    made = {work.agreement_id for work in works if work.makes_trunk}
    resumed = await _resume(made & trunks.keys(), unit)
    ready = []
    for work in (*works, *resumed):
        with unit.story_of(work):
            if work.manual:
                await _hand_over(work, unit)
            elif work.needs_trunk and work.agreement_id not in trunks:
                await _wait_for_trunk(work, unit)
            else:
                ready.append(work)
    await make_sites([work for work in ready if work.line.site or work.line.numbers], trunks, unit)
    for work in ready:
        with unit.story_of(work):
            if not work.is_over:
                await _do_the_rest(work, trunks.get(work.agreement_id), _channels_with(work, ready), unit)
            await _finish(work, trunks.get(work.agreement_id), unit)
    await unit.work_orders.save(resumed)


async def _do_the_rest(work: WorkOrder, trunk: Trunk | None, channels: Sequence[Line], unit: Unit) -> None:
    """Whatever is not made of sites and numbers."""
    if trunk is not None and trunk.is_terminated and work.needs_trunk:
        refused = TrunkTerminated(agreement=work.agreement_number)
        work.fail(refused.code, refusal_in_words(refused), await unit.now())
    elif work.line.porting is not None:
        await take_porting(work, unit)
    elif work.line.termination is not None:
        await terminate(work, trunk, unit)
    elif trunk is not None and work.line.is_channels and work.adds_to_trunk:
        await _change(work, trunk, trunk.channels + work.line.quantity, trunk.srtp, unit)
    elif trunk is not None and work.line.is_channels and work.renews:
        await _change(work, trunk, sum(one.quantity for one in channels), any(one.srtp for one in channels), unit)
    else:
        work.complete(await unit.now())


async def _finish(work: WorkOrder, trunk: Trunk | None, unit: Unit) -> None:
    """What follows for the trunk and the order."""
    if trunk is not None and work.is_done and work.line.numbers is not None:
        await _activate_for_own_numbers(trunk, unit)
    if work.is_over:
        tell_of_work(work, unit)
    if work.makes_trunk and trunk is not None and trunk.status is TrunkStatus.READY:
        await wait_for_portings(trunk, unit)
        await replan(trunk.agreement_id, unit)


async def _lock_trunks(works: Sequence[WorkOrder], unit: Unit) -> Trunks:
    """An active trunk that only gets sites with own numbers doesn't change: no lock, orders run side by side."""
    of_trunks = [work for work in works if work.line.family == "trunk"]
    trunks = await unit.trunks.of({work.agreement_id for work in of_trunks})
    touched = {work.agreement_id for work in of_trunks if not _leaves_alone(work, trunks.get(work.agreement_id))}
    touched |= {work.agreement_id for work in works if work.line.porting is not None}
    if touched:
        await unit.lock_agreements(touched)
        trunks |= await unit.trunks.of(touched)
    return trunks


def _leaves_alone(work: WorkOrder, trunk: Trunk | None) -> bool:
    return trunk is not None and trunk.status is TrunkStatus.ACTIVE and work.line.numbers is not None


async def _set_up_trunk(work: WorkOrder, works: Sequence[WorkOrder], unit: Unit) -> Trunk:
    """TRUNK-2, TRUNK-3, ACT-1: channels and encryption come from the lines that were ordered with the trunk."""
    channels = _channels_with(work, works)
    trunk = Trunk(
        trunk_id=unit.new_id(),
        agreement_id=work.agreement_id,
        agreement_number=work.agreement_number,
        order_id=work.order_id,
        customer_id=work.customer_id,
        customer_name=work.customer_name,
        channels=sum(line.quantity for line in channels),
        srtp=any(line.srtp for line in channels),
        immediate=work.line.immediate,
        provisioned_at=await unit.now(),
    )
    trunk.set_up(trunk.provisioned_at)
    await unit.trunks.save(trunk)
    tell_of_trunk(trunk, unit)
    return trunk


def _channels_with(work: WorkOrder, works: Sequence[WorkOrder]) -> list[Line]:
    """The voice channels that the same order has for the same agreement."""
    same = work.order_id, work.agreement_id
    return [one.line for one in works if (one.order_id, one.agreement_id) == same and one.line.is_channels]


async def _change(work: WorkOrder, trunk: Trunk, channels: int, srtp: bool, unit: Unit) -> None:
    """Reordered channels are added and inherit the encryption (AMEND-1); a renewal's replace what was (AMEND-2)."""
    at = await unit.now()
    trunk.change(channels, srtp, work.order_id, at)
    await unit.trunks.save(trunk)
    tell_of_trunk(trunk, unit)
    work.complete(at)


async def _activate_for_own_numbers(trunk: Trunk, unit: Unit) -> None:
    """ACT-3: the carrier's own numbers at one of its sites activate a trunk at once."""
    if trunk.status is TrunkStatus.READY:
        trunk.activate(ActivationCause.OWN_NUMBERS, await unit.now())
        await save_active(trunk, unit)


async def _resume(agreement_ids: Collection[UUID], unit: Unit) -> list[WorkOrder]:
    """What waited for these trunks."""
    waiting = await unit.work_orders.waiting_for_trunk(agreement_ids) if agreement_ids else []
    for work in waiting:
        work.resume()
        with unit.story_of(work):
            await unit.timers.cancel(TRUNK_MISSING, work.work_order_id)
            done = in_both(_("The trunk is set up."))
            await settle(TaskKind.SITE_WAITS_FOR_TRUNK, work.work_order_id, "provisioning", done, unit)
    return waiting


async def _wait_for_trunk(work: WorkOrder, unit: Unit) -> None:
    work.wait_for_trunk()
    await unit.timers.set(TRUNK_MISSING, work.work_order_id, await unit.now() + unit.rules.wait_for_trunk)


async def trunk_is_missing(work_order_id: UUID, unit: Unit) -> None:
    """Ten minutes and no trunk: a person is asked."""
    work = await unit.work_orders.get(work_order_id)
    if work is None or not work.waits_for_trunk:
        return
    title = in_both(_("Order %(number)s waits for its trunk"), number=work.order_number)
    explanation = in_both(
        _("The trunk of contract %(agreement)s is not set up. Once it is, the order goes on by itself."),
        agreement=work.agreement_number,
    )
    await ask(TaskKind.SITE_WAITS_FOR_TRUNK, the_work(work), title, explanation, unit)


async def _hand_over(work: WorkOrder, unit: Unit) -> None:
    """What the catalog says a person does (fulfilment: manual): provide it, or on its day end it."""
    line = work.line
    said = _("Order %(number)s: work for a person") if line.termination is None else _("Order %(number)s: to be ended")
    title = in_both(said, number=work.order_number)
    explanation = Localized(
        de=f"{line.quantity} × {line.name.de}, {work.customer_name}"[:LONGEST],
        en=f"{line.quantity} × {line.name.en}, {work.customer_name}"[:LONGEST],
    )
    due_at = None if work.due_on is None else day_begins(work.due_on)
    await ask(TaskKind.MANUAL_WORK, the_work(work), title, explanation, unit, due_at)
