"""Quantities and prices that follow: counted lines, and what each line costs (CART-2, FLAT-1, CAT-6)."""

from collections.abc import Iterable

from cart.domain.agreement import Agreement
from cart.domain.cart_line import CartLine, Lock
from cart.domain.catalog import Catalog, Price
from cart.domain.rules import counting_rules, quantity_wanted
from cart.domain.situation import Situation


def count(lines: Iterable[CartLine], situation: Situation) -> None:
    """FLAT-1, FLAT-5: the quantity of counted lines is computed."""
    for rule in counting_rules(situation.catalog, situation.business_case):
        wanted = quantity_wanted(rule.needed, situation)
        counted = {line.line_id for line in situation.chosen(rule.subject)}
        for line in lines:
            if line.line_id in counted:
                line.quantity, line.locked, line.why = wanted, Lock.QUANTITY, rule.text


def price(line: CartLine, term_months: int | None, catalog: Catalog, agreement: Agreement | None) -> None:
    offering = catalog.find(line.offering)
    found = offering.price_for(term_months) if offering else None
    found = found or _held_price(line.offering, agreement)
    line.priced = found is not None
    if offering is not None:
        line.name, line.srtp, line.voice_ready = offering.name, offering.srtp, offering.voice_ready
    if found is not None:
        line.one_time, line.monthly = found.one_time, found.monthly
    price_list = catalog.price_list(line.price_list) if line.price_list else None
    line.price_list_name = price_list.name if price_list else None


def _held_price(code: str, agreement: Agreement | None) -> Price | None:
    """A line that only existing contracts keep (CAT-4) costs what it costs there."""
    held = next((line for line in agreement.lines if line.offering == code), None) if agreement else None
    return Price(None, held.one_time, held.monthly) if held else None
