"""What waits for its day on a trunk agreement, as its page shows it (ORD-2, AMEND-2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from provisioning.domain.numbers import lies_in
from provisioning.domain.work_order import Subject, WantedTermination, WorkOrder
from telecom.numbers import NumberBlock


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a trunk becomes by a renewal."""

    on: date
    order_id: UUID
    channels: int
    srtp: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """Of one agreement, the nearest first."""

    works: Sequence[WorkOrder]

    def agreement_ends(self) -> date | None:
        return self._first(lambda wanted: wanted.subject is Subject.AGREEMENT)

    def site_ends(self, site_id: UUID) -> date | None:
        return self._first(lambda wanted: _ends_site(wanted, site_id))

    def block_ends(self, site_id: UUID, block: NumberBlock) -> date | None:
        return self._first(lambda wanted: _ends_site(wanted, site_id) or _names(wanted, block))

    def renewal(self) -> Renewed | None:
        """The next one that says something of voice channels."""
        channels = [work for work in self.works if work.renews and work.line.is_channels]
        if not channels:
            return None
        first = channels[0]
        lines = [work.line for work in channels if work.order_id == first.order_id]
        assert first.due_on is not None
        quantity, srtp = sum(line.quantity for line in lines), any(line.srtp for line in lines)
        return Renewed(first.due_on, first.order_id, quantity, srtp)

    def _first(self, fits: Callable[[WantedTermination], bool]) -> date | None:
        ends = (work for work in self.works if work.line.termination is not None and fits(work.line.termination))
        return next((work.due_on for work in ends), None)


def _ends_site(wanted: WantedTermination, site_id: UUID) -> bool:
    return wanted.subject is Subject.AGREEMENT or (wanted.subject is Subject.SITE and wanted.site_id == site_id)


def _names(wanted: WantedTermination, block: NumberBlock) -> bool:
    return any(lies_in(block, one) for one in wanted.numbers)
