"""Who opens links that don't exist is slowed down; nobody guesses one, but nobody shall try for free (QUOTE-2)."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

MOST_ADDRESSES = 10_000


class Misses:
    """Misses by address within a window; each process counts by itself, and forgets the eldest when there are many."""

    def __init__(self, allowed: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed, self._seconds, self._clock = allowed, seconds, clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until that address may try again; 0 where it may now."""
        until, count = self._seen.get(address, (0.0, 0))
        return max(0, ceil(until - self._clock())) if count >= self._allowed else 0

    def note(self, address: str) -> None:
        now = self._clock()
        until, count = self._seen.pop(address, (0.0, 0))
        self._seen[address] = (until, count + 1) if now < until else (now + self._seconds, 1)
        if len(self._seen) > MOST_ADDRESSES:
            self._seen.popitem(last=False)
