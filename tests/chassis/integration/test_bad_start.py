"""What is wrong at the start is said once, in the log and by readiness, with what to do; nothing ends, nothing lies."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from catalog.main import service as catalog
from chassis.readiness import versions_in
from tests.chassis.started import PATIENCE, Start, Started
from tests.forks import ran
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)
NOBODY = "127.0.0.1:1"
MIGRATE = "run `python -m catalog migrate`"
PARTS = ("web", "worker", "relay", "all")
NO_BROKER = ("the broker does not answer", "check that it runs, and host and port in KAFKA_URL")
*_, BEFORE, NEWEST = versions_in(catalog.migrations)


def every_part(start: Start, database_url: str) -> dict[str, Started]:
    return {part: start(database_url, NOBODY, part) for part in PARTS}


def migrate(database_url: str) -> tuple[int, dict[str, Any] | None]:
    """Its exit code, and the one line that it may write."""
    code, said = ran("catalog", "migrate", DATABASE_URL=database_url, KAFKA_URL=NOBODY)
    lines = said.splitlines()
    assert len(lines) < 2, said
    return code, json.loads(lines[0]) if lines else None


def complaint(line: dict[str, Any] | None) -> tuple[str, str]:
    assert line is not None
    assert (line["event"], line["level"]) == ("not migrated", "critical")
    return line["cause"], line["remedy"]


async def put_back(url: str, version: str) -> None:
    """As if a migration had not been run, or one more than this code knows."""
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = $1", version)
    await connection.close()


@pytest.mark.parametrize(
    ("is_made", "cause"),
    [(True, f"one migration behind ({BEFORE} of {NEWEST})"), (False, "no migration has been run")],
)
async def test_every_part_waits_for_migrations_says_so_once_and_goes_on_when_they_were_run(
    start: Start, new_database: Any, is_made: bool, cause: str
) -> None:
    url = await new_database(catalog if is_made else "catalog")
    if is_made:
        await put_back(url, BEFORE)
    running = every_part(start, url)
    for one in running.values():
        assert await one.settled("store") == (cause, MIGRATE)
        for _ in range(5):
            assert await one.trouble("store") == (cause, MIGRATE)
        assert one.complaints == [(cause, MIGRATE)]
    assert await asyncio.to_thread(migrate, url) == (0, None)
    for part, one in running.items():
        await eventually(lambda one=one: one.trouble("store"), None)
        assert [line["part"] for line in one.lines("no longer in trouble")] == ["store"]
        if part != "web":
            assert await one.settled("broker") == NO_BROKER


async def test_a_database_ahead_is_served_and_left_as_it_is_so_that_upgrades_and_rollbacks_can_roll(
    start: Start, new_database: Any
) -> None:
    url = await new_database(catalog)
    await put_back(url, "9999")
    running = every_part(start, url)
    code, line = await asyncio.to_thread(migrate, url)
    assert line is not None
    assert (code, line["event"]) == (0, "nothing to migrate, the database is ahead")
    for part, one in running.items():
        if part == "web":
            await eventually(one.is_ready, True, PATIENCE)
        else:
            assert await one.settled("broker") == NO_BROKER
        assert await one.trouble("store") is None


async def test_another_services_database_is_neither_used_nor_migrated(start: Start, new_database: Any) -> None:
    url = await new_database(catalog)
    await put_back(url, "ab12")
    said = ("at a migration unknown here (ab12)", "let DATABASE_URL name this service's own database")
    assert await start(url, NOBODY, "relay").settled("store") == said
    code, line = await asyncio.to_thread(migrate, url)
    assert (code, complaint(line)) == (1, said)


async def test_a_wrong_password_is_named_as_such_by_every_part(
    start: Start, new_database: Any, database_server: str
) -> None:
    url = await new_database(catalog)
    server = await asyncpg.connect(database_server)
    name = url.rsplit("/", 1)[1]
    await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'right'")
    asks = (await server.fetchval("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'")) == 0
    await server.execute(f"ALTER ROLE {name} NOLOGIN")
    address = url.split("@", 1)[1]
    refused = f"postgresql://{name}:{'wrong' if asks else 'right'}@{address}"
    said = ("the database refuses the user or the password", "correct them in DATABASE_URL")
    for one in every_part(start, refused).values():
        assert await one.settled("store") == said
        assert one.complaints == [said]
    code, line = await asyncio.to_thread(migrate, refused)
    assert (code, complaint(line)) == (1, said)
    await server.execute(f"DROP ROLE {name}")
    await server.close()


async def test_who_may_not_change_the_tables_cannot_migrate_and_is_told_so(
    new_database: Any, database_server: str
) -> None:
    url = await new_database("catalog")
    server = await asyncpg.connect(database_server)
    name = url.rsplit("/", 1)[1]
    await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'right'")
    code, line = await asyncio.to_thread(migrate, f"postgresql://{name}:right@{url.split('@', 1)[1]}")
    assert code == 1
    assert complaint(line)[1] == "let the user of DATABASE_URL own the database's tables"
    await server.execute(f"DROP ROLE {name}")
    await server.close()


@pytest.mark.parametrize(
    ("database_url", "cause"),
    [
        (f"postgresql://catalog@{NOBODY}/catalog", "the database does not answer"),
        ("{server}/no_such_database", "there is no database of this name"),
    ],
)
async def test_a_database_that_is_not_there_is_waited_for_by_every_part(
    start: Start, database_server: str, database_url: str, cause: str
) -> None:
    url = database_url.format(server=database_server.rsplit("/", 1)[0])
    for one in every_part(start, url).values():
        said = await one.settled("store")
        assert said[0] == cause
        assert one.complaints == [said]
    code, line = await asyncio.to_thread(migrate, url)
    assert (code, complaint(line)[0]) == (1, cause)


async def test_without_a_broker_every_part_that_needs_one_says_so_once_and_web_serves(
    start: Start, new_database: Any
) -> None:
    running = every_part(start, await new_database(catalog))
    await eventually(running.pop("web").is_ready, True, PATIENCE)
    for one in running.values():
        assert await one.settled("broker") == NO_BROKER
        assert one.complaints == [NO_BROKER]


@pytest.mark.parametrize(
    ("wrong", "variable", "part"),
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
    wrong: dict[str, str | None], variable: str, part: str
) -> None:
    database = f"postgresql://catalog@{NOBODY}/catalog"
    code, said = ran("catalog", part, **{"DATABASE_URL": database, "KAFKA_URL": NOBODY, **wrong})
    assert code == 2
    (line,) = said.splitlines()
    said = json.loads(line)
    assert (said["event"], said["service"], list(said["variables"])) == (
        "settings cannot be read",
        "catalog",
        [variable],
    )
    assert said["remedy"]
    assert "hush" not in line
