"""Renewal with tariff change: a new term, and the one case in which the tariff may change (AMEND-2, PRICE-1)."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from cart.domain.agreement import Agreement, AgreementLine
from cart.domain.catalog import Category

FIXED = (Category.TRUNK, Category.INTERNET)
"""What a contract is made of: it stays, whatever else is exchanged."""


class Starts(StrEnum):
    """When the new term begins; chosen in the cart."""

    AFTER_TERM = "after_term"
    NEXT_MONTH = "next_month"


def start_of(agreement: Agreement, starts: Starts, today: date) -> date:
    """The new term's first day. Where the term has run out already there is nothing to wait for."""
    if starts is Starts.AFTER_TERM and agreement.ends_on is not None and agreement.ends_on >= today:
        return agreement.ends_on + timedelta(days=1)
    return first_of_next_month(today)


def held_in_one(agreement: Agreement) -> Iterator[AgreementLine]:
    """The lines held, those of later reorders added to the first of their kind."""
    found: dict[tuple[str, str | None], int] = {}
    for line in agreement.lines:
        key = line.offering, line.price_list
        found[key] = found.get(key, 0) + line.quantity
    for (offering, price_list), quantity in found.items():
        first = next(one for one in agreement.lines if (one.offering, one.price_list) == (offering, price_list))
        yield first.with_quantity(quantity)


def held_quantity(agreement: Agreement, offering: str) -> int:
    return sum(line.quantity for line in agreement.lines if line.offering == offering)


def first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
