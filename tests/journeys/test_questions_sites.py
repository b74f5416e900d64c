"""The answers of the help page on trunks, their sites and their activation, played from outside (docs/questions.md)."""

import pytest

from devstack.demo.client import Caller, logged_in
from devstack.demo.story import Story, address, site
from devstack.layout import Layout
from devstack.login.people import party_id
from tests.journeys.buying import CHANNEL, NATIONAL, TRUNK, Basket, acknowledgement, agreement, sites_of, trunk

pytestmark = pytest.mark.timeout(120)


async def new_site(story: Story, agreement_id: str, name: str, size: int = 10, who: Caller | None = None) -> dict:
    body = {"site": site(f"{name} {story.tag}", "Rosenstraße"), "block_size": size}
    placed = await (who or story.partner).post("cart", f"/agreements/{agreement_id}/sites", body)
    return await story.order_in(placed["order_id"], "completed", "failed")


@pytest.mark.rule("TRUNK-1", "SITE-2", "QUOTE-4")
async def test_sites_are_ordered_from_the_trunks_contract_not_with_the_trunk(story: Story) -> None:
    """Wie kommen Nutzungsstandorte zu einem SIP-Trunk, der gerade bestellt wird?

    Nicht im selben Warenkorb. Mit der Auftragseingangsbestätigung steht der Vertrag im Modul IPfonie SIP; von dort
    wird ein Standort nach dem anderen bestellt und ist sofort da.
    """
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(CHANNEL, 2, price_list=NATIONAL)
    for offering in ("USAGE-SITE", "NUMBER-BLOCK-10", "PORTING"):
        problem = await basket.refused(offering)
        assert (problem["code"], problem["rule"]) == ("ordered-from-trunk", "TRUNK-1")
    order = await basket.confirmed()
    listed = await story.partner.get("cart", "/agreements", customer_id=story.customer_id, family="trunk")
    [contract] = listed["items"]
    assert contract["number"] in (await acknowledgement(story, order))["text"]
    await story.order_in(order["order_id"], "completed")
    for name in ("Zentrale", "Lager"):
        assert (await new_site(story, contract["agreement_id"], name))["status"] == "completed"
    sites = await sites_of(story, contract["agreement_id"], 2)
    assert [one["name"].split()[0] for one in sites] == ["Zentrale", "Lager"]


@pytest.mark.rule("SITE-1", "SITE-2", "SITE-3", "QUOTE-5", "TEN-1")
async def test_a_site_with_new_numbers_is_ready_at_once_for_partner_and_customer_alike(
    story: Story, stack: Layout
) -> None:
    """Wie bestellt man für einen SIP-Trunk einen weiteren Nutzungsstandort mit neuen Rufnummern?

    Am Vertrag, mit einer richtigen Adresse; der Partner für seinen Kunden, der Kunde für sich selbst. Niemand muss
    bestätigen, und Standort und Rufnummern stehen bereit.
    """
    _order, agreement_id = await trunk(story)
    wrong = {"site": site("Filiale", "Rosenstraße"), "block_size": 100}
    wrong["site"]["address"] |= {"town": "München"}
    answer = await story.partner.ask("POST", "cart", f"/agreements/{agreement_id}/sites", json=wrong)
    assert (answer.status, answer.body["field"]) == (422, "site.address.town")
    done = await new_site(story, agreement_id, "Filiale", 100)
    assert (done["status"], done["approver"]) == ("completed", None)
    [made] = await sites_of(story, agreement_id)
    [block] = made["blocks"]
    assert (block["area_code"], block["extension_from"], block["extension_to"]) == ("221", "00", "99")

    async with Story(stack, tag=f"karl-{story.tag}", customer_mail="karl@jaeger-logistik.example") as own:
        own.customer_id = str(party_id("jaeger-logistik"))
        karl = await logged_in(stack, "karl", own.correlation_id)
        try:
            basket = await Basket(own, karl).start()
            await basket.add(TRUNK)
            await basket.add(CHANNEL, 2, price_list=NATIONAL)
            placed = await karl.post("cart", f"{basket.path}/order", seen=basket.view["version"])
            await own.order_in(placed["order_id"], "completed")
            his = placed["lines"][0]["agreement_id"]
            assert (await new_site(own, his, "Büro", who=karl))["creator"]["email"] == "karl@jaeger-logistik.example"
            assert len(await sites_of(own, his)) == 1
        finally:
            await karl.close()


@pytest.mark.rule("SITE-4", "ORD-1", "ORD-2")
async def test_a_wrong_site_or_block_is_not_corrected_but_there_are_three_ways_out(story: Story) -> None:
    """Was tun, wenn ein Nutzungsstandort oder seine Rufnummern falsch bestellt wurden?

    Berichtigen lässt sich nichts. Drei Auswege: ein neuer Standort und der falsche wird gekündigt; weitere
    Rufnummern, und alles bleibt; weitere Rufnummern, und der falsche Block wird gekündigt. Kündigen geht digital und
    lässt sich bis zu seinem Tag zurücknehmen.
    """
    _order, agreement_id = await trunk(story)
    wrong = await new_site(story, agreement_id, "Falsch")
    for method in ("PATCH", "PUT", "DELETE"):
        assert (await story.partner.ask(method, "cart", f"/orders/{wrong['order_id']}", json={})).status == 405
    [first] = await sites_of(story, agreement_id)
    terminations = f"/agreements/{agreement_id}/terminations"
    last = await story.partner.ask("POST", "cart", terminations, json={"subject": "site", "site_id": first["site_id"]})
    assert (last.status, last.body["code"]) == (409, "last-site")

    more = {"site_id": first["site_id"], "block_size": 100}
    placed = await story.partner.post("cart", f"/agreements/{agreement_id}/numbers", more)
    assert (await story.order_in(placed["order_id"], "completed"))["business_case"] == "more_numbers"

    wrong_block = {name: first["blocks"][0][name] for name in ("area_code", "stem", "extension_from", "extension_to")}
    body = {"subject": "numbers", "site_id": first["site_id"], "numbers": [wrong_block]}
    ended = await story.partner.post("cart", terminations, body)
    assert ended["lines"][0]["termination"]["numbers"][0]["stem"] == wrong_block["stem"]
    assert wrong_block["stem"] in (await acknowledgement(story, ended))["text"]

    await new_site(story, agreement_id, "Richtig")
    ends = await story.partner.post("cart", terminations, {"subject": "site", "site_id": first["site_id"]})
    assert ends["effective_on"] > (await story.today()).isoformat()
    acknowledged = await acknowledgement(story, ends)
    assert f"Falsch {story.tag}" in acknowledged["text"]
    assert "zurückgenommen werden" in acknowledged["text"]
    back = await story.partner.post("cart", f"/orders/{ends['order_id']}/reversal")
    assert back["status"] == "cancelled"
    await story.mailbox.mail(story.customer_mail, "Alles bleibt, wie es war")


@pytest.mark.rule("TRUNK-5", "ACT-3")
async def test_without_the_tick_a_trunk_waits_until_it_gets_numbers_of_our_own(story: Story) -> None:
    """Wie lässt sich die sofortige Aktivierung eines SIP-Trunks aufschieben?

    Im Warenkorb das Häkchen wegnehmen: Der Trunk wird eingerichtet, aber erst wenige Tage vor der bestätigten
    Portierung aktiv und berechnet. Bekommt vorher ein Standort eigene Rufnummern, ist er sofort aktiv.
    """
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    await basket.add(CHANNEL, 2, price_list=NATIONAL)
    assert basket.view["immediate_activation"], "the box is ticked at first"
    await basket.settle(immediate_activation=False)
    order = await basket.confirmed()
    await story.order_in(order["order_id"], "completed")
    agreement_id = order["lines"][0]["agreement_id"]
    waiting = await story.trunk_in(agreement_id, "ready")
    assert (waiting["activation"], waiting["activated_at"]) == ("delayed", None)
    assert (await agreement(story, agreement_id, "ready"))["starts_on"] is None, "nothing is billed yet"
    await new_site(story, agreement_id, "Eigene Nummern")
    active = await story.trunk_in(agreement_id, "active")
    assert active["activation_cause"] == "own_numbers"
    assert (await agreement(story, agreement_id, "active"))["starts_on"] == (await story.today()).isoformat()


@pytest.mark.rule("TRUNK-1", "PORT-1", "PORT-2")
async def test_a_porting_is_ordered_from_the_contract_not_with_the_trunk(story: Story) -> None:
    """Lässt sich der Anbieterwechsel gleich mit dem SIP-Trunk bestellen?

    Gar nicht. Erst der Trunk; ist sein Auftrag eingegangen, steht der Vertrag im Modul IPfonie SIP, und von dort wird
    ein Standort mit Anbieterwechsel bestellt.
    """
    basket = await Basket(story).start()
    await basket.add(TRUNK)
    assert (await basket.refused("PORTING"))["rule"] == "TRUNK-1"
    await basket.add(CHANNEL, 2, price_list=NATIONAL)
    order = await basket.confirmed()
    agreement_id = order["lines"][0]["agreement_id"]
    await acknowledgement(story, order)
    quoted = await story.quoted_porting(agreement_id)
    assert (quoted["state"], quoted["business_case"]) == ("quoted", "porting")
    assert quoted["agreement_id"] == agreement_id
    assert address("Aachener Straße")["town"] in str(quoted["lines"])
