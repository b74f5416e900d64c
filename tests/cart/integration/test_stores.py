"""The stores in memory and those in PostgreSQL, asked the same: a fake that drifts fails here."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cart.adapters.memory import ChosenFeasibility, Kept, MemoryUnit
from cart.application.change_cart import AddLine, SettleCart, add_line, settle_cart
from cart.application.confirm_quote import ConfirmQuote, confirm_quote
from cart.application.create_cart import CreateCart, create_cart
from cart.application.follow_fulfilment import TrunkActive, TrunkSetUp, follow_fulfilment, follow_trunks
from cart.application.forget_parties import ask_to_forget
from cart.application.keep_catalog import catalog_of, keep_catalog
from cart.application.keep_parties import keep_party, keep_prospect, merge_parties
from cart.application.order_from_trunk import OrderSite, order_site
from cart.application.place_order import place_order
from cart.application.ports import Terms, Wanted
from cart.application.send_quote import send_quote
from cart.domain import refusals
from cart.domain.cart import Internet
from cart.domain.catalog import BusinessCase, Family
from cart.domain.history import chapters
from cart.domain.lifecycle import AgreementStatus, CartState, LineTrigger, OrderStatus
from cart.domain.order import Awaited, Happening, Order
from cart.domain.particulars import Donor, Porting, PortingCase, Subscriber
from cart.domain.party import PartyKind
from cart.domain.wording import Wording
from chassis.scope import NotDelegated, NotFound
from chassis.store import Stale
from contracts.crm import v1 as crm
from contracts.shapes import Audience
from telecom.numbers import NumberBlock
from tests.cart.sample import (
    ADDRESS,
    CATALOG,
    CLOSED_CUSTOMER,
    CUSTOMER,
    FOREIGN_CUSTOMER,
    KARLA,
    NASTY_NAME,
    NOW,
    OTTO,
    PARTNER,
    PETRA,
    PROSPECT,
    all_parties,
    catalog_published,
    party,
)

NewUnit = Callable[[], AbstractAsyncContextManager[Any]]
TERMS = Terms()


@pytest.fixture(params=["memory", "postgresql"])
def new_unit(request: pytest.FixtureRequest) -> NewUnit:
    """Makes units on the same store; both commit at the end of the block."""
    if request.param == "postgresql":
        return request.getfixturevalue("running").units.writing
    kept = Kept()

    @asynccontextmanager
    async def in_memory() -> AsyncIterator[MemoryUnit]:
        unit = MemoryUnit(kept, NOW)
        if not kept.parties:
            await unit.catalogs.save(CATALOG)
            for one in all_parties():
                await keep_party(one, unit)
        yield unit
        await unit.flush()

    return in_memory


async def new_cart(unit: Any, *lines: tuple[str, int], case: BusinessCase = BusinessCase.NEW_ORDER, **more: Any) -> Any:
    cart = await create_cart(CreateCart(CUSTOMER, case, **more), KARLA, unit, TERMS)
    for code, quantity in lines:
        offering = CATALOG.find(code)
        price_list = "PL-WORLD" if offering is not None and offering.price_lists else None
        cart = await add_line(AddLine(cart.cart_id, cart.version, code, quantity, price_list), KARLA, unit)
    return cart


async def trunk_order(unit: Any, *more: tuple[str, int]) -> Order:
    cart = await new_cart(unit, ("CONNECT", 1), ("CHANNEL", 4), *more)
    return await place_order(cart.cart_id, cart.version, KARLA, unit, TERMS)


def done(order: Order, place: int = 0, trigger: LineTrigger = LineTrigger.FINISH, **more: Any) -> Happening:
    return Happening(order.order_id, order.lines[place].line_id, trigger, "step", NOW, **more)


@pytest.mark.rule("CRM-2")
async def test_an_older_version_never_undoes_a_newer_one(new_unit: NewUnit) -> None:
    told = [
        party(CUSTOMER, crm.PartyKind.CUSTOMER, version=5, name="New", parent=PARTNER, customer_administration=True),
        party(CUSTOMER, crm.PartyKind.CUSTOMER, version=4, name="Old", parent=None),
        party(CUSTOMER, crm.PartyKind.CUSTOMER, version=5, name="Again"),
    ]
    for one in told:
        async with new_unit() as unit:
            await keep_party(one, unit)
    async with new_unit() as unit:
        known = await unit.parties.find(CUSTOMER)
        assert (known.name, known.version) == ("New", 5)
        await unit.scope.admit(PETRA, CUSTOMER)


@pytest.mark.rule("TEN-3", "CRM-1")
async def test_customer_administration_opens_and_closes_a_customer(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        with pytest.raises(NotDelegated):
            await unit.scope.admit(PETRA, CLOSED_CUSTOMER)
        with pytest.raises(NotFound):
            await unit.scope.admit(OTTO, CLOSED_CUSTOMER)
        opened = party(CLOSED_CUSTOMER, crm.PartyKind.CUSTOMER, version=2, parent=PARTNER, customer_administration=True)
        await keep_party(opened, unit)
    async with new_unit() as unit:
        await unit.scope.admit(PETRA, CLOSED_CUSTOMER)


@pytest.mark.rule("CRM-1", "TEN-5")
async def test_a_prospect_entered_by_a_partner_is_known_until_the_crm_knows_better(new_unit: NewUnit) -> None:
    entered = crm.ProspectEntered(
        party_id=uuid4(),
        name=NASTY_NAME,
        audience=Audience.BUSINESS,
        language="de",
        email="neu@kunde.example",
        parent_id=PARTNER,
        entered_by="petra",
        entered_at=NOW,
    )
    async with new_unit() as unit:
        await keep_prospect(entered, unit)
        await unit.scope.admit(PETRA, entered.party_id)
    async with new_unit() as unit:
        await keep_party(party(entered.party_id, crm.PartyKind.CUSTOMER, customer_number="K-9", parent=PARTNER), unit)
        await keep_prospect(entered, unit)
    async with new_unit() as unit:
        known = await unit.parties.find(entered.party_id)
        assert (known.kind, known.customer_number) == (PartyKind.CUSTOMER, "K-9")


@pytest.mark.rule("TEN-5")
async def test_the_crm_not_knowing_the_number_yet_does_not_take_it_away(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        prospect = await unit.parties.lock(PROSPECT)
        prospect.become_customer("K-204711")
        await unit.parties.save(prospect)
    async with new_unit() as unit:
        await keep_party(party(PROSPECT, crm.PartyKind.PROSPECT, version=2, name="Renamed"), unit)
    async with new_unit() as unit:
        known = await unit.parties.find(PROSPECT)
        assert (known.name, known.customer_number, known.kind) == ("Renamed", "K-204711", PartyKind.CUSTOMER)


@pytest.mark.rule("CRM-1")
async def test_what_hung_on_a_double_hangs_on_the_survivor(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit)
        cart = await new_cart(unit)
    merged = crm.PartiesMerged(party_id=CUSTOMER, survivor_id=FOREIGN_CUSTOMER, version=9, merged_at=NOW)
    async with new_unit() as unit:
        await merge_parties(merged, unit)
    async with new_unit() as unit:
        (agreement,) = await unit.agreements.of_customer(FOREIGN_CUSTOMER)
        assert (agreement.version, agreement.customer_id) == (2, FOREIGN_CUSTOMER)
        assert (await unit.carts.get(cart.cart_id)).customer_id == FOREIGN_CUSTOMER
        assert (await unit.orders.get(order.order_id)).customer.party_id == FOREIGN_CUSTOMER
        assert (await unit.parties.find(CUSTOMER)).party_id == FOREIGN_CUSTOMER
        assert [one.order_id for one in await unit.lists.orders(OTTO, Wanted())] == [order.order_id]
        await keep_party(party(CUSTOMER, crm.PartyKind.CUSTOMER, version=99, name="Back from the dead"), unit)
    async with new_unit() as unit:
        assert (await unit.parties.find(CUSTOMER)).party_id == FOREIGN_CUSTOMER


@pytest.mark.rule("CRM-1")
async def test_a_deleted_party_is_forgotten_and_nothing_can_be_ordered_for_it(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        cart = await new_cart(unit, ("CONNECT", 1), ("CHANNEL", 4))
        await send_quote(cart.cart_id, cart.version, None, KARLA, unit, TERMS)
    async with new_unit() as unit:
        await ask_to_forget(CUSTOMER, unit)
    async with new_unit() as unit:
        assert await unit.parties.find(CUSTOMER) is None
        assert (await unit.carts.get(cart.cart_id)).state is CartState.WITHDRAWN
        with pytest.raises(NotFound):
            await unit.scope.admit(KARLA, CUSTOMER)


@pytest.mark.rule("CAT-5")
async def test_carts_keep_the_version_they_were_priced_with_and_new_ones_take_the_newest_valid(
    new_unit: NewUnit,
) -> None:
    async with new_unit() as unit:
        before = await new_cart(unit)
        await keep_catalog(catalog_published("2021-03.9"), unit)
        await keep_catalog(catalog_published("2021-03.10"), unit)
        await keep_catalog(catalog_published("2099-01.1", date(2099, 1, 1)), unit)
    async with new_unit() as unit:
        assert (await new_cart(unit)).catalog_version == "2021-03.10"
        assert (await unit.carts.get(before.cart_id)).catalog_version == "2021-03.1"
        assert await unit.catalogs.get("2021-03.10") == replace(CATALOG, version="2021-03.10")


@pytest.mark.rule("CAT-5")
async def test_the_version_that_became_valid_last_counts_whatever_was_published_since(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        await keep_catalog(catalog_published("2021-03.2", date(2021, 5, 1)), unit)
        await keep_catalog(catalog_published("2021-03.3", date(2021, 4, 1)), unit)
    async with new_unit() as unit:
        assert (await new_cart(unit)).catalog_version == "2021-03.2"


async def test_a_catalog_reads_as_it_was_published() -> None:
    assert catalog_of(catalog_published()) == CATALOG


@pytest.mark.rule("CART-4")
async def test_saving_over_a_newer_state_is_refused(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        cart = await new_cart(unit)
    async with new_unit() as unit:
        stale = await unit.carts.get(cart.cart_id)
    async with new_unit() as unit:
        newer = await unit.carts.get(cart.cart_id)
        newer.touch("Karla", NOW)
        await unit.carts.save(newer)
    stale.touch("Petra", NOW)
    with pytest.raises(Stale):
        async with new_unit() as unit:
            await unit.carts.save(stale)


@pytest.mark.rule("ORD-3", "TRUNK-1", "ACT-4")
@pytest.mark.parametrize("delayed", [False, True])
async def test_a_trunk_order_completes_and_its_contract_becomes_active(new_unit: NewUnit, delayed: bool) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit)
    agreement_id = order.lines[0].agreement_id
    async with new_unit() as unit:
        unit.gather(follow_fulfilment, done(order, 0))
        unit.gather(follow_fulfilment, done(order, 0))
        unit.gather(follow_trunks, TrunkSetUp(agreement_id, delayed, NOW))
    async with new_unit() as unit:
        assert (await unit.orders.get(order.order_id)).status is OrderStatus.IN_PROGRESS
        expected = AgreementStatus.READY if delayed else AgreementStatus.IN_SET_UP
        assert (await unit.agreements.find(agreement_id)).status is expected
        unit.gather(follow_fulfilment, done(order, 1))
        unit.gather(follow_trunks, TrunkActive(agreement_id, NOW))
        unit.gather(follow_trunks, TrunkActive(agreement_id, NOW + timedelta(days=3)))
    async with new_unit() as unit:
        assert (await unit.orders.get(order.order_id)).status is OrderStatus.COMPLETED
        agreement = await unit.agreements.find(agreement_id)
        assert (agreement.status, agreement.starts_on) == (AgreementStatus.ACTIVE, date(2026, 11, 23))
        assert agreement.version == (3 if delayed else 2)


@pytest.mark.rule("ORD-3")
async def test_a_trunk_that_cannot_be_set_up_fails_its_contract(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit)
    reason = Wording("Kaputt", "Broken")
    async with new_unit() as unit:
        for place in (0, 1):
            unit.gather(follow_fulfilment, done(order, place, LineTrigger.FAIL, reason=reason))
    async with new_unit() as unit:
        failed = await unit.orders.get(order.order_id)
        assert (failed.status, failed.reason) == (OrderStatus.FAILED, reason)
        assert (await unit.agreements.find(order.lines[0].agreement_id)).status is AgreementStatus.FAILED


@pytest.mark.rule("ORD-3", "CTX-3")
async def test_licences_and_devices_make_contracts_of_their_own_each_with_its_own_fate(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        cart = await new_cart(unit, ("STANDARD", 3), ("CTX-FLAT-1", 1), ("PHONE", 3))
        order = await place_order(cart.cart_id, cart.version, KARLA, unit, TERMS)
    assert [line.awaiting for line in order.lines] == [None, None, Awaited.ORDER_MANAGEMENT]
    async with new_unit() as unit:
        unit.gather(follow_fulfilment, done(order, 0))
        unit.gather(follow_fulfilment, done(order, 1))
        unit.gather(follow_fulfilment, done(order, 2, LineTrigger.FAIL, reason=Wording("Aus", "Sold out")))
    async with new_unit() as unit:
        held = {one.family: one for one in await unit.agreements.of_customer(CUSTOMER)}
        assert held[Family.CENTRAFLEX].status is AgreementStatus.ACTIVE
        assert held[Family.DEVICE].status is AgreementStatus.FAILED
        partly = await unit.orders.get(order.order_id)
        assert (partly.status, len(partly.short_lines)) == (OrderStatus.PARTLY_COMPLETED, 1)


@pytest.mark.rule("ORD-3")
async def test_a_contract_holds_of_its_lines_what_was_delivered_and_its_history_tells_the_rest(
    new_unit: NewUnit,
) -> None:
    async with new_unit() as unit:
        cart = await new_cart(unit, ("STANDARD", 3), ("FAX-SERVICE", 1), ("BASIC", 2))
        order = await place_order(cart.cart_id, cart.version, KARLA, unit, TERMS)
        unit.gather(follow_fulfilment, done(order, 0))
        unit.gather(follow_fulfilment, done(order, 1, LineTrigger.FAIL))
    agreement_id = order.lines[0].agreement_id
    async with new_unit() as unit:
        in_set_up = await unit.agreements.find(agreement_id)
        assert (in_set_up.status, len(in_set_up.lines)) == (AgreementStatus.IN_SET_UP, 3)
        unit.gather(follow_fulfilment, replace(done(order, 2), at=order.placed_at))
    async with new_unit() as unit:
        agreement = await unit.agreements.find(agreement_id)
        assert agreement.status is AgreementStatus.ACTIVE
        assert [one.offering for one in agreement.lines] == ["STANDARD", "BASIC"]
        told = chapters(await unit.agreements.versions(agreement_id))
        assert [[change.kind for change in one.changes] for one in told] == [["removed"], ["added", "added", "added"]]


@pytest.mark.rule("ORD-3")
@pytest.mark.parametrize("sooner", [True, False])
async def test_a_trunk_goes_without_what_failed_beside_it_whichever_is_known_sooner(
    new_unit: NewUnit, sooner: bool
) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit, ("UNIFIED", 1))
        agreement_id = order.lines[0].agreement_id
    failed, set_up = done(order, 2, LineTrigger.FAIL), done(order, 0)
    for happening in (failed, set_up) if sooner else (set_up, failed):
        async with new_unit() as unit:
            unit.gather(follow_fulfilment, happening)
    async with new_unit() as unit:
        unit.gather(follow_trunks, TrunkActive(agreement_id, NOW))
    async with new_unit() as unit:
        agreement = await unit.agreements.find(agreement_id)
        assert agreement.status is AgreementStatus.ACTIVE
        assert [one.offering for one in agreement.lines] == ["CONNECT", "CHANNEL"]


@pytest.mark.rule("AMEND-1", "FLAT-3")
async def test_reordered_lines_join_the_contract_when_they_are_done(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        first = await trunk_order(unit, ("FLAT-NATIONAL", 1))
        agreement_id = first.lines[0].agreement_id
        unit.gather(follow_trunks, TrunkActive(agreement_id, NOW))
    async with new_unit() as unit:
        cart = await new_cart(unit, ("CHANNEL", 6), case=BusinessCase.REORDER, agreement_id=agreement_id)
        order = await place_order(cart.cart_id, cart.version, KARLA, unit, TERMS)
        assert len((await unit.agreements.find(agreement_id)).lines) == 3
    async with new_unit() as unit:
        unit.gather(follow_fulfilment, done(order, 0))
        unit.gather(follow_fulfilment, done(order, 1, LineTrigger.FAIL))
    async with new_unit() as unit:
        lines = (await unit.agreements.find(agreement_id)).lines
        assert [(one.offering, one.quantity) for one in lines[3:]] == [("CHANNEL", 6)]


@pytest.mark.rule("ORD-3", "SITE-1")
async def test_sites_may_be_ordered_in_all_but_the_last_three_states(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit)
        agreement = await unit.agreements.find(order.lines[0].agreement_id)
    command = OrderSite(agreement.agreement_id, "Werk", ADDRESS, "221", 10)
    for status in AgreementStatus:
        async with new_unit() as unit:
            await unit.agreements.save_all([replace(agreement, status=status)])
            if status.value in ("terminating", "ended", "failed"):
                with pytest.raises(refusals.AgreementTakesNoSites):
                    await order_site(command, KARLA, unit, ChosenFeasibility())
            else:
                await order_site(command, KARLA, unit, ChosenFeasibility())


@pytest.mark.rule("SITE-3", "PORT-2", "ORD-3")
async def test_a_porting_line_ends_with_the_porting_and_not_with_work_done_for_it(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit)
        ported = replace(
            order, order_id=uuid4(), number="AU-X", business_case=BusinessCase.PORTING, lines=[_porting_line(order)]
        )
        await unit.orders.add(ported)
    async with new_unit() as unit:
        unit.gather(follow_fulfilment, done(ported))
        waiting = done(ported, 0, LineTrigger.WAIT, awaiting=Awaited.DONOR, by_porting=True)
        unit.gather(follow_fulfilment, waiting)
    async with new_unit() as unit:
        now = await unit.orders.get(ported.order_id)
        assert (now.status, now.awaiting) == (OrderStatus.AWAITING, (Awaited.DONOR,))
        unit.gather(follow_fulfilment, done(ported, by_porting=True))
    async with new_unit() as unit:
        assert (await unit.orders.get(ported.order_id)).status is OrderStatus.COMPLETED


@pytest.mark.rule("KOMBI-2", "KOMBI-3", "ORD-3")
async def test_a_kombi_with_a_new_internet_line_makes_two_contracts_bound_to_each_other(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        cart = await new_cart(unit)
        add = AddLine(cart.cart_id, cart.version, "CONNECT", 1, None, combination=True)
        cart = await add_line(add, KARLA, unit)
        for code, price_list in (("CHANNEL", "PL-WORLD"), ("QDSL", None)):
            cart = await add_line(AddLine(cart.cart_id, cart.version, code, 1, price_list), KARLA, unit)
        internet = Internet(line_id=cart.lines[2].line_id)
        cart = await settle_cart(SettleCart(cart.cart_id, cart.version, internet=internet), KARLA, unit)
        order = await place_order(cart.cart_id, cart.version, KARLA, unit, TERMS)
        trunk, channel, qdsl = order.lines
        assert trunk.agreement_id == channel.agreement_id != qdsl.agreement_id
        assert trunk.combination_agreement_id == channel.combination_agreement_id == qdsl.agreement_id
        assert qdsl.combination_agreement_id is None


@pytest.mark.rule("TEN-5")
async def test_a_used_up_range_of_customer_numbers_refuses_the_order(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        assert await unit.numbers.next_customer(range(7, 8)) == "K-7"
        with pytest.raises(refusals.CustomerNumbersUsedUp):
            await unit.numbers.next_customer(range(7, 8))


@pytest.mark.rule("QUOTE-2")
async def test_an_unknown_link_id_opens_nothing(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        cart = await new_cart(unit, ("CONNECT", 1), ("CHANNEL", 4))
        cart = await send_quote(cart.cart_id, cart.version, None, KARLA, unit, TERMS)
        with pytest.raises(refusals.LinkGivesNoRight):
            await confirm_quote(ConfirmQuote(cart.quoted.quote_id, uuid4(), "Nobody", "1", "de"), unit, TERMS)


async def test_lists_are_cut_to_pages_newest_first(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        ids = sorted([(await new_cart(unit)).cart_id for _nth in range(5)])
    async with new_unit() as unit:
        page = await unit.lists.carts(PETRA, Wanted(customer_id=CUSTOMER, limit=2))
        assert [one.cart_id for one in page] == ids[:-3:-1]
        rest = await unit.lists.carts(PETRA, Wanted(after=page[-1].cart_id, states=("open",)))
        assert [one.cart_id for one in rest] == ids[2::-1]
        assert await unit.lists.carts(OTTO, Wanted()) == []
        assert await unit.lists.agreements(PETRA, Wanted(family="trunk")) == []


async def test_orders_and_contracts_are_found_by_part_of_their_number_or_customer(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        order = await trunk_order(unit)
    async with new_unit() as unit:
        (agreement,) = await unit.agreements.of_customer(CUSTOMER)
        customer = await unit.parties.find(CUSTOMER)
        for q, found in (
            (order.number[1:], True),
            (customer.customer_number.lower(), True),
            (NASTY_NAME[:8].upper(), True),
            ("%", False),
            ("nobody", False),
        ):
            assert bool(await unit.lists.orders(PETRA, Wanted(q=q))) is found
        assert await unit.lists.agreements(PETRA, Wanted(q=agreement.number, states=("active",))) == []
        assert await unit.lists.agreements(PETRA, Wanted(q=agreement.number, states=("in_set_up",))) == [agreement]
        assert await unit.lists.agreements(OTTO, Wanted(q=agreement.number)) == []


@pytest.mark.rule("CART-1")
async def test_carts_are_found_by_part_of_their_number_their_quotes_or_their_customer(new_unit: NewUnit) -> None:
    async with new_unit() as unit:
        await new_cart(unit)
        cart = await new_cart(unit, ("CONNECT", 1), ("CHANNEL", 4))
        cart = await send_quote(cart.cart_id, cart.version, None, KARLA, unit, TERMS)
    async with new_unit() as unit:
        customer = await unit.parties.find(CUSTOMER)
        for q, found in (
            (cart.number[1:], 1),
            (cart.quoted.number.lower(), 1),
            (customer.customer_number.lower(), 2),
            (NASTY_NAME[:8].upper(), 2),
            ("%", 0),
            ("nobody", 0),
        ):
            assert len(await unit.lists.carts(PETRA, Wanted(q=q))) == found, q
        assert await unit.lists.carts(PETRA, Wanted(q=cart.quoted.number, states=("open",))) == []
        assert await unit.lists.carts(OTTO, Wanted(q=cart.quoted.number)) == []


def _porting_line(order: Order) -> Any:
    particulars = Porting(
        uuid4(),
        uuid4(),
        Donor(None, "Dorfnetz"),
        Subscriber("Müller", ADDRESS),
        PortingCase.NUMBERS_ONLY,
        (NumberBlock("221", "479", "00", "99"),),
        date(2026, 12, 10),
    )
    return replace(order.lines[0], line_id=uuid4(), porting=particulars)
