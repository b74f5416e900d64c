"""A customer chooses his numbers: some are shown, and a block is kept for him for a short while (SITE-3)."""

from uuid import UUID

from provisioning.application.ports import Unit
from provisioning.domain.reservation import Reservation, ReservationEnded, ReservationOver
from provisioning.domain.work_order import WorkOrder
from telecom.numbers import BlockSizeUnknown, NumberBlock
from telecom.refusal import Refusal, _

RESERVATION = "reservation"


class TooManyReservations(Refusal):
    kind = "conflict"
    text = _("%(count)s blocks are reserved for this customer already.")
    remedy = _("Give one of them up, or wait until it is free again.")
    rule = "SITE-3"


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
    """Raises ReservationOver."""
    await unit.timers.cancel(RESERVATION, reservation_id)  # first, as when it runs out: nobody waits in a circle
    reservation = await unit.reservations.get(reservation_id)
    if reservation is None or reservation.ended_at is not None:
        raise ReservationOver
    await _let_go(reservation, unit)


async def reservation_has_run_out(reservation_id: UUID, unit: Unit) -> None:
    """Not while an order waits that names it."""
    reservation = await unit.reservations.get(reservation_id)
    if reservation is None or reservation.ended_at is not None:
        return
    if await unit.work_orders.wait_with(reservation_id):
        await unit.timers.set(RESERVATION, reservation_id, await unit.now() + unit.rules.reservation)
    else:
        await _let_go(reservation, unit)


async def take_reserved(work: WorkOrder, unit: Unit) -> NumberBlock:
    """The very block that was ordered, for the order's site or agreement.

    Time that ran out since cart asked does no harm while nobody else has the block, nor does a reservation that was
    lost with the database. Raises ReservationEnded or BlockTaken.
    """
    wanted = work.line.numbers
    assert wanted is not None
    assert wanted.reservation_id is not None
    holder_id = wanted.site_id or work.agreement_id
    reservation = await unit.reservations.get(wanted.reservation_id, lock=False)
    if reservation is None:
        if wanted.reserved is None or not wanted.fits(wanted.reserved):
            raise ReservationEnded
        await unit.reservations.hold(wanted.reserved, holder_id, None)
        return wanted.reserved
    customer_id = await unit.scope.heir(work.customer_id)
    if not reservation.is_for(customer_id, wanted.area_code, wanted.block_size):
        raise ReservationEnded
    await unit.timers.cancel(RESERVATION, reservation.reservation_id)  # first, as when it runs out
    await unit.reservations.hand_to(reservation, holder_id, await unit.now())
    return reservation.block


async def _let_go(reservation: Reservation, unit: Unit) -> None:
    await unit.reservations.let_go(reservation, await unit.now())
    await unit.inventory.merge(reservation.block.area_code)
