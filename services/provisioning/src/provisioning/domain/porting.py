"""A porting as far as provisioning cares: when numbers come, and where to."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from provisioning.domain.lifecycle import PORTING, PortingState, PortingTrigger
from telecom.numbers import NumberBlock


@dataclass(slots=True)
class Porting:
    """`site_id` is None where the numbers hang on the agreement (Centraflex)."""

    porting_id: UUID
    order_id: UUID
    line_id: UUID
    agreement_id: UUID
    site_id: UUID | None
    customer_id: UUID
    state: PortingState = PortingState.STARTED
    change_date: date | None = None
    numbers: tuple[NumberBlock, ...] = ()

    @property
    def holder_id(self) -> UUID:
        return self.site_id or self.agreement_id

    @property
    def lives(self) -> bool:
        return self.state is not PortingState.DEAD

    @property
    def has_date(self) -> bool:
        """Its date counts for the activation: also once the window is open."""
        return self.change_date is not None and self.state in (
            PortingState.CONFIRMED,
            PortingState.DUE,
            PortingState.ASSIGNED,
        )

    def take(self, trigger: PortingTrigger) -> bool:
        """Go on as the table says; what comes late or twice changes nothing."""
        if not PORTING.allows(self.state, trigger):
            return False
        self.state = PORTING.after(self.state, trigger)
        return True
