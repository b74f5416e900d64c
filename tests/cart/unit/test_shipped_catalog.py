"""The catalog that is shipped, asked by the rule engine: what customers are meant to order can be ordered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

import catalog
from cart.application.keep_catalog import catalog_of
from cart.domain import refusals
from cart.domain.agreement import Agreement, AgreementLine
from cart.domain.cart import Cart, Internet
from cart.domain.catalog import Audience, BusinessCase, Category, Family
from cart.domain.lifecycle import AgreementStatus
from cart.domain.particulars import Person
from cart.domain.standing_rules import judge
from cart.domain.surroundings import Surroundings
from catalog.adapters.files import read_folder
from catalog.application.publish import published
from tests.cart.sample import CUSTOMER, NOW

FOLDER = next(path for path in Path(catalog.__path__[0], "data").iterdir() if path.is_dir())
CATALOG = catalog_of(published(read_folder(FOLDER), NOW))
AROUND = Surroundings(CATALOG, date(2026, 11, 23))
CONNECT = "IPFONIE-EXTENDED-CONNECT-REG"


def cart_of(
    *lines: tuple[str, int],
    case: BusinessCase = BusinessCase.NEW_ORDER,
    audience: Audience = Audience.BUSINESS,
    around: Surroundings = AROUND,
    combination: bool = False,
) -> Cart:
    cart = Cart(
        uuid4(), "W-1", CUSTOMER, audience, case, CATALOG.version, Person("P", "p@x.example"), NOW, "P", term_months=24
    )
    for code, quantity in lines:
        offering = CATALOG.find(code)
        assert offering is not None, code
        price_list = offering.price_lists[0] if offering.price_lists else None
        kombi = combination and offering.category is Category.TRUNK
        cart.add(uuid4(), code, quantity, price_list, kombi, around)
    return cart


def broken(cart: Cart, around: Surroundings = AROUND) -> set[str]:
    return {one.rule for one in judge(cart, around)}


def codes(category: Category, audience: Audience = Audience.BUSINESS) -> list[str]:
    return [one.code for one in CATALOG.of_category(category, audience)]


@pytest.mark.rule("CAT-1", "CAT-2", "TRUNK-2", "TRUNK-4")
@pytest.mark.parametrize("audience", Audience)
def test_every_trunk_takes_every_channel_that_fits_and_no_other(audience: Audience) -> None:
    trunks, channels = codes(Category.TRUNK, audience), codes(Category.VOICE_CHANNEL, audience)
    assert len(trunks) >= 3
    for trunk in trunks:
        fitting = set()
        for channel in channels:
            if not broken(cart_of((trunk, 1), (channel, 4), audience=audience)):
                fitting.add(channel)
        assert fitting
        assert all(("TEAM" in channel) == ("TEAM" in trunk) for channel in fitting), (trunk, fitting)
        assert not any("KOMBI" in channel for channel in fitting)


@pytest.mark.rule("FLAT-1", "FLAT-2", "MIN-1", "UM-1")
def test_a_trunk_with_everything_on_it_breaks_no_rule() -> None:
    everything = [("FLAT-NATIONAL", 1), ("FLAT-MOBILE", 1), ("FLAT-EUROPE", 1)]
    everything += [(code, 3) for code in codes(Category.MINUTE_PACKAGE)]
    everything += [(code, 1) for code in codes(Category.UNIFIED_MESSAGING)]
    cart = cart_of((CONNECT, 1), ("VOICE-CHANNEL-SRTP", 8), *everything)
    assert broken(cart) == set()
    assert {line.quantity for line in cart.lines if line.category is Category.VOICE_FLATRATE} == {8}
    assert broken(cart_of((CONNECT, 1), ("VOICE-CHANNEL", 8), ("FLAT-MOBILE", 1))) == {"FLAT-2"}


@pytest.mark.rule("TRUNK-2")
def test_a_bare_trunk_and_two_trunks_are_refused() -> None:
    assert broken(cart_of((CONNECT, 1))) == {"TRUNK-2"}
    assert broken(cart_of((CONNECT, 2), ("VOICE-CHANNEL", 1))) == {"TRUNK-2"}
    assert "TRUNK-2" in broken(cart_of(("VOICE-CHANNEL", 1)))


@pytest.mark.rule("KOMBI-1", "KOMBI-2")
@pytest.mark.parametrize("channel", ["VOICE-CHANNEL", "VOICE-CHANNEL-SRTP"])
def test_a_kombi_swaps_the_channel_for_its_cheaper_variant(channel: str) -> None:
    cart = cart_of((CONNECT, 1), (channel, 4), combination=True)
    offering, plain = CATALOG.find(cart.lines[1].offering), CATALOG.find(channel)
    assert offering is not None
    assert plain is not None
    assert offering.combination
    assert offering.srtp == plain.srtp
    assert offering.price_for(24).monthly < plain.price_for(24).monthly
    assert broken(cart) == {"KOMBI-2"}
    ready = next(one for one in CATALOG.of_category(Category.INTERNET, Audience.BUSINESS) if one.voice_ready)
    cart.add(uuid4(), ready.code, 1, None, False, AROUND)
    cart.settle(AROUND, internet=Internet(line_id=cart.lines[2].line_id))
    assert broken(cart) - {"CAT-6"} == set()


@pytest.mark.rule("FLAT-3", "FLAT-5", "AMEND-1", "CTX-4")
@pytest.mark.parametrize(
    ("held", "more", "flat"),
    [
        ([(CONNECT, 1), ("VOICE-CHANNEL", 10), ("FLAT-NATIONAL", 1)], ("VOICE-CHANNEL", 5), "FLAT-NATIONAL"),
        (
            [("CENTRAFLEX-LICENCE-STANDARD", 10), ("CENTRAFLEX-FLAT-MOBILE", 1)],
            ("CENTRAFLEX-LICENCE-BASIC", 5),
            "CENTRAFLEX-FLAT-MOBILE",
        ),
    ],
)
def test_a_reorder_brings_the_flatrate_of_the_contract_along(held: list, more: tuple[str, int], flat: str) -> None:
    first = cart_of(*held)
    assert broken(first) == set()
    agreement = Agreement(
        uuid4(),
        "VT-1",
        CUSTOMER,
        Audience.BUSINESS,
        Family(first.lines[0].family),
        uuid4(),
        [
            AgreementLine(
                one.line_id, one.offering, one.name, one.category, one.quantity, Decimal(1), Decimal(1), one.price_list
            )
            for one in first.lines
        ],
        24,
        NOW,
        status=AgreementStatus.ACTIVE,
    )
    around = replace(AROUND, agreement=agreement)
    reorder = cart_of(more, case=BusinessCase.REORDER, around=around)
    assert [(one.offering, one.quantity, one.computed) for one in reorder.lines] == [
        (more[0], 5, False),
        (flat, 5, True),
    ]
    assert broken(reorder, around) == set()


@pytest.mark.rule("TRUNK-1", "SITE-1", "PORT-1")
@pytest.mark.parametrize("category", [Category.USAGE_SITE, Category.NUMBER_BLOCK, Category.PORTING])
def test_sites_numbers_and_portings_are_offered_but_not_in_a_cart(category: Category) -> None:
    for audience in Audience:
        assert codes(category, audience)
    with pytest.raises(refusals.OrderedFromTrunk):
        cart_of((CONNECT, 1), (codes(category)[0], 1))
