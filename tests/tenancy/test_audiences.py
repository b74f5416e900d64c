"""Business and reseller: each sees its own catalog only, also who guesses codes (TEN-4)."""

from typing import Any

import pytest

from catalog.adapters.files import read_folder
from catalog.application.publish import published
from catalog.main import DATA
from contracts.catalog.v1 import Catalog
from contracts.shapes import Audience
from tests.tenancy.test_walk import told
from tests.town.people import TRUNK, Family
from tests.town.services import Someone, Town

BUSINESS, RESELLER = Audience.BUSINESS, Audience.RESELLER


@pytest.fixture(scope="module")
def reseller(town: Town) -> Family:
    """Partners whose customers are resellers."""
    family = Family(town, "gamma", RESELLER)
    town.runner.run(family.settle_down())
    return family


@pytest.fixture(scope="module")
def whole(town: Town) -> Catalog:
    """The shipped catalog as it was published, uncut."""

    async def find() -> Catalog:
        async with town.running["catalog"].units.reading() as unit:
            return published(read_folder(DATA / "2021-03.1"), await unit.now()).catalog

    return town.runner.run(find())


def others_codes(whole: Catalog, audience: Audience) -> set[str]:
    """Codes of offerings and price lists that this audience must not learn of."""
    return {one.code for one in (*whole.offerings, *whole.price_lists) if audience not in one.audiences}


def shopper(audience: Audience, families: tuple[Family, Family], reseller: Family, who: str = "customer") -> Someone:
    return (families[0] if audience is BUSINESS else reseller).people[who]


@pytest.mark.rule("TEN-4", "CAT-2")
@pytest.mark.parametrize("audience", [BUSINESS, RESELLER])
def test_a_customer_reads_of_its_own_catalog_only_whatever_it_asks_for(
    town: Town, families: tuple[Family, Family], reseller: Family, whole: Catalog, audience: Audience
) -> None:
    customer, hidden = shopper(audience, families, reseller), others_codes(whole, audience)
    for path in ("/catalog/current", "/catalog/versions/2021-03.1"):
        for asked in ({}, {"audience": "business"}, {"audience": "reseller"}):
            answer = town.runner.run(town.call(customer, "catalog", "GET", path, params=asked))
            said = answer.json()
            assert said["audience"] == audience
            assert sum(len(one["offerings"]) for one in said["categories"]) > 10
            assert [code for code in sorted(hidden) if f'"{code}"' in answer.text] == []
    assert hidden


@pytest.mark.rule("TEN-4", "CAT-2", "PRICE-1")
@pytest.mark.parametrize("audience", [BUSINESS, RESELLER])
@pytest.mark.parametrize("who", ["customer", "seller"])
def test_a_guessed_code_of_the_other_audience_is_answered_like_one_that_does_not_exist(
    town: Town, families: tuple[Family, Family], reseller: Family, whole: Catalog, audience: Audience, who: str
) -> None:
    person = shopper(audience, families, reseller, who)
    family = families[0] if audience is BUSINESS else reseller

    async def post(path: str, body: dict[str, Any], seen: int | None = None) -> Any:
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        return await town.call(person, "cart", "POST", path, json=body, headers=headers)

    async def guess() -> list[str]:
        cart = (await post("/carts", {"customer_id": str(family.ids["customer"]), "business_case": "new_order"})).json()
        lines = f"/carts/{cart['cart_id']}/lines"
        cart = (await post(lines, TRUNK[0], cart["version"])).json()
        nothing = told(await post(lines, {"offering": "NO-SUCH-CODE"}, cart["version"]), "NO-SUCH-CODE")
        channel: dict[str, Any] = {"offering": "VOICE-CHANNEL", "price_list": "PL-NO-SUCH"}
        no_list = told(await post(lines, channel, cart["version"]), "PL-NO-SUCH")
        hints = []
        for code in sorted(one.code for one in whole.offerings if audience not in one.audiences):
            answer = told(await post(lines, {"offering": code}, cart["version"]), code)
            hints += [] if answer == nothing else [f"{code}: {answer} instead of {nothing}"]
        for code in sorted(one.code for one in whole.price_lists if audience not in one.audiences):
            answer = told(await post(lines, {**channel, "price_list": code}, cart["version"]), code)
            hints += [] if answer == no_list else [f"{code}: {answer} instead of {no_list}"]
        assert nothing[0] == no_list[0] == 422
        return hints

    hints = town.runner.run(guess())
    assert not hints, "\n".join(hints)
