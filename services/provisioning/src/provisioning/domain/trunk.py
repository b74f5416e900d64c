"""A trunk: the technical service behind a trunk agreement. Set up at once, active now or later (ACT-1 to ACT-4)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from provisioning.domain.facts import Activated, ActivationCause, ChannelsChanged, TrunkSetUp
from provisioning.domain.lifecycle import TRUNK, TrunkStatus, TrunkTrigger
from telecom.refusal import Refusal, _


class NoChannels(Refusal):
    text = _("A trunk needs at least one voice channel.")
    remedy = _("Order voice channels with the trunk.")
    rule = "TRUNK-2"


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
    facts: list[TrunkSetUp | ChannelsChanged | Activated] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if self.channels < 1:
            raise NoChannels

    def set_up(self, at: datetime) -> None:
        """Report the set-up; with immediate activation it is active, and billed, from now on (ACT-1)."""
        self.facts.append(TrunkSetUp(at))
        if self.immediate:
            self.activate(ActivationCause.IMMEDIATE, at)

    def change(self, channels: int, srtp: bool, at: datetime) -> None:
        if channels < 1:
            raise NoChannels
        self.status = TRUNK.after(self.status, TrunkTrigger.CHANGE)
        self.channels, self.srtp = channels, srtp
        self.facts.append(ChannelsChanged(at))

    def activate(self, cause: ActivationCause, at: datetime, porting_on: date | None = None) -> None:
        """Once; an active trunk stays active whatever happens to its portings (ACT-4)."""
        if self.status is TrunkStatus.ACTIVE:
            return
        self.status = TRUNK.after(self.status, TrunkTrigger.ACTIVATE)
        self.cause, self.activated_at, self.activates_on = cause, at, None
        self.facts.append(Activated(cause, porting_on, at))
