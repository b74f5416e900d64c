"""A quote: the cart freezes, a link goes out by mail; sent again, the link before is dead (QUOTE-1, QUOTE-2)."""

from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from cart.application import published
from cart.application.ordering import bring_up_to_date, check
from cart.application.ports import IssuedLink, Terms, Unit, Who
from cart.application.surroundings import customer_of, person_of
from cart.domain import refusals
from cart.domain.cart import Cart
from cart.domain.lifecycle import CartState
from cart.domain.particulars import Person
from cart.domain.party import Party
from cart.domain.quote import Quote
from telecom.formats import BERLIN, berlin_day

EXPIRY = "quote-expiry"
LAST_SECOND = time(23, 59, 59)


async def send_quote(cart_id: UUID, seen: int, recipient: Person | None, who: Who, unit: Unit, terms: Terms) -> Cart:
    cart = await unit.carts.get(cart_id)
    party = await customer_of(cart.customer_id, who, unit)
    cart.check_seen(seen)
    if cart.state is not CartState.OPEN:
        raise refusals.CartFrozen(cart.state)
    await bring_up_to_date(cart, unit)
    await check(cart, unit)
    await quote_cart(cart, party, recipient, person_of(who), unit, terms)
    return cart


async def quote_cart(
    cart: Cart, party: Party, recipient: Person | None, creator: Person, unit: Unit, terms: Terms
) -> None:
    """Freeze a valid cart and issue its first link. The cart is saved."""
    now = await unit.now()
    recipient = recipient or address_of(party)
    quote = Quote(
        quote_id=unit.new_id(),
        number=await unit.numbers.next_quote(),
        creator=creator,
        link_id=unit.new_id(),
        recipient=recipient,
        sent_at=now,
        valid_until=_end_of_validity(cart, now, terms),
    )
    cart.become_quote(quote)
    await _issue(cart, party, unit)
    cart.touch(creator.name, now)
    await unit.carts.save(cart)
    unit.outbox.record(published.quote_sent(cart))


async def resend_quote(quote_id: UUID, recipient: Person | None, who: Who, unit: Unit, terms: Terms) -> Cart:
    cart = await unit.carts.of_quote(quote_id)
    party = await customer_of(cart.customer_id, who, unit)
    now, by = await unit.now(), person_of(who)
    cart.resend(unit.new_id(), recipient or cart.quoted.recipient, now, _end_of_validity(cart, now, terms))
    await _issue(cart, party, unit)
    cart.touch(by.name, now)
    await unit.carts.save(cart)
    unit.outbox.record(published.quote_resent(cart, by))
    return cart


async def withdraw_quote(quote_id: UUID, who: Who, unit: Unit) -> Cart:
    return await _withdraw(await unit.carts.of_quote(quote_id), who, unit)


async def withdraw_cart(cart_id: UUID, who: Who, unit: Unit) -> Cart:
    """An open cart is only put away; of a quote, those who know it are told."""
    return await _withdraw(await unit.carts.get(cart_id), who, unit)


async def _withdraw(cart: Cart, who: Who, unit: Unit) -> Cart:
    await customer_of(cart.customer_id, who, unit)
    now, by = await unit.now(), person_of(who)
    cart.withdraw()
    cart.touch(by.name, now)
    await unit.carts.save(cart)
    if cart.quote is not None:
        await unit.timers.cancel(EXPIRY, cart.quote.quote_id)
        unit.outbox.record(published.quote_withdrawn(cart, by, now))
    return cart


async def expire_quote(quote_id: UUID, unit: Unit) -> None:
    """The timer's work; a quote sent again in the meantime has a later end and is left alone."""
    cart = await unit.carts.of_quote(quote_id)
    now = await unit.now()
    if cart.state is not CartState.QUOTED or not cart.quoted.has_expired(now):
        return
    cart.expire()
    cart.touch(cart.changed_by, now)
    await unit.carts.save(cart)
    unit.outbox.record(published.quote_expired(cart, now))


def address_of(party: Party) -> Person:
    return Person(party.name, party.email, party.language)


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


async def _issue(cart: Cart, party: Party, unit: Unit) -> None:
    """Make the newest link's secret; it leaves us in the mail's event only."""
    quote, token = cart.quoted, unit.new_secret()
    await unit.links.save(IssuedLink(quote.link_id, hash_of(token), quote.quote_id, cart.cart_id, quote.recipient))
    await unit.timers.set(EXPIRY, quote.quote_id, quote.valid_until)
    unit.outbox.record(published.link_issued(cart, party, token))


def _end_of_validity(cart: Cart, now: datetime, terms: Terms) -> datetime:
    """The end of a day, since mails and pages name only the day.

    A quote that names a day of its own is void when that can't be kept any more (AMEND-2, ORD-2).
    """
    last = berlin_day(now) + timedelta(days=terms.quote_days)
    if cart.decided_before is not None:
        last = min(last, cart.decided_before - timedelta(days=1))
    return datetime.combine(last, LAST_SECOND, BERLIN)
