"""The answers of the help page on channels, price lists, encryption and tariff options (docs/questions.md)."""

from datetime import date, time
from decimal import Decimal

import pytest

from devstack.demo.story import Story
from devstack.demo.waiting import until
from tests.journeys.buying import (
    CHANNEL,
    NATIONAL,
    SRTP_CHANNEL,
    STANDARD,
    TRUNK,
    Basket,
    Json,
    acknowledgement,
    agreement,
    confirmed,
    renewal,
    trunk,
)

pytestmark = pytest.mark.timeout(120)


def held(contract: Json) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in contract["lines"]:
        found[line["offering"]] = found.get(line["offering"], 0) + line["quantity"]
    return found


@pytest.mark.rule("UM-1", "AMEND-1", "CAT-3")
async def test_unified_messaging_comes_with_the_trunk_or_at_any_time_after(story: Story) -> None:
    """Wie bekommt ein SIP-Trunk ein Unified-Messaging-Paket?

    In der Kategorie Tarif-Optionen: bei der Neubestellung dazu, oder später jederzeit als Nachbestellung; dann läuft
    es so lange wie der Vertrag.
    """
    catalog = await story.partner.get("catalog", "/catalog/current", audience="business")
    options = next(one for one in catalog["categories"] if one["category"] == "unified_messaging")
    assert [one["code"] for one in options["offerings"]] == ["UNIFIED-MESSAGING"]
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(CHANNEL, 2, price_list=NATIONAL)
    await basket.add("UNIFIED-MESSAGING")
    assert basket.broken == set(), "with the trunk at once"
    await basket.remove("UNIFIED-MESSAGING")
    assert basket.broken == set(), "or without it"
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    agreement_id = order["lines"][0]["agreement_id"]
    contract = await agreement(story, agreement_id, "active")
    later = await Basket(story).start("reorder", agreement_id=agreement_id)
    await later.add("UNIFIED-MESSAGING")
    assert (later.view["term_months"], later.view["agreement_number"]) == (24, contract["number"])
    await story.order_in((await later.confirmed())["order_id"], "completed")
    after = await agreement(story, agreement_id)
    assert held(after)["UNIFIED-MESSAGING"] == 1
    assert after["ends_on"] == contract["ends_on"]


@pytest.mark.rule("TRUNK-2")
async def test_the_price_list_is_chosen_on_the_voice_channel_and_shown_in_the_cart(story: Story) -> None:
    """Wie wählt man die Verbindungspreisliste eines SIP-Trunks?

    Am Sprachkanal, zusammen mit der Anzahl; der Warenkorb zeigt die gewählte, und für sie wird bestellt.
    """
    catalog = await story.partner.get("catalog", "/catalog/current", audience="business")
    offered = {one["code"] for one in catalog["price_lists"]}
    assert {NATIONAL, STANDARD} <= offered
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(CHANNEL, 3)
    assert basket.broken == {"TRUNK-2"}, "a channel without a price list"
    await basket.change(CHANNEL, price_list=NATIONAL)
    line = basket.line(CHANNEL)
    assert (line["quantity"], line["price_list"]) == (3, NATIONAL)
    assert line["price_list_name"]["de"] == "Verbindungspreisliste National"
    order = await basket.confirmed()
    assert {one["price_list"] for one in order["lines"] if one["offering"] == CHANNEL} == {NATIONAL}
    contract = await agreement(story, order["lines"][0]["agreement_id"])
    assert {one["price_list"] for one in contract["lines"] if one["offering"] == CHANNEL} == {NATIONAL}


@pytest.mark.rule("TRUNK-3")
async def test_a_trunk_is_encrypted_by_choosing_the_channel_with_srtp(story: Story) -> None:
    """Wie bestellt man einen SIP-Trunk mit Sprachverschlüsselung?

    Mit dem Sprachkanal in der Variante mit SRTP; bei der Einrichtung wird die Verschlüsselung eingeschaltet.
    """
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(SRTP_CHANNEL, 2, price_list=NATIONAL)
    assert basket.line(SRTP_CHANNEL)["srtp"]
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    assert (await story.trunk_in(order["lines"][0]["agreement_id"], "active"))["srtp"] is True


@pytest.mark.rule("FLAT-1", "FLAT-2", "FLAT-3", "FLAT-4", "CART-3")
async def test_trunk_flatrates_follow_the_channels_and_change_in_a_renewal_only(story: Story) -> None:
    """Was gilt für die Voice-Flatrates eines SIP-Trunks?

    Nur mit Sprachkanälen und immer so viele wie diese; kombinierbar, wenn das nationale Festnetz dabei ist. Bei einer
    Nachbestellung von Kanälen kommen sie von selbst mit. Andere Flatrates gibt es nur mit einer Vertragsverlängerung
    mit Tarifwechsel.
    """
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add("FLAT-MOBILE")
    assert {"FLAT-1", "FLAT-2"} <= basket.broken
    await basket.add(CHANNEL, 3, price_list=NATIONAL)
    assert basket.broken == {"FLAT-2"}
    await basket.add("FLAT-NATIONAL")
    assert basket.broken == set()
    await basket.change(CHANNEL, quantity=5)
    assert basket.offerings == {TRUNK: 1, CHANNEL: 5, "FLAT-MOBILE": 5, "FLAT-NATIONAL": 5}
    flatrate = basket.line("FLAT-NATIONAL")
    assert flatrate["locked"] == "quantity"
    assert flatrate["why"]
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    agreement_id = order["lines"][0]["agreement_id"]

    more = await Basket(story).start("reorder", agreement_id=agreement_id)
    await more.add(CHANNEL, 2)
    assert more.offerings == {CHANNEL: 2, "FLAT-MOBILE": 2, "FLAT-NATIONAL": 2}
    assert more.line("FLAT-MOBILE")["locked"] == "line"
    await more.add("FLAT-EUROPE")
    assert "FLAT-4" in more.broken
    await more.remove("FLAT-EUROPE")
    await story.order_in((await more.confirmed())["order_id"], "completed")
    assert held(await agreement(story, agreement_id)) == {TRUNK: 1, CHANNEL: 7, "FLAT-MOBILE": 7, "FLAT-NATIONAL": 7}

    exchanged = await renewal(story, agreement_id)
    await exchanged.remove("FLAT-MOBILE")
    await exchanged.add("FLAT-EUROPE")
    assert exchanged.offerings == {TRUNK: 1, CHANNEL: 7, "FLAT-NATIONAL": 7, "FLAT-EUROPE": 7}
    await exchanged.confirmed()
    upcoming = (await agreement(story, agreement_id))["upcoming"]
    assert {one["offering"]: one["quantity"] for one in upcoming["lines"]}["FLAT-EUROPE"] == 7


@pytest.mark.rule("MIN-1")
async def test_minute_packages_mix_freely_at_first_and_only_those_held_are_reordered(story: Story) -> None:
    """Was gilt für die Minutenpakete eines SIP-Trunks?

    Bei der ersten Bestellung in beliebiger Anzahl und Mischung, von nichts anderem abhängig. Nachbestellt wird nur
    ein Paket, das der Vertrag schon enthält; ein anderes gibt es mit einer Vertragsverlängerung mit Tarifwechsel.
    """
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(CHANNEL, 2, price_list=NATIONAL)
    await basket.add("MINUTES-NATIONAL-1000", 3)
    await basket.add("MINUTES-MOBILE-500", 2)
    assert basket.broken == set()
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    agreement_id = order["lines"][0]["agreement_id"]

    more = await Basket(story).start("reorder", agreement_id=agreement_id)
    await more.add("MINUTES-WORLD-500")
    assert "MIN-1" in more.broken
    await more.remove("MINUTES-WORLD-500")
    await more.add("MINUTES-MOBILE-500", 4)
    await story.order_in((await more.confirmed())["order_id"], "completed")
    assert held(await agreement(story, agreement_id))["MINUTES-MOBILE-500"] == 6

    exchanged = await renewal(story, agreement_id)
    assert exchanged.offerings["MINUTES-MOBILE-500"] == 6
    await exchanged.remove("MINUTES-MOBILE-500")
    await exchanged.add("MINUTES-WORLD-500", 1)
    assert exchanged.broken == set()


@pytest.mark.rule("TRUNK-4")
async def test_extended_team_is_ordered_like_any_trunk_with_the_channel_that_fits_it_alone(story: Story) -> None:
    """Worauf kommt es bei einem neuen SIP-Trunk Extended Team an?

    Er wird bestellt wie jeder andere, hat aber einen eigenen Sprachkanal: Nur der passt zu ihm, und zu keinem anderen.
    """
    basket = await Basket(story).start()
    await basket.add("IPFONIE-EXTENDED-TEAM")
    await basket.add(CHANNEL, 2, price_list=NATIONAL)
    assert "TRUNK-4" in basket.broken
    await basket.remove(CHANNEL)
    await basket.add("VOICE-CHANNEL-TEAM", 2, price_list=NATIONAL)
    assert basket.broken == set()
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    other = await Basket(story).start()
    await other.add(TRUNK)
    await other.add("VOICE-CHANNEL-TEAM", 2, price_list=NATIONAL)
    assert "TRUNK-4" in other.broken


@pytest.mark.rule("PRICE-1", "AMEND-1", "AMEND-2", "QUOTE-2")
async def test_another_price_list_is_for_a_renewal_and_holds_with_its_new_term(story: Story) -> None:
    """Wie wechselt man die Verbindungspreisliste eines SIP-Trunks?

    Nur im Geschäftsvorfall Vertragsverlängerung mit Tarifwechsel: Die neue Liste gilt mit der neuen Laufzeit.
    """
    _order, agreement_id = await trunk(story)
    contract = await agreement(story, agreement_id, "active")
    more = await Basket(story).start("reorder", agreement_id=agreement_id)
    refused = await more.refused(CHANNEL, price_list=STANDARD)
    assert (refused["rule"], refused["code"]) == ("PRICE-1", "price-list-of-agreement")

    basket = await renewal(story, agreement_id, starts="after_term")
    assert basket.view["agreement_number"] == contract["number"]
    await basket.change(CHANNEL, price_list=STANDARD)
    assert basket.view["effective_on"] > contract["ends_on"]
    quote = await basket.quote()
    mail = await story.mailbox.mail(story.customer_mail, quote["number"])
    assert contract["number"] in mail["text"]
    order = await confirmed(story)
    assert order["effective_on"] == basket.view["effective_on"]
    now = await agreement(story, agreement_id)
    assert {one["price_list"] for one in now["lines"] if one["offering"] == CHANNEL} == {NATIONAL}
    then = await story.partner.get("cart", f"/agreements/{agreement_id}", on=order["effective_on"])
    assert {one["price_list"] for one in then["lines"] if one["offering"] == CHANNEL} == {STANDARD}
    assert then["term_months"] == 36


@pytest.mark.rule("PRICE-2", "AMEND-2", "QUOTE-2", "QUOTE-4")
async def test_encryption_is_switched_by_a_renewal_from_its_first_day_on(story: Story) -> None:
    """Wie schaltet man die Sprachverschlüsselung eines SIP-Trunks ein oder aus?

    Nur in einer Vertragsverlängerung mit Tarifwechsel: Vertrag wählen, neue Laufzeit, im Warenkorb mit der
    Vertragsnummer den bisherigen Sprachkanal entfernen und den anderen hineinlegen, Angebot, E-Mail, Zustimmung,
    Auftrag, Bestätigung. Mit ihrem ersten Tag ist umgeschaltet.
    """
    _order, agreement_id = await trunk(story, 2, "FLAT-NATIONAL")
    contract = await agreement(story, agreement_id, "active")
    more = await Basket(story).start("reorder", agreement_id=agreement_id)
    await more.add(SRTP_CHANNEL)
    assert more.offerings == {CHANNEL: 1, "FLAT-NATIONAL": 1}, "a reorder brings the contract's own kind of channel"

    basket = await renewal(story, agreement_id)
    assert (basket.view["agreement_number"], basket.view["term_months"]) == (contract["number"], 36)
    assert basket.offerings == {TRUNK: 1, CHANNEL: 2, "FLAT-NATIONAL": 2}
    assert Decimal(basket.view["totals"]["one_time"]) == 0, "nothing was added"
    await basket.remove(CHANNEL)
    await basket.add(SRTP_CHANNEL, 4, price_list=NATIONAL)
    assert basket.offerings == {TRUNK: 1, SRTP_CHANNEL: 4, "FLAT-NATIONAL": 4}
    await basket.quote()
    order = await confirmed(story)
    acknowledged = await acknowledgement(story, order)
    starts = date.fromisoformat(order["effective_on"])
    assert f"{starts.day}. " in acknowledged["text"]
    assert contract["number"] in acknowledged["text"]
    assert (await story.trunk_in(agreement_id, "active"))["srtp"] is False, "until its day nothing changes"

    await story.move_clock_to(starts, time(0, 5))
    await story.order_in(order["order_id"], "completed", seconds=30)

    async def switched() -> Json | None:
        found = await story.partner.get("provisioning", f"/trunks/{agreement_id}")
        return found if found["srtp"] else None

    assert (await until("the trunk is encrypted", switched))["channels"] == 4

    async def begun() -> Json | None:
        found = await agreement(story, agreement_id, "active")
        return found if held(found) == {TRUNK: 1, SRTP_CHANNEL: 4, "FLAT-NATIONAL": 4} else None

    assert (await until("the contract holds what it was renewed to", begun))["term_months"] == 36
    await story.mailbox.mail(story.customer_mail, "Ihr verlängerter Vertrag hat begonnen")
