"""The CRM's events by signed webhook, over the service's own HTTP (CRM-2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from chassis.migrations import migrate_on
from chassis.service import Running
from portal.main import service
from tests.conftest import NewDatabase

EARLIER, NEWER = (
    "whsec_" + secret for secret in ("ZWFybGllci1zZWNyZXQtb2YtdGhlLWNybQ==", "bmV3ZXItc2VjcmV0LWlzLWxvbmdlcg==")
)
EXAMPLE, MERGED = (
    json.loads(Path(f"contracts/examples/crm.{name}.v1.json").read_text(encoding="utf-8"))
    for name in ("PartyChanged", "PartiesMerged")
)
CHANGED = {"type": "PartyChanged", "data": EXAMPLE}


class Crm:
    def __init__(self, running: Running[Any]) -> None:
        self.running = running
        app = running.app(consumes=False)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://portal.example"
        )

    async def post(
        self,
        message: object,
        *,
        message_id: str = "msg_1",
        at: datetime | None = None,
        secret: str = EARLIER,
        **headers: str,
    ) -> httpx.Response:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        moment = at or datetime.now(UTC)
        signed = {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, moment, body.decode()),
            "Accept-Language": "en",
        }
        return await self.http.post("/webhooks/crm", content=body, headers=signed | headers)

    async def told(self) -> list[tuple[str, str, bytes | None]]:
        async with self.running.units.reading() as unit:
            rows = await unit.connection.execute(text("SELECT topic, key, payload FROM outbox ORDER BY position"))
            return [(row.topic, row.key, row.payload) for row in rows]

    async def relayed(self) -> None:
        async with self.running.units.writing() as unit:
            await unit.connection.execute(text("DELETE FROM outbox"))

    async def status(self, url: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.http.get(httpx.URL(url).path)).json()
        return found


@pytest_asyncio.fixture
async def crm(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crm]:
    url = await new_database("portal")
    await migrate_on(url, service.migrations, service.metadata, name="portal")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    running = service.open(crm_webhook_secrets=(NEWER, EARLIER), public_url="http://portal.example")
    found = Crm(running)
    yield found
    await found.http.aclose()
    await running.engine.dispose()


@pytest.mark.rule("CRM-2")
async def test_the_same_message_twice_gets_the_same_answer_and_is_one_event(crm: Crm) -> None:
    first, again = [await crm.post(CHANGED) for _ in range(2)]
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["location"] == again.headers["location"] == first.json()["status_url"]
    assert first.json() == again.json()
    assert [(topic, key) for topic, key, _ in await crm.told()] == [("crm.party.v1", EXAMPLE["party_id"])]
    await crm.post(CHANGED, message_id="msg_2")
    assert len(await crm.told()) == 2


@pytest.mark.rule("CRM-2")
async def test_two_at_once_are_one_event(crm: Crm) -> None:
    answers = await asyncio.gather(*(crm.post(CHANGED) for _ in range(5)))
    assert {one.headers["location"] for one in answers} == {answers[0].headers["location"]}
    assert len(await crm.told()) == 1


@pytest.mark.rule("CRM-2")
async def test_another_message_under_a_known_id_is_a_conflict(crm: Crm) -> None:
    await crm.post(CHANGED)
    other = await crm.post({"type": "PartyChanged", "data": EXAMPLE | {"version": 9}})
    assert (other.status_code, other.json()["code"]) == (409, "webhook-id-reused")
    assert (other.json()["field"], len(await crm.told())) == ("webhook-id", 1)
    assert other.json()["remedy"]


@pytest.mark.rule("CRM-2")
async def test_while_a_secret_is_replaced_both_open_and_no_other(crm: Crm) -> None:
    for number, secret in enumerate((EARLIER, NEWER)):
        assert (await crm.post(CHANGED, message_id=f"msg_{number}", secret=secret)).status_code == 202
    stranger = await crm.post(CHANGED, message_id="msg_3", secret="whsec_c3RyYW5nZXI=")
    assert (stranger.status_code, stranger.json()["field"]) == (401, "webhook-signature")


@pytest.mark.rule("CRM-2")
@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"webhook-id": ""}, "webhook-id"),
        ({"webhook-id": "x" * 201}, "webhook-id"),
        ({"webhook-timestamp": ""}, "webhook-timestamp"),
        ({"webhook-signature": ""}, "webhook-signature"),
        ({"webhook-signature": "v1"}, "webhook-signature"),
        ({"webhook-signature": "v1,$$$"}, "webhook-signature"),
        ({"webhook-timestamp": "nan"}, "webhook-signature"),
    ],
)
async def test_a_message_without_a_signature_that_holds_is_refused(
    crm: Crm, headers: dict[str, str], field: str
) -> None:
    answer = await crm.post(CHANGED, **headers)
    assert (answer.status_code, answer.json()["field"]) == (401, field)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await crm.told() == []


@pytest.mark.rule("CRM-2")
@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_message_from_another_time_is_refused(crm: Crm, minutes: int) -> None:
    replayed = await crm.post(CHANGED, at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert (replayed.status_code, replayed.json()["field"]) == (401, "webhook-timestamp")
    assert await crm.told() == []


@pytest.mark.rule("CRM-2")
async def test_the_status_tells_whether_a_message_is_on_its_topic(crm: Crm) -> None:
    url = (await crm.post(CHANGED)).json()["status_url"]
    assert (await crm.status(url))["state"] == "taken_in"
    await crm.relayed()
    assert (await crm.status(url))["state"] == "published"
    assert (await crm.http.get(f"/webhooks/crm/messages/{uuid4()}")).status_code == 404


@pytest.mark.rule("CRM-2")
@pytest.mark.parametrize(
    ("message", "status", "code", "field"),
    [
        ({"type": "PartyChanged", "data": EXAMPLE | {"email": "nobody"}}, 422, "invalid-event", "data.email"),
        ({"type": "PartyChanged", "data": EXAMPLE | {"kind": "friend"}}, 422, "invalid-event", "data.kind"),
        ({"type": "PartyChanged"}, 422, "invalid-event", "data"),
        ({"type": "PartyDeleted", "data": {"party_id": "Karla Kundin"}}, 422, "invalid-event", "data.party_id"),
        ({"type": "PartyDanced", "data": {}}, 422, "unknown-type", "type"),
        ({"type": ["PartyChanged"], "data": {}}, 422, "unknown-type", "type"),
        (b"[" * 5000, 400, "malformed", None),
        ([], 400, "malformed", None),
    ],
)
async def test_a_message_that_does_not_fit_names_field_and_remedy_and_its_status_says_why(
    crm: Crm, message: object, status: int, code: str, field: str | None
) -> None:
    first, again = [await crm.post(message) for _ in range(2)]
    assert (first.status_code, first.json()["code"], first.json().get("field")) == (status, code, field)
    assert first.json()["remedy"]
    assert again.json()["status_url"] == first.json()["status_url"]
    found = await crm.status(first.json()["status_url"])
    assert (found["state"], found["code"]) == ("refused", code)
    assert await crm.told() == []
    kept = "SELECT coalesce(string_agg(m::text, ''), '') FROM crm_message m"
    async with crm.running.units.reading() as unit:
        everything = str((await unit.connection.execute(text(kept))).scalar_one())
    assert not any(word in everything for word in (EXAMPLE["name"], EXAMPLE["email"], "Karla", "nobody"))


@pytest.mark.rule("CRM-2")
async def test_a_message_that_is_too_large_is_not_read_to_its_end(crm: Crm) -> None:
    answer = await crm.post({"type": "PartyChanged", "data": {"name": "x" * 300_000}})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.rule("CRM-2")
async def test_a_deletion_becomes_a_tombstone_and_a_merge_an_event(crm: Crm) -> None:
    gone = str(uuid4())
    assert (await crm.post({"type": "PartiesMerged", "data": MERGED})).status_code == 202
    for _ in range(2):
        deleted = await crm.post({"type": "PartyDeleted", "data": {"party_id": gone}}, message_id="msg_2")
        assert deleted.status_code == 202
    (_, loser, body), tombstone = await crm.told()
    assert (loser, json.loads(body or b"")["survivor_id"]) == (MERGED["party_id"], MERGED["survivor_id"])
    assert tombstone == ("crm.party.v1", gone, None)


async def test_without_a_secret_the_webhook_is_closed(crm: Crm) -> None:
    crm.running.settings.crm_webhook_secrets = ()  # type: ignore[attr-defined] # the portal's own settings
    assert (await crm.post(CHANGED)).status_code == 404
