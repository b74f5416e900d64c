"""A person is deleted at the CRM's word: at once if nothing runs, else when the last of it has ended (CRM-1)."""

from datetime import timedelta
from uuid import UUID, uuid5

from cart.application import published
from cart.application.ports import Unit
from cart.application.send_quote import EXPIRY
from cart.domain.lifecycle import CART, CartTrigger

DELETION = "party-deletion"
AGAIN = timedelta(days=1)
TASKS = UUID("2a0a9d0e-9f0c-5a30-8a59-6d7c4f1f9b11")


async def ask_to_forget(party_id: UUID, unit: Unit) -> None:
    """The CRM deleted the party: what could still be ordered for it is withdrawn, links die with it.

    What is deleted as a double was moved to its survivor long ago.
    """
    if await unit.scope.heir(party_id) != party_id:
        return
    await _withdraw_carts(party_id, unit)
    if await unit.parties.anything_runs(party_id):
        at = await unit.now()
        unit.outbox.record(published.deletion_waits(_task(party_id), party_id, at))
        await unit.timers.set(DELETION, party_id, at + AGAIN)
        return
    await _forget(party_id, unit)


async def look_whether_it_can_be_forgotten(party_id: UUID, unit: Unit) -> None:
    """Asked each day, while something ran for it."""
    at = await unit.now()
    if await unit.parties.anything_runs(party_id):
        await unit.timers.set(DELETION, party_id, at + AGAIN)
        return
    await _withdraw_carts(party_id, unit)
    await _forget(party_id, unit)
    unit.outbox.record(published.deletion_done(_task(party_id), at))


async def forget_prospect(party_id: UUID, unit: Unit) -> None:
    """Its announcement is gone: whoever reads both topics from the start must not keep it after all."""
    known = await unit.parties.find(party_id)
    if known is not None and known.party_id == party_id and known.version == 0:
        await ask_to_forget(party_id, unit)


async def _withdraw_carts(party_id: UUID, unit: Unit) -> None:
    for cart in await unit.carts.of_customer(party_id):
        if CART.allows(cart.state, CartTrigger.WITHDRAW):
            if cart.quote is not None:
                await unit.timers.cancel(EXPIRY, cart.quote.quote_id)
            cart.withdraw()
            cart.touch("CRM", await unit.now())
            await unit.carts.save(cart)


async def _forget(party_id: UUID, unit: Unit) -> None:
    """Everybody who keeps something personal of it, or of its doubles, is told to remove it."""
    everybody = [party_id, *await unit.scope.doubles(party_id)]
    await unit.parties.forget(everybody)
    await unit.scope.remove(party_id)
    at = await unit.now()
    for one in everybody:
        unit.outbox.record(published.party_forgotten(one, at))


def _task(party_id: UUID) -> UUID:
    """One for a party, however often the CRM says it."""
    return uuid5(TASKS, str(party_id))
