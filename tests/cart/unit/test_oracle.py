"""Engine and oracle say the same of any cart: the finished lines, and every broken rule with the lines concerned.

The oracle is `tests/cart/oracle`: published catalog and docs/rules.md in clingo. `make oracle` asks ten thousand cases.
"""

import os
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementLine, Cause, Upcoming
from cart.domain.cart import Cart, Internet
from cart.domain.cart_line import CartLine
from cart.domain.catalog import Audience, BusinessCase, Catalog, Family
from cart.domain.lifecycle import AgreementStatus
from cart.domain.particulars import Person
from cart.domain.renewal import Starts
from cart.domain.standing_rules import judge
from cart.domain.surroundings import Surroundings
from catalog.adapters.files import read_folder
from catalog.application.publish import published
from contracts.catalog import v1 as contract
from contracts.shapes import Audience as SharedAudience
from tests.cart.oracle.case import ABLE, UNABLE, Case, Held, Line, Step, Verdict
from tests.cart.oracle.oracle import Oracle
from tests.cart.sample import CUSTOMER, NOW
from tests.cart.unit.test_shipped_catalog import CATALOG, FOLDER

PUBLISHED = published(read_folder(FOLDER), NOW)
ORACLE = Oracle(PUBLISHED)
CASES = int(os.environ.get("CASES", "500"))
AT_ONCE = 50
CONTRACTS = {ABLE: uuid4(), UNABLE: uuid4()}
NEW, REORDER, RENEWAL = (
    contract.BusinessCase.NEW_ORDER,
    contract.BusinessCase.REORDER,
    contract.BusinessCase.RENEWAL,
)
TODAY = date(2026, 11, 23)


# the engine ---------------------------------------------------------------------------------------


def verdict_of_the_engine(case: Case) -> Verdict:
    agreement = agreement_of(case) if case.held else None
    carried = {CONTRACTS[ABLE]: "VT-100009"} if case.carries else {}
    around = Surroundings(CATALOG, case.today, agreement, carried, case.has_centraflex)
    cart = cart_of(case, agreement)
    if agreement is not None and case.business_case is RENEWAL:
        cart.begin_from(agreement, CATALOG, uuid4)
    cart.compute(around)
    for step in case.steps:
        try:
            take(step, cart, around)
        except refusals.Refusal:
            continue
    name_internet(case, cart, around)
    if agreement is not None and case.gone_since is not None:
        agreement.lines = [line for line in agreement.lines if line.offering != case.gone_since]
        agreement.version += 1
    broken = judge(cart, replace(around, today=case.judged_on))
    lines = {line.line_id: line for line in cart.lines}
    return Verdict.of(
        ((key_of(line), line.quantity) for line in cart.lines),
        ((one.rule, [key_of(lines[line_id]) for line_id in one.lines]) for one in broken),
    )


def key_of(line: CartLine) -> Line:
    return Line(line.offering, line.price_list, line.computed)


def agreement_of(case: Case) -> Agreement:
    agreement = Agreement(
        uuid4(),
        "VT-100001",
        CUSTOMER,
        Audience(case.audience),
        Family(case.family),
        uuid4(),
        [held_line(one, CATALOG) for one in case.held],
        case.term_months,
        NOW,
        status=AgreementStatus(case.status),
        ends_on=case.ends_on,
        combination_agreement_id=CONTRACTS[case.bound] if case.bound else None,
    )
    if case.renewing:
        cause = Cause(uuid4(), "AU-1", BusinessCase.RENEWAL, "Petra")
        agreement.upcoming = Upcoming(TODAY, (), 24, cause)
    return agreement


def held_line(one: Held, catalog: Catalog) -> AgreementLine:
    offering = catalog.find(one.offering)
    assert offering is not None
    name, category = offering.name, offering.category
    price = Decimal(1), Decimal(2)
    return AgreementLine(
        uuid4(), one.offering, name, category, one.quantity, *price, one.price_list, offering.srtp, one.combination
    )


def cart_of(case: Case, agreement: Agreement | None) -> Cart:
    renews = case.business_case is RENEWAL
    return Cart(
        uuid4(),
        "W-1",
        CUSTOMER,
        Audience(case.audience),
        BusinessCase(case.business_case),
        CATALOG.version,
        Person("Petra", "petra@telepartner.example"),
        NOW,
        "Petra",
        term_months=case.term_months,
        agreement_id=agreement.agreement_id if agreement else None,
        agreement_version=agreement.version if agreement else None,
        starts=Starts(case.starts) if renews else None,
    )


def take(step: Step, cart: Cart, around: Surroundings) -> None:
    if step.does == "add":
        cart.add(uuid4(), step.offering, step.quantity, step.price_list, step.combination, around)
        return
    line_id = line_of(step.offering, cart)
    if line_id is not None and step.does == "remove":
        cart.remove(line_id, around)
    elif line_id is not None:
        cart.change(line_id, step.quantity, None, around)


def line_of(code: str, cart: Cart) -> UUID | None:
    return next((line.line_id for line in cart.lines if line.offering == code and not line.computed), None)


def name_internet(case: Case, cart: Cart, around: Surroundings) -> None:
    if case.internet in CONTRACTS:
        cart.settle(around, internet=Internet(agreement_id=CONTRACTS[case.internet]))
    elif case.internet is not None and (line_id := line_of(case.internet, cart)) is not None:
        cart.settle(around, internet=Internet(line_id=line_id))


# cases, most of them nearly valid -----------------------------------------------------------------


def codes(category: str, audience: SharedAudience | None = None) -> list[str]:
    return [
        one.code
        for one in PUBLISHED.catalog.offerings
        if one.category == category and (audience is None or audience in one.audiences)
    ]


EVERYTHING = [one.code for one in PUBLISHED.catalog.offerings]
LISTS = [one.code for one in PUBLISHED.catalog.price_lists]
CENTRAFLEX_FLATS = [code for code in codes("voice_flatrate") if "CENTRAFLEX" in code]
TRUNK_FLATS = [code for code in codes("voice_flatrate") if code not in CENTRAFLEX_FLATS]
quantities = st.integers(1, 12)
rarely = st.sampled_from([True, *[False] * 7])
sometimes = st.sampled_from([True, False, False])


def some(draw: st.DrawFn, of: list[str], most: int) -> list[str]:
    return draw(st.lists(st.sampled_from(of), max_size=most, unique=True))


def channel_for(draw: st.DrawFn, trunk: str, kombi: bool) -> str:
    """One that fits, save now and then."""
    if draw(rarely):
        return draw(st.sampled_from(codes("voice_channel")))
    team, srtp = "-TEAM" if trunk.endswith("TEAM") else "", "-SRTP" if draw(sometimes) else ""
    return f"VOICE-CHANNEL{team}{'-KOMBI' if kombi and not team and draw(st.booleans()) else ''}{srtp}"


def trunk_steps(draw: st.DrawFn, audience: SharedAudience) -> list[Step]:
    trunk, kombi = draw(st.sampled_from(codes("trunk", audience))), draw(sometimes)
    price_list = draw(st.sampled_from(LISTS))
    steps = [Step("add", trunk, combination=kombi)]
    steps.append(Step("add", channel_for(draw, trunk, kombi), draw(quantities), None if draw(rarely) else price_list))
    flats = some(draw, TRUNK_FLATS, 3)
    if flats and not draw(rarely):
        flats = list(dict.fromkeys(["FLAT-NATIONAL", *flats]))
    steps += [Step("add", code, draw(st.none() | quantities)) for code in flats]
    steps += [Step("add", code, draw(quantities)) for code in some(draw, codes("minute_package"), 2)]
    if draw(sometimes):
        steps.append(Step("add", "UNIFIED-MESSAGING"))
    if kombi and draw(st.booleans()):
        steps.append(Step("add", draw(st.sampled_from(codes("internet", audience)))))
    return steps


def centraflex_steps(draw: st.DrawFn) -> list[Step]:
    licences = some(draw, codes("licence"), 2) or ([] if draw(rarely) else codes("licence")[:1])
    others = some(draw, [*codes("service"), *codes("device"), *codes("consulting")], 2)
    flats = some(draw, CENTRAFLEX_FLATS, 2 if draw(rarely) else 1)
    return [Step("add", code, draw(quantities)) for code in [*licences, *flats, *others]]


def held_by(draw: st.DrawFn, family: str, audience: SharedAudience) -> tuple[Held, ...]:
    """What an agreement may hold; a channel may have been reordered."""
    if family == "internet":
        return (Held(draw(st.sampled_from(codes("internet", audience))), 1),)
    if family == "centraflex":
        licences = {code: draw(quantities) for code in some(draw, codes("licence"), 2) or codes("licence")[:1]}
        flats = dict.fromkeys(some(draw, CENTRAFLEX_FLATS, 1), sum(licences.values()))
        services = {code: draw(quantities) for code in some(draw, codes("service"), 2)}
        return tuple(Held(code, quantity) for code, quantity in (licences | flats | services).items())
    trunk, channels = draw(st.sampled_from(codes("trunk", audience))), draw(quantities)
    kombi = draw(sometimes) and not trunk.endswith("TEAM")
    channel = f"VOICE-CHANNEL{'-TEAM' if trunk.endswith('TEAM') else '-KOMBI' if kombi else ''}"
    channel += "-SRTP" if draw(sometimes) else ""
    price_list = draw(st.sampled_from(LISTS))
    flats = some(draw, TRUNK_FLATS, 2)
    held = [Held(trunk, 1, combination=kombi), Held(channel, channels, price_list, kombi)]
    if draw(sometimes):
        held.append(Held(channel, 2, price_list, kombi))
    held += [Held(code, channels) for code in (["FLAT-NATIONAL", *flats] if flats else [])]
    held += [Held(code, draw(quantities)) for code in some(draw, codes("minute_package"), 2)]
    return (*held, *([Held("UNIFIED-MESSAGING", 1)] if draw(sometimes) else []))


def any_step(draw: st.DrawFn, known: list[str]) -> Step:
    does = draw(st.sampled_from(["add", "add", "remove", "set"]))
    code = draw(st.sampled_from(known if known and draw(st.booleans()) else EVERYTHING))
    quantity = draw(quantities if does == "set" else st.none() | quantities)
    listed = code.startswith("VOICE-CHANNEL") != draw(rarely)
    price_list = draw(st.none() | st.sampled_from(LISTS)) if does == "add" and listed else None
    return Step(does, code, quantity, price_list, does == "add" and draw(rarely))


def amending_steps(draw: st.DrawFn, case: contract.BusinessCase, held: tuple[Held, ...]) -> list[Step]:
    """A reorder of what is held; in a renewal another channel, flatrate or price list in its place."""
    steps = []
    for one in held:
        if one.offering in codes("trunk") or one.offering in codes("internet") or draw(sometimes):
            continue
        if one.offering in codes("voice_channel"):
            other = one.offering.removesuffix("-SRTP") if draw(st.booleans()) else one.offering
            steps.append(Step("add", other, draw(st.none() | quantities), draw(st.none() | st.sampled_from(LISTS))))
        elif one.offering in codes("voice_flatrate"):
            if case is RENEWAL:
                steps.append(Step("remove", one.offering))
        else:
            steps.append(Step("add" if case is REORDER else "set", one.offering, draw(quantities)))
    if draw(sometimes):
        steps.append(Step("add", draw(st.sampled_from(["UNIFIED-MESSAGING", *codes("service"), *CENTRAFLEX_FLATS]))))
    return steps


@st.composite
def cases(draw: st.DrawFn) -> Case:
    audience = draw(st.sampled_from(SharedAudience))
    business_case = draw(st.sampled_from([NEW, REORDER, RENEWAL]))
    known: tuple[Held, ...] = ()
    family, bound = "trunk", None
    if business_case is NEW:
        steps = trunk_steps(draw, audience) if draw(st.booleans()) else centraflex_steps(draw)
        if draw(rarely):
            steps += trunk_steps(draw, audience)
    else:
        families = ["trunk", "trunk", "centraflex"] + (["internet"] if business_case is RENEWAL else [])
        family = draw(st.sampled_from(families))
        known = held_by(draw, family, audience)
        steps = amending_steps(draw, business_case, known)
        bound = draw(st.sampled_from([ABLE, ABLE, UNABLE])) if any(one.combination for one in known) else None
    there = [step.offering for step in steps] + [one.offering for one in known]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        steps.insert(draw(st.integers(0, len(steps))), any_step(draw, there))
    internet = draw(st.sampled_from([None, None, ABLE, UNABLE, *codes("internet", audience)]))
    ends_on = draw(st.none() | st.sampled_from([TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=300)]))
    return Case(
        business_case,
        audience,
        draw(st.sampled_from([12, 24, 36])) if not draw(rarely) else 48,
        tuple(steps),
        known,
        family,
        draw(st.sampled_from(["active"] * 6 + ["ready", "terminating", "in_set_up"])),
        bound,
        draw(rarely),
        ends_on,
        draw(st.sampled_from(["after_term", "next_month"])),
        internet if draw(sometimes) else None,
        not draw(rarely),
        draw(rarely),
        draw(st.sampled_from([one.offering for one in known])) if known and draw(rarely) else None,
        TODAY,
        TODAY + timedelta(days=draw(st.sampled_from([0, 0, 0, 0, 1, 9, 400]))),
    )


SHOWN = "CART-2 CART-3 TRUNK-2 TRUNK-3 TRUNK-4 PRICE-1 PRICE-2 FLAT-1 FLAT-2 FLAT-3 FLAT-4 FLAT-5 MIN-1 UM-1 KOMBI-1"
SHOWN += " KOMBI-2 CTX-1 CTX-2 CTX-3 CTX-4 AMEND-1 AMEND-2 CAT-6 ORD-3"


@pytest.mark.rule(*SHOWN.split())
@pytest.mark.timeout(7200)
@settings(
    max_examples=CASES // AT_ONCE,
    deadline=None,
    derandomize="CASES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(st.lists(cases(), min_size=AT_ONCE, max_size=AT_ONCE))
def test_engine_and_oracle_say_the_same(asked: list[Case]) -> None:
    for case, verdict in zip(asked, ORACLE.ask(asked), strict=True):
        assert verdict_of_the_engine(case) == verdict, case
