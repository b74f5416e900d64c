"""Does the sum of all blocks make the pool? Looked at each night, and whenever somebody asks (SITE-3)."""

from datetime import timedelta
from uuid import UUID

from contracts.work.v1 import TaskKind
from provisioning.application.ask_people import OWNER, About, ask, settle
from provisioning.application.ports import Unit
from provisioning.application.speech import in_both
from provisioning.domain.balance import Balance
from telecom.formats import berlin_day, day_begins
from telecom.refusal import _

NUMBER_CHECK = "number-check"
POOL = "pool"
AT_NIGHT = timedelta(hours=2)
THE_POOL = UUID("6d5f1c2e-3b47-5a0e-9c61-0f2f1f6f7a10")
"""The subject of the task, of which there is one at a time."""
NAMED = 5


async def check_numbers(unit: Unit) -> list[Balance]:
    """By area code; what does not add up becomes a task, and ends it when it does again."""
    at = await unit.now()
    found = await unit.numbers.weigh(at)
    await unit.numbers.keep_balances(found, at)
    unit.gauge("balance_difference", sum(one.difference for one in found))
    wrong = [one for one in found if one.difference]
    if wrong:
        title = in_both(_("%(count)s numbers are not where they should be"), count=sum(one.difference for one in wrong))
        explanation = in_both(_("Missing, too many or given twice: %(places)s."), places="; ".join(map(_places, wrong)))
        await ask(TaskKind.CLEARING, About(THE_POOL), title, explanation, unit)
    else:
        await settle(TaskKind.CLEARING, THE_POOL, OWNER, in_both(_("All blocks together are the pool again.")), unit)
    return found


async def check_each_night(unit: Unit) -> None:
    tomorrow = berlin_day(await unit.now()) + timedelta(days=1)
    await unit.timers.set(NUMBER_CHECK, POOL, day_begins(tomorrow) + AT_NIGHT)
    await check_numbers(unit)


def _places(balance: Balance) -> str:
    """`0221: 022147900000-022147900099, …`."""
    spans = [*balance.missing, *balance.surplus, *balance.twice]
    more = ["…"] if len(spans) > NAMED else []
    return f"0{balance.area_code}: {', '.join([*map(str, spans[:NAMED]), *more])}"
