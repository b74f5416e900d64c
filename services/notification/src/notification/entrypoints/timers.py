"""What is due at a business time."""

from uuid import UUID

from chassis.timers import Timers
from notification.application.mail_fiber_link import FORGET, forget_fiber_link
from notification.application.ports import Unit

timers = Timers[Unit]()


@timers.on(FORGET)
async def on_fiber_link_run_out(subject: str, unit: Unit) -> None:
    await forget_fiber_link(UUID(subject), unit)
