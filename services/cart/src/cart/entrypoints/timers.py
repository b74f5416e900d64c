"""What is due at a business time."""

from uuid import UUID

from cart.application.amendments import DUE, take_effect
from cart.application.forget_parties import DELETION, look_whether_it_can_be_forgotten
from cart.application.ports import Unit
from cart.application.send_quote import EXPIRY, expire_quote
from chassis.timers import Timers

timers = Timers[Unit]()


@timers.on(EXPIRY)
async def on_quote_expiry(subject: str, unit: Unit) -> None:
    await expire_quote(UUID(subject), unit)


@timers.on(DUE)
async def on_amendment_due(subject: str, unit: Unit) -> None:
    await take_effect(UUID(subject), unit)


@timers.on(DELETION)
async def on_party_deletion(subject: str, unit: Unit) -> None:
    await look_whether_it_can_be_forgotten(UUID(subject), unit)
