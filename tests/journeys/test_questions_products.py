"""The answers of the help page on the range, the Kombi option and Centraflex (docs/questions.md)."""

from decimal import Decimal

import pytest

from devstack.demo.client import logged_in
from devstack.demo.story import Story
from devstack.demo.waiting import until
from devstack.layout import Layout
from devstack.login.people import party_id
from tests.journeys.buying import (
    BASIC_LICENCE,
    CHANNEL,
    NATIONAL,
    STANDARD_LICENCE,
    TRUNK,
    Basket,
    agreement,
    done_by_hand,
    renewal,
)

pytestmark = pytest.mark.timeout(120)
FLAT, OTHER_FLAT = "CENTRAFLEX-FLAT-NATIONAL", "CENTRAFLEX-FLAT-MOBILE"
KOMBI_CHANNEL = "VOICE-CHANNEL-KOMBI"
BUSINESS = {
    "IPFONIE-EXTENDED-CONNECT-REG", "IPFONIE-EXTENDED-CONNECT-FIX", "IPFONIE-EXTENDED-LINK", "IPFONIE-EXTENDED-TEAM",
    "Q-DSL-PRO", "Q-DSL-OFFICE", "Q-DSL-MAX", "PLUSNET-VDSL", "PLUSNET-LEASED-LINE-BUSINESS",
}  # fmt: skip
RESELLER = {
    "IPFONIE-EXTENDED-CONNECT-REG", "IPFONIE-EXTENDED-CONNECT-FIX", "IPFONIE-EXTENDED-LINK",
    "RESALE-SHDSL", "RESALE-VDSL", "RESALE-ADSL-BASIC", "RESALE-ADSL", "RESALE-LEASED-LINE",
}  # fmt: skip


async def internet_contract(story: Story) -> str:
    """A voice-ready internet line that runs."""
    basket = await Basket(story).start()
    await basket.add("Q-DSL-PRO")
    order = await basket.confirmed()
    await done_by_hand(story, order["order_id"])
    return str((await agreement(story, order["lines"][0]["agreement_id"], "active"))["agreement_id"])


@pytest.mark.rule("KOMBI-1", "KOMBI-2")
async def test_the_kombi_option_is_ticked_at_the_trunk_and_bound_to_an_internet_contract(story: Story) -> None:
    """Wie bestellt man die Kombi-Option zu einem SIP-Trunk?

    Schon bei der Variante des Trunks ankreuzen. Die Sprachkanäle kommen dann von selbst in der Kombi-Variante, zum
    ermäßigten Preis; im Warenkorb wird der Internet-Vertrag gewählt, ein laufender oder ein neuer im selben Warenkorb.
    """
    basket = await Basket(story).start()
    late = await basket.refused(CHANNEL, combination=True)
    assert late["rule"] == "KOMBI-1"
    await basket.add(TRUNK, combination=True)
    await basket.add(CHANNEL, 4, price_list=NATIONAL)
    assert basket.offerings == {TRUNK: 1, KOMBI_CHANNEL: 4}
    assert basket.broken == {"KOMBI-2"}
    await basket.add("Q-DSL-PRO")
    line = basket.line("Q-DSL-PRO")["line_id"]
    await basket.settle(internet={"line_id": line})
    assert basket.broken == set()
    order = await basket.confirmed()
    contracts = {one["offering"]: one["agreement_id"] for one in order["lines"]}
    assert contracts[TRUNK] == contracts[KOMBI_CHANNEL] != contracts["Q-DSL-PRO"]
    bound = await agreement(story, contracts[TRUNK])
    assert bound["combination_agreement_id"] == contracts["Q-DSL-PRO"]


@pytest.mark.rule("KOMBI-1", "KOMBI-2")
async def test_kombi_channels_are_cheaper_with_an_internet_contract_that_runs(story: Story) -> None:
    """Was bringt die Kombi-Option, und womit?

    Einen Nachlass auf den monatlichen Preis und das Einmalentgelt der Sprachkanäle. Ein bestehender Internet-Vertrag
    muss bei der Beauftragung aktiv sein, nicht gekündigt, nicht abgelaufen; sonst kommt ein neuer in den Warenkorb.
    """
    plain = await Basket(story).start()
    await plain.add(TRUNK)
    await plain.add(CHANNEL, 4, price_list=NATIONAL)
    kombi = await Basket(story).start()
    await kombi.add(TRUNK, combination=True)
    await kombi.add(CHANNEL, 4, price_list=NATIONAL)
    for price in ("one_time", "monthly"):
        assert Decimal(kombi.line(KOMBI_CHANNEL)[price]) < Decimal(plain.line(CHANNEL)[price])
    own = await internet_contract(story)
    pending = await Basket(story).start()
    await pending.add("Q-DSL-MAX")
    in_set_up = (await pending.confirmed())["lines"][0]["agreement_id"]
    await kombi.settle(internet={"agreement_id": in_set_up})
    assert kombi.broken == {"KOMBI-2"}, "that contract doesn't run yet"
    await kombi.settle(internet={"agreement_id": own})
    assert kombi.broken == set()
    order = await kombi.confirmed()
    trunk = await agreement(story, order["lines"][0]["agreement_id"])
    assert trunk["combination_agreement_id"] == own


@pytest.mark.rule("CAT-4")
async def test_what_cannot_be_ordered_digitally_says_how_and_what_is_no_longer_sold_cannot_be_ordered(
    story: Story,
) -> None:
    """Wie bestellt man, was sich im Portal nicht digital bestellen lässt?

    Auf dem üblichen Weg, den das Portal nennt. Was nicht mehr vermarktet wird, lässt sich gar nicht bestellen.
    """
    catalog = await story.partner.get("catalog", "/catalog/current", audience="business")
    offerings = {one["code"]: one for group in catalog["categories"] for one in group["offerings"]}
    by_form, bygone = offerings["FIBER-BUSINESS"], offerings["IPFONIE-BASIC"]
    assert (by_form["orderability"], bygone["orderability"]) == ("manual", "discontinued")
    basket = await Basket(story).start()
    manual = await basket.refused("FIBER-BUSINESS")
    assert (manual["code"], manual["remedy"]) == ("ordered-manually", by_form["manual_process"]["en"])
    gone = await basket.refused("IPFONIE-BASIC")
    assert (gone["code"], gone["rule"]) == ("discontinued", "CAT-4")


@pytest.mark.rule("CAT-1", "CAT-2", "TEN-4")
async def test_business_customers_and_resellers_each_have_a_range_of_their_own(story: Story) -> None:
    """Welche Produkte lassen sich digital bestellen?

    Stand März 2021: für Geschäftskunden Tengo Centraflex mit Services, Geräten und Consulting, die SIP-Trunks und
    fünf Internet-Produkte; für Reseller die drei SIP-Trunks und fünf Resale-Anschlüsse.
    """

    async def digital(audience: str) -> dict[str, set[str]]:
        catalog = await story.olga.get("catalog", "/catalog/current", audience=audience)
        return {
            group["category"]: {one["code"] for one in group["offerings"] if one["orderability"] == "digital"}
            for group in catalog["categories"]
        }

    business, reseller = await digital("business"), await digital("reseller")
    assert business["trunk"] | business["internet"] == BUSINESS
    assert business["licence"] == {STANDARD_LICENCE, BASIC_LICENCE}
    assert all(business[category] for category in ("service", "device", "consulting"))
    assert reseller["trunk"] | reseller["internet"] == RESELLER
    basket = await Basket(story).start()
    assert (await basket.refused("RESALE-VDSL"))["rule"] == "CAT-2"


@pytest.mark.rule("FLAT-5", "FLAT-3", "FLAT-4")
async def test_one_centraflex_flatrate_as_many_as_licences(story: Story) -> None:
    """Was gilt für die Voice-Flatrates von Tengo Centraflex?

    Nur mit Arbeitsplatzlizenzen und immer so viele wie deren Summe; nur eine der drei. Bei einer Nachbestellung von
    Lizenzen kommt sie von selbst mit; eine andere gibt es mit einer Vertragsverlängerung mit Tarifwechsel.
    """
    basket = await Basket(story).start()
    await basket.add(FLAT)
    assert "FLAT-5" in basket.broken
    await basket.add(STANDARD_LICENCE, 3)
    await basket.add(BASIC_LICENCE, 2)
    assert basket.offerings[FLAT] == 5
    await basket.add(OTHER_FLAT)
    assert basket.broken == {"FLAT-5"}
    await basket.remove(OTHER_FLAT)
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    agreement_id = order["lines"][0]["agreement_id"]
    await agreement(story, agreement_id, "active")

    more = await Basket(story).start("reorder", agreement_id=agreement_id)
    await more.add(BASIC_LICENCE, 4)
    assert more.offerings == {BASIC_LICENCE: 4, FLAT: 4}
    assert more.line(FLAT)["locked"] == "line"

    exchanged = await renewal(story, agreement_id)
    await exchanged.remove(FLAT)
    await exchanged.add(OTHER_FLAT)
    assert exchanged.offerings == {STANDARD_LICENCE: 3, BASIC_LICENCE: 2, OTHER_FLAT: 5}
    assert exchanged.broken == set()


@pytest.mark.rule("CTX-1", "CTX-2", "CTX-3", "CTX-4", "TEN-3", "FLAT-3")
async def test_centraflex_starts_with_a_licence_once_per_customer_and_grows_by_reorders(
    story: Story, stack: Layout
) -> None:
    """Worauf kommt es bei Neu- und Nachbestellungen von Tengo Centraflex an?

    Neu: mindestens eine Lizenz STANDARD oder BASIC, alles andere freiwillig, ein Vertrag je Kunde. Geräte und
    Consulting sind immer Neubestellungen mit eigenem Vertrag. Nach: der Vertrag ist aktiv und ungekündigt, und ein
    Partner braucht die Kunden-Administration.
    """
    basket = await Basket(story).start()
    await basket.add("TENGO-FAX", 2)
    assert basket.broken == {"CTX-1"}
    await basket.add(BASIC_LICENCE, 2)
    for optional in ("DEVICE-T46-RENT", "DEVICE-D385-BUY", "CONSULTING-REMOTE"):
        await basket.add(optional)
    assert basket.broken == set()
    order = await basket.confirmed()
    contracts = {one["family"]: one["agreement_id"] for one in order["lines"]}
    assert len(set(contracts.values())) == len(contracts) == 3
    await done_by_hand(story, order["order_id"])
    centraflex = contracts["centraflex"]
    await agreement(story, centraflex, "active")

    second = await Basket(story).start()
    await second.add(STANDARD_LICENCE)
    assert second.broken == {"CTX-2"}
    more = await Basket(story).start("reorder", agreement_id=centraflex)
    await more.add("DEVICE-T46-BUY")
    assert "CTX-3" in more.broken
    await more.remove("DEVICE-T46-BUY")
    await more.add(STANDARD_LICENCE, 7)
    await more.add("TENGO-QUEUE")
    assert more.broken == set()
    await story.order_in((await more.confirmed())["order_id"], "completed")

    party = {
        "name": f"Geschlossen {story.tag}",
        "email": f"zu-{story.tag}@kunden.example",
        "customer_administration": False,
    }
    closed = await story.machine.post("crm", "/api/parties", party | {"parent_id": str(party_id("nordlicht"))})

    async def listed() -> dict | None:
        found = await story.partner.get("cart", "/parties", q=party["name"])
        return found["items"][0] if found["items"] else None

    assert (await until("the closed customer is listed", listed))["open"] is False
    new = {"customer_id": closed["party_id"], "business_case": "new_order"}
    refused = await story.partner.ask("POST", "cart", "/carts", json=new)
    assert (refused.status, refused.body["code"]) == (403, "not-delegated")
    stranger = await logged_in(stack, "maria", story.correlation_id)
    assert (await stranger.ask("POST", "cart", "/carts", json=new)).status == 404
    await stranger.close()
