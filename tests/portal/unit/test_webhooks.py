"""CRM-2: the CRM's events by signed webhook."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

import contracts
from portal.adapters.memory import MemoryStore
from tests.portal.conftest import WEBHOOK_SECRET, Browser

EXAMPLE = json.loads(
    (Path(contracts.__file__).parents[2] / "examples" / "crm.PartyChanged.v1.json").read_text(encoding="utf-8")
)


async def post(
    browser: Browser, message: object, *, message_id: str = "msg_1", at: datetime | None = None
) -> httpx.Response:
    body = json.dumps(message)
    moment = at or datetime.now(UTC)
    signature = Webhook(WEBHOOK_SECRET).sign(message_id, moment, body)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
    }
    return await browser("").post("/webhooks/crm", content=body, headers=headers)


@pytest.mark.rule("CRM-2")
async def test_the_same_message_twice_is_one_event(browser: Browser, store: MemoryStore) -> None:
    for _ in range(2):
        assert (await post(browser, {"type": "PartyChanged", "data": EXAMPLE})).status_code == 202
    assert len(store.outbox.recorded) == 1
    await post(browser, {"type": "PartyChanged", "data": EXAMPLE}, message_id="msg_2")
    assert len(store.outbox.recorded) == 2


@pytest.mark.rule("CRM-2")
async def test_a_forged_or_old_message_is_refused(browser: Browser, store: MemoryStore) -> None:
    forged = await browser("").post("/webhooks/crm", content="{}", headers={"webhook-id": "x"})
    assert forged.status_code == 401
    old = await post(browser, {"type": "PartyChanged", "data": EXAMPLE}, at=datetime.now(UTC) - timedelta(hours=1))
    assert old.status_code == 401
    assert not store.outbox.recorded


@pytest.mark.rule("CRM-2")
async def test_a_message_that_does_not_fit_names_its_fields(browser: Browser, store: MemoryStore) -> None:
    wrong = await post(browser, {"type": "PartyChanged", "data": EXAMPLE | {"email": "nobody"}})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "email"
    unknown = await post(browser, {"type": "PartyDanced", "data": {}})
    assert unknown.json()["code"] == "unknown-type"
    assert not store.outbox.recorded
