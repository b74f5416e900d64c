"""Four eyes: one proposes an act that releases money or numbers, another lets it happen."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.domain.clerk import Clerk
from portal.domain.handling import ReasonMissing
from portal.domain.lifecycle import PROPOSAL, ProposalState, ProposalTrigger
from telecom.lifecycle import NotPossible
from telecom.refusal import Refusal, _

SILENCE = timedelta(minutes=1)
"""After which an owner who was asked will not answer any more."""


class ProposedBefore(Refusal):
    kind = "conflict"
    text = _("%(name)s has proposed this already; it waits for a second person.")
    remedy = _("Let a colleague decide, or withdraw the proposal first.")


class SamePerson(Refusal):
    kind = "forbidden"
    text = _("You proposed this yourself: a second person has to decide.")
    remedy = _("Ask a colleague of order management.")


class NotYours(Refusal):
    kind = "forbidden"
    text = _("Only whoever proposed it can withdraw it.")
    remedy = _("Send it back instead.")


class AlreadyDecided(Refusal):
    kind = "conflict"
    text = _("This proposal is no longer open.")
    remedy = _("Look at the case; propose it anew if it is still needed.")


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as its owner is asked for it.

    `act` is its name in the setting FOUR_EYES_ACTS and in the audit; `subject` is what a second person has to see
    besides the body; `back` is the page to return to.
    """

    act: str
    part: str
    path: str
    body: dict[str, Any]
    task_id: UUID | None = None
    order_id: UUID | None = None
    customer_id: UUID | None = None
    subject: dict[str, Any] = field(default_factory=dict)
    back: str = "/tasks"


@dataclass(slots=True)
class Proposal:
    proposal_id: UUID
    deed: Deed
    proposed_by: Clerk
    proposed_at: datetime
    expires_at: datetime
    state: ProposalState = ProposalState.OPEN
    decided_by: Clerk | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    def state_at(self, now: datetime) -> ProposalState:
        """Nobody needs to look for it to expire, nor to be decided again if whoever asked the owner broke off."""
        if self.state is ProposalState.APPROVED and self.decided_at and now - self.decided_at > SILENCE:
            return PROPOSAL.after(self.state, ProposalTrigger.OWNER_IS_SILENT)
        is_late = self.state is ProposalState.OPEN and now >= self.expires_at
        return PROPOSAL.after(self.state, ProposalTrigger.EXPIRE) if is_late else self.state

    def approve(self, by: Clerk, now: datetime) -> None:
        """Raises SamePerson, AlreadyDecided."""
        self._must_be_another(by)
        self._go(ProposalTrigger.APPROVE, by, now)

    def send_back(self, by: Clerk, reason: str, now: datetime) -> None:
        """Raises SamePerson, ReasonMissing, AlreadyDecided."""
        self._must_be_another(by)
        if not reason:
            raise ReasonMissing
        self._go(ProposalTrigger.SEND_BACK, by, now)
        self.reason = reason

    def withdraw(self, by: Clerk, now: datetime) -> None:
        """Raises NotYours, AlreadyDecided."""
        if not self.proposed_by.is_same_person(by):
            raise NotYours
        self._go(ProposalTrigger.WITHDRAW, by, now)

    def expire(self, now: datetime) -> None:
        """So that it can be proposed anew."""
        self.state = self.state_at(now)

    def void(self, by: Clerk, now: datetime) -> None:
        """The task is settled meanwhile. Raises AlreadyDecided."""
        self._go(ProposalTrigger.TASK_IS_SETTLED, by, now)

    def end(self, trigger: ProposalTrigger, reason: str | None) -> None:
        """What the owner said; who was silent is asked again. Raises NotPossible."""
        self.state, self.reason = PROPOSAL.after(self.state, trigger), reason
        if self.state is ProposalState.OPEN:
            self.decided_by = self.decided_at = None

    def _must_be_another(self, by: Clerk) -> None:
        if self.proposed_by.is_same_person(by):
            raise SamePerson

    def _go(self, trigger: ProposalTrigger, by: Clerk, now: datetime) -> None:
        try:
            self.state = PROPOSAL.after(self.state_at(now), trigger)
        except NotPossible:
            raise AlreadyDecided from None
        self.decided_by, self.decided_at = by, now
