"""The rule engine: rules are the catalog's, each kind of rule is one small function here (CAT-5, CART-2).

A rule never looks at anything but the `Situation`. A new kind of rule is a new function, registered by its kind.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from uuid import UUID

from cart.domain.catalog import BusinessCase, Catalog, Category, Rule, RuleKind, Selector
from cart.domain.situation import RuleLine, Situation
from cart.domain.ways import Way
from cart.domain.wording import Saying


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that doesn't hold: in plain words, with all the lines concerned and the ways out."""

    rule: str
    text: Saying
    remedy: Saying
    lines: tuple[UUID, ...] = ()
    ways: tuple[Way, ...] = ()

    @property
    def line_id(self) -> UUID | None:
        """Where to look first; None where it is the whole cart."""
        return self.lines[0] if self.lines else None


Question = Callable[[Rule, Situation], Iterable[RuleLine]]
"""The lines at which the rule is broken, held ones among them; none where it holds."""

QUESTIONS: dict[RuleKind, Question] = {}


def question(kind: RuleKind) -> Callable[[Question], Question]:
    def register(function: Question) -> Question:
        QUESTIONS[kind] = function
        return function

    return register


def applies(rule: Rule, case: BusinessCase) -> bool:
    """ONLY_IN names the cases in which something may be done, so it is asked in all the others."""
    if rule.kind is RuleKind.ONLY_IN:
        return case not in rule.business_cases
    return not rule.business_cases or case in rule.business_cases


def culprits(rule: Rule, situation: Situation) -> list[RuleLine]:
    """The lines of the cart at which the rule is broken. What the agreement holds can't be mended here."""
    if not applies(rule, situation.business_case):
        return []
    return [line for line in QUESTIONS[rule.kind](rule, situation) if line.line_id is not None]


@question(RuleKind.REQUIRES)
def requires(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    return () if situation.standing(rule.needed) else situation.chosen(rule.subject)


@question(RuleKind.FITS_ONLY)
def fits_only(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    subjects = situation.standing(rule.subject)
    if not subjects:
        return ()
    others = _categories_named(rule.needed, situation.catalog)
    misfits = [
        line
        for line in chain(situation.lines, situation.beside)
        if line.offering.category in others and not _fits(rule.needed, line) and line not in subjects
    ]
    return [*misfits, *subjects] if misfits else ()


@question(RuleKind.AT_MOST_ONE)
def at_most_one(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    chosen, standing = situation.chosen(rule.subject), situation.standing(rule.subject)
    several = len({line.offering.code for line in standing}) > 1
    return chosen if several or (rule.quantity_one and sum(line.quantity for line in standing) > 1) else ()


@question(RuleKind.AT_LEAST_ONE)
def at_least_one(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    if situation.standing(rule.subject):
        return ()
    return situation.lines if rule.object is None else situation.chosen(rule.object)


@question(RuleKind.QUANTITY_EQUALS)
def quantity_equals(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    wanted = quantity_wanted(rule.needed, situation)
    return [line for line in situation.in_cart(rule.subject) if line.quantity != wanted]


@question(RuleKind.EXCLUDES)
def excludes(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    subjects = situation.in_cart(rule.subject)
    objects = [line for line in situation.in_cart(rule.needed) if line not in subjects]
    return [*objects, *subjects] if subjects and objects else ()


@question(RuleKind.ONLY_IN)
def only_in(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    return situation.chosen(rule.subject)


@question(RuleKind.SAME_AS_AGREEMENT)
def same_as_agreement(rule: Rule, situation: Situation) -> Iterable[RuleLine]:
    return [line for line in situation.chosen(rule.subject) if not situation.holds(line.offering.code)]


def quantity_wanted(counted: Selector, situation: Situation) -> int:
    """The sum over the lines of the cart that are counted (FLAT-1, FLAT-5)."""
    return sum(line.quantity for line in situation.in_cart(counted))


def counting_rules(catalog: Catalog, case: BusinessCase) -> list[Rule]:
    return [rule for rule in catalog.rules if rule.kind is RuleKind.QUANTITY_EQUALS and applies(rule, case)]


def _categories_named(selector: Selector, catalog: Catalog) -> set[Category]:
    offerings = (catalog.find(code) for code in selector.codes)
    return set(selector.categories) | {offering.category for offering in offerings if offering is not None}


def _fits(selector: Selector, line: RuleLine) -> bool:
    """Where codes are named they narrow the category down; traits always do."""
    by_code = not selector.codes or line.offering.code in selector.codes
    by_srtp = selector.srtp is None or selector.srtp == line.offering.srtp
    return by_code and by_srtp and (selector.combination is None or selector.combination == line.combination)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """A sum of money that stays exact, and has cents even when there is nothing to add."""
    return sum(amounts, Decimal("0.00"))
