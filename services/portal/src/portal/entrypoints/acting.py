"""Acts of staff that another service carries out: audited before and after, and where it matters by two people.

Every page on which order management acts goes through `carry_out`.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any
from uuid import UUID

from chassis.roles import STAFF
from portal.application import do_deed
from portal.application.ports import PortalUnit, Problem
from portal.domain.audit import Result
from portal.domain.clerk import Clerk
from portal.domain.lifecycle import ProposalState
from portal.domain.proposal import Deed, Proposal
from portal.entrypoints.visit import Visit
from telecom.formats import BERLIN, berlin_day, moment
from telecom.refusal import STATUS, Refusal
from telecom.workdays import add_working_days

SERVER_FAULT = 500
EVENING = time(20)
"""When the last day of a proposal ends."""
End = Callable[[Result, str, PortalUnit], Awaitable[None]]


def clerk_of(visit: Visit) -> Clerk:
    who = visit.who
    return Clerk(who.subject, who.name, who.email, who.role)


async def carry_out(visit: Visit, deed: Deed, *, key: str) -> bool:
    """True once its owner has done it, False where a second person has to approve it first.

    Raises Problem (a conflict where a colleague has the task, or has proposed the same) and Away.
    """
    if deed.act not in visit.given.four_eyes:
        await ask_owner(visit, deed, key=key)
        return True
    with refusing(visit):
        async with visit.given.units() as unit:
            day = add_working_days(berlin_day(await unit.now()), visit.given.proposal_working_days)
            await do_deed.propose(deed, clerk_of(visit), datetime.combine(day, EVENING, BERLIN), unit)
    return False


async def ask_owner(visit: Visit, deed: Deed, *, key: str, kept: Any = None) -> Any:
    """The owner's answer. `kept` is what the audit keeps instead of a large body. Raises Problem, Away."""
    who = clerk_of(visit)
    with refusing(visit):
        async with visit.given.units() as unit:
            await do_deed.begin(deed, who, unit, kept=kept)
    return await _asked(visit, deed, key, lambda *said: do_deed.end(deed, who, *said))


async def proposed_on(visit: Visit, path: str) -> list[Proposal]:
    """What about the thing at this path of its owner waits for a second person; for people of the house."""
    if visit.role not in STAFF:
        return []
    async with visit.given.units() as unit:
        now = await unit.now()
        found = [one for one in await unit.proposals.open() if one.deed.path.startswith(f"{path}/")]
    return [one for one in found if one.state_at(now) is ProposalState.OPEN]


async def approve(visit: Visit, proposal_id: UUID) -> Proposal:
    """Raises Problem (403 for the one who proposed it, 404, 409) and Away."""
    who = clerk_of(visit)
    with refusing(visit):
        async with visit.given.units() as unit:
            proposal = await do_deed.approve(proposal_id, who, unit)
    if proposal is None:
        raise Problem(404, {})
    key = f"proposal-{proposal_id}"
    await _asked(visit, proposal.deed, key, lambda *said: do_deed.end_approved(proposal_id, who, *said))
    return proposal


@contextmanager
def refusing(visit: Visit) -> Iterator[None]:
    """A refusal of our own reads like one of another service."""
    try:
        yield
    except Refusal as refusal:
        raise problem_of(visit, refusal) from refusal


def problem_of(visit: Visit, refusal: Refusal) -> Problem:
    places = {
        name: moment(value, visit.language) if isinstance(value, datetime) else value
        for name, value in refusal.params.items()
    }
    document = {
        "code": refusal.code,
        "detail": visit._(refusal.text, **places),
        "remedy": visit._(refusal.remedy) if refusal.remedy else None,
        "field": refusal.field,
    }
    return Problem(STATUS[refusal.kind], document)


async def _asked(visit: Visit, deed: Deed, key: str, end: End) -> Any:
    result: Result = "unanswered"
    reason = ""
    try:
        answer = await visit.send("POST", deed.part, deed.path, json=deed.body, key=key)
        result = "done"
        return answer
    except Problem as problem:
        result = "refused" if problem.status < SERVER_FAULT else "unanswered"
        reason = problem.detail
        raise
    finally:
        async with visit.given.units() as unit:
            await end(result, reason, unit)
