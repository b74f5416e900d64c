"""The control room's page of the simulated carriers, with a donor's program but no broker behind it."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from chassis.tokens import new_key
from devstack.clock import BusinessClock
from devstack.control_room import pages as control_room_pages
from devstack.control_room.donor import Donor
from devstack.control_room.words import CHANGE_WORDS, GARBAGE_WORDS, TAKE_OVER_WORDS, VA_WORDS, in_words
from devstack.donor.behaviours import CHANGE_WAYS, DEFAULTS, TAKE_OVER_WAYS, VA_WAYS, Behaviour
from devstack.donor.carriers import Carriers
from devstack.donor.control import control
from devstack.donor.garbage import GARBAGE_KINDS
from devstack.layout import Layout
from devstack.programs import free_ports
from tests.devstack.exchange import THEM, asks

Browser = httpx.AsyncClient


@pytest.fixture
def carriers() -> Carriers:
    return Carriers("127.0.0.1:1", BusinessClock(None))


@pytest.fixture
def app(tmp_path: Path, carriers: Carriers, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    layout = Layout(data=tmp_path, base=free_ports(1)[0] - 5)
    layout.keys.mkdir()
    new_key(layout.keys / "machines.jwk", layout.keys / "machines.jwks")

    class Beside(Donor):
        """The donor in this process."""

        def __init__(self, url: str) -> None:
            super().__init__(url)
            self._client = httpx.AsyncClient(transport=httpx.ASGITransport(control(carriers)), base_url=url)

    monkeypatch.setattr(control_room_pages, "Donor", Beside)
    return control_room_pages.control_room(layout)


def browser(app: FastAPI) -> Browser:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here", follow_redirects=True)


async def test_the_page_tells_what_each_carrier_does_and_offers_every_way(app: FastAPI) -> None:
    async with browser(app) as page:
        shown = (await page.get("/carriers")).text
    for key, behaviour in DEFAULTS.items():
        assert key in shown
        assert all(text in shown for text in in_words(behaviour))
    for known, words in (
        (VA_WAYS, VA_WORDS),
        (CHANGE_WAYS, CHANGE_WORDS),
        (TAKE_OVER_WAYS, TAKE_OVER_WORDS),
        (GARBAGE_KINDS, GARBAGE_WORDS),
    ):
        assert set(known) == set(words)
        assert all(f'value="{one}"' in shown for one in known)


async def test_all_options_of_the_form_reach_the_carrier(app: FastAPI, carriers: Carriers) -> None:
    form = {
        "key": "DEU.ALTNET", "behaviour": "refuses", "code": "8103 8116", "words": "Bitte anrufen",
        "numbers": "0221 479 00-99\n0221 4801234", "working_days": "2", "change": "refuses", "change_words": "Zu spät",
        "cancellation": "never_answers", "take_over": "refuses_once", "take_over_code": "8147", "takes_line": "true",
    }  # fmt: skip
    async with browser(app) as page:
        answer = await page.post("/carriers/behaviours", data=form)
    assert "Refuses: 8103 number not in service, 8116 other, in words, after 2 working days" in answer.text
    chosen = carriers.behaviours.by_carrier["DEU.ALTNET"]
    assert (chosen.to_va.code, chosen.to_va.further_codes, len(chosen.to_va.numbers)) == ("8103", ("8116",), 2)
    assert (chosen.to_change.behaviour, chosen.to_change.words) == ("refuses", "Zu spät")
    assert (chosen.to_take_over.code, chosen.as_recipient.take_over) == ("8147", True)
    async with browser(app) as page:
        again = (await page.get("/carriers", params={"key": "DEU.ALTNET"})).text
        assert 'value="8103 8116"' in again, "the form shows what was chosen"
        await page.post("/carriers/forget", data={"key": "DEU.ALTNET"})
    assert carriers.behaviours.by_carrier["DEU.ALTNET"] == DEFAULTS["DEU.ALTNET"]


async def test_corrections_and_cancellations_are_chosen_by_their_own_fields(app: FastAPI, carriers: Carriers) -> None:
    async with browser(app) as page:
        corrects = {"behaviour": "corrects_address", "corrections": ["8104", "8106"]}
        await page.post("/carriers/behaviours", data=corrects | {"key": "0221 4791234"})
        cancels = {"key": THEM, "behaviour": "cancels", "final": "false", "reason": "Umzug", "then_working_days": "3"}
        await page.post("/carriers/behaviours", data=cancels)
    assert list(carriers.behaviours.by_number["+492214791234"].to_va.corrections) == ["8104", "8106"]
    chosen = carriers.behaviours.by_carrier[THEM].to_va
    assert (chosen.final, chosen.reason, chosen.then_working_days) == (False, "Umzug", 3)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"key": "DEU.ALTNET", "behaviour": "refuses"}, "code goes with the behaviour refuses, and is needed there"),
        ({"key": "DEU.ALTNET", "behaviour": "refuses", "code": "8103", "numbers": "x"}, "x is not a phone number"),
        ({"key": "nonsense", "behaviour": "agrees"}, "nonsense is not a phone number"),
        ({"key": "deu.altnet", "behaviour": "agrees"}, "deu.altnet is not a phone number"),
        ({"key": "DEU.ALTNET", "behaviour": "agrees", "delay": "-1"}, "delay: Input should be greater"),
    ],
)
async def test_what_does_not_fit_is_said_in_words(app: FastAPI, form: dict[str, Any], why: str) -> None:
    async with browser(app) as page:
        answer = await page.post("/carriers/behaviours", data=form)
    assert answer.status_code == 200
    assert why in answer.text


async def test_what_was_said_leads_to_its_story_and_to_what_may_be_said_next(app: FastAPI, carriers: Carriers) -> None:
    asked = asks()
    case = carriers.cases.of(asked, carrier=THEM)
    case.take(asked, str(uuid4()), "the-story")
    async with browser(app) as page:
        shown = (await page.get("/carriers/live")).text
        overview = (await page.get("/")).text
        away = await page.post(f"/carriers/cases/{asked.pre_agreement_id}/answer", data={"behaviour": "agrees"})
    assert "/flow?id=the-story" in shown
    for act, offered in (("answer", True), ("garbage", True), ("change", False), ("again", False)):
        assert (f"/carriers/cases/{asked.pre_agreement_id}/{act}" in shown) == offered
    assert f"/carriers#{asked.pre_agreement_id}" in overview
    assert "The broker is away" in away.text


@pytest.mark.rule("PORT-9")
async def test_a_carrier_that_asks_for_our_numbers_needs_what_its_case_needs(app: FastAPI) -> None:
    form = {"carrier": THEM, "case": "VA-KUE-MRN", "requested_on": "2026-12-10", "name": "Müller"}
    async with browser(app) as page:
        no_address = await page.post("/carriers/asks", data=form | {"numbers": "0221 479 00-99"})
        away = await page.post("/carriers/asks", data=form | {"case": "VA-RRNP", "numbers": "0221 479 00-99"})
    assert "the address is needed" in no_address.text
    assert "The broker is away" in away.text


def test_a_plain_behaviour_is_told_in_one_line() -> None:
    assert in_words(Behaviour()) == ["Agrees as asked"]
