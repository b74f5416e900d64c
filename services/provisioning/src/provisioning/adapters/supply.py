"""Which area codes have blocks left, remembered for a moment: feasibility is asked before every site order."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.scope import NotFound
from chassis.units import Units
from provisioning.adapters.inventory import Inventory
from provisioning.application.ports import Who
from provisioning.domain.reservation import Reservation
from telecom.numbers import NumberBlock

SECONDS_GOOD = 1.0


class RecentSupply:
    """Only what was there is remembered: a pool that was just loaded serves at once."""

    def __init__(self, units: Units[Any]) -> None:
        self._units = units
        self._seen: dict[tuple[str, int], float] = {}

    async def has(self, area_code: str, size: int) -> bool:
        if time.monotonic() - self._seen.get((area_code, size), -SECONDS_GOOD) < SECONDS_GOOD:
            return True
        async with self._units.reading() as unit:
            found = await Inventory(unit.connection).has(area_code, size)
        if found:
            self._seen[area_code, size] = time.monotonic()
        return found

    async def kept(self, reservation_id: UUID, who: Who | None) -> tuple[Reservation, bool]:
        async with self._units.reading() as unit:
            found: Reservation | None = await unit.reservations.get(reservation_id, lock=False)
            if found is None:
                raise NotFound
            if who is not None:
                await unit.scope.admit(who, found.customer_id)
            return found, found.holds(await unit.now())

    async def ours(self, blocks: Sequence[NumberBlock]) -> list[int]:
        async with self._units.reading() as unit:
            found: list[int] = await unit.lists.ours(blocks)
        return found
