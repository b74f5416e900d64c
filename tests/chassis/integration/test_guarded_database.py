"""TLS to PostgreSQL: what PGSSLMODE and PGSSLROOTCERT mean to a service, and what it says where they don't fit."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.chassis.certificates import Authority
from tests.chassis.gateway import gateway
from tests.chassis.stage import Stage
from tests.waiting import eventually

TRUST = "let PGSSLROOTCERT name who signed it, and DATABASE_URL the host it was made for"


@pytest_asyncio.fixture
async def guarded(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """The stage, whose database is reached by TLS only, and whose services believe who signs for it."""
    ours = Authority(tmp_path, "ours")
    Authority(tmp_path, "theirs")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(ours.file))
    (tmp_path / "empty.crt").touch()
    async with gateway(urlsplit(stage.database_url).port or 5432, ours.sign("database")) as port:
        yield through(port, stage)


def through(port: int, stage: Stage, host: str = "127.0.0.1") -> Stage:
    name = urlsplit(stage.database_url).path
    return replace(stage, database_url=f"postgresql://postgres@{host}:{port}{name}")


async def test_a_service_whose_database_shows_the_right_certificate_works_and_relays(guarded: Stage) -> None:
    async with guarded.run("worker", "relay") as service:
        await eventually(service.broker_trouble, None)
        for _ in range(3):
            await guarded.tell(service, "thing")
        await eventually(lambda: guarded.effects(service, "thing"), [1, 2, 3])


@pytest.mark.parametrize(
    ("host", "root", "cause", "remedy"),
    [
        (
            "127.0.0.1",
            "theirs-ca.crt",
            "the database's certificate is not trusted (unable to get local issuer certificate)",
            TRUST,
        ),
        (
            "localhost",
            "ours-ca.crt",
            "the database's certificate is not trusted (Hostname mismatch, certificate is not valid for 'localhost'.)",
            TRUST,
        ),
        ("127.0.0.1", "none.crt", "a file named by PGSSLROOTCERT, PGSSLCERT or PGSSLKEY can't be read", "mount it"),
        ("127.0.0.1", "empty.crt", "the database does not speak TLS as we do", "check PGSSLMODE and PGSSLROOTCERT"),
    ],
)
async def test_a_certificate_that_does_not_fit_is_said_once_with_what_to_do(
    guarded: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, root: str, cause: str, remedy: str
) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / root))
    port = urlsplit(guarded.database_url).port
    assert port is not None
    await is_said(through(port, guarded, host), cause, remedy)


async def test_a_database_without_tls_is_not_used_where_tls_is_asked_for(guarded: Stage, stage: Stage) -> None:
    async with gateway(urlsplit(stage.database_url).port or 5432, None) as port:
        await is_said(through(port, guarded), "the database does not offer TLS", "let it, or lower PGSSLMODE")


async def is_said(stage: Stage, cause: str, remedy: str) -> None:
    async with stage.run() as service:
        with capture_logs() as lines:
            found = [await service.store_trouble() for _ in range(3)]
        assert found[0] is not None
        assert found == [found[0]] * 3
        assert found[0].cause.startswith(cause)
        assert found[0].remedy.startswith(remedy)
        assert [(one["cause"], one["remedy"]) for one in lines] == [(found[0].cause, found[0].remedy)]
