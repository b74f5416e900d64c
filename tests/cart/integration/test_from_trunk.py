"""What is ordered from a trunk contract: sites, more numbers, portings."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from cart.adapters.feasibility import HttpFeasibility
from cart.adapters.memory import ChosenFeasibility
from cart.adapters.signed_tokens import Signature
from cart.application.follow_fulfilment import TrunkActive, follow_trunks, keep_sites
from cart.application.ports import Question, ReadySite, Reserved, Verdict
from cart.domain import refusals
from contracts.ordering import v1 as ordering
from devstack.programs import free_ports
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from telecom.refusal import Refusal
from telecom.workdays import add_working_days, is_holiday
from tests.cart.conftest import Keys, Office, Shopper, agreed
from tests.cart.sample import ADDRESS, CUSTOMER, KARLA, NASTY_NAME, NOW, OTTO, PETRA
from tests.statements import statements_on

TODAY = berlin_day(datetime.now(UTC))
GOOD_DAY = next(
    day
    for day in (add_working_days(TODAY, nth) for nth in range(30, 60))
    if not is_holiday(day + timedelta(days=1), "NW")
)
SATURDAY = next(day for day in (TODAY + timedelta(days=nth) for nth in range(30, 37)) if day.weekday() == 5)
PLACE = {"street": "Rosenstraße", "house_number": "12", "addition": "a", "postcode": "50678", "town": "Köln"}
SITE = {"name": NASTY_NAME, "address": PLACE, "area_code": "221"}
SITE_ORDER = {"site": SITE, "block_size": 100}
BLOCK = {"area_code": "221", "stem": "479", "extension_from": "00", "extension_to": "99", "answering_extension": "0"}


def porting(**more: Any) -> dict[str, Any]:
    return {
        "site": SITE,
        "donor": {"carrier_code": "DEU.ALTNET", "name": "Altnetz"},
        "subscriber": {"name": "Müller & Söhne", "address": PLACE},
        "case": "VA-KUE-MRN",
        "numbers": [BLOCK],
        "requested_on": str(GOOD_DAY),
        **more,
    }


async def trunk_agreement(office: Office) -> str:
    shopper = await Shopper(office.as_(KARLA), CUSTOMER).trunk()
    order = await shopper.order()
    return str(order.json()["lines"][0]["agreement_id"])


async def ready_site(office: Office, agreement_id: str, area_code: str = "221") -> str:
    site = ReadySite(uuid4(), UUID(agreement_id), "Werk", ADDRESS, area_code, CUSTOMER)
    await office.in_unit(lambda unit: keep_sites([site], unit))
    return str(site.site_id)


@pytest.mark.rule("SITE-1", "QUOTE-5", "ORD-3")
async def test_a_site_is_ordered_directly_with_its_numbers(office: Office, feasibility: ChosenFeasibility) -> None:
    agreement = await trunk_agreement(office)
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/sites", SITE_ORDER)
    assert answer.status_code == 201, answer.text
    (line,) = answer.json()["lines"]
    assert (line["category"], line["site"]["name"], line["agreement_id"]) == ("usage_site", NASTY_NAME, agreement)
    received = (await office.events(ordering.OrderReceived))[-1]
    assert received.business_case == "site_order"
    assert (received.quote_id, received.approver, received.creator.email) == (None, None, PETRA.email)
    assert received.lines[0].new_numbers.site_id == received.lines[0].site.site_id
    assert feasibility.asked[0].block_size == 100


async def test_a_site_order_costs_five_statements(office: Office) -> None:
    """Key, contract with customer and number, tenancy, order, event with answer; the catalog is looked for at times."""
    agreement = await trunk_agreement(office)
    with statements_on(office.running.engine) as run:
        answer = await office.as_(PETRA).post(f"/agreements/{agreement}/sites", SITE_ORDER)
    assert answer.status_code == 201, answer.text
    always = [one for one in run if "catalog_version" not in one]
    assert len(always) <= 5, always


@pytest.mark.rule("SITE-1")
@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (refusals.FeasibilityUnknown(), 503, "feasibility-unknown"),
        (refusals.FeasibilityRefused("Köln isn't 99999.", "Check the postcode.", "site.postcode"), 422, None),
    ],
)
async def test_a_place_that_cannot_be_checked_or_does_not_fit_orders_nothing(
    office: Office, feasibility: ChosenFeasibility, refusal: Exception, status: int, code: str | None
) -> None:
    agreement = await trunk_agreement(office)
    before = len(await office.events())
    feasibility.refusal = refusal
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/sites", SITE_ORDER)
    assert answer.status_code == status
    assert code in (None, answer.json()["code"])
    assert answer.json()["remedy"]
    assert len(await office.events()) == before
    orders = (await office.as_(PETRA).get("/orders", agreement_id=agreement)).json()["items"]
    assert orders == []


@pytest.mark.rule("SITE-3")
async def test_an_exhausted_area_code_gets_a_clear_answer(office: Office, feasibility: ChosenFeasibility) -> None:
    agreement = await trunk_agreement(office)
    feasibility.verdict = Verdict(numbers_available=False)
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/sites", SITE_ORDER)
    assert (answer.status_code, answer.json()["rule"], answer.json()["field"]) == (409, "SITE-3", "block_size")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"block_size": 50}, "block_size"),
        ({"block_size": "100"}, "block_size"),
        ({"site": {**SITE, "area_code": "0221"}}, "site.area_code"),
        ({"site": {**SITE, "address": {**PLACE, "postcode": "5067"}}}, "site.address.postcode"),
        ({"site": {**SITE, "address": {**PLACE, "street": ""}}}, "site.address.street"),
        ({"site": {**SITE, "name": "x" * 81}}, "site.name"),
    ],
)
async def test_a_wrong_site_names_its_field(office: Office, change: dict, field: str) -> None:
    agreement = await trunk_agreement(office)
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/sites", {**SITE_ORDER, **change})
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


@pytest.mark.rule("TEN-2")
async def test_nobody_orders_from_a_foreign_contract(office: Office) -> None:
    agreement = await trunk_agreement(office)
    otto = office.as_(OTTO)
    assert (await otto.post(f"/agreements/{agreement}/sites", SITE_ORDER)).status_code == 404
    assert (await otto.post(f"/agreements/{agreement}/portings", porting())).status_code == 404
    numbers = {"site_id": str(uuid4()), "block_size": 10}
    assert (await otto.post(f"/agreements/{agreement}/numbers", numbers)).status_code == 404


@pytest.mark.rule("SITE-4", "QUOTE-5")
async def test_more_numbers_are_ordered_for_a_site_of_the_contract_only(office: Office) -> None:
    agreement, other = await trunk_agreement(office), await trunk_agreement(office)
    site = await ready_site(office, agreement)
    body = {"site_id": site, "block_size": 10}
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/numbers", body)
    wanted = {"site_id": site, "area_code": "221", "block_size": 10, "reservation_id": None, "reserved": None}
    assert answer.json()["lines"][0]["new_numbers"] == wanted
    wrong = await office.as_(PETRA).post(f"/agreements/{other}/numbers", body)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "site_id")


CHOSEN = NumberBlock("221", "4790", "00", "99")
KEPT = Verdict(numbers_available=True, reserved=Reserved(CUSTOMER, CHOSEN, holds=True))


@pytest.mark.rule("SITE-3")
async def test_chosen_numbers_are_ordered_once_also_by_two_at_once(
    office: Office, feasibility: ChosenFeasibility
) -> None:
    agreement, reservation = await trunk_agreement(office), str(uuid4())
    feasibility.verdict = KEPT
    wish = {**SITE_ORDER, "reservation_id": reservation}
    more = {"site_id": await ready_site(office, agreement), "block_size": 100, "reservation_id": reservation}
    petra = office.as_(PETRA)
    both = await asyncio.gather(
        petra.post(f"/agreements/{agreement}/sites", wish), petra.post(f"/agreements/{agreement}/numbers", more)
    )
    placed, refused = sorted(both, key=lambda one: one.status_code)
    assert (placed.status_code, refused.status_code, refused.json()["code"]) == (201, 409, "reservation-ordered")
    assert refused.json()["field"] == "reservation_id"
    assert {str(one.reservation_id) for one in feasibility.asked} == {reservation}
    received = (await office.events(ordering.OrderReceived))[-1]
    told = received.lines[0].new_numbers
    assert (str(told.reservation_id), told.reserved.stem) == (reservation, "4790")
    orders = (await petra.get("/orders", agreement_id=agreement)).json()["items"]
    assert [one["lines"][0]["new_numbers"]["reserved"]["stem"] for one in orders] == ["4790"]


@pytest.mark.rule("SITE-3")
@pytest.mark.parametrize(
    ("reserved", "status", "code"),
    [
        (None, 422, "no-such-reservation"),
        (Reserved(uuid4(), CHOSEN, holds=True), 422, "no-such-reservation"),
        (Reserved(uuid4(), CHOSEN, holds=False), 422, "no-such-reservation"),
        (Reserved(CUSTOMER, CHOSEN, holds=False), 409, "reservation-ended"),
        (Reserved(CUSTOMER, NumberBlock("221", "47901", "0", "9"), holds=True), 422, "reservation-unfit"),
        (Reserved(CUSTOMER, NumberBlock("30", "4790", "00", "99"), holds=True), 422, "reservation-unfit"),
    ],
)
async def test_a_reservation_that_does_not_serve_this_order_refuses_it_before_anything_is_placed(
    office: Office, feasibility: ChosenFeasibility, reserved: Reserved | None, status: int, code: str
) -> None:
    agreement = await trunk_agreement(office)
    before = len(await office.events())
    feasibility.verdict = Verdict(numbers_available=True, reserved=reserved)
    wish = {**SITE_ORDER, "reservation_id": str(uuid4())}
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/sites", wish)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, "reservation_id")
    assert answer.json()["remedy"]
    assert len(await office.events()) == before


@pytest.mark.rule("PORT-1", "PORT-2", "QUOTE-5", "PORT-6")
async def test_a_porting_is_always_a_quote_and_its_confirmation_the_order(office: Office) -> None:
    agreement = await trunk_agreement(office)
    answer = await office.as_(KARLA).post(f"/agreements/{agreement}/portings", porting())
    assert answer.status_code == 201, answer.text
    view = answer.json()
    assert (view["state"], view["business_case"], view["agreement_id"]) == ("quoted", "porting", agreement)
    offers = (await office.as_(PETRA).get("/carts", agreement_id=agreement)).json()["items"]
    assert [one["cart_id"] for one in offers] == [view["cart_id"]]

    _opened, approver = await office.open_link()
    order = await approver.post(f"/quotes/{view['quote']['quote_id']}/confirm", agreed("Karla"))
    assert order.status_code == 200, order.text
    received = (await office.events(ordering.OrderReceived))[-1]
    site, ported = received.lines
    assert (site.category, ported.category) == ("usage_site", "porting")
    assert ported.porting.site_id == site.site.site_id
    assert ported.porting.numbers[0].stem == "479"
    assert site.new_numbers is None
    mailed = (await office.events(ordering.QuoteLinkIssued))[-1]
    assert "Rufnummernblöcke: 0221 479 00-99" in [one.de for one in mailed.lines[1].details]


@pytest.mark.rule("PORT-1")
async def test_a_porting_for_an_existing_site_has_one_line(office: Office) -> None:
    agreement = await trunk_agreement(office)
    body = porting(site=None, site_id=await ready_site(office, agreement))
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", body)
    assert [line["category"] for line in answer.json()["lines"]] == ["porting"]


@pytest.mark.rule("PORT-4")
async def test_a_carrier_that_is_not_listed_is_named(office: Office) -> None:
    agreement = await trunk_agreement(office)
    body = porting(donor={"carrier_code": None, "name": "Dorfnetz „Süd“"})
    assert (await office.as_(PETRA).post(f"/agreements/{agreement}/portings", body)).status_code == 201
    body["donor"] = {"carrier_code": None, "name": "  "}
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", body)
    assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, "donor.name", "PORT-4")


@pytest.mark.rule("PORT-1")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requested_on": "2020-01-01"}, "requested_on"),
        ({"requested_on": str(SATURDAY)}, "requested_on"),
        ({"requested_on": str(TODAY + timedelta(days=365))}, "requested_on"),
        ({"requested_on": "soon"}, "requested_on"),
        ({"numbers": []}, "numbers"),
        ({"numbers": [BLOCK, {**BLOCK, "stem": "4791"}]}, "numbers.1.stem"),
        ({"numbers": [{**BLOCK, "stem": f"48{nth:02d}"} for nth in range(26)]}, "numbers"),
        ({"numbers": [{"area_code": "221", "stem": f"4800{nth:02d}"} for nth in range(51)]}, "numbers"),
        ({"numbers": [{**BLOCK, "area_code": "30"}]}, "numbers.0.area_code"),
        ({"numbers": [BLOCK, {**BLOCK, "stem": "480", "extension_to": "9"}]}, "numbers.1.extension_from"),
        ({"numbers": [{**BLOCK, "stem": "123456789"}]}, "numbers.0.stem"),
        ({"donor": {"carrier_code": "altnet", "name": "Altnetz"}}, "donor.carrier_code"),
        ({"subscriber": {"name": "x" * 31, "address": PLACE}}, "subscriber.name"),
        ({"subscriber": {"name": "x", "address": {**PLACE, "house_number": "12a"}}}, "subscriber.address.house_number"),
        ({"case": "VA-XXX"}, "case"),
        ({"site_id": str(uuid4()), "site": None}, "site_id"),
    ],
)
async def test_a_wrong_porting_form_names_its_field_and_makes_no_quote(
    office: Office, change: dict, field: str
) -> None:
    agreement = await trunk_agreement(office)
    answer = await office.as_(PETRA).post(f"/agreements/{agreement}/portings", porting(**change))
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert (await office.as_(PETRA).get("/carts", agreement_id=agreement)).json()["items"] == []


@pytest.mark.rule("FLAT-3", "AMEND-1", "ORD-3")
async def test_a_reorder_over_http_brings_the_flatrate_along(office: Office) -> None:
    agreement = await trunk_agreement(office)
    body = {"customer_id": str(CUSTOMER), "business_case": "reorder", "agreement_id": agreement}
    early = await office.as_(PETRA).post("/carts", body)
    assert (early.status_code, early.json()["rule"]) == (409, "ORD-3")
    await office.in_unit(lambda unit: follow_trunks([TrunkActive(UUID(agreement), NOW)], unit))
    shopper = await Shopper(office.as_(PETRA), CUSTOMER).start("reorder", agreement_id=agreement)
    await shopper.add("CHANNEL", 6)
    assert [(one["offering"], one["quantity"], one["locked"]) for one in shopper.view["lines"]] == [
        ("CHANNEL", 6, None),
        ("FLAT-NATIONAL", 6, "line"),
    ]
    assert shopper.view["lines"][1]["why"] == "by FLAT-3"
    assert shopper.view["broken_rules"] == []
    listed = (await office.as_(PETRA).get(f"/agreements/{agreement}")).json()
    assert (listed["status"], listed["starts_on"], listed["ends_on"]) == ("active", "2026-11-23", "2028-11-22")


@pytest.mark.rule("SITE-1")
@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((200, '{"numbers_available": true, "state": "NW"}'), None),
        ((422, '{"detail": "No.", "remedy": "Do.", "field": "postcode"}'), refusals.FeasibilityRefused),
        ((500, "{}"), refusals.FeasibilityUnknown),
        ((200, "<html>"), refusals.FeasibilityUnknown),
        (None, refusals.FeasibilityUnknown),
    ],
    ids=["fits", "refused", "broken", "strange", "silent"],
)
async def test_provisionings_answers_are_understood(
    keys: Keys, answer: tuple[int, str] | None, refusal: type[Exception] | None
) -> None:
    silence = asyncio.Event()

    async def serve(request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer ")
        if answer is None:
            await silence.wait()
            return web.Response()
        return web.Response(status=answer[0], text=answer[1])

    application = web.Application()
    application.router.add_post("/feasibility", serve)
    async with TestServer(application) as server:
        assert await understood(str(server.make_url("")).rstrip("/"), keys) == refusal
        silence.set()


@pytest.mark.rule("SITE-3")
async def test_provisioning_is_asked_for_the_reservation_that_is_ordered(keys: Keys) -> None:
    asked, known = [], uuid4()

    async def serve(request: web.Request) -> web.Response:
        asked.append((await request.json())["reservation_id"])
        if asked[-1] != str(known):
            return web.json_response({}, status=404)
        block = {"area_code": "221", "stem": "4790", "extension_from": "00", "extension_to": "99"}
        kept = {"customer_id": str(CUSTOMER), "block": block, "holds": True}
        return web.json_response({"numbers_available": True, "reserved": kept})

    application = web.Application()
    application.router.add_post("/feasibility", serve)
    async with TestServer(application) as server:
        url = str(server.make_url("")).rstrip("/")
        provisioning = HttpFeasibility(url, 3, Signature(keys.people, "people", "trunkline"))
        verdict = await provisioning.ask(Question(ADDRESS, "221", 100, reservation_id=known), "de")
        with pytest.raises(refusals.NoSuchReservation):
            await provisioning.ask(Question(ADDRESS, "221", 100, reservation_id=uuid4()), "de")
        await provisioning.close()
    assert verdict.reserved == KEPT.reserved
    assert asked[0] == str(known)


async def test_a_line_to_a_provisioning_that_was_replaced_fails_nobody(keys: Keys) -> None:
    asked: list[web.Request] = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request)
        if len(asked) == 2:
            asked[-1].transport.abort()
        return web.json_response({"numbers_available": True, "state": "NW"})

    application = web.Application()
    application.router.add_post("/feasibility", serve)
    async with TestServer(application) as server:
        provisioning = HttpFeasibility(
            str(server.make_url("")).rstrip("/"), 3, Signature(keys.people, "people", "trunkline")
        )
        for _nth in range(2):
            assert (await provisioning.ask(Question(ADDRESS, "221", 100), "de")).state == "NW"
        await provisioning.close()
    assert len(asked) == 3


async def test_another_is_asked_beside_one_that_hangs(keys: Keys) -> None:
    asked, let_go = [], asyncio.Event()

    async def serve(request: web.Request) -> web.Response:
        asked.append(request)
        if len(asked) == 1:
            await let_go.wait()
        return web.json_response({"numbers_available": True, "state": "NW"})

    application = web.Application()
    application.router.add_post("/feasibility", serve)
    async with TestServer(application) as server:
        assert await understood(str(server.make_url("")).rstrip("/"), keys) is None
        let_go.set()
    assert len(asked) == 2


async def test_a_provisioning_that_is_away_is_not_waited_for(keys: Keys) -> None:
    assert await understood(f"http://127.0.0.1:{free_ports(1)[0]}", keys) == refusals.FeasibilityUnknown


async def understood(url: str, keys: Keys) -> type[Exception] | None:
    """None for a good word, else the refusal."""
    provisioning = HttpFeasibility(url, 0.3, Signature(keys.people, "people", "trunkline"))
    try:
        verdict = await provisioning.ask(Question(ADDRESS, "221", 100), "de")
    except Refusal as refused:
        return type(refused)
    finally:
        await provisioning.close()
    assert verdict == Verdict(numbers_available=True, state="NW")
    return None
