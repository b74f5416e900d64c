"""Numbers that another carrier takes over, as far as provisioning cares: the day has come, and they go (PORT-9)."""

from dataclasses import dataclass
from uuid import UUID

from provisioning.domain.lifecycle import DEPARTURE, DepartureState, DepartureTrigger
from telecom.numbers import NumberBlock


@dataclass(slots=True)
class Departure:
    """`recipient`: the other carrier, by name and code. The numbers hang on the agreement, or on sites of it."""

    departure_id: UUID
    agreement_id: UUID
    customer_id: UUID
    recipient: str
    numbers: tuple[NumberBlock, ...]
    state: DepartureState = DepartureState.DUE

    def take(self, trigger: DepartureTrigger) -> bool:
        """Go on as the table says; what comes late or twice changes nothing."""
        if not DEPARTURE.allows(self.state, trigger):
            return False
        self.state = DEPARTURE.after(self.state, trigger)
        return True
