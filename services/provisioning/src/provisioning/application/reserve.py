"""A customer chooses his numbers: some are shown, and a block is kept for him for a short while (SITE-3)."""

from uuid import UUID

from provisioning.application.number_ports import Reservation
from provisioning.application.ports import Unit
from telecom.numbers import BlockSizeUnknown, NumberBlock
from telecom.refusal import Refusal, _

RESERVATION = "reservation"


class TooManyReservations(Refusal):
    kind = "conflict"
    text = _("%(count)s blocks are reserved for this customer already.")
    remedy = _("Give one of them up, or wait until it is free again.")
    rule = "SITE-3"


class ReservationUnknown(Refusal):
    kind = "not_found"
    text = _("This reservation has ended or never was.")
    remedy = _("Reserve the block again, if it is still free.")


async def reserve(block: NumberBlock, customer_id: UUID, by: str, unit: Unit) -> Reservation:
    """Raises BlockTaken, TooManyReservations."""
    if not block.is_own_shape:
        raise BlockSizeUnknown(size=block.size, field="extension_from")
    await unit.lock_agreements([customer_id])  # of whomever: one customer's reservations are counted in turn
    count = await unit.reservations.count(customer_id)
    if count >= unit.rules.reservations_each:
        raise TooManyReservations(count=count)
    at = await unit.now()
    made = Reservation(unit.new_id(), customer_id, block, by, at, at + unit.rules.reservation)
    await unit.reservations.hold(block, made.reservation_id, made.reserved_until)
    await unit.reservations.add(made)
    await unit.timers.set(RESERVATION, made.reservation_id, made.reserved_until)
    return made


async def give_up(reservation_id: UUID, unit: Unit) -> None:
    reservation = await unit.reservations.get(reservation_id)
    if reservation is None:
        raise ReservationUnknown
    await _let_go(reservation, unit)
    await unit.timers.cancel(RESERVATION, reservation_id)


async def reservation_has_run_out(reservation_id: UUID, unit: Unit) -> None:
    reservation = await unit.reservations.get(reservation_id)
    if reservation is not None:
        await _let_go(reservation, unit)


async def _let_go(reservation: Reservation, unit: Unit) -> None:
    await unit.reservations.let_go(reservation, await unit.now())
    await unit.inventory.merge(reservation.block.area_code)
