"""What an operator does about poison once its cause has been mended."""

from typing import Any

from chassis.operations import redrive_keys
from chassis.redrive import discard, parked_keys
from chassis.service import Service
from tests.faults.driver import Reader

OURS = "coalesce(headers ->> 'ce_type' = '{}' AND headers ->> 'ce_source' LIKE '/trunkline/%', false)"


async def heal(service: Service[Any], reader: Reader, **settings: Any) -> None:
    """Discard what no service of ours has sent, and play what waits behind it. Raises when something fails again."""
    running = service.open(**settings)
    foreign = f"SELECT key, id FROM parked WHERE NOT {OURS.format(reader.known)}"
    async with running.units.writing() as unit:
        for row in (await unit.connection.exec_driver_sql(foreign)).all():
            assert await discard(unit, group=reader.group, key=row.key, message_id=row.id)
    async with running.units.reading() as unit:
        keys = await parked_keys(reader.group, unit)
    played = await redrive_keys(keys, running.inlets[reader.group], running.units)
    assert not played.still_parked, played.still_parked
    await running.engine.dispose()
