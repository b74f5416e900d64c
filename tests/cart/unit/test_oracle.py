"""The rule engine against an independent solver that reads the same rules in another language."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import clingo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cart.domain.catalog import BusinessCase, Rule, Selector
from cart.domain.rules import RuleLine, Situation, applies, broken_rules
from tests.cart.sample import CATALOG, OFFERINGS

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
    lines += [(line, "held") for line in situation.held]
    for nth, (line, where) in enumerate(lines):
        yield f'line({nth}, "{line.offering.code}", {line.quantity}, {where}).'
        yield f"kombi({nth}, {str(line.combination).lower()})."
    for nth, rule in enumerate(situation.catalog.rules):
        if applies(rule, situation.business_case):
            yield f"rule({nth}, {rule.kind})."
            yield from wanted(nth, rule)


def wanted(nth: int, rule: Rule) -> Iterator[str]:
    if rule.quantity_one:
        yield f"once({nth})."
    for part, selector in (("subject", rule.subject), ("object", rule.object or Selector())):
        for category in selector.categories:
            yield f'wants({nth}, {part}, category, "{category}").'
        for code in selector.codes:
            yield f'wants({nth}, {part}, code, "{code}").'
        for trait in ("srtp", "combination"):
            value = getattr(selector, trait)
            if value is not None:
                yield f"wants({nth}, {part}, {trait}, {str(value).lower()})."


def verdict_of_the_solver(situation: Situation) -> set[str]:
    control = clingo.Control(["--warn=none"])
    control.add("base", [], PROGRAM + "\n".join(facts(situation)))
    control.ground([("base", [])])
    found: set[str] = set()
    control.solve(
        on_model=lambda model: found.update(
            situation.catalog.rules[atom.arguments[0].number].id for atom in model.symbols(shown=True)
        )
    )
    return found


def lines(line_id: UUID | None) -> st.SearchStrategy[list[RuleLine]]:
    def line(place: int, quantity: int, computed: bool) -> RuleLine:
        offering = OFFERINGS[place]
        mine = None if line_id is None else uuid4()
        kombi = offering.combination
        return RuleLine(offering, quantity, mine, kombi, computed and line_id is not None)

    one = st.builds(line, st.integers(0, len(OFFERINGS) - 1), st.integers(1, 4), st.booleans())
    return st.lists(one, max_size=5)


@pytest.mark.rule("CART-2", "FLAT-1", "FLAT-2", "FLAT-4", "FLAT-5", "TRUNK-4", "MIN-1", "CTX-1")
@given(st.sampled_from(BusinessCase), lines(uuid4()), lines(None))
def test_engine_and_solver_find_the_same_rules_broken(
    case: BusinessCase, chosen: list[RuleLine], held: list[RuleLine]
) -> None:
    held = held if case is not BusinessCase.NEW_ORDER else []
    situation = Situation(CATALOG, case, tuple(chosen), tuple(held))
    assert {one.rule for one in broken_rules(situation)} == verdict_of_the_solver(situation)
