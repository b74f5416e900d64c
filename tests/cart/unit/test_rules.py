from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementLine
from cart.domain.cart import Cart, Internet
from cart.domain.cart_line import Lock
from cart.domain.catalog import Audience, BusinessCase, Category, Family
from cart.domain.lifecycle import AgreementStatus
from cart.domain.particulars import Person
from cart.domain.standing_rules import judge
from cart.domain.surroundings import Surroundings
from tests.cart.sample import CATALOG, CUSTOMER, NOW, words

AROUND = Surroundings(CATALOG, date(2026, 11, 23))


def new_cart(case: BusinessCase = BusinessCase.NEW_ORDER, audience: Audience = Audience.BUSINESS) -> Cart:
    return Cart(
        cart_id=uuid4(),
        number="W-2026-000001",
        customer_id=CUSTOMER,
        audience=audience,
        business_case=case,
        catalog_version=CATALOG.version,
        created_by=Person("Petra", "petra@telepartner.example"),
        changed_at=NOW,
        changed_by="Petra",
        term_months=24,
    )


def put(
    cart: Cart,
    code: str,
    quantity: int = 1,
    price_list: str | None = None,
    *,
    combination: bool = False,
    around: Surroundings = AROUND,
) -> None:
    cart.add(uuid4(), code, quantity, price_list, combination, around)


def broken(cart: Cart, around: Surroundings = AROUND) -> set[str]:
    return {one.rule for one in judge(cart, around)}


def line(cart: Cart, code: str):
    return next(one for one in cart.lines if one.offering == code)


def trunk_cart(channels: int = 4) -> Cart:
    cart = new_cart()
    put(cart, "CONNECT")
    put(cart, "CHANNEL", channels, "PL-NATIONAL")
    return cart


def trunk_agreement(*held: tuple[str, int], status: AgreementStatus = AgreementStatus.ACTIVE) -> Agreement:
    lines = [
        AgreementLine(
            line_id=uuid4(),
            offering=code,
            name=words(code),
            category=CATALOG.find(code).category,
            quantity=quantity,
            one_time=Decimal("1.00"),
            monthly=Decimal("2.00"),
            price_list="PL-WORLD" if CATALOG.find(code).category is Category.VOICE_CHANNEL else None,
            srtp=CATALOG.find(code).srtp,
        )
        for code, quantity in held
    ]
    family = CATALOG.find(held[0][0]).family
    return Agreement(uuid4(), "VT-100001", CUSTOMER, Audience.BUSINESS, family, uuid4(), lines, 24, NOW, status=status)


def reorder_of(agreement: Agreement) -> tuple[Cart, Surroundings]:
    cart = new_cart(BusinessCase.REORDER)
    cart.agreement_id, cart.agreement_number = agreement.agreement_id, agreement.number
    return cart, replace(AROUND, agreement=agreement)


@pytest.mark.rule("CART-2", "TRUNK-2")
def test_a_trunk_with_channels_and_a_price_list_breaks_no_rule() -> None:
    cart = trunk_cart()
    assert broken(cart) == set()
    assert line(cart, "CHANNEL").price_list_name == words("PL-NATIONAL")


@pytest.mark.rule("CART-2")
def test_an_empty_cart_says_that_it_is_empty() -> None:
    assert broken(new_cart()) == {"CART-2"}


@pytest.mark.rule("CAT-6", "CART-2")
def test_prices_are_exact_and_those_of_the_term() -> None:
    cart = trunk_cart(3)
    assert (cart.one_time, cart.monthly) == (Decimal("52.00"), Decimal("29.20"))


@pytest.mark.rule("CAT-6")
def test_a_product_without_a_price_for_the_term_is_named() -> None:
    cart = new_cart()
    put(cart, "ADSL")
    cart.settle(AROUND, term_months=36)
    assert broken(cart) == {"CAT-6"}
    with pytest.raises(refusals.UnknownTerm):
        cart.settle(AROUND, term_months=7)


@pytest.mark.rule("FLAT-1", "CART-3")
def test_there_are_always_as_many_flatrates_as_voice_channels() -> None:
    cart = trunk_cart(4)
    put(cart, "FLAT-NATIONAL", 17)
    flat = line(cart, "FLAT-NATIONAL")
    assert (flat.quantity, flat.locked) == (4, Lock.QUANTITY)
    assert flat.why is not None
    cart.change(line(cart, "CHANNEL").line_id, 9, None, AROUND)
    assert flat.quantity == 9
    assert broken(cart) == set()
    with pytest.raises(refusals.LineLocked):
        cart.change(flat.line_id, 3, None, AROUND)
    cart.remove(flat.line_id, AROUND)
    assert broken(cart) == set()


@pytest.mark.rule("FLAT-1")
def test_a_flatrate_without_voice_channels_is_refused() -> None:
    cart = new_cart()
    put(cart, "CONNECT")
    put(cart, "FLAT-NATIONAL")
    assert {"FLAT-1", "TRUNK-2"} == broken(cart)


@pytest.mark.rule("FLAT-2")
def test_flatrates_are_combined_only_with_the_national_one() -> None:
    cart = trunk_cart()
    put(cart, "FLAT-MOBILE")
    assert broken(cart) == {"FLAT-2"}
    put(cart, "FLAT-NATIONAL")
    assert broken(cart) == set()


@pytest.mark.rule("FLAT-3", "CART-3", "AMEND-1")
def test_on_a_reorder_of_channels_the_flatrates_of_the_contract_come_along() -> None:
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL", 10), ("FLAT-NATIONAL", 10)))
    put(cart, "CHANNEL", 5, around=around)
    flat = line(cart, "FLAT-NATIONAL")
    assert (flat.quantity, flat.locked, flat.computed) == (5, Lock.LINE, True)
    assert line(cart, "CHANNEL").price_list == "PL-WORLD"
    assert broken(cart, around) == set()
    with pytest.raises(refusals.LineLocked):
        cart.remove(flat.line_id, around)
    cart.remove(line(cart, "CHANNEL").line_id, around)
    assert cart.lines == []


@pytest.mark.rule("FLAT-4")
def test_a_flatrate_cannot_be_added_to_a_running_contract() -> None:
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL", 10)))
    put(cart, "FLAT-NATIONAL", around=around)
    assert "FLAT-4" in broken(cart, around)


@pytest.mark.rule("PRICE-1")
def test_a_reorder_keeps_the_price_list_of_the_contract() -> None:
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL", 10)))
    with pytest.raises(refusals.PriceListOfAgreement):
        put(cart, "CHANNEL", 5, "PL-NATIONAL", around=around)


@pytest.mark.rule("PRICE-1")
def test_a_trunk_has_one_price_list() -> None:
    cart = trunk_cart()
    put(cart, "CHANNEL", 2, "PL-WORLD")
    assert broken(cart) == {"PRICE-1"}


@pytest.mark.rule("TRUNK-3")
def test_channels_with_and_without_encryption_do_not_mix() -> None:
    cart = trunk_cart()
    put(cart, "CHANNEL-SRTP", 2, "PL-NATIONAL")
    assert broken(cart) == {"TRUNK-3"}


@pytest.mark.rule("PRICE-2", "AMEND-1")
def test_a_reordered_channel_is_encrypted_as_the_contract_is_and_says_so() -> None:
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL-SRTP", 10)))
    put(cart, "CHANNEL", 2, around=around)
    assert [(one.offering, one.price_list, one.reasons) for one in cart.lines] == [
        ("CHANNEL-SRTP", "PL-WORLD", (words("by AMEND-1"),))
    ]
    assert broken(cart, around) == set()


@pytest.mark.rule("TRUNK-2")
def test_a_channel_without_price_list_says_so() -> None:
    cart = new_cart()
    put(cart, "CONNECT")
    put(cart, "CHANNEL", 2)
    assert broken(cart) == {"TRUNK-2"}
    cart.change(line(cart, "CHANNEL").line_id, None, "PL-WORLD", AROUND)
    assert broken(cart) == set()
    with pytest.raises(refusals.UnknownPriceList):
        cart.change(line(cart, "CHANNEL").line_id, None, "PL-NONE", AROUND)


@pytest.mark.rule("TRUNK-4")
@pytest.mark.parametrize(
    ("trunk", "channel", "fits"),
    [("TEAM", "CHANNEL-TEAM", True), ("TEAM", "CHANNEL", False), ("CONNECT", "CHANNEL-TEAM", False)],
)
def test_team_has_its_own_channel_and_that_fits_nothing_else(trunk: str, channel: str, fits: bool) -> None:
    cart = new_cart()
    put(cart, trunk)
    put(cart, channel, 2, "PL-WORLD")
    assert broken(cart) == (set() if fits else {"TRUNK-4"})


@pytest.mark.rule("TRUNK-1")
@pytest.mark.parametrize("code", ["SITE", "NUMBERS", "PORTING"])
def test_sites_numbers_and_portings_are_not_ordered_with_the_trunk(code: str) -> None:
    with pytest.raises(refusals.OrderedFromTrunk):
        put(trunk_cart(), code)


@pytest.mark.rule("TRUNK-5")
def test_activation_is_immediate_unless_switched_off() -> None:
    cart = trunk_cart()
    assert cart.immediate_activation
    cart.settle(AROUND, immediate_activation=False)
    assert not cart.immediate_activation


@pytest.mark.rule("MIN-1")
def test_minute_packages_mix_freely_at_first_and_are_reordered_only_if_held() -> None:
    cart = trunk_cart()
    put(cart, "MINUTES-100", 3)
    put(cart, "MINUTES-500", 1)
    assert broken(cart) == set()
    agreement = trunk_agreement(("CONNECT", 1), ("CHANNEL", 10), ("MINUTES-100", 1))
    cart, around = reorder_of(agreement)
    put(cart, "MINUTES-100", around=around)
    assert broken(cart, around) == set()
    put(cart, "MINUTES-500", around=around)
    assert broken(cart, around) == {"MIN-1"}


@pytest.mark.rule("UM-1")
def test_unified_messaging_can_be_ordered_first_and_at_any_time_later() -> None:
    cart = trunk_cart()
    put(cart, "UNIFIED")
    assert broken(cart) == set()
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL", 10)))
    put(cart, "UNIFIED", around=around)
    assert broken(cart, around) == set()
    with pytest.raises(refusals.TermOfAgreement):
        cart.settle(around, term_months=12)


@pytest.mark.rule("KOMBI-1")
def test_with_the_kombi_option_channels_come_in_their_kombi_variant_and_cost_less() -> None:
    cart = new_cart()
    put(cart, "CONNECT", combination=True)
    put(cart, "CHANNEL", 2, "PL-WORLD")
    channel = cart.lines[1]
    assert (channel.offering, channel.monthly, channel.one_time) == ("CHANNEL-KOMBI", Decimal("2.05"), Decimal("0.50"))
    assert broken(cart) == {"KOMBI-2"}
    with pytest.raises(refusals.CombinationGoesWithTrunk):
        put(cart, "CHANNEL", 2, "PL-WORLD", combination=True)


@pytest.mark.rule("KOMBI-1")
def test_a_kombi_channel_needs_a_trunk_with_the_option() -> None:
    cart = new_cart()
    put(cart, "CONNECT")
    put(cart, "CHANNEL-KOMBI", 2, "PL-WORLD")
    assert broken(cart) == {"KOMBI-1"}


@pytest.mark.rule("KOMBI-2")
def test_a_kombi_names_an_active_voice_ready_internet_contract_or_one_of_the_cart() -> None:
    cart = new_cart()
    put(cart, "CONNECT", combination=True)
    put(cart, "CHANNEL", 2, "PL-WORLD")
    mine = uuid4()
    cart.settle(AROUND, internet=Internet(agreement_id=mine))
    assert broken(cart) == {"KOMBI-2"}
    assert broken(cart, replace(AROUND, combinable={mine: "VT-100007"})) == set()
    put(cart, "ADSL")
    cart.settle(AROUND, internet=Internet(line_id=line(cart, "ADSL").line_id))
    assert broken(cart) == {"KOMBI-2"}
    put(cart, "QDSL")
    cart.settle(AROUND, internet=Internet(line_id=line(cart, "QDSL").line_id))
    assert broken(cart) == set()
    cart.remove(line(cart, "QDSL").line_id, AROUND)
    assert broken(cart) == {"KOMBI-2"}


@pytest.mark.rule("KOMBI-2")
@pytest.mark.parametrize(
    ("status", "ends_on", "voice_ready", "carries"),
    [
        (AgreementStatus.ACTIVE, None, True, True),
        (AgreementStatus.ACTIVE, date(2026, 11, 23), True, True),
        (AgreementStatus.ACTIVE, date(2026, 11, 22), True, False),
        (AgreementStatus.TERMINATING, None, True, False),
        (AgreementStatus.IN_SET_UP, None, True, False),
        (AgreementStatus.ACTIVE, None, False, False),
    ],
)
def test_only_a_running_voice_ready_internet_contract_carries_a_kombi(
    status: AgreementStatus, ends_on: date | None, voice_ready: bool, carries: bool
) -> None:
    agreement = trunk_agreement(("QDSL", 1), status=status)
    agreement.ends_on, agreement.voice_ready = ends_on, voice_ready
    assert agreement.carries_combination(AROUND.today) is carries


@pytest.mark.rule("CTX-1")
def test_a_new_centraflex_needs_a_licence() -> None:
    cart = new_cart()
    put(cart, "FAX-SERVICE")
    assert broken(cart) == {"CTX-1"}
    put(cart, "BASIC", 3)
    assert broken(cart) == set()


@pytest.mark.rule("CTX-2")
def test_a_second_centraflex_is_refused() -> None:
    cart = new_cart()
    put(cart, "STANDARD", 3)
    assert broken(cart, replace(AROUND, centraflex_held=True)) == {"CTX-2"}


@pytest.mark.rule("FLAT-5")
def test_one_centraflex_flatrate_as_many_as_licences() -> None:
    cart = new_cart()
    put(cart, "STANDARD", 3)
    put(cart, "BASIC", 2)
    put(cart, "CTX-FLAT-1")
    assert line(cart, "CTX-FLAT-1").quantity == 5
    assert broken(cart) == set()
    put(cart, "CTX-FLAT-2")
    assert broken(cart) == {"FLAT-5"}


@pytest.mark.rule("CTX-4", "FLAT-5")
def test_licences_and_services_are_reordered_freely_and_the_flatrate_comes_along() -> None:
    cart, around = reorder_of(trunk_agreement(("STANDARD", 10), ("CTX-FLAT-2", 10)))
    put(cart, "BASIC", 4, around=around)
    put(cart, "FAX-SERVICE", 2, around=around)
    assert line(cart, "CTX-FLAT-2").quantity == 4
    assert broken(cart, around) == set()


@pytest.mark.rule("CTX-3")
def test_devices_and_consulting_never_join_a_contract() -> None:
    cart, around = reorder_of(trunk_agreement(("STANDARD", 10)))
    put(cart, "PHONE", 4, around=around)
    assert broken(cart, around) == {"CTX-3"}


@pytest.mark.rule("ORD-3", "CTX-4")
@pytest.mark.parametrize("status", [AgreementStatus.TERMINATING, AgreementStatus.ENDED, AgreementStatus.IN_SET_UP])
def test_a_reorder_needs_a_contract_that_is_ready_or_active(status: AgreementStatus) -> None:
    cart, around = reorder_of(trunk_agreement(("STANDARD", 10), status=status))
    put(cart, "BASIC", 4, around=around)
    assert broken(cart, around) == {"ORD-3"}


@pytest.mark.rule("AMEND-1")
def test_a_reorder_takes_nothing_of_another_family() -> None:
    cart, around = reorder_of(trunk_agreement(("STANDARD", 10)))
    put(cart, "QDSL", around=around)
    assert broken(cart, around) == {"AMEND-1"}


@pytest.mark.rule("CAT-2", "CAT-4")
@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("NO-SUCH", refusals.UnknownProduct),
        ("TEAM", refusals.UnknownProduct),
        ("BY-FORM", refusals.OrderedManually),
        ("BYGONE", refusals.Discontinued),
    ],
)
def test_what_the_audience_cannot_order_is_refused_with_the_way_out(code: str, refusal: type[Exception]) -> None:
    cart = new_cart(audience=Audience.RESELLER)
    with pytest.raises(refusal):
        put(cart, code)
    assert cart.lines == []


@pytest.mark.parametrize("quantity", [0, -1, 10_000])
def test_a_wrong_quantity_is_refused(quantity: int) -> None:
    with pytest.raises(refusals.WrongQuantity):
        put(new_cart(), "CONNECT", quantity)


def test_the_same_product_twice_is_one_line() -> None:
    cart = trunk_cart(4)
    put(cart, "CHANNEL", 3, "PL-NATIONAL")
    assert line(cart, "CHANNEL").quantity == 7


@pytest.mark.rule("AMEND-2")
def test_a_reorder_is_refused_when_the_contract_changed_meanwhile() -> None:
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL", 10)))
    put(cart, "CHANNEL", 5, around=around)
    assert broken(cart, around) == set()
    changed = trunk_agreement(("CONNECT", 1), ("CHANNEL", 10), ("FLAT-NATIONAL", 10))
    assert broken(cart, replace(around, agreement=changed)) == {"AMEND-2"}


@pytest.mark.rule("QUOTE-1")
def test_a_copy_is_open_and_has_what_a_person_chose() -> None:
    cart, around = reorder_of(trunk_agreement(("CONNECT", 1), ("CHANNEL", 10), ("FLAT-NATIONAL", 10)))
    put(cart, "CHANNEL", 5, around=around)
    copy = cart.copy(uuid4(), "W-2026-000002", Person("Sven", "sven@sub.example"), NOW, CATALOG, uuid4)
    assert [one.offering for one in copy.lines] == ["CHANNEL"]
    copy.compute(around)
    assert [one.offering for one in copy.lines] == ["CHANNEL", "FLAT-NATIONAL"]
    assert {one.line_id for one in copy.lines}.isdisjoint(one.line_id for one in cart.lines)


def test_families_are_told_apart() -> None:
    assert trunk_agreement(("CONNECT", 1)).family is Family.TRUNK
