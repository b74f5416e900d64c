"""A porting as far as provisioning cares: which numbers come, when, and where to.

A request of many numbers is asked for in parts; each has a date and a day of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from provisioning.domain.lifecycle import PORTING, PortingState, PortingTrigger
from telecom.numbers import NumberBlock

DATED = (PortingState.CONFIRMED, PortingState.DUE, PortingState.ASSIGNED)
FIRST = (PortingState.DUE, PortingState.CONFIRMED, PortingState.STARTED, PortingState.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers that come on one day."""

    numbers: tuple[NumberBlock, ...]
    state: PortingState = PortingState.STARTED
    change_date: date | None = None

    @property
    def lives(self) -> bool:
        return self.state is not PortingState.DEAD

    @property
    def is_due(self) -> bool:
        return self.state is PortingState.DUE

    @property
    def has_date(self) -> bool:
        """Its date counts for the activation: also once the window is open."""
        return self.change_date is not None and self.state in DATED


@dataclass(slots=True)
class Porting:
    """`site_id` is None where the numbers hang on the agreement (Centraflex). `donor`: who had the numbers before.

    `ended`: porting has told the end of the whole; what has not come by then never comes.
    """

    porting_id: UUID
    order_id: UUID
    line_id: UUID
    agreement_id: UUID
    site_id: UUID | None
    customer_id: UUID
    donor: str | None = None
    ended: bool = False
    parts: list[Part] = field(default_factory=list)

    @property
    def holder_id(self) -> UUID:
        return self.site_id or self.agreement_id

    @property
    def lives(self) -> bool:
        return any(part.lives for part in self.parts) if self.parts else not self.ended

    @property
    def state(self) -> PortingState:
        """Of the part that is to be looked at first."""
        states = {part.state for part in self.parts}
        if not states:
            return PortingState.DEAD if self.ended else PortingState.STARTED
        return next((one for one in FIRST if one in states), PortingState.DEAD)

    @property
    def change_date(self) -> date | None:
        """The nearest that counts (ACT-2)."""
        return min((part.change_date for part in self.parts if part.has_date and part.change_date), default=None)

    @property
    def numbers(self) -> tuple[NumberBlock, ...]:
        return tuple(block for part in self.parts for block in part.numbers)

    @property
    def due(self) -> list[Part]:
        return [part for part in self.parts if part.is_due]

    @property
    def has_come(self) -> bool:
        """At least in part."""
        return any(part.state is PortingState.ASSIGNED for part in self.parts)

    def expect(self, numbers: Iterable[NumberBlock]) -> None:
        """Numbers of the request, whoever names them first: the order, or porting."""
        known = {_same(block) for block in self.numbers}
        fresh = tuple(block for block in numbers if _same(block) not in known)
        if fresh:
            self.parts.append(Part(fresh, PortingState.DEAD if self.ended else PortingState.STARTED))

    def take(self, trigger: PortingTrigger, numbers: tuple[NumberBlock, ...] = (), on: date | None = None) -> bool:
        """Let these numbers go on as the table says, all of the request's if none are named.

        What comes late or twice changes nothing. Those that go on together are one part from now on.
        """
        self.expect(numbers)
        if self.ended:
            return False
        inside, outside = self._separated({_same(block) for block in numbers or self.numbers})
        moved = [part for part in inside if PORTING.allows(part.state, trigger)]
        if not moved:
            return False
        going = {_same(block): block for part in moved for block in part.numbers}
        going = {_same(block): block for block in numbers if _same(block) in going} or going
        dates = [part.change_date for part in moved if part.change_date is not None]
        after = PORTING.after(moved[0].state, trigger)
        day = None if trigger is PortingTrigger.ASK else on or min(dates, default=None)
        self.parts = [
            *outside,
            *(part for part in inside if part not in moved),
            Part(tuple(going.values()), after, day),
        ]
        return True

    def end(self) -> None:
        """Nothing more comes."""
        self.take(PortingTrigger.END)
        self.ended = True

    def assigned(self, part: Part) -> None:
        self.take(PortingTrigger.ASSIGN, part.numbers)

    def _separated(self, meant: set[tuple[str, int]]) -> tuple[list[Part], list[Part]]:
        """The parts, cut so that each lies inside of what is meant or outside."""
        inside, outside = list[Part](), list[Part]()
        for part in self.parts:
            these = tuple(block for block in part.numbers if _same(block) in meant)
            others = tuple(block for block in part.numbers if _same(block) not in meant)
            inside += [Part(these, part.state, part.change_date)] if these else []
            outside += [Part(others, part.state, part.change_date)] if others else []
        return inside, outside


def _same(block: NumberBlock) -> tuple[str, int]:
    """The same numbers, whichever extension answers."""
    return block.prefix, block.width
