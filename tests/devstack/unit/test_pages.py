"""The pages of CRM and control room, without a stack behind them."""

from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from chassis.tokens import new_key
from devstack.control_room.pages import control_room
from devstack.crm.desk import Desk
from devstack.crm.pages import crm_app
from devstack.crm.parties import parties
from devstack.doctor import examine
from devstack.layout import Layout
from devstack.login.people import party_id
from devstack.programs import free_ports


def browser(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Nothing runs there."""
    made = Layout(data=tmp_path, base=free_ports(1)[0] - 5)
    made.keys.mkdir()
    new_key(made.keys / "machines.jwk", made.keys / "machines.jwks")
    return made


@pytest.fixture
def desk() -> Desk:
    made = Desk("127.0.0.1:1")
    for party in parties():
        made.register.learn(party.party_id, party)
    return made


async def test_the_control_room_shows_what_is_away_instead_of_failing(layout: Layout) -> None:
    async with browser(control_room(layout)) as page:
        answer = await page.get("/")
    assert answer.status_code == 200
    for said in ("The supervisor does not answer.", "The broker does not answer.", "The donor does not answer."):
        assert said in answer.text
    assert answer.text.count(">away<") == 6


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_sites_page_moves_no_lever(layout: Layout, site: str) -> None:
    async with browser(control_room(layout)) as page:
        answer = await page.post("/clock", data={"days": "7"}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/redrive", {"service": "nobody", "group": "g", "key": "k"}, 404),
        ("/carriers/behaviours", {"key": "DEU.ALTNET", "behaviour": "dances"}, 422),
        ("/carriers/cases/DEU.TRUNK.V000000001/change", {"new_date": "soon"}, 422),
        ("/clock", {}, 422),
    ],
)
async def test_a_form_that_does_not_fit_is_refused(
    layout: Layout, path: str, form: dict[str, str], status: int
) -> None:
    async with browser(control_room(layout)) as page:
        assert (await page.post(path, data=form)).status_code == status


async def test_the_crm_page_finds_parties_and_escapes_what_it_shows(desk: Desk) -> None:
    async with browser(crm_app(desk)) as page:
        found = await page.get("/", params={"q": "Jäger Logistik", "done": "<script>"})
        nobody = await page.get("/", params={"q": "<nobody>"})
    assert "Jäger Logistik GmbH" in found.text
    assert "customer-3@" not in found.text
    assert "<script>" not in found.text
    assert "Nobody of that name." in nobody.text


async def test_the_crm_answers_plainly_to_what_it_cannot_do(desk: Desk) -> None:
    known, unknown = party_id("jaeger-logistik"), party_id("nobody")
    async with browser(crm_app(desk)) as page:
        assert (await page.get(f"/api/parties/{unknown}")).status_code == 404
        assert (await page.patch(f"/api/parties/{unknown}", json={"name": "X"})).status_code == 404
        assert (await page.patch(f"/api/parties/{known}", json={"size": 3})).status_code == 422
        merged = await page.post(f"/api/parties/{known}/merge", json={"survivor_id": str(known)})
        assert merged.status_code == 422
        taken = {"party_id": str(known), "name": "Zwilling", "email": "a@b.example"}
        assert (await page.post("/api/parties", json=taken)).status_code == 409
        away = await page.patch(f"/api/parties/{known}", json={"customer_administration": False})
    assert away.status_code == 503, "the broker is away"
    assert desk.register.party(known).customer_administration, "and nothing was changed"


def test_the_doctor_names_who_holds_a_port_and_the_way_out(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = SimpleNamespace(status="LISTEN", laddr=SimpleNamespace(port=layout.port("mailbox")), pid=None)
    monkeypatch.setattr("devstack.doctor.psutil.net_connections", lambda _: [holder])
    broken = [one for one in examine(layout) if one.good is False and "port" in one.what]
    assert len(broken) == 1
    assert str(layout.port("mailbox")) in broken[0].what
    assert "TRUNKLINE_PORT_BASE" in broken[0].remedy


def test_a_program_finds_the_layout_of_its_stack_in_its_environment(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://of/another")
    elsewhere = Layout(
        data=layout.data, base=31_000, bind="0.0.0.0", host="box.example", kafka_given="k:1", database_given=None
    )
    for name, value in elsewhere.environment.items():
        monkeypatch.setenv(name, value)
    assert Layout() == elsewhere


@pytest.mark.rule("NOTE-2")
async def test_the_crm_shows_what_webhooks_told_it(desk: Desk) -> None:
    async with browser(crm_app(desk)) as page:
        assert (
            await page.post("/hook", content=b'{"type": "x.Y.v1"}', headers={"webhook-id": "msg_1"})
        ).status_code == 204
        assert (await page.post("/hook", content=b"no json")).status_code == 204
        shown = (await page.get("/hook")).text
    assert "x.Y.v1" in shown
    assert "msg_1" in shown
    assert "no json" in shown
