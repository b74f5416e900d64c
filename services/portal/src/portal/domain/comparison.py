"""What is held beside what comes: by product, since a contract may hold the same product in several lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A product as the contract holds it; `monthly` for one is None where its lines have different prices."""

    name: Any
    quantity: int
    monthly: Decimal | None
    monthly_total: Decimal


def held_by_product(lines: Iterable[Line]) -> dict[str, Held]:
    """By the offering's code."""
    found: dict[str, Held] = {}
    for line in lines:
        code, quantity, monthly = line["offering"], int(line["quantity"]), Decimal(str(line["monthly"]))
        known = found.get(code)
        if known is None:
            found[code] = Held(line["name"], quantity, monthly, monthly * quantity)
            continue
        same = monthly if known.monthly == monthly else None
        found[code] = Held(known.name, known.quantity + quantity, same, known.monthly_total + monthly * quantity)
    return found


def dropped(held: Iterable[Line], wanted: Iterable[Line]) -> list[Held]:
    """Products held until now that do not come along."""
    kept = {line["offering"] for line in wanted}
    return [one for code, one in held_by_product(held).items() if code not in kept]


def monthly_of(lines: Iterable[Line]) -> Decimal:
    """What the lines cost a month, net."""
    return sum((Decimal(str(line["monthly"])) * int(line["quantity"]) for line in lines), Decimal(0))
