"""The table of business cases says the truth: what it leaves out can't be ordered, and states decide as it says."""

from dataclasses import replace
from uuid import uuid4

import pytest

from cart.domain.agreement import Agreement, AgreementLine
from cart.domain.business_cases import TABLE, Case, Entry, row_of
from cart.domain.cart import Cart
from cart.domain.catalog import FREE, Audience, BusinessCase, Category, Family, Offering, Orderability
from cart.domain.lifecycle import AgreementStatus
from cart.domain.standing_rules import judge
from cart.domain.surroundings import Surroundings
from telecom.refusal import Refusal
from tests.cart.sample import CUSTOMER, NOW
from tests.cart.unit.test_shipped_catalog import AROUND, CATALOG, cart_of

SHOPPED = [row for row in TABLE if row.entry is Entry.SHOPPED]
LEFT_OUT = [(row, category) for row in SHOPPED for category in Category if category not in row.contains]


def one_of(category: Category) -> Offering:
    return next(one for one in CATALOG.offerings if one.category is category)


def agreement_of(family: Family, status: AgreementStatus = AgreementStatus.ACTIVE) -> Agreement:
    offering = next(one for one in CATALOG.offerings if one.family is family)
    line = AgreementLine(uuid4(), offering.code, offering.name, offering.category, 1, FREE.one_time, FREE.monthly)
    return Agreement(uuid4(), "VT-1", CUSTOMER, Audience.BUSINESS, family, uuid4(), [line], 24, NOW, status=status)


def cart_for(row: Case) -> tuple[Cart, Surroundings]:
    """An empty cart of the case, on a running agreement where it starts from one."""
    cart = cart_of(case=row.case)
    if not row.families:
        return cart, AROUND
    agreement = agreement_of(row.families[0])
    cart.agreement_id, cart.agreement_version = agreement.agreement_id, agreement.version
    return cart, replace(AROUND, agreement=agreement)


@pytest.mark.rule("CART-1", "TRUNK-1", "CTX-3", "AMEND-1")
@pytest.mark.parametrize(("row", "category"), LEFT_OUT, ids=lambda one: one.case if isinstance(one, Case) else one)
def test_a_case_takes_nothing_that_its_row_leaves_out(row: Case, category: Category) -> None:
    cart, around = cart_for(row)
    offering = replace(one_of(category), orderability=Orderability.DIGITAL, audiences=(Audience.BUSINESS,))
    try:
        cart.add(uuid4(), offering.code, 1, None, False, around)
    except Refusal:
        return
    line = next(one for one in cart.lines if one.category is category)
    assert any(line.line_id in one.lines for one in judge(cart, around))


@pytest.mark.rule("ORD-3", "AMEND-2", "ORD-2")
@pytest.mark.parametrize("case", BusinessCase)
@pytest.mark.parametrize("status", AgreementStatus)
@pytest.mark.parametrize("family", Family)
def test_an_agreement_takes_what_its_state_allows(case: BusinessCase, status: AgreementStatus, family: Family) -> None:
    rows = [row for row in TABLE if row.case is case]
    expected = any(family in row.families and status in row.statuses for row in rows)
    assert agreement_of(family, status).may(case) is expected
    gone = status in (AgreementStatus.TERMINATING, AgreementStatus.ENDED, AgreementStatus.FAILED)
    assert not (gone and expected), "nothing is ordered from what ends, has ended or never was"


@pytest.mark.rule("QUOTE-5")
def test_a_porting_is_always_by_quote_and_sites_never_are() -> None:
    assert row_of(BusinessCase.PORTING).direct == ()
    assert row_of(BusinessCase.SITE_ORDER).by_quote == row_of(BusinessCase.MORE_NUMBERS).by_quote == ()
    for case in (BusinessCase.NEW_ORDER, BusinessCase.REORDER, BusinessCase.RENEWAL):
        assert row_of(case).direct == ("customer",)
