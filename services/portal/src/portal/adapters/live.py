"""Wakes open pages of this process when an order changes; pages of other processes look again by themselves."""

import asyncio
from collections import defaultdict
from uuid import UUID


class Hub:
    def __init__(self) -> None:
        self._waiting: dict[UUID, set[asyncio.Event]] = defaultdict(set)

    def changed(self, order_id: UUID) -> None:
        for event in self._waiting.get(order_id, ()):
            event.set()

    async def wait(self, order_id: UUID, seconds: float) -> None:
        """Until the order changes, or `seconds` have passed."""
        event = asyncio.Event()
        self._waiting[order_id].add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._waiting[order_id].discard(event)
            if not self._waiting[order_id]:
                del self._waiting[order_id]
