"""A trunk: the technical service behind a trunk agreement. Set up at once, active now or later (ACT-1 to ACT-4)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from provisioning.domain.facts import Activated, ActivationCause, ChannelsChanged, Terminated, TrunkFact, TrunkSetUp
from provisioning.domain.lifecycle import TRUNK, TrunkStatus, TrunkTrigger
from telecom.refusal import Refusal, _


class NoChannels(Refusal):
    text = _("A trunk needs at least one voice channel.")
    remedy = _("Order voice channels with the trunk.")
    rule = "TRUNK-2"


class TrunkTerminated(Refusal):
    kind = "conflict"
    text = _("The trunk of contract %(agreement)s has been terminated.")
    remedy = _("Order from a contract that runs.")
    rule = "ORD-2"


@dataclass(slots=True)
class Trunk:
    trunk_id: UUID
    agreement_id: UUID
    agreement_number: str
    order_id: UUID
    customer_id: UUID
    customer_name: str
    channels: int
    srtp: bool
    immediate: bool
    provisioned_at: datetime
    status: TrunkStatus = TrunkStatus.READY
    activates_on: date | None = None
    activated_at: datetime | None = None
    cause: ActivationCause | None = None
    terminated_at: datetime | None = None
    facts: list[TrunkFact] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if self.channels < 1:
            raise NoChannels

    def set_up(self, at: datetime) -> None:
        """Report the set-up; with immediate activation it is active, and billed, from now on (ACT-1)."""
        self.facts.append(TrunkSetUp(at))
        if self.immediate:
            self.activate(ActivationCause.IMMEDIATE, at)

    @property
    def is_terminated(self) -> bool:
        return self.status is TrunkStatus.TERMINATED

    def change(self, channels: int, srtp: bool, order_id: UUID, at: datetime) -> None:
        """By a reorder or a renewal; what is as it was is no change."""
        if channels < 1:
            raise NoChannels
        self.status = TRUNK.after(self.status, TrunkTrigger.CHANGE)
        if (self.channels, self.srtp) != (channels, srtp):
            self.channels, self.srtp = channels, srtp
            self.facts.append(ChannelsChanged(order_id, at))

    def activate(self, cause: ActivationCause, at: datetime, porting_on: date | None = None) -> None:
        """Once; an active trunk stays active whatever happens to its portings (ACT-4)."""
        if self.status is TrunkStatus.ACTIVE:
            return
        self.status = TRUNK.after(self.status, TrunkTrigger.ACTIVATE)
        self.cause, self.activated_at, self.activates_on = cause, at, None
        self.facts.append(Activated(cause, porting_on, at))

    def terminate(self, order_id: UUID, at: datetime) -> None:
        """ORD-2: it is off, and stays off."""
        self.status = TRUNK.after(self.status, TrunkTrigger.TERMINATE)
        self.activates_on, self.terminated_at = None, at
        self.facts.append(Terminated(order_id, at))
