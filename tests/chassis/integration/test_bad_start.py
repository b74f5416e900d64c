"""What is wrong at the start is said once, in the log and by readiness, with what to do; nothing ends, nothing lies."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from catalog.main import service as catalog
from chassis.migrations import migrate_on
from chassis.readiness import versions_in
from devstack.kafka import Kafka
from devstack.programs import free_ports
from tests.chassis.stage import eventually

NOBODY = "127.0.0.1:1"
MIGRATE = "run `python -m catalog migrate`"
PATIENCE = 60.0
PASSWORD = {
    "KAFKA_SECURITY": "SASL_PLAINTEXT",
    "KAFKA_MECHANISM": "PLAIN",
    "KAFKA_USER": "catalog",
    "KAFKA_PASSWORD": "right",
}


class Started:
    """The catalog in a process of its own."""

    def __init__(self, folder: Path, database_url: str, kafka_url: str, **more: str) -> None:
        (port,) = free_ports(1)
        self._log = folder / "catalog.log"
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")
        told = {"DATABASE_URL": database_url, "KAFKA_URL": kafka_url, "HTTP_PORT": str(port), **more}
        with self._log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "catalog", "all"], env={**os.environ, **told}, stderr=out
            )

    async def trouble(self, part: str) -> tuple[str, str] | None:
        """Cause and remedy of what readiness says is wrong with a part; None if nothing is, or it does not answer."""
        try:
            answer = await self._client.get("/health/ready")
        except httpx.TransportError:
            return None
        found = {one["part"]: (one["cause"], one["remedy"]) for one in answer.json().get("errors", ())}
        assert (answer.status_code == 503) == bool(found)
        return found.get(part)

    async def settled(self, part: str) -> tuple[str, str]:
        """The trouble of a part, once it is said; the process lives with it."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.trouble(part)) is None or found[0].startswith("consumers have no"):
                assert self.process.poll() is None, self._log.read_text(encoding="utf-8")
                await asyncio.sleep(0.05)
        assert (await self._client.get("/health/live")).status_code == 200
        return found

    async def is_ready(self) -> bool:
        try:
            return (await self._client.get("/health/ready")).status_code == 200
        except httpx.TransportError:
            return False

    def lines(self, event: str) -> list[dict[str, Any]]:
        written = self._log.read_text(encoding="utf-8").splitlines()
        return [found for found in map(json.loads, written) if found["event"] == event]

    def said_of(self, part: str) -> list[tuple[str, str]]:
        return [(one["cause"], one["remedy"]) for one in self.lines("not ready") if one["part"] == part]

    async def end(self) -> None:
        await self._client.aclose()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(self.process.wait, PATIENCE) == 0, self._log.read_text(encoding="utf-8")


@pytest_asyncio.fixture
async def start(tmp_path: Path, new_database: Any) -> AsyncIterator[Any]:
    """Starts it; ended before its database is dropped."""
    running: list[Started] = []

    def begin(*given: Any, **more: str) -> Started:
        running.append(Started(tmp_path, *given, **more))
        return running[-1]

    yield begin
    for one in running:
        await one.end()


async def migrated(new_database: Any) -> str:
    url: str = await new_database(catalog)
    return url


async def put_back(url: str, version: str) -> None:
    """As if a migration had not been run, or one more than this code knows."""
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = $1", version)
    await connection.close()


async def test_a_database_one_migration_behind_is_waited_for_and_its_remedy_said_once(
    start: Any, new_database: Any
) -> None:
    url = await migrated(new_database)
    *_, before, newest = versions_in(catalog.migrations)
    await put_back(url, before)
    service = start(url, NOBODY)
    said = (f"one migration behind ({before} of {newest})", MIGRATE)
    assert await service.settled("store") == said
    for _ in range(5):
        assert await service.trouble("store") == said
    assert service.said_of("store") == [said]
    await put_back(url, newest)
    await eventually(lambda: service.trouble("store"), None)
    assert [one["part"] for one in service.lines("no longer in trouble")] == ["store"]


async def test_an_empty_database_is_waited_for_until_it_is_migrated(start: Any, new_database: Any) -> None:
    service = start(url := await new_database("catalog"), NOBODY)
    assert await service.settled("store") == ("no migration has been run", MIGRATE)
    await migrate_on(url, catalog.migrations, catalog.metadata, name="catalog")
    await eventually(lambda: service.trouble("store"), None)


async def test_a_database_ahead_is_served_so_that_an_upgrade_can_migrate_first(start: Any, new_database: Any) -> None:
    url = await migrated(new_database)
    await put_back(url, "9999")
    service = start(url, NOBODY)
    await service.settled("broker")
    assert await service.trouble("store") is None


async def test_a_wrong_password_is_named_as_such(start: Any, new_database: Any, database_server: str) -> None:
    url = await migrated(new_database)
    server = await asyncpg.connect(database_server)
    name = url.rsplit("/", 1)[1]
    await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'right'")
    asks = (await server.fetchval("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'")) == 0
    await server.execute(f"ALTER ROLE {name} NOLOGIN")
    address = url.split("@", 1)[1]
    service = start(f"postgresql://{name}:{'wrong' if asks else 'right'}@{address}", NOBODY)
    said = ("the database refuses the user or the password", "correct them in DATABASE_URL")
    assert await service.settled("store") == said
    assert service.said_of("store") == [said]
    await server.execute(f"DROP ROLE {name}")
    await server.close()


@pytest.mark.parametrize(
    ("database_url", "cause"),
    [
        (f"postgresql://catalog@{NOBODY}/catalog", "the database does not answer"),
        ("{server}/no_such_database", "there is no database of this name"),
    ],
)
async def test_a_database_that_is_not_there_is_waited_for(
    start: Any, database_server: str, database_url: str, cause: str
) -> None:
    service = start(database_url.format(server=database_server.rsplit("/", 1)[0]), NOBODY)
    assert (await service.settled("store"))[0] == cause
    assert [said for said, _ in service.said_of("store")] == [cause]


async def test_without_a_broker_a_service_says_so_once(start: Any, new_database: Any) -> None:
    away = start(await migrated(new_database), NOBODY)
    assert (await away.settled("broker"))[0] == "the broker does not answer"
    assert [said for said, _ in away.said_of("broker")] == ["the broker does not answer"]


class Guarded(Kafka):
    """A broker without topics that wants a password."""

    __slots__ = ()

    def _properties(self) -> str:
        plain = super()._properties().replace("listeners=PLAINTEXT:", "listeners=SASL_PLAINTEXT:")
        return (
            plain.replace("inter.broker.listener.name=PLAINTEXT", "inter.broker.listener.name=SASL_PLAINTEXT")
            + "listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT\n"
            + "sasl.enabled.mechanisms=PLAIN\nsasl.mechanism.inter.broker.protocol=PLAIN\n"
            + "listener.name.sasl_plaintext.plain.sasl.jaas.config="
            + "org.apache.kafka.common.security.plain.PlainLoginModule required "
            + 'username="catalog" password="right" user_catalog="right";\n'
        )


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kafka = Guarded(tmp_path_factory.mktemp("kafka"), *free_ports(2))
    process = kafka.start()
    yield kafka.url
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ({}, "the broker takes the connection and ends it"),
        ({"KAFKA_SECURITY": "SSL"}, "the broker takes the connection and ends it"),
        ({**PASSWORD, "KAFKA_PASSWORD": "wrong"}, "the broker refuses the user or the password"),
        ({**PASSWORD, "KAFKA_MECHANISM": "SCRAM-SHA-512"}, "the broker does not know this way to log in"),
        (PASSWORD, "topics are missing or hidden: " + ", ".join(sorted(topic.name for topic in catalog.topics()))),
    ],
)
async def test_a_broker_that_does_not_let_us_in_or_lacks_topics_is_waited_for_and_why_is_said_once(
    start: Any, new_database: Any, guarded: str, told: dict[str, str], cause: str
) -> None:
    service = start(await migrated(new_database), guarded, **told)
    said = await service.settled("broker")
    assert said[0] == cause
    assert service.said_of("broker") == [said]


@pytest.mark.parametrize(
    ("wrong", "variable", "command"),
    [
        ({"DATABASE_URL": "mysql://root:hush@db/catalog"}, "DATABASE_URL", "all"),
        ({"HTTP_PORT": "eighty"}, "HTTP_PORT", "web"),
        ({"TRUSTED_ISSUERS": "[{]"}, "TRUSTED_ISSUERS", "worker"),
        ({"TRUSTED_ISSUERS": '[{"issuer": "hush"}]'}, "TRUSTED_ISSUERS.0.audience", "relay"),
        ({"MACHINE_KEY_FILE": "/hush/none.jwk"}, "MACHINE_KEY_FILE", "migrate"),
        ({"KAFKA_URL": None}, "KAFKA_URL", "parked"),
        ({"KAFKA_SECURITY": "SASL_SSL"}, "together", "all"),
    ],
)
def test_settings_that_cannot_be_read_end_the_process_with_one_line_and_no_value(
    wrong: dict[str, str | None], variable: str, command: str
) -> None:
    told = {**os.environ, "DATABASE_URL": f"postgresql://catalog@{NOBODY}/catalog", "KAFKA_URL": NOBODY, **wrong}
    ran = subprocess.run(
        [sys.executable, "-m", "catalog", command],
        env={name: value for name, value in told.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    said = json.loads(line)
    assert (said["event"], said["service"], list(said["variables"])) == (
        "settings cannot be read",
        "catalog",
        [variable],
    )
    assert said["remedy"]
    assert "hush" not in line


def test_migrating_a_database_that_is_away_says_so_in_one_line() -> None:
    told = {**os.environ, "DATABASE_URL": f"postgresql://catalog@{NOBODY}/catalog", "KAFKA_URL": NOBODY}
    ran = subprocess.run(
        [sys.executable, "-m", "catalog", "migrate"], env=told, capture_output=True, text=True, check=False
    )
    (line,) = ran.stderr.splitlines()
    assert (ran.returncode, json.loads(line)["cause"]) == (1, "the database does not answer")
