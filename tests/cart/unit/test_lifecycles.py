"""Any sequence of triggers keeps the invariants (ORD-3)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cart.domain.agreement import Agreement
from cart.domain.cart import Cart
from cart.domain.catalog import Audience, BusinessCase, Category, Family, Fulfilment
from cart.domain.consents import GivenConsent
from cart.domain.lifecycle import (
    AGREEMENT,
    CART,
    LINE,
    ORDER,
    RUNNING,
    AgreementStatus,
    CartState,
    LineState,
    LineTrigger,
    OrderStatus,
)
from cart.domain.order import Awaited, Happening, Order, OrderCustomer, OrderLine
from cart.domain.particulars import Person
from cart.domain.quote import Quote
from telecom.lifecycle import NotPossible
from telecom.refusal import Refusal
from tests.cart.sample import CUSTOMER, NOW, words

PETRA = Person("Petra", "petra@telepartner.example")


@pytest.mark.parametrize("lifecycle", [CART, LINE, ORDER, AGREEMENT])
def test_a_table_says_one_thing_for_each_state_and_trigger(lifecycle) -> None:
    assert len({(step.before, step.trigger) for step in lifecycle.steps}) == len(lifecycle.steps)
    for step in lifecycle.steps:
        assert lifecycle.after(step.before, step.trigger) is step.after


def test_what_the_table_does_not_know_is_not_possible() -> None:
    with pytest.raises(NotPossible):
        CART.after(CartState.ORDERED, next(iter(CART.steps)).trigger)


def order_of(lines: int) -> Order:
    made = [
        OrderLine(
            line_id=uuid4(),
            agreement_id=uuid4(),
            agreement_number="VT-1",
            offering="SITE",
            name=words("SITE"),
            category=Category.USAGE_SITE,
            family=Family.TRUNK,
            fulfilment=Fulfilment.AUTOMATIC,
            quantity=1,
            one_time=Decimal(0),
            monthly=Decimal(0),
        )
        for _nth in range(lines)
    ]
    customer = OrderCustomer(CUSTOMER, "K-1", "Müller", "m@mueller.example", "de", Audience.BUSINESS)
    return Order(uuid4(), "AU-1", BusinessCase.SITE_ORDER, customer, PETRA, made, "2021-03.1", NOW)


happened = st.tuples(st.integers(0, 3), st.sampled_from(LineTrigger), st.sampled_from([None, *Awaited]))


@pytest.mark.rule("ORD-3")
@given(st.integers(1, 4), st.lists(happened, max_size=25))
def test_an_orders_status_always_follows_from_its_lines_and_an_end_is_an_end(lines: int, happenings: list) -> None:
    order = order_of(lines)
    ended_as = None
    for nth, (place, trigger, awaited) in enumerate(happenings):
        line = order.lines[place % lines]
        whom = (awaited or Awaited.DONOR) if trigger is LineTrigger.WAIT else None
        before = [one.state for one in order.lines]
        order.note(Happening(order.order_id, line.line_id, trigger, "step", NOW + timedelta(hours=nth), whom))
        states = [one.state for one in order.lines]
        for was, now in zip(before, states, strict=True):
            assert was == now or not was.name.startswith(("DONE", "FAILED", "CANCELLED"))
        if ended_as is not None:
            assert order.status is ended_as
        open_lines = [one for one in order.lines if not one.ended]
        assert order.ended is (not open_lines)
        assert (order.finished_at is not None) is order.ended
        assert set(order.awaiting) == {one.awaiting for one in open_lines if one.awaiting}
        if order.status is OrderStatus.AWAITING:
            assert order.awaiting
        if order.ended:
            ended_as = order.status
            expected = {
                frozenset({LineState.DONE}): OrderStatus.COMPLETED,
                frozenset({LineState.CANCELLED}): OrderStatus.CANCELLED,
            }
            some = OrderStatus.PARTLY_COMPLETED if LineState.DONE in states else OrderStatus.FAILED
            assert order.status is expected.get(frozenset(states), some)
    ends = [fact for fact in order.facts if fact.status not in RUNNING]
    assert len(ends) == (1 if order.ended else 0)


@pytest.mark.rule("ORD-3", "ACT-4")
@given(st.lists(st.sampled_from(["set_up", "activate", "fail"]), max_size=8), st.sampled_from([None, 1, 12, 24, 36]))
def test_an_agreements_term_starts_with_its_first_activation_and_never_moves(steps: list, term: int | None) -> None:
    agreement = Agreement(
        uuid4(), "VT-1", CUSTOMER, Audience.BUSINESS, Family.TRUNK, uuid4(), [], term, NOW, stored_version=1
    )
    first: date | None = None
    for nth, step in enumerate(steps):
        day, at = date(2026, 11, 23) + timedelta(days=nth), NOW + timedelta(days=nth)
        before = agreement.status
        if step == "activate":
            agreement.activate(at, day)
            if before in (AgreementStatus.IN_SET_UP, AgreementStatus.READY):
                first = day
        else:
            getattr(agreement, step)(at)
        assert agreement.starts_on == first
        assert (agreement.ends_on is not None) is (first is not None and term is not None)
        assert agreement.version in (1, 2)
        if before in (AgreementStatus.ACTIVE, AgreementStatus.FAILED):
            assert agreement.status is before


@pytest.mark.rule("ACT-4")
@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 22)),
        (date(2027, 5, 31), 12, date(2028, 5, 30)),
        (date(2027, 1, 1), 12, date(2027, 12, 31)),
        (date(2027, 12, 1), 12, date(2028, 11, 30)),
    ],
)
def test_a_term_ends_the_day_before_it_would_begin_again(starts: date, months: int, ends: date) -> None:
    assert activated(starts, months).ends_on == ends


@pytest.mark.rule("ACT-4")
@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 29), 1, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 3, 31), 1, date(2027, 4, 30)),
    ],
)
def test_a_term_whose_day_its_last_month_lacks_runs_to_the_end_of_that_month(
    starts: date, months: int, ends: date
) -> None:
    assert activated(starts, months).ends_on == ends


def activated(starts: date, months: int) -> Agreement:
    agreement = Agreement(uuid4(), "VT-1", CUSTOMER, Audience.BUSINESS, Family.TRUNK, uuid4(), [], months, NOW)
    agreement.activate(NOW, starts)
    return agreement


def quoted_cart() -> Cart:
    cart = Cart(
        uuid4(), "W-1", CUSTOMER, Audience.BUSINESS, BusinessCase.NEW_ORDER, "2021-03.1", PETRA, NOW, PETRA.name
    )
    cart.become_quote(Quote(uuid4(), "AN-1", PETRA, uuid4(), PETRA, NOW, NOW + timedelta(days=30)))
    return cart


steps_of_a_quote = st.lists(
    st.tuples(st.sampled_from(["resend", "confirm", "withdraw", "expire"]), st.integers(0, 4), st.integers(0, 20)),
    max_size=12,
)


@pytest.mark.rule("QUOTE-2", "QUOTE-3")
@given(steps_of_a_quote)
def test_only_the_newest_link_confirms_and_only_once(steps: list) -> None:
    cart = quoted_cart()
    links: list[UUID] = [cart.quoted.link_id]
    orders: list[UUID] = []
    at = NOW
    for step, which, days in steps:
        at += timedelta(days=days)
        link = links[which % len(links)]
        was, newest, in_time = cart.state, link == links[-1], not cart.quoted.has_expired(at)
        try:
            if step == "resend":
                new = uuid4()
                cart.resend(new, PETRA, at, at + timedelta(days=30))
                links.append(new)
            elif step == "confirm":
                order = uuid4()
                cart.confirm(link, PETRA, GivenConsent("1", "de", "Ja.", link, at), order, at)
                assert newest
                assert in_time
                assert was is CartState.QUOTED
                orders.append(order)
            else:
                getattr(cart, step)()
        except Refusal:
            assert cart.state is was
    assert len(orders) <= 1
    assert (cart.state is CartState.ORDERED) is bool(orders)
