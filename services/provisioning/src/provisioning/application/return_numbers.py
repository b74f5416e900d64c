"""Numbers go back to where they came from: ported ones to their donor, our own to us (SITE-5)."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import About, ask
from provisioning.application.ports import Release, Unit
from provisioning.application.speech import in_both
from provisioning.domain.work_order import WorkOrder
from telecom.numbers import NumberBlock
from telecom.refusal import _

QUARANTINE = "quarantine"
AT_A_TIME = 200


async def ask_to_return(released: Collection[Release], work: WorkOrder, unit: Unit) -> None:
    """They are ours no more; a person tells the number administration, once for each carrier."""
    by_carrier: dict[str | None, list[NumberBlock]] = defaultdict(list)
    for one in released:
        by_carrier[one.returned_to] += one.blocks
    for carrier, blocks in by_carrier.items():
        numbers = ", ".join(map(str, blocks))
        told = {"numbers": numbers, "agreement": work.agreement_number, "carrier": carrier}
        title = in_both(_("Return ported numbers of contract %(agreement)s"), **told)
        explanation = in_both(
            _("To their original holder, at the number administration: %(numbers)s.")
            if carrier is None
            else _("To %(carrier)s, at the number administration: %(numbers)s."),
            **told,
        )
        about = About(unit.new_id(), work.customer_id, None, work.agreement_id)
        await ask(TaskKind.MANUAL_WORK, about, title, explanation, unit)


async def come_back(block: NumberBlock, unit: Unit) -> None:
    """The other carrier's customer gave them up: they rest here as our own do. Raises NotPortedOut."""
    at = await unit.now()
    rests_until = at + unit.rules.quarantine
    await unit.inventory.come_back(block, at, rests_until)
    await unit.timers.set(QUARANTINE, unit.new_id(), rests_until)


async def quarantine_is_over(subject: UUID, unit: Unit) -> None:
    """All blocks that have rested enough are free again (SITE-5); very many of them in turn."""
    if await unit.inventory.end_rest(await unit.now(), AT_A_TIME) == AT_A_TIME:
        await unit.timers.set(QUARANTINE, subject, await unit.now())
