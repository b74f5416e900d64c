"""The samples for integrators do what their page says, each where its program is there (CRM-2, NOTE-2)."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from chassis.migrations import migrate_on
from chassis.service import Running
from devstack.programs import free_ports
from portal.main import service
from tests.conftest import NewDatabase
from tests.waiting import until

SAMPLES = Path("docs/samples/crm")
SECRET = "whsec_c2VjcmV0LW9mLXRoZS1zYW1wbGVz"
OTHER = "whsec_YW5vdGhlci1zZWNyZXQ="
PROGRAMS = {"python": ([sys.executable], "py"), "node": (["node"], "mjs"), "curl": (["bash"], "sh")}
NEEDS = {"python": (), "node": ("node",), "curl": ("bash", "curl", "openssl")}


def sample(language: str, name: str, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program, ending = PROGRAMS[language]
    command = [*program, str(SAMPLES / f"{name}.{ending}"), *arguments]
    return subprocess.run(command, input=given, capture_output=True, timeout=30, check=False)


@pytest.fixture(params=PROGRAMS)
def language(request: pytest.FixtureRequest) -> str:
    missing = [one for one in NEEDS[request.param] if shutil.which(one) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not found: the {request.param} samples did not run")
    return str(request.param)


@pytest_asyncio.fixture
async def portal(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, Running[Any]]]:
    """The portal's own HTTP on a port, with nothing behind it."""
    url, port = await new_database("portal"), free_ports(1)[0]
    await migrate_on(url, service.migrations, service.metadata, name="portal")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KAFKA_URL", "127.0.0.1:1")
    address = f"http://127.0.0.1:{port}"
    running = service.open(crm_webhook_secrets=(SECRET,), public_url=address)
    app = running.app(consumes=False)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield address, running
    server.should_exit = True
    await serving
    await running.engine.dispose()


@pytest.mark.rule("CRM-2")
async def test_a_sample_posts_a_party_and_learns_what_became_of_it(
    portal: tuple[str, Running[Any]], language: str
) -> None:
    address, running = portal
    party = str(SAMPLES / "party.json")
    taken = await asyncio.to_thread(sample, language, "send", f"{address}/webhooks/crm", SECRET, party)
    assert (taken.returncode, taken.stdout.decode().strip()) == (0, "taken_in"), taken.stderr.decode()
    async with running.units.reading() as unit:
        payload = (await unit.connection.execute(text("SELECT payload FROM outbox"))).scalar_one()
    assert json.loads(payload)["name"] == "Bäckerei Müller & Söhne"
    refused = await asyncio.to_thread(sample, language, "send", f"{address}/webhooks/crm", OTHER, party)
    assert refused.returncode != 0
    assert b"bad-signature" in refused.stderr


@pytest.mark.rule("NOTE-2")
def test_a_sample_tells_our_messages_from_others(language: str) -> None:
    body = json.dumps({"type": "ordering.OrderReceived.v1", "data": {"name": "Müller"}}, ensure_ascii=False)
    now = datetime.now(UTC)

    def checked(secret: str, at: datetime, sent: str = body) -> subprocess.CompletedProcess[bytes]:
        ours, rotated = Webhook(secret).sign("msg_1", at, body), Webhook(OTHER).sign("msg_1", at, body)
        signatures = f"{rotated} {ours}" if secret == SECRET else ours
        return sample(language, "verify", SECRET, "msg_1", str(int(at.timestamp())), signatures, given=sent.encode())

    taken = checked(SECRET, now)
    assert (taken.returncode, taken.stdout.decode().strip()) == (0, "ordering.OrderReceived.v1"), taken.stderr.decode()
    assert checked(OTHER, now).returncode != 0
    assert checked(SECRET, now - timedelta(minutes=10)).returncode != 0
    assert checked(SECRET, now, body.replace("Müller", "Mueller")).returncode != 0
