"""What a fault run needs of the services it strikes: one driver for probes of the chassis, one for the real ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from contracts.envelope import Topic
from tests.faults.load import Load
from tests.faults.world import World


@dataclass(frozen=True, slots=True)
class Reader:
    """A consumer group, the service it belongs to, and its dead letter topic."""

    service: str
    topic: Topic
    known: str
    """The type of an event that it knows."""

    @property
    def group(self) -> str:
        return self.topic.group_of(self.service)

    @property
    def letters(self) -> str:
        return self.topic.dead_letters_of(self.service)


@dataclass(slots=True)
class Findings:
    """What is wrong, by invariant; nothing found means that all hold."""

    wrong: dict[str, list[str]] = field(default_factory=dict)

    def expect(self, invariant: str, good: bool, otherwise: str) -> None:
        if not good:
            self.wrong.setdefault(invariant, []).append(otherwise)


class Driver(Protocol):
    """Services that take orders by HTTP and finish them through topics."""

    world: World
    services: Sequence[str]
    readers: Sequence[Reader]
    broker_away: float
    """Seconds."""
    crash_points: Sequence[str]
    """Between which steps `crash` kills a service."""

    async def up(self) -> None: ...

    async def down(self) -> None: ...

    def database(self, service: str) -> str:
        """URL of its store."""
        ...

    def pids(self) -> Mapping[str, int]: ...

    async def kill(self, service: str) -> None:
        """SIGKILL; it is started again at once."""
        ...

    async def crash(self, service: str, point: str) -> None:
        """Let the service run until it comes by `point` and is killed there; it is started again at once."""
        ...

    async def stop(self, service: str) -> None:
        """In good order; it stays away until `start`."""
        ...

    async def start(self, service: str) -> None: ...

    async def second_relay(self, service: str) -> int:
        """Start another relay of the service and make it the leader; its pid."""
        ...

    async def end_second_relay(self, service: str) -> None: ...

    async def order(self, order_id: UUID) -> int:
        """Ask for an order, the same again with the same id; the answer's status, 0 without any."""
        ...

    async def unfinished(self, accepted: set[UUID]) -> set[UUID]:
        """Accepted orders that are not in a final state."""
        ...

    async def look(self, accepted: set[UUID], findings: Findings) -> None:
        """Check I2, I3 and I5 in the stores and on the topics."""
        ...

    async def outcome(self) -> Mapping[UUID, object]:
        """What each finished order has come to."""
        ...

    def unstorable(self) -> bytes:
        """The content of an event for the last reader that is well-formed and can't be kept: a NUL byte in a text."""
        ...

    async def break_handler(self, key: str) -> set[str]:
        """Let the last reader's handler fail at an event with this key, as by a bug; the key, or none if it can't."""
        ...

    async def order_behind(self, key: str, load: Load) -> int:
        """Place orders whose events have this key; how many, none where keys can't be chosen."""
        ...

    async def heal(self, reader: Reader) -> None:
        """Mend the bug, discard what nothing can mend, and play what waits behind."""
        ...

    async def metric(self, service: str, name: str) -> float: ...
