"""What the catalog lets follow from other lines: not asked, but computed (CART-3)."""

from collections.abc import Iterator

from cart.domain.catalog import BusinessCase, Catalog, Derivation, DerivationKind, Offering, Selector
from cart.domain.rules import quantity_wanted
from cart.domain.situation import RuleLine, Situation
from cart.domain.wording import Wording


def at_work(kind: DerivationKind, catalog: Catalog, case: BusinessCase) -> list[Derivation]:
    """The catalog's derivations of a kind that have a meaning in this business case."""
    return [one for one in catalog.derivations if one.kind is kind and case in one.business_cases]


def come_along(situation: Situation) -> Iterator[tuple[Offering, int, Wording]]:
    """AUTO_ADDED: what the agreement holds comes along, as many as the lines it follows from (FLAT-3, FLAT-5)."""
    for derivation in at_work(DerivationKind.AUTO_ADDED, situation.catalog, situation.business_case):
        wanted = quantity_wanted(derivation.object or Selector(), situation)
        held = {
            line.offering.code: line.offering
            for line in situation.held
            if derivation.subject.selects(line.offering, line.combination)
        }
        for offering in held.values() if wanted else ():
            yield offering, wanted, derivation.reason


def replaced_by(chosen: RuleLine, situation: Situation) -> list[RuleLine]:
    """REPLACES: lines of the cart whose place the chosen one takes (PRICE-2)."""
    return [
        line
        for derivation in at_work(DerivationKind.REPLACES, situation.catalog, situation.business_case)
        if derivation.subject.selects(chosen.offering, chosen.combination)
        for line in situation.chosen(derivation.object or Selector())
    ]


def quantity_replaced(line: RuleLine, situation: Situation) -> int:
    """How many of what the agreement holds left the cart for this line (PRICE-2, AMEND-2)."""
    return sum(
        one.quantity
        for derivation in at_work(DerivationKind.REPLACES, situation.catalog, situation.business_case)
        if derivation.subject.selects(line.offering, line.combination)
        for one in _left_out(derivation, situation)
    )


def inherits_choice(offering: Offering, situation: Situation) -> bool:
    """INHERITS_CHOICE: does it take the agreement's price list, encryption and Kombi variant (AMEND-1)?"""
    return any(
        one.subject.selects(offering, offering.combination)
        for one in at_work(DerivationKind.INHERITS_CHOICE, situation.catalog, situation.business_case)
    )


def ends_with_agreement(line: RuleLine, situation: Situation) -> bool:
    """INHERITS_TERM: does it end with the agreement it joins (UM-1, AMEND-1)?"""
    return any(
        one.subject.selects(line.offering, line.combination)
        for one in at_work(DerivationKind.INHERITS_TERM, situation.catalog, situation.business_case)
    )


def reasons(line: RuleLine, situation: Situation) -> Iterator[Wording]:
    """What people read at a line that something follows to."""
    for one in situation.catalog.derivations:
        if situation.business_case not in one.business_cases or not one.subject.selects(
            line.offering, line.combination
        ):
            continue
        match one.kind:
            case DerivationKind.INHERITS_TERM | DerivationKind.INHERITS_CHOICE:
                yield one.reason
            case DerivationKind.REPLACES if not situation.holds(line.offering.code) and _left_out(one, situation):
                yield one.reason


def _left_out(derivation: Derivation, situation: Situation) -> list[RuleLine]:
    """Lines of the agreement that could be replaced and are in the cart no more."""
    kept = {line.offering.code for line in situation.lines}
    replaced = derivation.object or Selector()
    return [
        line
        for line in situation.held
        if replaced.selects(line.offering, line.combination) and line.offering.code not in kept
    ]
