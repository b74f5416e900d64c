"""What tests stand on: a real Kafka and PostgreSQL, `KAFKA_URL` and `DATABASE_URL` if set, else the devstack's own."""

import asyncio
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import MetaData

from chassis.migrations import migrate_on
from chassis.topics import create_topics
from contracts.envelope import Topic
from devstack.kafka import Kafka
from devstack.layout import SECRETS
from devstack.postgres import Postgres
from devstack.programs import free_ports
from tests.forks import load_services

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ("tests.rules", "tests.side_by_side")
CHROMIUM = shutil.which("chromium")


def pytest_configure(config: pytest.Config) -> None:
    os.environ.update(SECRETS)
    config.addinivalue_line("markers", "rule(*numbers): the rules of docs/rules.md that this test shows")
    config.addinivalue_line("markers", "browser: needs a Chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found: browser tests did not run"))


def pytest_collection_finish() -> None:
    gc.freeze()  # thousands of tests are no garbage


def pytest_report_header() -> list[str]:
    return [
        f"kafka: {os.environ.get('KAFKA_URL', 'own, without containers')}",
        f"postgresql: {'DATABASE_URL' if 'DATABASE_URL' in os.environ else 'own, without containers'}",
        f"browser: {CHROMIUM or 'no Chromium found, browser tests are skipped'}",
    ]


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="trunkline-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka_url(stack_folder: Path) -> Iterator[str]:
    """`host:port` of a running broker."""
    if given := os.environ.get("KAFKA_URL"):
        yield given
        return
    port, controller = free_ports(2)
    kafka = Kafka(stack_folder / "kafka", port, controller)
    process = kafka.start()
    yield kafka.url
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def database_server(stack_folder: Path) -> Iterator[str]:
    """URL of a superuser on a running server."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    postgres = Postgres(stack_folder / "postgres", free_ports(1)[0], durable=False)
    process = postgres.start()
    yield postgres.url
    process.send_signal(signal.SIGINT)
    process.wait()


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """For tests marked `browser`."""
    from playwright.sync_api import sync_playwright  # which most tests go without

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def forks() -> None:
    """For whoever starts services from a running loop."""
    load_services()


class Migrated(Protocol):
    """A service, as far as its database is concerned."""

    name: str
    migrations: Path
    metadata: MetaData


NewDatabase = Callable[[str | Migrated], Awaitable[str]]
NewTopic = Callable[..., Awaitable[Topic]]


@pytest.fixture(scope="session")
def templates(database_server: str) -> Iterator[dict[str, str]]:
    """A migrated database a service, of which tests get copies: migrating takes ten times as long."""
    found: dict[str, str] = {}
    yield found
    asyncio.run(_drop(database_server, found.values()))


async def _drop(database_server: str, databases: Iterable[str]) -> None:
    server = await asyncpg.connect(database_server)
    for database in databases:
        await server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    await server.close()


@pytest_asyncio.fixture
async def new_database(database_server: str, templates: dict[str, str]) -> AsyncIterator[NewDatabase]:
    """Makes fresh databases, dropped afterwards: `await new_database("probe")` is the URL of an empty one,
    `await new_database(service)` that of one which the service's migrations have made."""
    made: list[str] = []
    server = await asyncpg.connect(database_server)
    beside = database_server.rsplit("/", 1)[0]

    async def make(what: str | Migrated = "test") -> str:
        name = what if isinstance(what, str) else what.name
        database = f"{name}_{uuid4().hex[:12]}"
        if not isinstance(what, str):
            if name not in templates:
                template = f"{database}_template"
                await server.execute(f"CREATE DATABASE {template}")
                await migrate_on(f"{beside}/{template}", what.migrations, what.metadata, name=name)
                templates[name] = template
            await server.execute(f"CREATE DATABASE {database} TEMPLATE {templates[name]}")
        else:
            await server.execute(f"CREATE DATABASE {database}")
        made.append(database)
        return f"{beside}/{database}"

    yield make
    await server.close()
    await _drop(database_server, made)


@pytest.fixture
def new_topic(kafka_url: str) -> NewTopic:
    """Makes fresh topics: `await new_topic(partitions=3, compacted=False)` is a contracts Topic."""

    async def make(*, partitions: int = 3, compacted: bool = False, context: str = "test") -> Topic:
        topic = Topic(f"{context}.{uuid4().hex[:12]}.v1", partitions=partitions, compacted=compacted)
        await create_topics(kafka_url, [topic])
        return topic

    return make
