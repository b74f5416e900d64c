"""The rule engine against an independent solver that reads the same rules in another language."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import clingo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cart.domain.catalog import BusinessCase, Category, Family, Offering, Rule, RuleKind, Selector
from cart.domain.rules import applies, culprits
from cart.domain.situation import RuleLine, Situation
from tests.cart.sample import CATALOG, OFFERINGS, RULES, of, rule

KOMBI_TRUNK = of(Category.TRUNK, combination=True)
NEW = BusinessCase.NEW_ORDER
RULES_ASKED = (
    *RULES,
    rule("TRUNK-2", RuleKind.AT_MOST_ONE, (NEW,), of(Category.TRUNK), quantity_one=True),
    rule("TRUNK-3", RuleKind.AT_MOST_ONE, (), of(Category.VOICE_CHANNEL)),
    rule("TRUNK-1", RuleKind.EXCLUDES, (), of(Category.TRUNK), object=of(Category.LICENCE, Category.VOICE_FLATRATE)),
    rule("KOMBI-1", RuleKind.FITS_ONLY, (), of(Category.VOICE_CHANNEL, combination=True), object=KOMBI_TRUNK),
    rule("KOMBI-1", RuleKind.REQUIRES, (), KOMBI_TRUNK, object=of(Category.VOICE_CHANNEL, srtp=False)),
)
ASKED = replace(CATALOG, rules=RULES_ASKED)
POOL = [one for one in OFFERINGS if one.family in (Family.TRUNK, Family.CENTRAFLEX)][:18]
PROGRAM = """
selects(R, P, L) :- line(L, O, _, _), wants(R, P, category, C), category(O, C), fits(R, P, L).
selects(R, P, L) :- line(L, O, _, _), wants(R, P, code, O), fits(R, P, L).
misses(R, P, L) :- line(L, O, _, _), wants(R, P, srtp, T), not srtp(O, T).
misses(R, P, L) :- line(L, _, _, _), wants(R, P, combination, T), not kombi(L, T).
fits(R, P, L) :- line(L, _, _, _), rule(R, _), part(P), not misses(R, P, L).
part(subject). part(object).
in_cart(L) :- line(L, _, _, cart). in_cart(L) :- line(L, _, _, computed).
chosen(R, P, L) :- selects(R, P, L), line(L, _, _, cart).

broken(R) :- rule(R, requires), chosen(R, subject, _), not selects(R, object, _).
named(R, C) :- rule(R, fits_only), wants(R, object, category, C).
named(R, C) :- rule(R, fits_only), wants(R, object, code, O), category(O, C).
by_code(R) :- wants(R, object, code, _).
concerned(R, L, O) :- rule(R, fits_only), line(L, O, _, _), category(O, C), named(R, C).
misfit(R, L) :- concerned(R, L, O), by_code(R), not wants(R, object, code, O).
misfit(R, L) :- concerned(R, L, _), misses(R, object, L).
broken(R) :- misfit(R, L), selects(R, subject, S), not selects(R, subject, L), in_cart(L).
broken(R) :- misfit(R, L), selects(R, subject, S), not selects(R, subject, L), in_cart(S).
broken(R) :- rule(R, at_most_one), chosen(R, subject, _), selects(R, subject, A), selects(R, subject, B),
             line(A, O, _, _), line(B, Q, _, _), O != Q.
broken(R) :- rule(R, at_most_one), once(R), chosen(R, subject, _),
             #sum { N, L : selects(R, subject, L), line(L, _, N, _) } > 1.
broken(R) :- rule(R, at_least_one), chosen(R, object, _), not selects(R, subject, _).
total(R, S) :- rule(R, quantity_equals), S = #sum { N, L : selects(R, object, L), in_cart(L), line(L, _, N, _) }.
broken(R) :- rule(R, quantity_equals), total(R, S), selects(R, subject, L), in_cart(L), line(L, _, N, _), N != S.
broken(R) :- rule(R, excludes), selects(R, subject, S), in_cart(S), selects(R, object, L), in_cart(L),
             not selects(R, subject, L).
broken(R) :- rule(R, only_in), chosen(R, subject, _).
held(O) :- line(_, O, _, held).
broken(R) :- rule(R, same_as_agreement), chosen(R, subject, L), line(L, O, _, _), not held(O).
#show broken/1.
"""


def facts(situation: Situation) -> Iterator[str]:
    for one in OFFERINGS:
        yield f'category("{one.code}", "{one.category}"). srtp("{one.code}", {str(one.srtp).lower()}).'
    lines = [(line, "computed" if line.computed else "cart") for line in situation.lines]
    if situation.business_case is BusinessCase.RENEWAL:
        yield from (f'held("{line.offering.code}").' for line in situation.held)
    else:
        lines += [(line, "held") for line in situation.held]
    for nth, (line, where) in enumerate(lines):
        yield f'line({nth}, "{line.offering.code}", {line.quantity}, {where}).'
        yield f"kombi({nth}, {str(line.combination).lower()})."
    for nth, asked in enumerate(situation.catalog.rules):
        if applies(asked, situation.business_case):
            yield f"rule({nth}, {asked.kind})."
            yield from wanted(nth, asked)


def wanted(nth: int, asked: Rule) -> Iterator[str]:
    if asked.quantity_one:
        yield f"once({nth})."
    for part, selector in (("subject", asked.subject), ("object", asked.object or Selector())):
        for category in selector.categories:
            yield f'wants({nth}, {part}, category, "{category}").'
        for code in selector.codes:
            yield f'wants({nth}, {part}, code, "{code}").'
        for trait in ("srtp", "combination"):
            value = getattr(selector, trait)
            if value is not None:
                yield f"wants({nth}, {part}, {trait}, {str(value).lower()})."


def verdict_of_the_engine(situation: Situation) -> set[int]:
    """Rule by rule, since several share their number."""
    return {nth for nth, asked in enumerate(RULES_ASKED) if culprits(asked, situation)}


def verdict_of_the_solver(situation: Situation) -> set[int]:
    control = clingo.Control(["--warn=none"])
    control.add("base", [], PROGRAM + "\n".join(facts(situation)))
    control.ground([("base", [])])
    found: set[int] = set()
    control.solve(on_model=lambda model: found.update(one.arguments[0].number for one in model.symbols(shown=True)))
    return found


def lines(line_id: UUID | None) -> st.SearchStrategy[list[RuleLine]]:
    def line(offering: Offering, quantity: int, computed: bool, kombi: bool) -> RuleLine:
        mine = None if line_id is None else uuid4()
        return RuleLine(offering, quantity, mine, kombi, computed and line_id is not None)

    one = st.builds(line, st.sampled_from(POOL), st.integers(1, 3), st.booleans(), st.booleans())
    return st.lists(one, max_size=6)


@pytest.mark.rule("CART-2", "FLAT-1", "FLAT-2", "FLAT-4", "FLAT-5", "TRUNK-4", "MIN-1", "CTX-1")
@settings(max_examples=400, deadline=None)
@given(st.sampled_from(BusinessCase), lines(uuid4()), lines(None))
def test_engine_and_solver_find_the_same_rules_broken(
    case: BusinessCase, chosen: list[RuleLine], held: list[RuleLine]
) -> None:
    held = held if case is not BusinessCase.NEW_ORDER else []
    situation = Situation(ASKED, case, tuple(chosen), tuple(held))
    assert verdict_of_the_engine(situation) == verdict_of_the_solver(situation)
