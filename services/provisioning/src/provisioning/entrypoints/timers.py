"""What is due at a business time."""

from uuid import UUID

from chassis.timers import Timers
from provisioning.application.carry_out import TRUNK_MISSING, trunk_is_missing
from provisioning.application.plan_activation import ACTIVATION, NO_PORTING, activation_is_due, portings_stay_away
from provisioning.application.ports import Unit

timers = Timers[Unit]()


@timers.on(TRUNK_MISSING)
async def on_trunk_missing(subject: str, unit: Unit) -> None:
    await trunk_is_missing(UUID(subject), unit)


@timers.on(ACTIVATION)
async def on_activation_due(subject: str, unit: Unit) -> None:
    await activation_is_due(UUID(subject), unit)


@timers.on(NO_PORTING)
async def on_portings_stay_away(subject: str, unit: Unit) -> None:
    await portings_stay_away(UUID(subject), unit)
