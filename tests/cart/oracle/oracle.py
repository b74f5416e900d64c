"""Asks clingo: facts of the published catalog, rules of `rules.lp`; nothing of the cart service is imported here."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import clingo
from clingo import Function, Number, Symbol

from contracts.catalog.v1 import CatalogPublished, Derivation, Orderability, Rule, Selector
from tests.cart.oracle.case import ABLE, UNABLE, Case, Line, Verdict

PROGRAM = Path(__file__).with_name("rules.lp").read_text(encoding="utf-8")
NONE = Function("none")


class Oracle:
    """For one catalog; what follows from it alone is found once."""

    def __init__(self, published: CatalogPublished) -> None:
        control = clingo.Control(["--warn=none"])
        control.add("base", [], "\n".join(facts_of(published)))
        control.add(PROGRAM)
        control.ground([("base", [])])
        self._base = " ".join(f"{atom.symbol}." for atom in control.symbolic_atoms)
        self._program = PROGRAM[PROGRAM.index("#program start.") :]

    def ask(self, cases: Sequence[Case]) -> list[Verdict]:
        control = clingo.Control(["--warn=none"])
        facts = (fact for nth, case in enumerate(cases) for fact in facts_of_case(nth, case))
        control.add("base", [], self._base + " ".join(facts))
        control.add(self._program)
        steps = range(1, max((len(case.steps) for case in cases), default=0) + 1)
        parts = [(part, [Number(nth)]) for nth in steps for part in ("before", "step")]
        for part in [("base", []), ("start", []), *parts, ("finish", [])]:
            control.ground([part])
        return _verdicts(control, len(cases))


def _verdicts(control: clingo.Control, count: int) -> list[Verdict]:
    lines: dict[int, set[tuple[Line, int]]] = defaultdict(set)
    broken: dict[int, set[tuple[Symbol, str]]] = defaultdict(set)
    concerned: dict[tuple[int, Symbol], set[Line]] = defaultdict(set)
    for nth, line, quantity in _atoms(control, "amount"):
        lines[nth.number].add((_line(line), quantity.number))
    for nth, name, line in _atoms(control, "concerned"):
        concerned[nth.number, name].add(_line(line))
    for nth, name, rule in _atoms(control, "broken"):
        broken[nth.number].add((name, rule.string))
    return [
        Verdict.of(lines[nth], ((rule, concerned[nth, name]) for name, rule in broken[nth])) for nth in range(count)
    ]


def _atoms(control: clingo.Control, name: str) -> Iterator[list[Symbol]]:
    """All are facts: each case has exactly one answer."""
    for atom in control.symbolic_atoms.by_signature(name, 3):
        assert atom.is_fact, atom.symbol
        yield atom.symbol.arguments


def facts_of(published: CatalogPublished) -> Iterator[str]:
    """The catalog as facts; `priced(O,0)` is a price that holds for every term."""
    for one in published.catalog.offerings:
        code = f'"{one.code}"'
        yield f"offering({code}). category({code},{one.category}). family({code},{one.family})."
        yield f"srtp({code},{int(one.srtp)}). combination({code},{int(one.combination)})."
        if one.voice_ready:
            yield f"voice_ready({code})."
        if one.orderability is Orderability.DIGITAL:
            yield f"digital({code})."
            yield from (f"sold({code},{audience})." for audience in one.audiences)
        yield from (f"priced({code},{price.term_months or 0})." for price in one.prices)
        yield from (f'on_list({code},"{code_of_list}").' for code_of_list in one.price_lists)
    for price_list in published.catalog.price_lists:
        if price_list.orderability is Orderability.DIGITAL:
            yield from (f'list_sold("{price_list.code}",{audience}).' for audience in price_list.audiences)
    for nth, rule in enumerate(published.catalog.rules):
        yield f'rule(r({nth}),{rule.kind}). number(r({nth}),"{rule.id}").'
        if rule.quantity_one:
            yield f"once(r({nth}))."
        yield from _wants(f"r({nth})", rule)
    for nth, derivation in enumerate(published.catalog.derivations):
        yield f"derivation(d({nth}),{derivation.kind})."
        yield from _wants(f"d({nth})", derivation)


def _wants(name: str, one: Rule | Derivation) -> Iterator[str]:
    yield from (f"in_case({name},{case})." for case in one.business_cases)
    for part, selector in (("subject", one.subject), ("object", one.object or Selector())):
        yield from (f"wants({name},{part},category,{category})." for category in selector.categories)
        yield from (f'wants({name},{part},code,"{code}").' for code in selector.codes)
        if selector.srtp is not None:
            yield f"wants({name},{part},srtp,{int(selector.srtp)})."
        if selector.combination is not None:
            yield f"wants({name},{part},combination,{int(selector.combination)})."


def _begins(case: Case) -> date:
    """AMEND-2: after the current term, or the next month's first."""
    if case.starts == "after_term" and case.ends_on is not None and case.ends_on >= case.today:
        return case.ends_on + timedelta(days=1)
    return (case.today.replace(day=1) + timedelta(days=31)).replace(day=1)


def facts_of_case(k: int, case: Case) -> Iterator[str]:
    yield f"case({k},{case.business_case}). audience({k},{case.audience}). term({k},{case.term_months})."
    yield f"last({k},{len(case.steps)})."
    yield f"begins({k},{_begins(case).toordinal()}). judged({k},{case.judged_on.toordinal()})."
    for nth, step in enumerate(case.steps, 1):
        amount = f"{step.quantity or 0},{_list(step.price_list)},{int(step.combination)}"
        yield f'op({k},{nth},{step.does},"{step.offering}",{amount}).'
    still: dict[str, int] = defaultdict(int)
    for nth, one in enumerate(case.held):
        yield f'held({k},{nth},"{one.offering}",{one.quantity},{_list(one.price_list)},{int(one.combination)}).'
        still[one.offering] += one.quantity
    yield from (f'now({k},"{code}",{quantity}).' for code, quantity in still.items() if code != case.gone_since)
    if case.held:
        yield f"contract({k},{case.family},{case.status})."
    if case.bound is not None:
        yield f"bound({k},{case.bound})."
    if case.internet is not None:
        chosen = f"contract({case.internet})" if case.internet in (ABLE, UNABLE) else f'line("{case.internet}")'
        yield f"named_internet({k},{chosen})."
    told = {
        "carries": case.carries,
        "has_centraflex": case.has_centraflex,
        "changed": case.gone_since is not None,
        "renewing": case.renewing,
    }
    yield from (f"{name}({k})." for name, holds in told.items() if holds)


def _list(code: str | None) -> str:
    return f'"{code}"' if code else "none"


def _line(symbol: Symbol) -> Line:
    """`l(offering, list)` or, where it is computed, `c(offering)`."""
    offering, *rest = symbol.arguments
    price_list = rest[0].string if rest and rest[0] != NONE else None
    return Line(offering.string, price_list, computed=symbol.name == "c")
