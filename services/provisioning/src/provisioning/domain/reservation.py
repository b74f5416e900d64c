"""A free block that is kept for a customer for a short while, so that he can choose his numbers (SITE-3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from telecom.numbers import NumberBlock
from telecom.refusal import Refusal, _


class ReservationOver(Refusal):
    kind = "not_found"
    text = _("This reservation has ended.")
    remedy = _("Reserve the block again, if it is still free.")


class ReservationEnded(Refusal):
    kind = "conflict"
    text = _("The numbers that were chosen are not reserved any more.")
    remedy = _("Choose among the free numbers again.")
    rule = "SITE-3"


@dataclass(frozen=True, slots=True)
class Reservation:
    reservation_id: UUID
    customer_id: UUID
    block: NumberBlock
    reserved_by: str
    reserved_at: datetime
    reserved_until: datetime
    ended_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.reserved_until

    def is_for(self, customer_id: UUID, area_code: str, size: int) -> bool:
        return (self.customer_id, self.block.area_code, self.block.size) == (customer_id, area_code, size)
