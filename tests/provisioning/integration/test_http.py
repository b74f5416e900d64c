"""What provisioning answers, to whom, and what it says to bad input."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.crm.v1 import PartyKind
from contracts.work.v1 import TaskRaised, TaskSettled
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works, party

UNKNOWN = UUID(int=7)
ADDRESS = {"street": "Rosenstraße", "house_number": "12a", "postcode": "50678", "town": "köln"}


def question(**changes: Any) -> dict[str, Any]:
    return {"address": ADDRESS, "area_code": "221", "block_size": 100} | changes


@pytest.mark.rule("SITE-1", "PORT-1")
async def test_an_address_can_be_asked_about_without_any_number(works: Works) -> None:
    alone = question(area_code=None, block_size=None)
    assert (await works.call("POST", "/feasibility", json=alone)).status_code == 200
    elsewhere = alone | {"address": ADDRESS | {"town": "München"}}
    assert (await works.call("POST", "/feasibility", json=elsewhere)).status_code == 422
    assert (await works.call("POST", "/feasibility", json=question(area_code=None))).status_code == 422


@pytest.mark.rule("SITE-1")
async def test_a_feasible_place_is_spelt_properly_with_its_state(works: Works) -> None:
    answer = await works.call("POST", "/feasibility", json=question())
    assert answer.json() == {
        "address": {
            "street": "Rosenstraße",
            "house_number": "12",
            "addition": "a",
            "postcode": "50678",
            "town": "Köln",
        },
        "state": "NW",
        "doubtful": False,
        "numbers_available": True,
        "ours": [],
        "reserved": None,
    }


@pytest.mark.rule("SITE-1")
@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"address": ADDRESS | {"town": "München"}}, "address.town", "München gehört nicht zur Postleitzahl 50678."),
        ({"address": ADDRESS | {"postcode": "00000"}}, "address.postcode", "Die Postleitzahl 00000 gibt es nicht."),
        ({"area_code": "89"}, "area_code", "Die Vorwahl 89 (München) liegt weit entfernt von Köln."),
        ({"block_size": 50}, "block_size", ""),
    ],
)
async def test_what_cannot_be_is_refused_by_field_with_a_remedy(
    works: Works, change: dict[str, Any], field: str, said: str
) -> None:
    answer = await works.call("POST", "/feasibility", json=question(**change))
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, field)
    assert said in problem["detail"]
    assert problem["remedy"]


@pytest.mark.rule("SITE-3")
async def test_feasibility_says_when_no_numbers_are_left_and_when_there_are_again(works: Works) -> None:
    wanted = question(address=ADDRESS | {"postcode": "99423", "town": "Weimar"}, area_code="3643", block_size=100)
    assert (await works.call("POST", "/feasibility", json=wanted)).json()["numbers_available"] is False
    chief = works.token("administrator")
    loaded = await works.call("POST", "/number-pools", chief, content=b"3643,4712000,4712999")
    assert loaded.json() == {"new_ranges": 1}
    assert (await works.call("POST", "/feasibility", json=wanted)).json()["numbers_available"] is True


PORTED = {"area_code": "221", "stem": "888", "extension_from": "00", "extension_to": "99"}


@pytest.mark.rule("PORT-1", "PORT-8")
async def test_feasibility_says_which_numbers_to_be_ported_are_with_us_already(works: Works) -> None:
    placed = sample.trunk(uuid4(), customer=works.customer)
    agreement = placed.lines[0].agreement_id
    await works.hear(placed)
    ported = sample.porting(agreement, requested_on=date(2027, 3, 2))
    for event in (ported, sample.started(ported), sample.due(ported, date(2027, 3, 2))):
        await works.hear(event)
    used = sample.particulars(ported).numbers[0].model_dump(exclude={"answering_extension"})
    pool = {"area_code": "221", "stem": "4790001"}
    wanted = question(block_size=None, numbers=[PORTED, pool, used, {**PORTED, "stem": "889"}])
    assert (await works.call("POST", "/feasibility", json=wanted)).json()["ours"] == [1, 2]


@pytest.mark.rule("PORT-1")
async def test_numbers_without_a_site_must_each_fit_the_address_by_their_own_area_code(works: Works) -> None:
    berlin = {"area_code": "30", "stem": "1234567"}
    wanted = {"address": ADDRESS, "numbers": [PORTED, berlin]}
    problem = (await works.call("POST", "/feasibility", json=wanted)).json()
    assert (problem["status"], problem["field"]) == (422, "numbers.1.area_code")
    wanted["numbers"] = [PORTED, {**PORTED, "area_code": "2236"}]
    assert (await works.call("POST", "/feasibility", json=wanted)).json()["state"] == "NW"
    wanted["numbers"] = [PORTED, {**PORTED, "stem": "0"}]
    problem = (await works.call("POST", "/feasibility", json=wanted)).json()
    assert (problem["status"], problem["field"]) == (422, "numbers.1.stem")


async def test_towns_and_area_codes_help_with_the_form(works: Works) -> None:
    towns = (await works.call("GET", "/towns", params={"postcode": "50678"})).json()
    assert towns == [{"name": "Köln"}]
    codes = (await works.call("GET", "/area-codes", params={"postcode": "50678", "town": "Köln"})).json()
    assert (codes[0]["area_code"], codes[0]["name"]) == ("221", "Köln")


@pytest.mark.rule("TEN-2", "TEN-3")
async def test_a_trunk_is_shown_to_its_tree_only(works: Works) -> None:
    await works.know_parties()
    placed = sample.trunk(uuid4(), customer=works.customer)
    agreement = placed.lines[0].agreement_id
    await works.hear(placed)
    await works.hear(sample.site(agreement, customer=works.customer))
    stranger = uuid4()
    await works.hear(party(stranger, PartyKind.PARTNER, None))
    mine = works.token("customer", works.customer)
    partner, foreign = works.token("partner", works.partner), works.token("partner", stranger)
    shown = (await works.call("GET", f"/trunks/{agreement}", partner)).json()
    assert (shown["channels"], shown["sites"][0]["blocks"][0]["stem"]) == (10, "479000")
    assert (await works.call("GET", f"/trunks/{agreement}", mine)).status_code == 200
    assert (await works.call("GET", f"/trunks/{agreement}", foreign)).status_code == 404
    assert (await works.call("GET", f"/trunks/{uuid4()}", foreign)).status_code == 404
    assert (await works.call("GET", "/trunks", foreign)).json()["items"] == []
    assert len((await works.call("GET", "/trunks", partner)).json()["items"]) == 1
    await works.hear(party(works.customer, PartyKind.CUSTOMER, works.partner, version=2, administration=False))
    closed = await works.call("GET", f"/trunks/{agreement}", partner)
    assert closed.status_code == 403
    assert closed.json()["remedy"]
    assert (await works.call("GET", "/trunks", partner)).json()["items"] == []


@pytest.mark.parametrize("asked", ["VT-100234", "zentr", "0221 479000", "+49 221 47900", "0221/4790-0099"])
async def test_a_trunk_is_found_by_contract_site_or_number(works: Works, asked: str) -> None:
    placed = sample.trunk(uuid4())
    await works.hear(placed)
    await works.hear(sample.site(placed.lines[0].agreement_id))
    assert len((await works.call("GET", "/trunks", params={"q": asked})).json()["items"]) == 1


@pytest.mark.parametrize("asked", ["VT-9", "100%", "0221 5", "'; DROP TABLE trunk; --", "0221 479001"])
async def test_a_search_for_something_else_finds_nothing(works: Works, asked: str) -> None:
    placed = sample.trunk(uuid4())
    await works.hear(placed)
    await works.hear(sample.site(placed.lines[0].agreement_id))
    assert (await works.call("GET", "/trunks", params={"q": asked})).json()["items"] == []


async def test_pools_show_what_is_free(works: Works) -> None:
    placed = sample.trunk(uuid4())
    await works.hear(placed)
    await works.hear(sample.site(placed.lines[0].agreement_id, size=100))
    [cologne, weimar] = (await works.call("GET", "/number-pools")).json()
    shown = {name: cologne[name] for name in ("area_code", "name", "total", "free", "held", "resting", "reserved")}
    assert shown == {
        "area_code": "221",
        "name": "Köln",
        "total": 1000,
        "free": 900,
        "held": 100,
        "resting": 0,
        "reserved": 0,
    }
    assert cologne["blocks"] == [{"size": 100, "blocks": 9}]
    assert weimar["free"] == 10


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/work-orders"),
        ("POST", f"/work-orders/{UNKNOWN}/complete"),
        ("POST", f"/trunks/{UNKNOWN}/activate"),
        ("POST", f"/tasks/{UNKNOWN}/settle"),
        ("GET", "/number-pools"),
        ("POST", "/number-pools"),
        ("POST", f"/portings/{UNKNOWN}/assign"),
    ],
)
async def test_the_back_office_is_for_order_management(works: Works, method: str, path: str) -> None:
    partner = works.token("partner", works.partner)
    assert (await works.call(method, path, partner, json={})).status_code == 403
    assert (await works.call(method, path, "", json={})).status_code == 401


async def test_what_does_not_exist_is_said_so(works: Works) -> None:
    for path in (f"/work-orders/{uuid4()}/complete", f"/tasks/{uuid4()}/settle", f"/portings/{uuid4()}/assign"):
        assert (await works.call("POST", path, json={})).status_code == 404


async def test_order_management_settles_what_it_has_looked_at(works: Works) -> None:
    placed = sample.trunk(uuid4())
    await works.hear(placed)
    await works.hear(sample.site(placed.lines[0].agreement_id, size=1000), sample.site(placed.lines[0].agreement_id))
    [task] = await works.said(TaskRaised)
    answer = await works.call("POST", f"/tasks/{task.task_id}/settle", json={"note": "Nachschub bestellt"})
    assert answer.status_code == 200
    [settled] = await works.said(TaskSettled, task_id=task.task_id)
    assert settled.outcome.de == "Nachschub bestellt"
