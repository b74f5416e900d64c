"""Broken rules of the catalog with the ways to mend them; no way offered breaks another rule (CART-2)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from cart.domain import ways
from cart.domain.catalog import BusinessCase, Category, Rule, RuleKind, Selector
from cart.domain.rules import Broken, culprits
from cart.domain.situation import RuleLine, Situation
from cart.domain.ways import Way

MOST_WAYS = 6
"""More than these nobody reads."""


class Judgement:
    """A situation with the rules broken in it, so that a way can be tried before it is offered."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.found = {
            place: lines for place, rule in enumerate(situation.catalog.rules) if (lines := culprits(rule, situation))
        }

    def mends(self, rule: Rule, changed: Situation) -> bool:
        """Does the rule hold at fewer or other lines then, and every other one as before?"""
        for place, other in enumerate(changed.catalog.rules):
            if other.kind is RuleKind.QUANTITY_EQUALS:
                continue
            lines = culprits(other, changed)
            if other is rule and {one.line_id for one in lines} >= {one.line_id for one in self.found[place]}:
                return False
            if other is not rule and lines and place not in self.found:
                return False
        return True


Mending = Callable[[Rule, list[RuleLine], Judgement], Iterator[Way]]
MENDINGS: dict[RuleKind, Mending] = {}


def mending(kind: RuleKind) -> Callable[[Mending], Mending]:
    def register(function: Mending) -> Mending:
        MENDINGS[kind] = function
        return function

    return register


def broken_rules(situation: Situation) -> list[Broken]:
    """Every rule of the catalog that doesn't hold, once, with all lines concerned."""
    judgement = Judgement(situation)
    return [
        Broken(
            rule.id,
            rule.text,
            rule.remedy,
            tuple(line.line_id for line in lines if line.line_id is not None),
            tuple(islice(MENDINGS[rule.kind](rule, lines, judgement), MOST_WAYS)),
        )
        for rule, lines in ((situation.catalog.rules[place], lines) for place, lines in judgement.found.items())
    ]


@mending(RuleKind.REQUIRES)
def bring_or_leave(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    yield from _additions(rule, rule.needed, judgement)
    yield from ways.removals(lines)


@mending(RuleKind.AT_LEAST_ONE)
def bring_one(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    yield from _additions(rule, rule.subject, judgement)
    yield from ways.removals(lines)


@mending(RuleKind.FITS_ONLY)
def exchange_what_does_not_fit(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    parts = [line for line in lines if line.offering.category is not Category.TRUNK]
    yield from _exchanges(rule, [*parts, *(line for line in lines if line not in parts)], judgement)
    yield from ways.removals(parts)


@mending(RuleKind.AT_MOST_ONE)
def keep_one(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    only = lines[0]
    if rule.quantity_one and len(judgement.situation.standing(rule.subject)) == 1 and only.line_id is not None:
        yield ways.set_quantity(only.line_id, only.offering.name, 1)
    yield from ways.removals(lines)


@mending(RuleKind.QUANTITY_EQUALS)
def nothing_to_press(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    """The quantity is computed whenever the cart changes."""
    return iter(())


@mending(RuleKind.EXCLUDES)
def leave_one_side(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    return ways.removals(lines)


@mending(RuleKind.ONLY_IN)
def leave_or_go_there(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    yield from islice(ways.removals(lines), MOST_WAYS - 2)
    if BusinessCase.RENEWAL in rule.business_cases:
        yield from _renewal(judgement.situation)
    if BusinessCase.NEW_ORDER in rule.business_cases:
        yield ways.new_order()


@mending(RuleKind.SAME_AS_AGREEMENT)
def take_what_is_held(rule: Rule, lines: list[RuleLine], judgement: Judgement) -> Iterator[Way]:
    yield from islice((*_exchanges(rule, lines, judgement), *ways.removals(lines)), MOST_WAYS - 1)
    yield from _renewal(judgement.situation)


def _renewal(situation: Situation) -> Iterator[Way]:
    if situation.business_case is BusinessCase.REORDER and situation.agreement_id is not None:
        yield ways.renew(situation.agreement_id)


def _additions(rule: Rule, selector: Selector, judgement: Judgement) -> Iterator[Way]:
    situation = judgement.situation
    for line in situation.offered(selector):
        if judgement.mends(rule, situation.plus(line)):
            yield ways.add(line)


def _exchanges(rule: Rule, lines: Iterable[RuleLine], judgement: Judgement) -> Iterator[Way]:
    """Another offering of the same category in the line's place, with the same encryption first."""
    situation = judgement.situation
    there = {line.offering.code for line in situation.lines}
    for line in lines:
        if line.line_id is None or line.fixed:
            continue
        same_kind = situation.offered(Selector(categories=(line.offering.category,)))
        for other in sorted(same_kind, key=lambda one: one.offering.srtp != line.offering.srtp):
            if other.offering.code in there or _asks_otherwise(other, line):
                continue
            instead = replace(line, offering=other.offering, combination=other.combination)
            if judgement.mends(rule, situation.minus(line).plus(instead)):
                yield ways.exchange(line.line_id, line.offering.name, other.offering)


def _asks_otherwise(other: RuleLine, line: RuleLine) -> bool:
    """A trunk keeps its Kombi option when its variant is exchanged."""
    return line.offering.category is Category.TRUNK and other.combination != line.combination
