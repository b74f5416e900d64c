"""The approver confirms: the quote becomes an order, once, whoever presses twice (QUOTE-3, QUOTE-4)."""

from dataclasses import dataclass
from uuid import UUID

from cart.application import published
from cart.application.ordering import check, customer_locked, turn_into_order
from cart.application.ports import Terms, Unit
from cart.application.send_quote import EXPIRY
from cart.application.speech import Language, in_language
from cart.domain import refusals
from cart.domain.consents import GivenConsent, consent_for
from cart.domain.lifecycle import CartState
from cart.domain.order import Order
from cart.domain.particulars import Person
from cart.domain.rules import Broken
from telecom.formats import berlin_day


@dataclass(frozen=True, slots=True)
class ConfirmQuote:
    """`consent_version` and `consent_language`: which text the approver had before his eyes."""

    quote_id: UUID
    link_id: UUID
    name: str
    consent_version: str
    consent_language: Language


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The order; or, where a rule broke since quoting, what broke. The quote stays then."""

    order: Order | None
    broken: tuple[Broken, ...] = ()


async def confirm_quote(command: ConfirmQuote, unit: Unit, terms: Terms) -> Confirmation:
    cart = await unit.carts.of_quote(command.quote_id)
    link = await unit.links.get(command.link_id)
    if link.quote_id != command.quote_id:
        raise refusals.LinkGivesNoRight()
    if cart.state is CartState.ORDERED and cart.order_id is not None and cart.quoted.link_id == command.link_id:
        return Confirmation(await unit.orders.get(cart.order_id))
    now = await unit.now()
    approver = Person(command.name, link.recipient.email, link.recipient.language)
    order_id = unit.new_id()
    shown = consent_for(cart.business_case, berlin_day(now))
    text = in_language(shown.text, command.consent_language)
    consent = GivenConsent(shown.version, command.consent_language, text, command.link_id, now)
    cart.confirm(command.link_id, approver, consent, order_id, now)
    if command.consent_version != shown.version:
        raise refusals.ConsentOutdated(shown)
    party = await customer_locked(cart, unit)
    try:
        await check(cart, unit)
    except refusals.CartInvalid as refusal:
        reasons = [broken.text for broken in refusal.broken]
        unit.outbox.record(published.quote_confirmation_refused(cart, approver, reasons, now))
        return Confirmation(None, tuple(refusal.broken))
    order = await turn_into_order(cart, party, cart.quoted.creator, approver, order_id, unit, terms)
    cart.touch(approver.name, now)
    await unit.carts.save(cart)
    await unit.timers.cancel(EXPIRY, command.quote_id)
    unit.outbox.record(published.quote_confirmed(cart, order, approver, now))
    return Confirmation(order)
