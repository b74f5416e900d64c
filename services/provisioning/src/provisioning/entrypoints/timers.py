"""What is due at a business time."""

from uuid import UUID

from chassis.timers import Timers
from provisioning.application.carry_out import TRUNK_MISSING, trunk_is_missing
from provisioning.application.check_numbers import NUMBER_CHECK, check_each_night
from provisioning.application.fiber import FIBER_LINK, link_has_run_out
from provisioning.application.plan_activation import ACTIVATION, NO_PORTING, activation_is_due, portings_stay_away
from provisioning.application.ports import Unit
from provisioning.application.reserve import RESERVATION, reservation_has_run_out
from provisioning.application.return_numbers import QUARANTINE, quarantine_is_over
from provisioning.application.terminate import LOOK_AGAIN, look_again
from provisioning.application.wait_for_day import DAY_BEGINS, the_day_begins

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


@timers.on(DAY_BEGINS)
async def on_day_begins(subject: str, unit: Unit) -> None:
    await the_day_begins(UUID(subject), unit)


@timers.on(LOOK_AGAIN)
async def on_look_again(subject: str, unit: Unit) -> None:
    await look_again(UUID(subject), unit)


@timers.on(QUARANTINE)
async def on_quarantine_over(subject: str, unit: Unit) -> None:
    await quarantine_is_over(UUID(subject), unit)


@timers.on(FIBER_LINK)
async def on_fiber_link_run_out(subject: str, unit: Unit) -> None:
    await link_has_run_out(UUID(subject), unit)


@timers.on(RESERVATION)
async def on_reservation_run_out(subject: str, unit: Unit) -> None:
    await reservation_has_run_out(UUID(subject), unit)


@timers.on(NUMBER_CHECK)
async def on_number_check(subject: str, unit: Unit) -> None:
    await check_each_night(unit)
