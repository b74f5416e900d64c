"""A small service that the chassis' tests run: things have versions, each effect must happen once and in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Column, Integer, MetaData, Table, Text, text

from chassis.service import Running, Service
from chassis.settings import ServiceSettings
from chassis.store import chassis_tables, open_store
from chassis.subscription import Retry, Subscription
from chassis.unit import Unit
from contracts.envelope import Event, Topic

metadata = MetaData()
chassis_tables(metadata)
Table("thing", metadata, Column("key", Text, primary_key=True), Column("version", Integer, nullable=False))
Table(
    "effect",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

EFFECT = text("INSERT INTO effect (key, version) VALUES (:key, :version)")
STEP = text(
    "INSERT INTO thing (key, version) VALUES (:key, 1) "
    "ON CONFLICT (key) DO UPDATE SET version = thing.version + 1 RETURNING version"
)


class Refused(Exception):
    kind, code, text, remedy, field, rule = "conflict", "refused", "No.", None, None, None
    params: ClassVar[dict[str, Any]] = {}


def thing_on(topic: Topic) -> type[Any]:
    """The event of these tests, on a topic of its own."""

    class Thing(Event, topic=topic, key="name"):
        name: str
        number: int
        note: str = ""

    return Thing


def service_on(topic: Topic, thing: type[Any], **options: Any) -> Service[Unit]:
    """Writes an effect for each thing; its note may say otherwise.

    `bug` fails while `broken` contains its key, `not yet` asks for another try as long; `lock` waits a moment for the
    thing's row.
    """
    things = Subscription[Unit](topic)
    broken: set[str] = options.pop("broken", set())

    @things.on(thing)
    async def on_thing(event: Any, unit: Unit) -> None:
        if event.note == "bug" and event.name in broken:
            raise RuntimeError("handler bug")
        if event.note == "not yet" and event.name in broken:
            raise Retry("not yet")
        if event.note == "lock":
            await unit.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            await unit.connection.execute(text("SELECT 1 FROM thing WHERE key = :key FOR UPDATE"), {"key": event.name})
        await unit.connection.execute(EFFECT, {"key": event.name, "version": event.number})

    return Service(
        name="probe",
        settings=ServiceSettings,
        unit=Unit,
        metadata=metadata,
        migrations=Path(),
        refusal=Refused,
        translate=lambda said, language, **params: said % params if params else said,
        subscriptions=[things],
        publishes=[topic],
        **options,
    )


@asynccontextmanager
async def running(
    service: Service[Any], database_url: str, kafka_url: str, *parts: str, **settings: Any
) -> AsyncIterator[Running[Any]]:
    """The service with `parts` running, or with none just open; ended in good order."""
    opened = service.open(database_url=database_url, kafka_url=kafka_url, handler_attempts=2, **settings)
    if not parts:
        yield opened
        await opened.engine.dispose()
        return
    stopping = asyncio.Event()
    job = asyncio.create_task(service.run_until(opened, stopping, frozenset(parts)))
    try:
        yield opened
    finally:
        stopping.set()
        await job


async def prepare(database_url: str) -> None:
    """Make the tables, without migrations."""
    engine = open_store(database_url, name="test", pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
