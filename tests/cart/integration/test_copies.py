"""A quote keeps the prices it was made with; a copy has today's, and says what they were (QUOTE-1, CAT-5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cart.domain.catalog import Catalog, Offering, Orderability, Price
from contracts.ordering import v1 as ordering
from tests.cart.conftest import Office, Shopper, agreed
from tests.cart.sample import CATALOG, CUSTOMER, PETRA


def newer(**changes: Any) -> Catalog:
    """A later version in which these offerings differ; `None` drops one."""

    def changed(one: Offering) -> Offering | None:
        code = one.code.replace("-", "_")
        return changes.get(code, one)

    offerings = tuple(one for one in map(changed, CATALOG.offerings) if one is not None)
    return replace(CATALOG, version="2026-10.1", valid_from=date(2026, 10, 1), offerings=offerings)


def costing(code: str, monthly: str) -> Offering:
    offering = CATALOG.find(code)
    assert offering is not None
    prices = tuple(Price(one.term_months, one.one_time, Decimal(monthly)) for one in offering.prices)
    return replace(offering, prices=prices)


def unsold(code: str) -> Offering:
    offering = CATALOG.find(code)
    assert offering is not None
    return replace(offering, orderability=Orderability.DISCONTINUED)


async def quoted(office: Office) -> tuple[Shopper, dict[str, Any]]:
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).trunk(channels=4)
    await shopper.add("UNIFIED")
    return shopper, await shopper.quote()


@pytest.mark.rule("CAT-5", "QUOTE-3")
async def test_a_quote_stays_what_it_said_although_a_newer_catalog_has_other_prices(office: Office) -> None:
    _shopper, view = await quoted(office)
    quote_id, totals = view["quote"]["quote_id"], view["totals"]
    await office.in_unit(lambda unit: unit.catalogs.save(newer(CHANNEL=costing("CHANNEL", "99.00"), UNIFIED=None)))
    _opened, approver = await office.open_link()
    assert (await approver.get(f"/quotes/{quote_id}")).json()["totals"] == totals

    done = await approver.post(f"/quotes/{quote_id}/confirm", agreed("Karla"))
    assert done.status_code == 200, done.text
    order = done.json()
    assert {line["offering"]: line["monthly"] for line in order["lines"]} == {
        line["offering"]: line["monthly"] for line in view["lines"]
    }
    agreement = (await office.as_(PETRA).get(f"/agreements/{order['lines'][0]['agreement_id']}")).json()
    assert {one["offering"]: one["monthly"] for one in agreement["lines"]}["CHANNEL"] == "3.10"
    [received] = await office.events(ordering.OrderReceived)
    assert received.catalog_version == CATALOG.version
    assert sum(line.monthly * line.quantity for line in received.lines) == Decimal(totals["monthly"])


@pytest.mark.rule("QUOTE-1", "CAT-5")
async def test_a_copy_has_todays_prices_and_says_what_changed(office: Office) -> None:
    shopper, view = await quoted(office)
    await office.in_unit(lambda unit: unit.catalogs.save(newer(CHANNEL=costing("CHANNEL", "4.00"))))
    copy = (await shopper.browser.post(f"/carts/{view['cart_id']}/copy")).json()
    assert (copy["state"], copy["catalog_version"], copy["broken_rules"]) == ("open", "2026-10.1", [])
    assert copy["copied_from"] == {
        "cart_id": view["cart_id"],
        "number": view["quote"]["number"],
        "changes": [
            {
                "name": {"de": "CHANNEL (de)", "en": "CHANNEL"},
                "before": {"one_time": "1.00", "monthly": "3.10"},
                "now": {"one_time": "1.00", "monthly": "4.00"},
            }
        ],
    }
    assert Decimal(copy["totals"]["monthly"]) == Decimal(view["totals"]["monthly"]) + 4 * Decimal("0.90")
    untouched = (await shopper.browser.get(f"/carts/{view['cart_id']}")).json()
    assert (untouched["totals"], untouched["copied_from"]) == (view["totals"], None)


@pytest.mark.rule("QUOTE-1", "CAT-4")
async def test_a_copy_is_without_what_is_no_longer_sold_and_says_so(office: Office) -> None:
    shopper, view = await quoted(office)
    without = newer(UNIFIED=unsold("UNIFIED"), FLAT_NATIONAL=None)
    await office.in_unit(lambda unit: unit.catalogs.save(without))
    copy = (await shopper.browser.post(f"/carts/{view['cart_id']}/copy")).json()
    assert [line["offering"] for line in copy["lines"]] == ["CONNECT", "CHANNEL"]
    gone = [one["name"]["en"] for one in copy["copied_from"]["changes"] if one["now"] is None]
    assert gone == ["FLAT-NATIONAL", "UNIFIED"]


@pytest.mark.rule("QUOTE-1", "TRUNK-2")
async def test_a_copy_asks_for_another_price_list_where_its_own_is_no_longer_offered(office: Office) -> None:
    shopper, view = await quoted(office)
    channel = CATALOG.find("CHANNEL")
    assert channel is not None
    await office.in_unit(lambda unit: unit.catalogs.save(newer(CHANNEL=replace(channel, price_lists=("PL-WORLD",)))))
    copy = (await shopper.browser.post(f"/carts/{view['cart_id']}/copy")).json()
    assert [one["rule"] for one in copy["broken_rules"]] == ["TRUNK-2"]
