"""What a cart must know of the world, and the lines of both as rules see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cart.domain.agreement import Agreement, AgreementLine
from cart.domain.cart_line import CartLine, Lock
from cart.domain.catalog import Catalog, Family, Fulfilment, Offering, Orderability
from cart.domain.porting import Elsewhere
from cart.domain.porting_days import PortingRules
from cart.domain.situation import RuleLine


@dataclass(frozen=True)
class Surroundings:
    """What a cart must know of the world to be computed and judged."""

    catalog: Catalog
    today: date
    agreement: Agreement | None = None
    combinable: Mapping[UUID, str] = field(default_factory=dict)
    """Contracts that carry the Kombi option, each with its number (KOMBI-2)."""
    centraflex_held: bool = False
    carried_out: Sequence[str] = ()
    """Orders by number that are changing now what this one would change too (AMEND-2)."""
    site_stays: bool = True
    """Whether the site that numbers would be ported to is there, and not about to end (ORD-2)."""
    ported_elsewhere: Mapping[UUID, Sequence[Elsewhere]] = field(default_factory=dict)
    """By line: its numbers that other running orders port."""
    replaced_goes_on: Mapping[UUID, str] = field(default_factory=dict)
    """By line: the order of the earlier request that it would replace, where that one is no longer in clearing."""
    porting_rules: PortingRules = field(default_factory=PortingRules)


def held_lines(around: Surroundings) -> tuple[RuleLine, ...]:
    """The agreement's lines as rules see them; what the catalog has forgotten is left out."""
    if around.agreement is None:
        return ()
    found = ((line, around.catalog.find(line.offering)) for line in around.agreement.lines)
    return tuple(
        RuleLine(offering, line.quantity, combination=line.combination, price_list=line.price_list)
        for line, offering in found
        if offering is not None
    )


def rule_lines(lines: Iterable[CartLine], catalog: Catalog) -> tuple[RuleLine, ...]:
    return tuple(_rule_line(line, catalog) for line in lines)


def bygone(line: CartLine | AgreementLine, family: Family) -> Offering:
    """An offering that the catalog version no longer knows: a copy's, or one that only a contract still holds."""
    return Offering(
        code=line.offering,
        name=line.name,
        category=line.category,
        family=family,
        audiences=(),
        orderability=Orderability.DISCONTINUED,
        fulfilment=Fulfilment.MANUAL,
        prices=(),
    )


def _rule_line(line: CartLine, catalog: Catalog) -> RuleLine:
    return RuleLine(
        offering=catalog.find(line.offering) or bygone(line, line.family),
        quantity=line.quantity,
        line_id=line.line_id,
        combination=line.combination,
        computed=line.computed,
        fixed=line.locked is Lock.LINE,
        price_list=line.price_list,
    )
