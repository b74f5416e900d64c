"""CPU seconds from the start of a service to its being ready, all its parts in one process."""

import asyncio
from importlib import import_module
from typing import Any

from chassis.migrations import migrate
from chassis.service import Service
from chassis.topics import create_topics
from devstack.layout import SERVICES
from tests.bench.figure import Figure
from tests.bench.ground import Ground, cpu_seconds
from tests.bench.post import serving

STARTS = 3
BAR = 1.5


async def measure(ground: Ground) -> list[Figure]:
    return [await _figure(ground, name) for name in SERVICES]


async def _figure(ground: Ground, name: str) -> Figure:
    """The least of some starts: what else the machine does only adds."""
    service: Service[Any] = import_module(f"{name}.main").service
    database = await ground.new_database(name)
    await asyncio.to_thread(migrate, database, service.migrations, service.metadata, name=name)
    await create_topics(ground.kafka_url, service.topics())
    spent = [await asyncio.to_thread(_spent, ground, database, name) for _ in range(STARTS)]
    return Figure(f"start of {name} until it is ready", min(spent), "CPU s", BAR, at_most=True)


def _spent(ground: Ground, database: str, name: str) -> float:
    with serving(ground, database, name, "all") as (_url, pid):
        return cpu_seconds(pid)
