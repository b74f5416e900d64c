"""A service: its parts plugged together, and the commands that run them."""

import asyncio
import contextlib
import gc
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

import structlog
import uvicorn
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI
from faststream.kafka import KafkaBroker
from sqlalchemy import MetaData, text

from chassis import USUALLY, metrics
from chassis.alarm import Alarm
from chassis.broker import parse_security, security_of
from chassis.draining import Drain
from chassis.environment import settings_of
from chassis.health import Check, health_router, show_readiness
from chassis.http import create_app
from chassis.inlet import Inlet, Patience
from chassis.observability import observe
from chassis.operations import operations_router, redrive_keys
from chassis.outbox import DEAD_LETTER_LANE
from chassis.problems import Translate
from chassis.pump import assigned, attach, join
from chassis.readiness import (
    Trouble,
    Troubles,
    broker_refusal,
    database_trouble,
    store_trouble,
    topics_at,
    topics_missing,
    versions_in,
)
from chassis.redrive import parked_keys
from chassis.regularly import pause, regularly
from chassis.relay import Relay
from chassis.replay import StillRead, replay, rewind
from chassis.settings import ServiceSettings
from chassis.store import is_infrastructure, keeps_us_out, open_store
from chassis.subscription import Subscription
from chassis.timers import Timers
from chassis.unit import Unit
from chassis.units import Units
from contracts.envelope import Topic

log = structlog.get_logger()
U = TypeVar("U", bound=Unit)
Task = Callable[["Running[Any]", asyncio.Event], Awaitable[None]]

COMMANDS = "all | web | worker | relay | migrate | parked | redrive [KEY…] | replay TOPIC… | rewind MOMENT"
"""`all` is web, worker and relay in one process."""
HOUSEKEEPING_EVERY = 3600.0
GRACE_SECONDS = 20.0
LOOK_EVERY = 0.5
JOINING = Trouble("consumers have no partitions yet", "wait some seconds; if it stays so, look at the broker's log")
NOT_ASKED = Trouble("the broker was not asked yet", "wait some seconds; the database comes first")
FORGET = (
    text("DELETE FROM inbox WHERE seen_at < now() - :days * interval '1 day'"),
    text("DELETE FROM idempotency_key WHERE used_at < now() - :days * interval '1 day'"),
)


class QuietServer(uvicorn.Server):
    """Leaves signals to the service."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Running(Generic[U]):
    """A service with its settings read and its store open."""

    def __init__(self, service: "Service[U]", settings: ServiceSettings) -> None:
        self.service, self.settings = service, settings
        self.engine = open_store(settings.database_url, name=service.name, pool_size=settings.pool_size)
        metrics.pool_most.set(settings.pool_size)
        self.units: Units[U] = Units(
            self.engine, service.unit, service=service.name, lanes=settings.lanes, staff=settings.staff_roles
        )
        patience = Patience(settings.handler_attempts, settings.retry_budget_seconds)
        self.inlets = {
            one.topic.group_of(service.name): Inlet(
                one, group=one.topic.group_of(service.name), new_unit=self.units.writing, patience=patience
            )
            for one in service.subscriptions
        }
        self.security = security_of(settings)
        self.broker = KafkaBroker(
            settings.kafka_url,
            apply_types=False,
            logger=None,
            graceful_timeout=GRACE_SECONDS,
            security=self.security,
        )
        for inlet in self.inlets.values():
            metrics.expect(inlet.group)
            attach(
                self.broker,
                inlet,
                instance=settings.instance,
                batch_size=settings.batch_size,
                linger=settings.linger_ms / 1000,
            )
        self.consuming = False
        self._awaited: set[str] = set()
        self._seen: set[str] | None = None
        self._looking = asyncio.Lock()
        self.ending = False
        self.troubles = Troubles()
        self.versions = versions_in(service.migrations)

    def app(self, *, consumes: bool) -> FastAPI:
        """The HTTP application, with health, metrics and operator routes."""
        service = self.service
        app = create_app(
            name=service.name,
            settings=self.settings,
            units=self.units,
            routers=list(service.routers),
            refusal=service.refusal,
            translate=service.translate,
        )
        app.state.settings, app.state.running = self.settings, self
        app.include_router(self.health(consumes=consumes))
        everyday = {name: getattr(self.settings, name) for name in service.everyday}
        app.include_router(operations_router(self.inlets, self.units, everyday))
        if service.asyncapi is not None:
            app.add_api_route("/asyncapi", service.asyncapi, include_in_schema=False)
        if service.prepare is not None:
            service.prepare(app)
        return app

    def health(self, *, consumes: bool, relays: bool = False) -> APIRouter:
        return health_router(self.checks(consumes=consumes, relays=relays), lambda: self.ending)

    def checks(self, *, consumes: bool, relays: bool = False) -> dict[str, Check]:
        """What has to be there, by name."""
        needed: dict[str, Check] = {"store": self.store_trouble}
        if consumes:
            needed["broker"] = self.broker_trouble
        elif relays:
            needed["broker"] = self.broker_not_found
        return needed

    async def store_trouble(self) -> Trouble | None:
        migrate = f"python -m {self.service.name} migrate"
        return self.troubles.note("store", await store_trouble(self.engine, self.versions, migrate))

    async def broker_trouble(self) -> Trouble | None:
        if self.consuming and assigned(self.broker):
            return None
        return self.troubles["broker"] or JOINING

    async def broker_not_found(self) -> Trouble | None:
        """Who only sends stays ready when the broker goes away later: what it has to send waits."""
        return None if self._has(self._awaited) else self.troubles["broker"] or NOT_ASKED

    async def store_fit(self, stopping: asyncio.Event) -> bool:
        """Wait for a database that has our migrations, saying what is wrong; False if told to stop meanwhile."""
        while not stopping.is_set():
            if await self.store_trouble() is None:
                return True
            await pause(LOOK_EVERY, stopping)
        return False

    async def broker_fit(self, stopping: asyncio.Event, topics: Iterable[Topic]) -> bool:
        """Wait for a broker that lets us in and has these topics, as `store_fit`; whoever waits, one looks at a time.

        A missing topic would block its lane, or let the consumers wait without a word.
        """
        needed = {topic.name for topic in topics}
        self._awaited |= needed
        while not stopping.is_set():
            async with self._looking:
                if not self._has(needed):
                    await self._look()
                if self._has(needed):
                    return True
                await pause(LOOK_EVERY, stopping)
        return False

    def _has(self, needed: set[str]) -> bool:
        return self._seen is not None and needed <= self._seen

    async def _look(self) -> None:
        """What is missing for anything that waits is said together."""
        seen = await topics_at(self.settings.kafka_url, parse_security(self.security))
        if isinstance(seen, Trouble):
            self.troubles.note("broker", seen)
        else:
            self._seen = seen | (self._seen or set())
            self.troubles.note("broker", topics_missing(self._awaited - self._seen))

    async def consume(self, stopping: asyncio.Event) -> None:
        """Consume, once the broker is fit for it, until told to stop."""
        if not self.inlets:
            self.consuming = True
            await stopping.wait()
            return
        if not await self.broker_fit(stopping, self.service.topics()):
            return
        self.consuming = await join(self.broker, stopping)
        await stopping.wait()
        for inlet in self.inlets.values():
            inlet.stopping.set()
        await self.broker.stop()

    async def relay(self, lane: int, stopping: asyncio.Event) -> None:
        """Relay a lane, once the broker has its topics, until told to stop: no other topic's absence stops it."""
        service = self.service
        if await self.broker_fit(stopping, service.dead_letters if lane == DEAD_LETTER_LANE else service.publishes):
            await self._relay_of(lane).run(stopping)

    @property
    def lanes(self) -> list[int]:
        return [*range(self.settings.lanes), DEAD_LETTER_LANE]

    def _relay_of(self, lane: int) -> Relay:
        return Relay(
            self.settings.database_url,
            self.settings.kafka_url,
            service=self.service.name,
            lane=lane,
            wake=self.units.wake,
            security=self.security,
        )

    async def keep_house(self, stopping: asyncio.Event) -> None:
        """Forget what is older than any message can come back."""

        async def forget() -> None:
            async with self.engine.begin() as connection:
                for statement in FORGET:
                    await connection.execute(statement, {"days": self.settings.inbox_days})

        await regularly(forget, every=HOUSEKEEPING_EVERY, stopping=stopping, put_off="housekeeping put off")

    async def open_door(self, app: FastAPI, stopping: asyncio.Event) -> None:
        """Serve, with the keys at hand by which callers are known."""
        await app.state.token_check.learn()
        await self.serve(app, self.settings.http_port, stopping)

    async def serve(self, app: FastAPI, port: int, stopping: asyncio.Event) -> None:
        """Answer HTTP until told to stop; open requests are finished first."""
        drain = Drain(app)
        config = uvicorn.Config(
            drain,
            host=self.settings.http_host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=int(GRACE_SECONDS),
            server_header=False,
        )
        server = QuietServer(config)
        serving = asyncio.create_task(server.serve())
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            drain.begun = self.ending = True
            await asyncio.wait({serving}, timeout=self.settings.drain_seconds)
        server.should_exit = True
        told.cancel()
        await serving


class Service(Generic[U]):
    """What a service is made of. `prepare` may add to its application, `tasks` run beside its consumers.

    `everyday` names settings that staff work by and may read.
    """

    def __init__(
        self,
        *,
        name: str,
        settings: type[ServiceSettings],
        unit: type[U],
        metadata: MetaData,
        migrations: Path,
        refusal: type[Exception],
        translate: Translate,
        subscriptions: Sequence[Subscription[U]] = (),
        timers: Timers[U] | None = None,
        routers: Sequence[APIRouter] = (),
        publishes: Sequence[Topic] = (),
        tasks: Sequence[Task] = (),
        prepare: Callable[[FastAPI], None] | None = None,
        asyncapi: Callable[[], dict[str, Any]] | None = None,
        everyday: Sequence[str] = (),
    ) -> None:
        self.name, self.settings, self.unit, self.metadata = name, settings, unit, metadata
        self.migrations, self.refusal, self.translate = migrations, refusal, translate
        self.subscriptions, self.timers = subscriptions, timers or Timers[U]()
        self.routers, self.publishes, self.tasks = routers, publishes, tasks
        self.prepare, self.asyncapi = prepare, asyncapi
        self.everyday = everyday

    def topics(self) -> list[Topic]:
        """All topics it needs: its own, those it reads, and its dead letter topics."""
        return [*self.publishes, *(one.topic for one in self.subscriptions), *self.dead_letters]

    @property
    def dead_letters(self) -> list[Topic]:
        return [Topic(one.topic.dead_letters_of(self.name)) for one in self.subscriptions]

    def open(self, **overrides: Any) -> Running[U]:
        """Settings from the environment and `overrides`, store open, nothing running yet."""
        return Running(self, self.settings(**overrides) if overrides else settings_of(self.name, self.settings))

    async def run_until(self, running: Running[U], stopping: asyncio.Event, parts: frozenset[str]) -> None:
        """Run `parts` (web, worker, relay) until told to stop; one that fails ends all."""
        needs = {"consumes": "worker" in parts, "relays": "relay" in parts}
        jobs: list[Awaitable[None]] = [show_readiness(running.checks(**needs), stopping)]
        if "web" in parts:
            app = running.app(consumes="worker" in parts)
            jobs.append(running.open_door(app, stopping))
        elif running.settings.health_port is not None:
            app = FastAPI(openapi_url=None, telemetry={"operation_spans": False, "metrics": False, "logs": False})
            app.include_router(running.health(**needs))
            jobs.append(running.serve(app, running.settings.health_port, stopping))
        if parts & {"worker", "relay"}:
            jobs.append(self._work(running, stopping, parts))
        try:
            await _together(jobs, stopping)
        finally:
            await running.engine.dispose()

    async def _work(self, running: Running[U], stopping: asyncio.Event, parts: frozenset[str]) -> None:
        """What happens behind the HTTP side; only with a database that is fit for it."""
        if not await running.store_fit(stopping):
            return
        jobs: list[Awaitable[None]] = []
        if "worker" in parts:
            alarm = Alarm(running.engine, self.timers, running.units.writing)
            jobs += [running.consume(stopping), alarm.run(stopping), running.keep_house(stopping)]
            jobs += [_again(task, running, stopping) for task in self.tasks]
        if "relay" in parts:
            jobs += [running.relay(lane, stopping) for lane in running.lanes]
        await _together(jobs, stopping)

    def run(self, arguments: Sequence[str] | None = None) -> None:
        """The command line: `python -m <service> COMMAND`."""
        match list(sys.argv[1:] if arguments is None else arguments):
            case ["all"]:
                self._run(frozenset({"web", "worker", "relay"}))
            case [("web" | "worker" | "relay") as part]:
                self._run(frozenset({part}))
            case ["migrate"]:
                from chassis.migrations import NotOurs, migrate  # Alembic is slow to import, and seldom used

                settings = settings_of(self.name, ServiceSettings)  # a migration holds no secret but the database's
                observe(self.name, settings)
                try:
                    migrate(settings.database_url, self.migrations, self.metadata, name=self.name)
                except NotOurs as error:
                    self._not_migrated(error.trouble)
                except Exception as error:
                    if not keeps_us_out(error):
                        raise
                    self._not_migrated(database_trouble(error))
            case ["parked"]:
                asyncio.run(self._print_parked())
            case ["rewind", moment]:
                asyncio.run(self._rewind(moment))
            case ["redrive", *keys]:
                asyncio.run(self._redrive(keys))
            case ["replay", *topics] if topics:
                asyncio.run(self._replay(topics))
            case _:
                raise SystemExit(f"python -m {self.name} {COMMANDS}")

    def _run(self, parts: frozenset[str]) -> None:
        settings = settings_of(self.name, self.settings)
        observe(self.name, settings)

        async def main() -> None:
            stopping = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stopping.set)
            await self.run_until(Running(self, settings), stopping, parts)

        import uvloop  # not on every platform, and only the command line needs it

        gc.freeze()  # what is loaded is never garbage: looking through all of it held requests up now and then
        gc.set_threshold(*USUALLY)
        uvloop.run(main())

    def _not_migrated(self, found: Trouble) -> NoReturn:
        log.critical("not migrated", cause=found.cause, remedy=found.remedy)
        raise SystemExit(1)

    async def _print_parked(self) -> None:
        running = self.open()
        async with running.units.reading() as unit:
            for group in running.inlets:
                for key in await parked_keys(group, unit):
                    print(json.dumps({"group": group, "key": key}))
        await running.engine.dispose()

    async def _replay(self, topics: Sequence[str]) -> None:
        async with self._alone() as running:
            inlets = {inlet.subscription.topic.name: inlet for inlet in running.inlets.values()}
            if unknown := [topic for topic in topics if topic not in inlets]:
                raise SystemExit(
                    f"{self.name} does not read {', '.join(unknown)}; it reads {', '.join(sorted(inlets))}"
                )
            for topic in topics:
                count = await replay(
                    inlets[topic], running.units, url=running.settings.kafka_url, security=running.security
                )
                print(json.dumps({"group": inlets[topic].group, "messages": count}))

    async def _rewind(self, given: str) -> None:
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise SystemExit(f"{given}: not a moment such as 2026-11-26T10:00:00Z") from None
        if moment.tzinfo is None:
            raise SystemExit(f"{given}: say of which time zone, such as {given}Z")
        async with self._alone() as running:
            for inlet in running.inlets.values():
                count = await rewind(inlet, moment, url=running.settings.kafka_url, security=running.security)
                print(json.dumps({"group": inlet.group, "messages": count}))

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[Running[U]]:
        """To set groups back; says what keeps from it, a worker that reads or the broker."""
        running = self.open()
        url, security = running.settings.kafka_url, parse_security(running.security)
        try:
            seen = await topics_at(url, security)
            read = {one.topic.name for one in self.subscriptions}
            if trouble := seen if isinstance(seen, Trouble) else topics_missing(read - seen):
                raise SystemExit(str(trouble))
            yield running
        except StillRead:
            raise SystemExit(f"a worker of {self.name} still reads: stop all of them first") from None
        except KafkaError as error:
            raise SystemExit(str(broker_refusal(error))) from None
        finally:
            await running.engine.dispose()

    async def _redrive(self, wanted: list[str]) -> None:
        running = self.open()
        failed: dict[str, str] = {}
        for group, inlet in running.inlets.items():
            async with running.units.reading() as unit:
                keys = [key for key in await parked_keys(group, unit) if not wanted or key in wanted]
            result = await redrive_keys(keys, inlet, running.units)
            failed |= result.still_parked
            print(json.dumps({"group": group, **result.model_dump()}))
        await running.engine.dispose()
        if failed:
            raise SystemExit(1)


async def _again(task: Task, running: Running[Any], stopping: asyncio.Event) -> None:
    """Run a task, from its beginning again where the database went away meanwhile."""
    while not stopping.is_set():
        try:
            await task(running, stopping)
        except Exception as error:
            if not is_infrastructure(error):
                raise
            log.warning("task begins again", task=getattr(task, "__name__", "task"), error=repr(error))
        else:
            return
        await running.store_fit(stopping)


async def _together(jobs: Sequence[Awaitable[None]], stopping: asyncio.Event) -> None:
    """Run jobs until told to stop; one that ends, ends all."""
    running = [asyncio.ensure_future(job) for job in jobs]
    try:
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.set()
        results = await asyncio.gather(*running, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
