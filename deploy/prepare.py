"""Before the services start, and again with every new version: keys, topics, databases, roles, migrations.

Settings: KAFKA_URL, KAFKA_REPLICAS (1), DATABASE_URL (of a superuser), SERVICE_PASSWORD, KEYS (a folder).
"""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
from aiokafka.errors import KafkaError

from chassis.tokens import new_key
from chassis.topics import create_topics
from contracts.readers import PUBLISHES, dead_letter_topics
from contracts.registry import all_topics

PATIENCE = 120.0


def main() -> None:
    keys = Path(os.environ["KEYS"])
    for name in ("machines", "links"):
        if not (keys / f"{name}.jwks").exists():
            new_key(keys / f"{name}.jwk", keys / f"{name}.jwks")
    asyncio.run(prepare(os.environ["KAFKA_URL"], os.environ["DATABASE_URL"]))
    address, password = urlsplit(os.environ["DATABASE_URL"]), quote(os.environ["SERVICE_PASSWORD"], safe="")
    for service in PUBLISHES:
        url = f"postgresql://{service}:{password}@{address.hostname}:{address.port or 5432}/{service}"
        subprocess.run([sys.executable, "-m", service, "migrate"], check=True, env={**os.environ, "DATABASE_URL": url})
        print(f"{service}: migrated", flush=True)


async def prepare(kafka_url: str, database_url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            await create_topics(
                kafka_url, [*all_topics(), *dead_letter_topics()], replicas=int(os.environ.get("KAFKA_REPLICAS", "1"))
            )
            await make_databases(database_url)
        except (OSError, KafkaError, asyncpg.PostgresError) as error:
            if time.monotonic() > end:
                raise
            print(f"waiting: {error!r}", flush=True)
            await asyncio.sleep(1)
        else:
            print("topics and databases are there", flush=True)
            return


async def make_databases(url: str) -> None:
    server = await asyncpg.connect(url)
    password = os.environ["SERVICE_PASSWORD"].replace("'", "''")
    for service in PUBLISHES:
        known = await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", service)
        await server.execute(f"{'ALTER' if known else 'CREATE'} ROLE {service} LOGIN PASSWORD '{password}'")
        if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
            await server.execute(f"CREATE DATABASE {service} OWNER {service}")
    await server.close()


if __name__ == "__main__":
    main()
