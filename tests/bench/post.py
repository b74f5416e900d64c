"""A POST that orders against one that does nothing, over HTTP, in a service of its own process."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx

from chassis.ids import uuid7
from devstack.programs import free_ports, start_and_wait
from tests.bench.figure import Figure, in_turns, share
from tests.bench.ground import JSON_FILLING, Ground
from tests.bench.load import Ask, post
from tests.bench.shop import metadata

SECONDS = 2.0
CONNECTIONS = 16
WISH = {"customer_id": str(uuid4()), "article": "trunk", "quantity": 1, "note": "x" * JSON_FILLING}


@contextmanager
def serving(ground: Ground, database: str, *module: str, **more: str) -> Iterator[tuple[str, int]]:
    """Address and process id of a running service; `more` are settings besides where things are."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    settings = [f"DATABASE_URL={database}", f"KAFKA_URL={ground.kafka_url}", f"HTTP_PORT={port}"]
    settings += [f"{name}={value}" for name, value in more.items()]

    def is_ready() -> bool:
        try:
            return httpx.get(f"{url}/health/ready").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    command = ["env", "PYTHONDONTWRITEBYTECODE=", *settings, sys.executable, "-m", *module]
    process = start_and_wait(command, ground.folder / "shop.log", is_ready)
    try:
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


async def measure(ground: Ground) -> list[Figure]:
    database = await ground.new_database("post", metadata)
    body = json.dumps(WISH).encode()

    async def rate(path: str) -> float:
        def ask() -> Ask:
            return Ask(path, body, {"Idempotency-Key": str(uuid7())})

        return (await post(url, ask, seconds=SECONDS, connections=CONNECTIONS)).rate

    with serving(ground, database, "tests.bench.shop", "web") as (url, _pid):
        await rate("/nothing")
        await rate("/orders")
        pairs = await in_turns(lambda: rate("/nothing"), lambda: rate("/orders"))
    return [share("POST that orders ÷ POST that does nothing", "requests/s", 0.35, pairs)]
