"""Every broken rule names its lines and ways out, and each way does what it says."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementLine
from cart.domain.cart import Cart, Internet
from cart.domain.catalog import Audience, BusinessCase, Category, Family, Orderability
from cart.domain.lifecycle import AgreementStatus
from cart.domain.rules import Broken
from cart.domain.standing_rules import judge
from cart.domain.surroundings import Surroundings
from cart.domain.ways import Action, Way
from cart.domain.wording import Saying
from tests.cart.sample import CUSTOMER, NOW
from tests.cart.unit.test_shipped_catalog import AROUND, CATALOG, CONNECT, broken, cart_of

ELSEWHERE = (Action.RENEW, Action.NEW_ORDER)
INTERNET_CONTRACT = UUID("01930000-0000-7000-8000-00000000d51a")
LISTS = [one.code for one in CATALOG.price_lists]
SHOPPED = [one for one in CATALOG.offerings if one.category not in ("usage_site", "number_block", "porting")]
"""Discontinued and manual ones too: their refusal is no way's business."""


def agreement_of(*held: tuple[str, int], price_list: str = "PL-STANDARD", combination: bool = False) -> Agreement:
    lines = []
    for code, quantity in held:
        one = CATALOG.find(code)
        assert one is not None, code
        lines.append(
            AgreementLine(
                uuid4(),
                code,
                one.name,
                one.category,
                quantity,
                Decimal("1.00"),
                Decimal("2.00"),
                price_list if one.price_lists else None,
                one.srtp,
                one.combination or (combination and one.category is Category.TRUNK),
            )
        )
    family = Family(CATALOG.find(held[0][0]).family)
    status = AgreementStatus.ACTIVE
    return Agreement(uuid4(), "VT-100001", CUSTOMER, Audience.BUSINESS, family, uuid4(), lines, 24, NOW, status=status)


def amendment(case: BusinessCase, agreement: Agreement) -> tuple[Cart, Surroundings]:
    """A cart on an agreement; a renewal begins with what is held."""
    around = replace(AROUND, agreement=agreement)
    cart = cart_of(case=case)
    cart.agreement_id, cart.agreement_number = agreement.agreement_id, agreement.number
    cart.agreement_version = agreement.version
    if case is BusinessCase.RENEWAL:
        cart.begin_from(agreement, CATALOG, uuid4)
        cart.compute(around)
    return cart, around


def press(cart: Cart, way: Way, around: Surroundings) -> None:
    match way.action:
        case Action.ADD:
            assert way.offering is not None
            cart.add(uuid4(), way.offering, way.quantity, way.price_list, bool(way.combination), around)
        case Action.REMOVE:
            cart.remove(way.line_id, around)
        case Action.EXCHANGE | Action.SET_QUANTITY | Action.CHOOSE_PRICE_LIST:
            cart.change(way.line_id, way.quantity, way.price_list, around, way.offering)
        case Action.CHOOSE_TERM:
            cart.settle(around, term_months=way.term_months)
        case Action.CHOOSE_INTERNET:
            cart.settle(around, internet=Internet(way.agreement_id, way.line_id))
        case Action.DROP_COMBINATION:
            cart.settle(around, without_combination=True)
        case _:
            pytest.fail(f"{way.action} is pressed elsewhere")


def told(found: list[Broken], rule: str) -> Broken:
    return next(one for one in found if one.rule == rule)


def labels(one: Broken) -> list[str]:
    return [way.action.value + ":" + (way.offering or "") for way in one.ways]


@pytest.mark.rule("CART-2", "TRUNK-2")
def test_a_bare_trunk_offers_the_channels_that_fit_it() -> None:
    cart = cart_of((CONNECT, 1))
    one = told(judge(cart, AROUND), "TRUNK-2")
    assert one.lines == (cart.lines[0].line_id,)
    assert labels(one) == ["add:VOICE-CHANNEL", "add:VOICE-CHANNEL-SRTP", "remove:"]


@pytest.mark.rule("CART-2", "TRUNK-4")
def test_a_channel_that_does_not_fit_can_be_exchanged_and_keeps_quantity_and_price_list() -> None:
    cart = cart_of((CONNECT, 1), ("VOICE-CHANNEL-TEAM-SRTP", 7))
    one = told(judge(cart, AROUND), "TRUNK-4")
    assert set(one.lines) == {line.line_id for line in cart.lines}
    assert one.ways[0].offering == "VOICE-CHANNEL-SRTP"
    press(cart, one.ways[0], AROUND)
    assert [(line.offering, line.quantity, line.price_list) for line in cart.lines[1:]] == [
        ("VOICE-CHANNEL-SRTP", 7, "PL-STANDARD")
    ]
    assert broken(cart) == set()


@pytest.mark.rule("FLAT-4", "CART-2")
def test_what_only_a_renewal_can_do_leads_there() -> None:
    agreement = agreement_of((CONNECT, 1), ("VOICE-CHANNEL", 10))
    cart, around = amendment(BusinessCase.REORDER, agreement)
    cart.add(uuid4(), "FLAT-NATIONAL", 1, None, False, around)
    cart.add(uuid4(), "FLAT-MOBILE", 1, None, False, around)
    one = told(judge(cart, around), "FLAT-4")
    assert set(one.lines) == {line.line_id for line in cart.lines}
    assert labels(one) == ["remove:", "remove:", "renew:", "new_order:"]
    assert one.ways[2].agreement_id == agreement.agreement_id


@pytest.mark.rule("KOMBI-2", "CART-2")
def test_a_kombi_offers_the_internet_contracts_by_number_and_doing_without() -> None:
    cart = cart_of((CONNECT, 1), ("VOICE-CHANNEL", 4), combination=True)
    around = replace(AROUND, combinable={INTERNET_CONTRACT: "VT-100099"})
    one = told(judge(cart, around), "KOMBI-2")
    assert [way.action for way in one.ways] == [Action.CHOOSE_INTERNET, Action.DROP_COMBINATION]
    press(cart, one.ways[0], around)
    assert broken(cart, around) == set()
    press(cart, one.ways[1], around)
    assert [line.offering for line in cart.lines] == [CONNECT, "VOICE-CHANNEL"]
    assert broken(cart, around) == set()


@pytest.mark.rule("KOMBI-2")
def test_an_internet_product_added_to_a_kombi_carries_it() -> None:
    cart = cart_of((CONNECT, 1), ("VOICE-CHANNEL", 4), combination=True)
    first = told(judge(cart, AROUND), "KOMBI-2").ways[0]
    assert first.action is Action.ADD
    press(cart, first, AROUND)
    assert broken(cart) == set()


@pytest.mark.rule("PRICE-2", "AMEND-2")
def test_in_a_renewal_the_other_channel_takes_the_place_of_the_one_held() -> None:
    agreement = agreement_of((CONNECT, 1), ("VOICE-CHANNEL", 10), ("FLAT-NATIONAL", 10), price_list="PL-NATIONAL")
    cart, around = amendment(BusinessCase.RENEWAL, agreement)
    assert broken(cart, around) == set()
    cart.add(uuid4(), "VOICE-CHANNEL-SRTP", None, None, False, around)
    assert [(line.offering, line.quantity, line.price_list) for line in cart.lines] == [
        (CONNECT, 1, None),
        ("VOICE-CHANNEL-SRTP", 10, "PL-NATIONAL"),
        ("FLAT-NATIONAL", 10, None),
    ]
    assert [reason.de for reason in cart.lines[1].reasons] == ["Tritt an die Stelle des bisherigen Sprachkanals."]
    assert broken(cart, around) == set()
    cart.add(uuid4(), "VOICE-CHANNEL", 3, "PL-STANDARD", False, around)
    assert [(line.offering, line.quantity, line.price_list) for line in cart.lines[1:]] == [
        ("VOICE-CHANNEL", 3, "PL-STANDARD"),
        ("FLAT-NATIONAL", 3, None),
    ]
    assert broken(cart, around) == set()


@pytest.mark.rule("PRICE-1", "FLAT-4", "MIN-1", "UM-1", "AMEND-2")
def test_in_a_renewal_price_list_flatrates_minute_packages_and_messaging_change() -> None:
    agreement = agreement_of((CONNECT, 1), ("VOICE-CHANNEL", 4), ("FLAT-NATIONAL", 4), ("MINUTES-WORLD-500", 2))
    cart, around = amendment(BusinessCase.RENEWAL, agreement)
    by_code = {line.offering: line.line_id for line in cart.lines}
    cart.change(by_code["VOICE-CHANNEL"], None, "PL-INTERNATIONAL", around)
    cart.remove(by_code["FLAT-NATIONAL"], around)
    cart.remove(by_code["MINUTES-WORLD-500"], around)
    cart.add(uuid4(), "MINUTES-MOBILE-500", 3, None, False, around)
    cart.add(uuid4(), "UNIFIED-MESSAGING", 1, None, False, around)
    assert broken(cart, around) == set()
    cart.add(uuid4(), "FLAT-EUROPE", 1, None, False, around)
    assert broken(cart, around) == {"FLAT-2"}


@pytest.mark.rule("FLAT-5", "AMEND-2")
def test_in_a_renewal_one_centraflex_flatrate_takes_the_place_of_the_other() -> None:
    agreement = agreement_of(("CENTRAFLEX-LICENCE-BASIC", 5), ("CENTRAFLEX-FLAT-NATIONAL", 5))
    cart, around = amendment(BusinessCase.RENEWAL, agreement)
    cart.add(uuid4(), "CENTRAFLEX-FLAT-EUROPE", None, None, False, around)
    assert [(line.offering, line.quantity) for line in cart.lines] == [
        ("CENTRAFLEX-LICENCE-BASIC", 5),
        ("CENTRAFLEX-FLAT-EUROPE", 5),
    ]
    assert broken(cart, around) == set()


@pytest.mark.rule("AMEND-2", "CAT-4")
def test_what_is_no_longer_sold_may_stay_in_a_renewal_but_not_grow() -> None:
    agreement = agreement_of(("IPFONIE-BASIC", 1), ("VOICE-CHANNEL", 4), ("MINUTES-WORLD-500", 2))
    gone = Orderability.DISCONTINUED
    offerings = tuple(
        replace(one, orderability=gone) if one.code == "MINUTES-WORLD-500" else one for one in CATALOG.offerings
    )
    cart, around = amendment(BusinessCase.RENEWAL, agreement)
    around = replace(around, catalog=replace(CATALOG, offerings=offerings))
    cart.compute(around)
    assert broken(cart, around) == set()
    minutes = cart.lines[2].line_id
    cart.change(minutes, 3, None, around)
    one = told(judge(cart, around), "AMEND-2")
    assert one.lines == (minutes,)
    assert [(way.action, way.quantity) for way in one.ways] == [(Action.SET_QUANTITY, 2), (Action.REMOVE, None)]
    cart.remove(minutes, around)
    cart.add(uuid4(), "MINUTES-WORLD-500", 2, None, False, around)
    assert broken(cart, around) == set()
    cart, around = amendment(BusinessCase.REORDER, agreement)
    with pytest.raises(refusals.Discontinued):
        cart.add(uuid4(), "IPFONIE-BASIC", 1, None, False, around)


@pytest.mark.rule("AMEND-2")
def test_only_added_quantity_costs_a_one_time_fee_also_where_one_takes_the_place_of_another() -> None:
    agreement = agreement_of((CONNECT, 1), ("VOICE-CHANNEL", 10))
    cart, around = amendment(BusinessCase.RENEWAL, agreement)
    assert cart.one_time == 0
    cart.add(uuid4(), "VOICE-CHANNEL-SRTP", 12, None, False, around)
    channel = cart.lines[1]
    assert (channel.held_quantity, channel.one_time_total) == (10, 2 * channel.one_time)


@pytest.mark.rule("UM-1", "AMEND-1")
def test_what_joins_a_contract_says_that_it_ends_with_it() -> None:
    agreement = agreement_of((CONNECT, 1), ("VOICE-CHANNEL", 10), ("FLAT-NATIONAL", 10))
    agreement.ends_on = AROUND.today.replace(year=2028)
    cart, around = amendment(BusinessCase.REORDER, agreement)
    cart.add(uuid4(), "UNIFIED-MESSAGING", 1, None, False, around)
    cart.add(uuid4(), "VOICE-CHANNEL", 2, None, False, around)
    assert {line.offering for line in cart.lines if line.ends_on == agreement.ends_on} == {
        "UNIFIED-MESSAGING",
        "VOICE-CHANNEL",
        "FLAT-NATIONAL",
    }
    assert all(line.reasons for line in cart.lines)
    assert broken(cart, around) == set()


@pytest.mark.rule("AMEND-1", "PRICE-2", "KOMBI-1")
def test_a_reorder_takes_encryption_and_kombi_of_the_contract() -> None:
    agreement = agreement_of((CONNECT, 1), ("VOICE-CHANNEL-KOMBI-SRTP", 10), combination=True)
    cart, around = amendment(BusinessCase.REORDER, agreement)
    cart.add(uuid4(), "VOICE-CHANNEL", 2, None, False, around)
    assert [line.offering for line in cart.lines] == ["VOICE-CHANNEL-KOMBI-SRTP"]
    assert broken(cart, around) == set()


CASES = st.sampled_from([BusinessCase.NEW_ORDER, BusinessCase.REORDER, BusinessCase.RENEWAL])
AGREEMENTS = st.sampled_from(
    [
        ((CONNECT, 1), ("VOICE-CHANNEL", 10), ("FLAT-NATIONAL", 10), ("MINUTES-WORLD-500", 2)),
        ((CONNECT, 1), ("VOICE-CHANNEL-KOMBI-SRTP", 3)),
        (("IPFONIE-BASIC", 1), ("VOICE-CHANNEL-SRTP", 4), ("UNIFIED-MESSAGING", 1)),
        (("IPFONIE-EXTENDED-TEAM", 1), ("VOICE-CHANNEL-TEAM", 4)),
        (("CENTRAFLEX-LICENCE-BASIC", 5), ("CENTRAFLEX-FLAT-NATIONAL", 5)),
    ]
)
ADDITIONS = st.lists(
    st.tuples(
        st.sampled_from([one.code for one in SHOPPED]),
        st.none() | st.integers(1, 3),
        st.none() | st.sampled_from(LISTS),
        st.booleans(),
    ),
    max_size=5,
)


def standing_at(found: list[Broken]) -> Counter[tuple[str, Saying, frozenset[UUID]]]:
    """Rules share their numbers, so what is said counts too."""
    return Counter((one.rule, one.text, frozenset(one.lines)) for one in found)


@pytest.mark.rule("CART-2")
@settings(max_examples=300, deadline=None)
@given(CASES, AGREEMENTS, ADDITIONS, st.sampled_from([12, 24, 36]), st.data())
def test_pressing_any_way_mends_what_it_was_offered_for(
    case: BusinessCase, held: tuple, additions: list, term: int, data: st.DataObject
) -> None:
    kombi = any("KOMBI" in code for code, _quantity in held)
    around, cart = AROUND, cart_of(case=case)
    if case is not BusinessCase.NEW_ORDER:
        cart, around = amendment(case, agreement_of(*held, combination=kombi))
    if data.draw(st.booleans()):
        around = replace(around, combinable={INTERNET_CONTRACT: "VT-100099"})
    for code, quantity, price_list, combination in additions:
        try:
            cart.add(uuid4(), code, quantity, price_list, combination, around)
        except refusals.Refusal:
            continue
    cart.term_months = term
    cart.compute(around)
    found = judge(cart, around)
    before = standing_at(found)
    for one in found:
        assert set(one.lines) <= {line.line_id for line in cart.lines}
        for way in one.ways:
            if way.action not in ELSEWHERE:
                trial = deepcopy(cart)
                press(trial, way, around)
                key = one.rule, one.text, frozenset(one.lines)
                assert standing_at(judge(trial, around))[key] < before[key], (one.rule, way)
