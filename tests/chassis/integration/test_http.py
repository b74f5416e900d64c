"""What the chassis promises about HTTP, on a real PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import text

from chassis.http import InUnit, service_router
from chassis.roles import Anybody, Person, Viewer
from chassis.service import Service
from chassis.settings import ServiceSettings, TrustedIssuer
from chassis.store import open_store
from chassis.subscription import Subscription
from chassis.tokens import TokenCheck, new_key, sign_token
from chassis.unit import Unit
from contracts.envelope import Event, Topic
from tests.chassis.probe import STEP, Refused, metadata, prepare
from tests.statements import statements_on

PARTNER, CUSTOMER, FOREIGNER = uuid4(), uuid4(), uuid4()
GROUP = "probe.test"
router = service_router()


class Told(Event, topic=Topic("probe.told.v1"), key="name"):
    name: str


class Wanted(BaseModel):
    key: str = Field(min_length=1)
    amount: int = Field(default=1, ge=1)


@router.post("/things", status_code=201)
async def make(body: Wanted, unit: InUnit[Unit], caller: Person) -> dict[str, Any]:
    version = (await unit.connection.execute(STEP, {"key": body.key})).scalar_one()
    if body.key == "refused":
        raise Refused
    return {"key": body.key, "version": version}


@router.post("/told", status_code=201)
async def tell(body: Wanted, unit: InUnit[Unit], caller: Person) -> str:
    unit.outbox.record(Told(name=body.key))
    return body.key * body.amount


@router.get("/parties/{party_id}")
async def party(party_id: UUID, unit: InUnit[Unit], caller: Person) -> UUID:
    await unit.scope.admit(caller, party_id)
    return party_id


@router.get("/linked")
async def linked(caller: Viewer) -> dict[str, Any]:
    return {"link": caller.link}


@router.get("/public")
async def public(caller: Anybody) -> dict[str, bool]:
    return {"known": caller is not None}


class Door:
    """The application, and tokens for its callers."""

    def __init__(self, client: httpx.AsyncClient, app: FastAPI, folder: Path) -> None:
        self.client, self.app, self.folder = client, app, folder

    def token(self, issuer: str = "login", audience: str = "trunkline", lifetime: int = 60, **claims: Any) -> str:
        who = {"sub": "petra", "role": "partner", "party_id": str(PARTNER), **claims}
        return sign_token(
            self.folder / f"{issuer}.jwk", issuer=issuer, audience=audience, claims=who, lifetime=lifetime
        )

    async def call(
        self, method: str, path: str, *, token: str | None = None, key: str | None = "", **more: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token()}", **more.pop("headers", {})}
        if key is not None:
            headers["Idempotency-Key"] = key or uuid4().hex
        return await self.client.request(method, path, headers=headers, **more)

    async def rows(self, question: str) -> Any:
        async with self.app.state.units.reading() as unit:
            return (await unit.connection.execute(text(question))).scalar_one()


@pytest_asyncio.fixture
async def door(new_database: Any, tmp_path: Path) -> AsyncIterator[Door]:
    url = await new_database("probe")
    await prepare(url)
    for issuer in ("login", "links", "stranger"):
        new_key(tmp_path / f"{issuer}.jwk", tmp_path / f"{issuer}.jwks")
    trusted = [
        TrustedIssuer(issuer=name, audience="trunkline", jwks_file=tmp_path / f"{name}.jwks", links=name == "links")
        for name in ("login", "links")
    ]
    service = Service(
        name="probe",
        settings=ServiceSettings,
        unit=Unit,
        metadata=metadata,
        migrations=Path(),
        refusal=Refused,
        translate=lambda said, language, **params: f"{language}: {said % params if params else said}",
        routers=[router],
        subscriptions=[Subscription[Unit](Topic("test.v1"))],
        everyday=("inbox_days",),
    )
    running = service.open(
        database_url=url, kafka_url="127.0.0.1:1", trusted_issuers=trusted, max_body_bytes=2000, pool_size=1
    )
    app = running.app(consumes=False)
    async with running.units.writing() as unit:
        await unit.scope.put(PARTNER, kind="partner", parent_id=None, delegated=False, version=1)
        await unit.scope.put(CUSTOMER, kind="customer", parent_id=PARTNER, delegated=True, version=1)
        await unit.scope.put(FOREIGNER, kind="customer", parent_id=uuid4(), delegated=True, version=1)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        yield Door(client, app, tmp_path)
    await running.engine.dispose()


async def test_the_same_key_repeats_the_answer_and_not_the_work(door: Door) -> None:
    first = await door.call("POST", "/things", key="k1", json={"key": "a"})
    again = await door.call("POST", "/things", key="k1", json={"key": "a"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() == {"key": "a", "version": 1}
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_write_with_an_event_costs_two_statements_besides_its_work(door: Door) -> None:
    """The key is claimed; its answer is kept with the events."""
    with statements_on(door.app.state.units.engine) as run:
        answer = await door.call("POST", "/told", json={"key": "a"})
    assert (answer.status_code, len(run)) == (201, 2), run
    assert await door.rows("SELECT count(*) FROM outbox") == 1


async def test_a_large_answer_is_repeated_as_it_was(door: Door) -> None:
    wish = {"key": "Straße ", "amount": 5000}
    first, again = [await door.call("POST", "/told", key="k1", json=wish) for _ in range(2)]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "content-encoding" not in again.headers
    assert again.json() == first.json() == "Straße " * 5000
    assert await door.rows("SELECT length(body) FROM idempotency_key") < 5000
    assert await door.rows("SELECT count(*) FROM outbox") == 1


async def test_two_requests_with_one_key_at_once_do_the_work_once(door: Door) -> None:
    answers = await asyncio.gather(*(door.call("POST", "/things", key="k1", json={"key": "a"}) for _ in range(6)))
    assert {answer.json()["version"] for answer in answers} == {1}
    assert await door.rows("SELECT version FROM thing WHERE key = 'a'") == 1


async def test_the_same_key_with_another_body_is_refused(door: Door) -> None:
    await door.call("POST", "/things", key="k1", json={"key": "a"})
    answer = await door.call("POST", "/things", key="k1", json={"key": "b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert await door.rows("SELECT count(*) FROM thing") == 1


async def test_a_write_without_a_key_says_what_is_missing(door: Door) -> None:
    answer = await door.call("POST", "/things", key=None, json={"key": "a"})
    assert answer.status_code == 400
    assert answer.json()["field"] == "Idempotency-Key"
    assert answer.json()["remedy"]


async def test_a_refusal_leaves_no_trace_and_its_key_may_be_used_again(door: Door) -> None:
    answer = await door.call("POST", "/things", key="k1", json={"key": "refused"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert await door.rows("SELECT count(*) FROM thing") + await door.rows("SELECT count(*) FROM idempotency_key") == 0


async def test_an_invalid_body_names_each_field(door: Door) -> None:
    answer = await door.call("POST", "/things", json={"key": "", "amount": 0})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["key", "amount"]


async def test_an_oversized_body_is_refused_with_the_limit(door: Door) -> None:
    answer = await door.call("POST", "/things", json={"key": "x" * 3000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert "2000" in answer.json()["remedy"]


async def test_problems_speak_the_readers_language(door: Door) -> None:
    german = await door.call("GET", "/nowhere")
    english = await door.call("GET", "/nowhere", headers={"Accept-Language": "en-GB"})
    assert german.json()["detail"].startswith("de: ")
    assert english.json()["detail"].startswith("en: ")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lifetime": -60}, "token-expired"),
        ({"audience": "somebody-else"}, "wrong-audience"),
        ({"issuer": "stranger"}, "unknown-issuer"),
    ],
)
async def test_a_token_that_is_no_good_is_answered_401_with_the_reason(
    door: Door, changes: dict[str, Any], code: str
) -> None:
    answer = await door.call("GET", f"/parties/{CUSTOMER}", token=door.token(**changes))
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert "WWW-Authenticate" in answer.headers


async def test_a_token_signed_with_a_key_of_ones_own_is_refused(door: Door) -> None:
    forged = sign_token(
        door.folder / "stranger.jwk",
        issuer="login",
        audience="trunkline",
        claims={"role": "administrator"},
        lifetime=60,
    )
    for token in (forged, "not.a.token", "x"):
        answer = await door.call("GET", f"/parties/{CUSTOMER}", token=token)
        assert answer.status_code == 401


async def test_the_first_callers_at_once_are_all_answered_while_the_keys_are_fetched(door: Door) -> None:
    answers = await asyncio.gather(*(door.call("GET", f"/parties/{CUSTOMER}") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_token_is_checked_once_a_request_however_many_ask(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    check = TokenCheck.identify

    async def counted(self: TokenCheck, token: str) -> Any:
        checked.append(token)
        return await check(self, token)

    monkeypatch.setattr(TokenCheck, "identify", counted)
    assert (await door.call("POST", "/things", json={"key": "a"})).status_code == 201
    assert len(checked) == 1


async def test_staff_read_the_settings_that_a_service_names_and_nobody_reads_another(door: Door) -> None:
    told = await door.call("GET", "/operations/settings", token=door.token(role="administrator", party_id=None))
    assert (told.status_code, told.json()) == (200, {"inbox_days": 14})
    assert (await door.call("GET", "/operations/settings")).status_code == 403


@pytest.mark.parametrize("path", ["/things", "/operations/redrive"])
async def test_whoever_has_no_good_token_is_told_so_before_anything_else(door: Door, path: str) -> None:
    answer = await door.call("POST", path, token=door.token(lifetime=-60), content=b"not even JSON")
    assert (answer.status_code, answer.json()["code"]) == (401, "token-expired")


async def test_a_redrive_needs_one_connection_at_a_time(door: Door) -> None:
    async with door.app.state.units.writing() as unit:
        await unit.connection.execute(text("INSERT INTO parked_key (grp, key) VALUES (:grp, 'ill')"), {"grp": GROUP})
    staff = door.token(role="administrator", party_id=None)
    unknown = await door.call("POST", "/operations/redrive", token=staff, json={"group": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-group")
    played = await door.call("POST", "/operations/redrive", token=staff, json={"group": GROUP})
    assert played.json() == {"played": 0, "still_parked": {}}
    foreign = await door.call("POST", "/operations/redrive", json={"group": GROUP})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "role-missing")


async def test_a_mailed_link_opens_only_what_is_meant_for_links(door: Door) -> None:
    token = door.token("links", link={"quote": "q", "rights": ["view"]})
    assert (await door.call("GET", "/linked", token=token)).json() == {"link": {"quote": "q", "rights": ["view"]}}
    assert (await door.call("GET", f"/parties/{CUSTOMER}", token=token)).status_code == 403
    uploading = door.token("links", link={"quote": "q", "rights": ["upload"]})
    assert (await door.call("GET", "/linked", token=uploading)).json()["code"] == "link-not-enough"
    forged = door.token(link={"quote": "q", "rights": ["view"]})
    assert (await door.call("GET", "/linked", token=forged)).json() == {"link": None}
    assert (await door.client.get("/public")).json() == {"known": False}
    assert (await door.client.get("/linked")).json()["code"] == "login-required"


@pytest.mark.rule("TEN-2")
async def test_a_foreign_party_and_one_that_does_not_exist_are_answered_alike(door: Door) -> None:
    foreign = await door.call("GET", f"/parties/{FOREIGNER}")
    unknown = await door.call("GET", f"/parties/{uuid4()}")
    told = [{**answer.json(), "instance": "", "correlation_id": ""} for answer in (foreign, unknown)]
    assert foreign.status_code == unknown.status_code == 404
    assert told[0] == told[1]
    assert (await door.call("GET", f"/parties/{CUSTOMER}")).json() == str(CUSTOMER)


@pytest.mark.rule("TEN-3", "CRM-2")
async def test_customer_administration_is_switched_by_newer_events_only(door: Door) -> None:
    async def heard(version: int, delegated: bool) -> int:
        async with door.app.state.units.writing() as unit:
            await unit.scope.put(CUSTOMER, kind="customer", parent_id=PARTNER, delegated=delegated, version=version)
        return (await door.call("GET", f"/parties/{CUSTOMER}")).status_code

    assert await heard(3, delegated=False) == 403
    assert await heard(2, delegated=True) == 403
    assert await heard(4, delegated=True) == 200
    answer = await door.call("GET", f"/parties/{CUSTOMER}", token=door.token(role="order_management", party_id=None))
    assert answer.status_code == 200


@pytest.mark.rule("TEN-2")
async def test_a_partner_sees_the_customers_of_its_sub_partners_but_not_the_other_way_round(door: Door) -> None:
    below, theirs = uuid4(), uuid4()
    async with door.app.state.units.writing() as unit:
        await unit.scope.put(below, kind="sub_partner", parent_id=PARTNER, delegated=False, version=1)
        await unit.scope.put(theirs, kind="prospect", parent_id=below, delegated=False, version=1)
    sub = door.token(role="sub_partner", party_id=str(below))
    assert (await door.call("GET", f"/parties/{theirs}")).json() == str(theirs)
    assert (await door.call("GET", f"/parties/{theirs}", token=sub)).status_code == 200
    assert (await door.call("GET", f"/parties/{CUSTOMER}", token=sub)).status_code == 404


async def test_the_correlation_id_is_taken_made_and_answered(door: Door) -> None:
    given = await door.call("GET", "/public", headers={"X-Correlation-Id": "click-7"})
    made = await door.call("GET", "/public", headers={"X-Correlation-Id": "<script>"})
    assert given.headers["X-Correlation-Id"] == "click-7"
    assert made.headers["X-Correlation-Id"] not in ("", "<script>")


async def test_health_and_metrics_tell_of_each_part(door: Door) -> None:
    await door.call("POST", "/things", json={"key": "a"})
    assert (await door.client.get("/health/live")).json() == {"status": "up"}
    assert (await door.client.get("/health/ready")).json() == {"ready": True, "parts": {"store": True}}
    metrics = (await door.client.get("/metrics")).text
    assert 'http_requests_total{method="POST",route="/things",status="201"}' in metrics


async def test_without_its_database_a_service_answers_503_and_says_that_nothing_changed(door: Door) -> None:
    await door.app.state.units.engine.dispose()
    broken = door.app.state.units.engine.url.set(port=1)
    door.app.state.units.engine = open_store(
        broken.set(drivername="postgresql").render_as_string(hide_password=False), name="test", pool_size=1
    )
    answer = await door.call("POST", "/things", json={"key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert json.loads(answer.content)["remedy"]
