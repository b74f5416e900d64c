"""Four eyes: what one order manager proposed and another has to decide."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.application import do_deed
from portal.application.ports import Json, Problem
from portal.entrypoints.acting import approve, clerk_of, refusing
from portal.entrypoints.visit import AsOrderManager, AsStaff, Visit, faults_of

router = APIRouter()
DONE = {"approve": "approved", "send-back": "sent-back", "withdraw": "proposal-withdrawn"}


@router.get("/proposals")
async def proposals(visit: AsStaff) -> Response:
    async with visit.given.units() as unit:
        now = await unit.now()
        found = [one for one in await unit.proposals.open() if one.state_at(now) in ("open", "approved")]
    return visit.page("back_office/proposals.html", proposals=found, me=clerk_of(visit))


@router.get("/proposals/{proposal_id}")
async def proposal(visit: AsStaff, proposal_id: UUID) -> Response:
    return await _page(visit, proposal_id, [])


@router.post("/proposals/{proposal_id}")
async def decide(visit: AsOrderManager, proposal_id: UUID) -> Response:
    """Only an approval asks the owner; whoever proposed it can at most withdraw it."""
    form = await visit.form()
    if form["decision"] not in DONE:
        raise Problem(404, {})
    try:
        back = await _decide(visit, proposal_id, form["decision"], form["reason"][:1000])
    except Problem as problem:
        if problem.status not in (403, 409, 422):
            raise
        return await _page(visit, proposal_id, faults_of(problem), 403 if problem.status == 403 else 422)
    return visit.go(back, DONE[form["decision"]])


async def _decide(visit: Visit, proposal_id: UUID, decision: str, reason: str) -> str:
    if decision == "approve":
        return (await approve(visit, proposal_id)).deed.back
    who = clerk_of(visit)
    with refusing(visit):
        async with visit.given.units() as unit:
            if decision == "send-back":
                found = await do_deed.send_back(proposal_id, who, reason, unit)
            else:
                found = await do_deed.withdraw(proposal_id, who, unit)
    if found is None:
        raise Problem(404, {})
    return found.deed.back


async def _page(visit: Visit, proposal_id: UUID, faults: list[Json], status: int = 200) -> Response:
    async with visit.given.units() as unit:
        found, now = await unit.proposals.get(proposal_id), await unit.now()
        task = await unit.tasks.get(found.deed.task_id) if found and found.deed.task_id else None
    if found is None:
        raise Problem(404, {})
    return visit.page(
        "back_office/proposal.html",
        status=status,
        proposal=found,
        state=found.state_at(now),
        task=task,
        me=clerk_of(visit),
        faults=faults,
    )
