"""The rule engine: rules are the catalog's, each kind of rule is one small function here (CAT-5, CART-2).

A rule never looks at anything but the `Situation`. A new kind of rule is a new function, registered by its kind.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from cart.domain.catalog import BusinessCase, Catalog, Category, Offering, Rule, RuleKind, Selector
from cart.domain.wording import Saying


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line as rules see it. `combination` is the offering's trait, or the option chosen with a trunk (KOMBI-1)."""

    offering: Offering
    quantity: int
    line_id: UUID | None = None
    combination: bool = False
    computed: bool = False
    price_list: str | None = None


@dataclass(frozen=True)
class Situation:
    """What stands in the cart, and what the agreement already holds (empty for a new one)."""

    catalog: Catalog
    business_case: BusinessCase
    lines: tuple[RuleLine, ...]
    held: tuple[RuleLine, ...] = ()

    def chosen(self, selector: Selector) -> list[RuleLine]:
        """Lines that a person put into the cart; automatic ones are not his choice."""
        return [line for line in self.lines if not line.computed and selects(selector, line)]

    def standing(self, selector: Selector) -> list[RuleLine]:
        """Lines in the cart or in the agreement."""
        return [line for line in (*self.lines, *self.held) if selects(selector, line)]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that doesn't hold, in plain words, with the way out."""

    rule: str
    text: Saying
    remedy: Saying
    line_id: UUID | None = None


def selects(selector: Selector, line: RuleLine) -> bool:
    named = line.offering.category in selector.categories or line.offering.code in selector.codes
    return named and _traits_fit(selector, line)


def _traits_fit(selector: Selector, line: RuleLine) -> bool:
    return (selector.srtp is None or selector.srtp == line.offering.srtp) and (
        selector.combination is None or selector.combination == line.combination
    )


Question = Callable[[Rule, Situation], Iterable[RuleLine | None]]
"""Yields the line at which the rule is broken, or None where it is the whole cart."""

QUESTIONS: dict[RuleKind, Question] = {}


def question(kind: RuleKind) -> Callable[[Question], Question]:
    def register(function: Question) -> Question:
        QUESTIONS[kind] = function
        return function

    return register


def broken_rules(situation: Situation) -> list[Broken]:
    """Every rule of the catalog that doesn't hold, each once for each line concerned."""
    return [
        Broken(rule.id, rule.text, rule.remedy, line.line_id if line else None)
        for rule in situation.catalog.rules
        if applies(rule, situation.business_case)
        for line in QUESTIONS[rule.kind](rule, situation)
    ]


def applies(rule: Rule, case: BusinessCase) -> bool:
    """ONLY_IN names the cases in which something may be done, so it is asked in all the others."""
    if rule.kind is RuleKind.ONLY_IN:
        return case not in rule.business_cases
    return not rule.business_cases or case in rule.business_cases


@question(RuleKind.REQUIRES)
def requires(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    subjects = situation.chosen(rule.subject)
    if subjects and not situation.standing(_object(rule)):
        yield subjects[0]


@question(RuleKind.FITS_ONLY)
def fits_only(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    subjects = situation.standing(rule.subject)
    others = _categories_named(_object(rule), situation.catalog)
    if not subjects:
        return
    for line in (*situation.lines, *situation.held):
        misfit = line.offering.category in others and line not in subjects and not _fits(_object(rule), line)
        if misfit:
            culprit = next((one for one in (line, *subjects) if one.line_id is not None), None)
            if culprit is not None:
                yield culprit


@question(RuleKind.AT_MOST_ONE)
def at_most_one(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    chosen = situation.chosen(rule.subject)
    if not chosen:
        return
    standing = situation.standing(rule.subject)
    offerings = {line.offering.code for line in standing}
    if len(offerings) > 1 or (rule.quantity_one and sum(line.quantity for line in standing) > 1):
        yield chosen[-1]


@question(RuleKind.AT_LEAST_ONE)
def at_least_one(rule: Rule, situation: Situation) -> Iterator[None]:
    wanting = situation.chosen(_object(rule)) if rule.object is not None else list(situation.lines)
    if wanting and not situation.standing(rule.subject):
        yield None


@question(RuleKind.QUANTITY_EQUALS)
def quantity_equals(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    wanted = quantity_wanted(rule, situation.lines)
    for line in situation.lines:
        if selects(rule.subject, line) and line.quantity != wanted:
            yield line


@question(RuleKind.EXCLUDES)
def excludes(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    subjects = [line for line in situation.lines if selects(rule.subject, line)]
    objects = [line for line in situation.lines if selects(_object(rule), line) and line not in subjects]
    if subjects and objects:
        yield objects[-1]


@question(RuleKind.ONLY_IN)
def only_in(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    yield from situation.chosen(rule.subject)


@question(RuleKind.SAME_AS_AGREEMENT)
def same_as_agreement(rule: Rule, situation: Situation) -> Iterator[RuleLine]:
    held = {line.offering.code for line in situation.held}
    yield from (line for line in situation.chosen(rule.subject) if line.offering.code not in held)


def quantity_wanted(rule: Rule, lines: Iterable[RuleLine]) -> int:
    """The sum over the lines that a QUANTITY_EQUALS rule counts (FLAT-1, FLAT-5)."""
    return sum(line.quantity for line in lines if selects(_object(rule), line))


def counting_rules(catalog: Catalog, case: BusinessCase) -> list[Rule]:
    return [rule for rule in catalog.rules if rule.kind is RuleKind.QUANTITY_EQUALS and applies(rule, case)]


def _object(rule: Rule) -> Selector:
    if rule.object is None:
        raise ValueError(f"rule {rule.id} of kind {rule.kind} has no object")
    return rule.object


def _categories_named(selector: Selector, catalog: Catalog) -> set[Category]:
    offerings = (catalog.find(code) for code in selector.codes)
    return set(selector.categories) | {offering.category for offering in offerings if offering is not None}


def _fits(selector: Selector, line: RuleLine) -> bool:
    """Where codes are named they narrow the category down; traits always do."""
    by_code = not selector.codes or line.offering.code in selector.codes
    return by_code and _traits_fit(selector, line)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """A sum of money that stays exact, and has cents even when there is nothing to add."""
    return sum(amounts, Decimal("0.00"))
