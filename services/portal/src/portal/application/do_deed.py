"""An act that its owner carries out: said before it is tried, and again when it is known what became of it.

Where four eyes are needed, the first person only proposes it, and the approval of a second one is what is tried.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from portal.application.ports import PortalUnit
from portal.domain.audit import Entry, Result
from portal.domain.clerk import Clerk
from portal.domain.lifecycle import PROPOSAL, ProposalState, ProposalTrigger
from portal.domain.proposal import AlreadyDecided, Deed, Proposal, ProposedBefore

ENDS: dict[Result, ProposalTrigger] = {
    "done": ProposalTrigger.OWNER_ACTS,
    "refused": ProposalTrigger.OWNER_REFUSES,
    "unanswered": ProposalTrigger.OWNER_IS_SILENT,
}


async def begin(deed: Deed, by: Clerk, unit: PortalUnit, *, kept: Any = None) -> None:
    """`kept` stands in the audit for a body that is too large. Raises ClaimedBySomebodyElse."""
    await _must_not_be_anothers(deed, by, unit)
    await _audit(deed, by, "trying", {"body": deed.body if kept is None else kept}, unit)


async def end(deed: Deed, by: Clerk, result: Result, reason: str, unit: PortalUnit) -> None:
    await _audit(deed, by, result, {"reason": reason} if reason else {}, unit)


async def propose(deed: Deed, by: Clerk, expires_at: datetime, unit: PortalUnit) -> Proposal:
    """Raises ClaimedBySomebodyElse, ProposedBefore."""
    await _must_not_be_anothers(deed, by, unit)
    await _must_be_the_first(deed, unit)
    proposal = Proposal(uuid4(), deed, by, await unit.now(), expires_at)
    if not await unit.proposals.add(proposal):
        await _must_be_the_first(deed, unit)
    await _audit(deed, by, "proposed", {"body": deed.body, "subject": deed.subject}, unit)
    return proposal


async def approve(proposal_id: UUID, by: Clerk, unit: PortalUnit) -> Proposal | None:
    """What may be tried now. Raises SamePerson, AlreadyDecided."""
    proposal = await unit.proposals.get(proposal_id)
    if proposal is None:
        return None
    deed, now = proposal.deed, await unit.now()
    task = await unit.tasks.get(deed.task_id) if deed.task_id else None
    if task is not None and task.settled_at is not None:
        raise AlreadyDecided
    proposal.approve(by, now)
    await unit.proposals.save(proposal)
    said = {"body": deed.body, "proposed_by": proposal.proposed_by.name}
    await _audit(deed, by, "approved", said, unit)
    await _audit(deed, by, "trying", {"body": deed.body}, unit)
    return proposal


async def end_approved(proposal_id: UUID, by: Clerk, result: Result, reason: str, unit: PortalUnit) -> None:
    """The first answer counts, should it have been asked twice."""
    proposal = await unit.proposals.get(proposal_id)
    assert proposal is not None, "proposals are never deleted"
    await end(proposal.deed, by, result, reason, unit)
    if PROPOSAL.allows(proposal.state, ENDS[result]):
        proposal.end(ENDS[result], reason or None)
        await unit.proposals.save(proposal)


async def send_back(proposal_id: UUID, by: Clerk, reason: str, unit: PortalUnit) -> Proposal | None:
    """Raises SamePerson, ReasonMissing, AlreadyDecided."""
    proposal = await unit.proposals.get(proposal_id)
    if proposal is not None:
        proposal.send_back(by, reason, await unit.now())
        await _decided(proposal, by, "sent_back", {"reason": reason}, unit)
    return proposal


async def withdraw(proposal_id: UUID, by: Clerk, unit: PortalUnit) -> Proposal | None:
    """Raises NotYours, AlreadyDecided."""
    proposal = await unit.proposals.get(proposal_id)
    if proposal is not None:
        proposal.withdraw(by, await unit.now())
        await _decided(proposal, by, "withdrawn", {}, unit)
    return proposal


async def void_of_task(task_id: UUID, by: str, unit: PortalUnit) -> None:
    """The owner settled the task: nothing is left to decide."""
    now = await unit.now()
    for one in await unit.proposals.of_task(task_id):
        if one.state is ProposalState.OPEN and (proposal := await unit.proposals.get(one.proposal_id)) is not None:
            owner = Clerk(proposal.deed.part, by)
            if PROPOSAL.allows(proposal.state_at(now), ProposalTrigger.TASK_IS_SETTLED):
                proposal.void(owner, now)
                await _decided(proposal, owner, "void", {}, unit)


async def _decided(proposal: Proposal, by: Clerk, result: Result, said: dict[str, Any], unit: PortalUnit) -> None:
    await unit.proposals.save(proposal)
    await _audit(proposal.deed, by, result, said, unit)


async def _must_be_the_first(deed: Deed, unit: PortalUnit) -> None:
    earlier, now = await unit.proposals.open_on(deed.part, deed.path), await unit.now()
    if earlier is None:
        return
    if earlier.state_at(now) is not ProposalState.EXPIRED:
        raise ProposedBefore(name=earlier.proposed_by.name)
    earlier.expire(now)
    await unit.proposals.save(earlier)


async def _must_not_be_anothers(deed: Deed, by: Clerk, unit: PortalUnit) -> None:
    if deed.task_id is not None:
        (await unit.handlings.get(deed.task_id)).must_not_be_anothers(by)


async def _audit(deed: Deed, by: Clerk, result: Result, said: dict[str, Any], unit: PortalUnit) -> None:
    unit.audit.write(
        Entry(
            await unit.now(),
            by,
            deed.act,
            result,
            said,
            task_id=deed.task_id,
            order_id=deed.order_id,
            customer_id=deed.customer_id,
        )
    )
