"""Pre-registration for fiber, from the public form to the withdrawal (FIBER-1)."""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.provisioning.v1 import FiberLinkIssued
from tests.provisioning.integration.conftest import Works

ADDRESS = {"street": "Rosenstraße", "house_number": "12a", "postcode": "50678", "town": "köln"}
CONSENT = "Ich stimme zu, dass mich die Plusnet GmbH zum Zwecke der Beratung hinsichtlich des Glasfaserausbaus"


def entered(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Zoë  Müller & Söhne",
        "address": ADDRESS,
        "email": "Zoe@Mueller.example",
        "phone": "0221 4711",
        "privacy_accepted": True,
        "consent_given": True,
        "version": "2021-03.1",
        "language": "de",
    } | changes


async def register(works: Works, **changes: Any) -> httpx.Response:
    return await works.call("POST", "/fiber/pre-registrations", "", json=entered(**changes))


async def token(works: Works) -> str:
    """Of the newest link."""
    return (await works.said(FiberLinkIssued))[-1].token


async def link(works: Works, act: str, wanted: str) -> dict[str, Any]:
    answer = await works.call("POST", f"/fiber/links/{act}", "", json={"token": wanted})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def listed(works: Works, **filters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await works.call("GET", "/fiber/pre-registrations", params=filters)).json()["items"]
    return found


@pytest.mark.rule("FIBER-1")
async def test_a_pre_registration_is_kept_with_its_texts_and_a_link_goes_to_the_mailbox(works: Works) -> None:
    answer = await register(works)
    assert (answer.status_code, answer.json()) == (202, {"state": "awaits_confirmation"})
    [issued] = await works.said(FiberLinkIssued)
    assert (issued.recipient, issued.name, issued.language) == ("Zoe@mueller.example", "Zoë Müller & Söhne", "de")
    assert (issued.address.house_number, issued.address.addition, issued.address.town) == ("12", "a", "Köln")
    [one] = await listed(works)
    assert (one["state"], one["version"]) == ("unconfirmed", "2021-03.1")
    assert one["consent"].startswith(CONSENT)
    assert one["privacy"].endswith("gelesen und akzeptiere diese.")
    assert one["agreed_at"]


@pytest.mark.rule("FIBER-1")
async def test_only_a_hash_of_the_links_token_is_kept(works: Works) -> None:
    await register(works)
    known = await token(works)
    assert await works.ask("SELECT token_hash FROM fiber_registration") == sha256(known.encode()).digest()
    assert (
        await works.ask("SELECT count(*) FROM fiber_registration WHERE fiber_registration::text ~ :token", token=known)
        == 0
    )


@pytest.mark.rule("FIBER-1")
async def test_opening_the_link_only_shows_and_pressing_the_button_confirms_once(works: Works) -> None:
    await register(works)
    known = await token(works)
    shown = await link(works, "look", known)
    assert (shown["state"], shown["address"]["town"]) == ("unconfirmed", "Köln")
    assert shown["consent"].startswith(CONSENT)
    assert [one["name"] for one in await listed(works)] == [None]
    states = await asyncio.gather(*(link(works, "confirm", known) for _ in range(5)))
    assert {one["state"] for one in states} == {"confirmed"}
    [one] = await listed(works, state="confirmed")
    assert (one["name"], one["email"], one["phone"]) == ("Zoë Müller & Söhne", "Zoe@mueller.example", "+492214711")
    first = one["confirmed_at"]
    await link(works, "confirm", known)
    assert [one["confirmed_at"] for one in await listed(works)] == [first]


@pytest.mark.rule("FIBER-1")
async def test_what_is_not_confirmed_in_time_is_forgotten(works: Works) -> None:
    await register(works)
    known = await token(works)
    await works.days_pass(6.9)
    assert (await link(works, "look", known))["state"] == "unconfirmed"
    await works.days_pass(0.2)
    shown = await link(works, "confirm", known)
    assert shown == {"state": "expired", "valid_until": None, "address": None, "consent": None, "language": None}
    [one] = await listed(works)
    assert (one["state"], one["name"], one["checksum"]) == ("expired", None, None)
    kept = await works.ask("SELECT fiber_registration::text FROM fiber_registration")
    assert not any(word in kept for word in ("Zo", "ueller", "Rosen", "50678", "4711"))


@pytest.mark.rule("FIBER-1")
async def test_a_link_that_has_just_run_out_confirms_nothing_although_its_timer_has_not_rung(works: Works) -> None:
    await register(works)
    known = await token(works)
    async with works.running.units.writing() as unit:
        await unit.connection.exec_driver_sql("UPDATE fiber_registration SET valid_until = now() - interval '1 s'")
    assert (await link(works, "look", known))["state"] == "expired"
    assert (await link(works, "confirm", known))["state"] == "expired"
    assert await listed(works, state="confirmed") == []


@pytest.mark.rule("FIBER-1")
async def test_a_confirmed_consent_stands_until_it_is_withdrawn_and_stays_as_evidence_only(works: Works) -> None:
    await register(works)
    known = await token(works)
    await link(works, "confirm", known)
    await works.days_pass(400)
    assert (await link(works, "look", known))["state"] == "confirmed"
    for _ in range(2):
        assert (await link(works, "withdraw", known))["state"] == "withdrawn"
    assert (await link(works, "confirm", known))["state"] == "withdrawn"
    [one] = await listed(works)
    assert (one["name"], one["email"], one["phone"], one["address"]) == (None, None, None, None)
    assert one["checksum"] == sha256(b"zoe@mueller.example").hexdigest()
    assert one["consent"].startswith(CONSENT)
    assert one["agreed_at"] < one["confirmed_at"] < one["ended_at"]
    kept = await works.ask("SELECT fiber_registration::text FROM fiber_registration")
    assert not any(word in kept for word in ("Zo", "ueller", "Rosen", "50678", "4711"))


@pytest.mark.rule("FIBER-1")
async def test_who_did_not_ask_for_it_withdraws_without_confirming_and_nothing_of_him_stays(works: Works) -> None:
    await register(works)
    assert (await link(works, "withdraw", await token(works)))["state"] == "withdrawn"
    [one] = await listed(works)
    assert (one["checksum"], one["confirmed_at"]) == (None, None)
    await works.days_pass(10)
    assert [one["state"] for one in await listed(works)] == ["withdrawn"]


@pytest.mark.rule("FIBER-1")
@pytest.mark.parametrize("wanted", ["", "x", "ü" * 90, "' OR 1=1"])
async def test_an_unknown_link_gives_nothing_away(works: Works, wanted: str) -> None:
    await register(works)
    for act in ("look", "confirm", "withdraw"):
        assert await link(works, act, wanted) == {
            "state": "unknown",
            "valid_until": None,
            "address": None,
            "consent": None,
            "language": None,
        }


@pytest.mark.rule("FIBER-1")
@pytest.mark.parametrize(
    ("change", "status", "field", "said"),
    [
        ({"privacy_accepted": False}, 422, "privacy_accepted", "Die Datenschutzbestimmungen sind nicht akzeptiert."),
        ({"consent_given": False}, 422, "consent_given", "Die Einwilligung zur Kontaktaufnahme fehlt."),
        ({"version": "2020-01.1"}, 409, "consent_given", "Die Texte, denen Sie zustimmen, haben sich geändert."),
        ({"name": "   "}, 422, "name", "Der Name fehlt oder ist keiner."),
        ({"name": "Gewinn: https://boese.example"}, 422, "name", "Der Name fehlt oder ist keiner."),
        ({"name": "Zoë\x00"}, 422, "name", "Der Name fehlt oder ist keiner."),
        ({"email": "zoe"}, 422, "email", "Die E-Mail-Adresse fehlt oder ist keine."),
        ({"email": "zoe@a.example\nBcc: all@b.example"}, 422, "email", "Die E-Mail-Adresse fehlt oder ist keine."),
        ({"phone": "ruf mich an"}, 422, "phone", "ruf mich an ist keine Rufnummer."),
        (
            {"address": ADDRESS | {"town": "München"}},
            422,
            "address.town",
            "München gehört nicht zur Postleitzahl 50678.",
        ),
        ({"address": ADDRESS | {"street": "Postfach 12"}}, 422, "address.street", "Die Straße fehlt."),
        ({"address": ADDRESS | {"street": "Rosen\x00straße"}}, 422, "address.street", ""),
        ({"address": ADDRESS | {"house_number": "12\x00"}}, 422, "address.house_number", ""),
        ({"address": ADDRESS | {"addition": "a\x00"}}, 422, "address.addition", ""),
        ({"email": "zoe\x00@a.example"}, 422, "email", ""),
        ({"address": None}, 422, "address", ""),
        ({"language": "fr"}, 422, "language", ""),
    ],
)
async def test_bad_input_is_refused_by_field_and_nothing_is_kept_or_mailed(
    works: Works, change: dict[str, Any], status: int, field: str, said: str
) -> None:
    answer = await register(works, **change)
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (status, field)
    assert said in problem["detail"]
    assert await works.ask("SELECT count(*) FROM fiber_registration") == 0
    assert await works.said(FiberLinkIssued) == []


@pytest.mark.rule("FIBER-1")
async def test_pressing_twice_registers_once_and_a_key_is_needed(works: Works) -> None:
    same = {"Idempotency-Key": uuid4().hex}
    answers = [await works.call("POST", "/fiber/pre-registrations", "", json=entered(), headers=same) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert len(await works.said(FiberLinkIssued)) == 1
    unkeyed = await works.http.post("/fiber/pre-registrations", json=entered())
    assert unkeyed.status_code == 400


@pytest.mark.rule("FIBER-1")
async def test_one_mailbox_is_not_flooded_and_says_when_to_try_again(works: Works) -> None:
    statuses = [(await register(works, email=f"{name}@mueller.example")).status_code for name in ("zoe", "ZOE") * 3]
    assert statuses == [202, 202, 202, 429, 429, 429]
    refused = await register(works, email="zoe@mueller.example")
    assert 0 < int(refused.headers["Retry-After"]) <= 86400
    assert "zu viele Vormerkungen" in refused.json()["detail"]
    assert (await register(works, email="other@mueller.example")).status_code == 202
    await works.days_pass(1.1)
    assert (await register(works, email="zoe@mueller.example")).status_code == 202


@pytest.mark.rule("FIBER-1")
async def test_one_network_address_registers_a_few_an_hour(works: Works) -> None:
    statuses = [(await register(works, email=f"{nth}@mueller.example")).status_code for nth in range(12)]
    assert statuses == [202] * 10 + [429] * 2
    assert await works.ask("SELECT count(*) FROM fiber_registration") == 10
    await works.days_pass(1.1 / 24)
    assert (await register(works)).status_code == 202


@pytest.mark.rule("FIBER-1")
async def test_the_texts_are_public_and_complete_in_both_languages(works: Works) -> None:
    shown = (await works.call("GET", "/fiber/texts", "")).json()
    assert shown["consent"]["de"].startswith(CONSENT)
    for way in ("in person", "by phone", "by e-mail", "another text form"):
        assert way in shown["consent"]["en"]
    assert all(one["de"] and one["en"] for one in shown["notice"])


@pytest.mark.rule("FIBER-1")
async def test_order_management_lists_page_by_page_and_withdraws_for_who_calls(works: Works) -> None:
    for day in range(6):
        for nth in range(9):
            await register(works, email=f"{day}-{nth}@mueller.example")
        await works.days_pass(0.1)
    first = (await works.call("GET", "/fiber/pre-registrations")).json()
    second = (await works.call("GET", "/fiber/pre-registrations", params={"cursor": first["next"]})).json()
    ids = [one["registration_id"] for one in (*first["items"], *second["items"])]
    assert len(set(ids)) == 54
    assert second["next"] is None
    await link(works, "confirm", await token(works))
    ended = await works.call("POST", f"/fiber/pre-registrations/{ids[0]}/withdraw")
    assert (ended.json()["state"], ended.json()["name"]) == ("withdrawn", None)
    assert (await works.call("POST", f"/fiber/pre-registrations/{uuid4()}/withdraw")).status_code == 404
    for role in ("partner", "customer"):
        caller = works.token(role, works.partner)
        assert (await works.call("GET", "/fiber/pre-registrations", caller)).status_code == 403
    assert (await works.call("GET", "/fiber/pre-registrations", "")).status_code == 401
