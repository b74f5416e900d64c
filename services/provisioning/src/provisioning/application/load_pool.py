"""Number pools come from files."""

from provisioning.application.ports import Unit
from provisioning.domain.inventory import read_pool


async def load_pool(pool: str, unit: Unit) -> int:
    """Load a pool file whole or not at all; returns how many ranges were new. Raises PoolLineWrong, PoolOverlaps."""
    return sum([await unit.inventory.load(numbers) for numbers in read_pool(pool)])
