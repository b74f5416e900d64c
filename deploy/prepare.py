"""Before the services start, and again with every new version: keys, topics, databases, roles, migrations.

Settings: KAFKA_URL and the others of the broker, KAFKA_REPLICAS (1), DATABASE_URL (of a superuser), SERVICE_PASSWORD,
KEYS (a folder). `keys` and `topics` as arguments: no more than these; a cluster has its own ways for the rest.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
from aiokafka.errors import KafkaError

from chassis.broker import BrokerSettings, security_of
from chassis.tokens import new_key
from chassis.topics import create_topics
from contracts.readers import PUBLISHES, dead_letter_topics
from contracts.registry import all_topics

PATIENCE = 120.0


def main(arguments: list[str]) -> None:
    match arguments:
        case ["keys"]:
            make_keys()
        case ["topics"]:
            asyncio.run(persist(make_topics))
        case []:
            make_keys()
            asyncio.run(persist(make_topics))
            asyncio.run(persist(make_databases))
            migrate()
        case _:
            raise SystemExit(__doc__)


def make_keys() -> None:
    keys = Path(os.environ["KEYS"])
    for name in ("machines", "links"):
        if not (keys / f"{name}.jwks").exists():
            new_key(keys / f"{name}.jwk", keys / f"{name}.jwks")


def migrate() -> None:
    address, password = urlsplit(os.environ["DATABASE_URL"]), quote(os.environ["SERVICE_PASSWORD"], safe="")
    for service in PUBLISHES:
        url = f"postgresql://{service}:{password}@{address.hostname}:{address.port or 5432}/{service}"
        subprocess.run([sys.executable, "-m", service, "migrate"], check=True, env={**os.environ, "DATABASE_URL": url})
        print(f"{service}: migrated", flush=True)


async def persist(make: Callable[[], Awaitable[None]]) -> None:
    """Until the broker and the database, which may start at the same time, are there."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            await make()
        except (OSError, KafkaError, asyncpg.PostgresError) as error:
            if time.monotonic() > end:
                raise
            print(f"waiting: {error!r}", flush=True)
            await asyncio.sleep(1)
        else:
            return


async def make_topics() -> None:
    told = BrokerSettings()
    await create_topics(
        told.kafka_url,
        [*all_topics(), *dead_letter_topics()],
        replicas=int(os.environ.get("KAFKA_REPLICAS", "1")),
        security=security_of(told),
    )
    print("topics are there", flush=True)


async def make_databases() -> None:
    server = await asyncpg.connect(os.environ["DATABASE_URL"])
    password = os.environ["SERVICE_PASSWORD"].replace("'", "''")
    for service in PUBLISHES:
        known = await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", service)
        await server.execute(f"{'ALTER' if known else 'CREATE'} ROLE {service} LOGIN PASSWORD '{password}'")
        if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
            await server.execute(f"CREATE DATABASE {service} OWNER {service}")
    await server.close()
    print("databases are there", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
