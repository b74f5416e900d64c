"""What a copied cart says of the one it was made from: which prices the newest catalog has changed (QUOTE-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from cart.domain.wording import Wording


class Priced(Protocol):
    """A cart's line, as far as prices go."""

    offering: str
    name: Wording
    one_time: Decimal
    monthly: Decimal


@dataclass(frozen=True, slots=True)
class UnitPrice:
    one_time: Decimal
    monthly: Decimal


@dataclass(frozen=True, slots=True)
class PriceChange:
    """`now` is None where the product is no longer sold, so that the copy is without it."""

    name: Wording
    before: UnitPrice
    now: UnitPrice | None


@dataclass(frozen=True, slots=True)
class CopiedFrom:
    cart_id: UUID
    number: str
    changes: tuple[PriceChange, ...] = ()


def price_changes(before: Iterable[Priced], now: Iterable[Priced]) -> tuple[PriceChange, ...]:
    """A product each, in the order of the earlier cart."""
    present = {line.offering: UnitPrice(line.one_time, line.monthly) for line in now}
    found = {
        line.offering: PriceChange(line.name, UnitPrice(line.one_time, line.monthly), present.get(line.offering))
        for line in before
    }
    return tuple(change for change in found.values() if change.before != change.now)
