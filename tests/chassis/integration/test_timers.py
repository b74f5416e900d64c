"""What durable timers promise: due by business time, done once, tried again when they fail, never lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from chassis.alarm import Alarm
from chassis.service import Running, Service
from chassis.settings import ServiceSettings
from chassis.story import Story, telling
from chassis.timers import Timers
from chassis.unit import Unit
from tests.chassis.probe import EFFECT, Refused, metadata, prepare, running
from tests.waiting import eventually

MONTH = timedelta(days=30)


class Clock:
    """The probe service with timers; `trouble` says how often, and with what, the timer of a subject fails."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.trouble: dict[str, list[Exception]] = {}
        self.stories: list[str] = []
        timers = Timers[Unit]()

        @timers.on("due")
        async def on_due(subject: str, unit: Unit) -> None:
            await unit.connection.execute(EFFECT, {"key": subject, "version": 1})
            self.stories.append(unit.story.correlation_id)
            if self.trouble.get(subject):
                raise self.trouble[subject].pop()

        @timers.on("again")
        async def on_again(subject: str, unit: Unit) -> None:
            await unit.connection.execute(EFFECT, {"key": subject, "version": 1})
            await unit.timers.set("again", subject, await unit.now() + MONTH)

        self.service = Service(
            name="probe",
            settings=ServiceSettings,
            unit=Unit,
            metadata=metadata,
            migrations=Path(),
            refusal=Refused,
            translate=lambda said, language, **params: said,
            timers=timers,
        )

    def run(self, *parts: str) -> Any:
        return running(self.service, self.url, "127.0.0.1:1", *parts)

    async def set(self, service: Running[Any], subject: str, ahead: timedelta, name: str = "due") -> datetime:
        async with service.units.writing() as unit:
            due_at: datetime = await unit.now() + ahead
            await unit.timers.set(name, subject, due_at)
        return due_at

    async def move(self, service: Running[Any], ahead: timedelta) -> None:
        """Move business time in this database alone; connections that are open keep the old one."""
        async with service.units.writing() as unit:
            database = (await unit.connection.execute(text("SELECT current_database()"))).scalar_one()
            seconds = f"{ahead.total_seconds()} s"
            await unit.connection.execute(text(f"ALTER DATABASE {database} SET trunkline.clock_offset = '{seconds}'"))
        await service.engine.dispose()

    async def done(self, service: Running[Any]) -> list[str]:
        async with service.units.reading() as unit:
            return [row.key for row in await unit.connection.execute(text("SELECT key FROM effect ORDER BY seq"))]

    async def left(self, service: Running[Any]) -> dict[str, int]:
        """Subject → how often it failed."""
        async with service.units.reading() as unit:
            rows = await unit.connection.execute(text("SELECT subject, failures FROM timer"))
            return {row.subject: row.failures for row in rows}


@pytest_asyncio.fixture
async def clock(new_database: Any) -> AsyncIterator[Clock]:
    url = await new_database("probe")
    await prepare(url)
    yield Clock(url)


async def test_a_timer_is_due_when_business_time_has_come_and_not_before(clock: Clock) -> None:
    async with clock.run("worker") as service:
        await clock.set(service, "month", MONTH)
        await clock.set(service, "now", timedelta(0))
        await eventually(lambda: clock.done(service), ["now"])
        await clock.move(service, MONTH - timedelta(hours=1))
        await clock.set(service, "soon", timedelta(0))
        await eventually(lambda: clock.done(service), ["now", "soon"])
        assert await clock.left(service) == {"month": 0}
        await clock.move(service, MONTH)
        await eventually(lambda: clock.done(service), ["now", "soon", "month"])
        assert await clock.left(service) == {}


@pytest.mark.parametrize(
    "error", [RuntimeError("bug"), ConnectionRefusedError("nobody there"), TimeoutError()], ids=repr
)
async def test_a_failing_timer_backs_off_holds_nobody_up_and_is_not_lost(clock: Clock, error: Exception) -> None:
    clock.trouble["ill"] = [error] * 3
    async with clock.run("worker") as service:
        await clock.set(service, "ill", timedelta(days=-1))
        await clock.set(service, "well", timedelta(0))
        await eventually(lambda: clock.done(service), ["well"])
        assert "ill" in await clock.left(service)
        await eventually(lambda: clock.done(service), ["well", "ill"])
        assert await clock.left(service) == {}
        assert clock.trouble["ill"] == []


async def test_a_failing_timer_is_put_off_longer_each_time(clock: Clock) -> None:
    clock.trouble["ill"] = [RuntimeError("bug")] * 5
    async with clock.run() as service:
        await clock.set(service, "ill", timedelta(0))
        alarm = Alarm(service.engine, clock.service.timers, service.units.writing)
        waits = []
        for _ in range(4):
            async with service.units.writing() as unit:
                await unit.connection.execute(text("UPDATE timer SET not_before = now()"))
            assert await alarm.ring() == 0
            assert await alarm.ring() == 0
            async with service.units.reading() as unit:
                question = text("SELECT extract(epoch FROM not_before - now())::float FROM timer")
                waits.append((await unit.connection.execute(question)).scalar_one())
        assert await clock.left(service) == {"ill": 4}
        assert waits == sorted(waits)
        assert waits[-1] > 4 * waits[0]


async def test_each_timer_is_done_by_one_of_several_workers(clock: Clock) -> None:
    subjects = [f"s{number:02}" for number in range(40)]
    async with clock.run() as service:
        for subject in subjects:
            await clock.set(service, subject, timedelta(0))
        alarms = [Alarm(service.engine, clock.service.timers, service.units.writing) for _ in range(4)]
        ran = await asyncio.gather(*(alarm.ring() for alarm in alarms))
        assert sum(ran) == 40
        assert sorted(await clock.done(service)) == subjects


async def test_a_timer_is_moved_by_setting_it_again_and_cancelled_for_good(clock: Clock) -> None:
    async with clock.run() as service:
        alarm = Alarm(service.engine, clock.service.timers, service.units.writing)
        await clock.set(service, "later", timedelta(0))
        await clock.set(service, "later", MONTH)
        await clock.set(service, "sooner", MONTH)
        await clock.set(service, "sooner", timedelta(0))
        await clock.set(service, "never", timedelta(0))
        async with service.units.writing() as unit:
            await unit.timers.cancel("due", "never")
        await alarm.ring()
        assert await clock.done(service) == ["sooner"]
        assert await clock.left(service) == {"later": 0}


async def test_a_timer_may_set_itself_anew(clock: Clock) -> None:
    async with clock.run() as service:
        alarm = Alarm(service.engine, clock.service.timers, service.units.writing)
        await clock.set(service, "monthly", timedelta(0), name="again")
        for months in (0, 1, 2):
            await clock.move(service, MONTH * months + timedelta(hours=months))
            await alarm.ring()
            assert await alarm.ring() == 0
        assert await clock.done(service) == ["monthly"] * 3
        assert await clock.left(service) == {"monthly": 0}


async def test_a_timer_set_in_a_unit_that_rolls_back_never_was(clock: Clock) -> None:
    async with clock.run() as service:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the block is the unit of work
            async with service.units.writing() as unit:
                await unit.timers.set("due", "a", await unit.now())
                raise ZeroDivisionError
        assert await clock.left(service) == {}


async def test_a_timer_goes_on_with_the_story_it_was_set_in(clock: Clock) -> None:
    async with clock.run() as service:
        with telling(Story("click-9")):
            await clock.set(service, "a", timedelta(0))
        await Alarm(service.engine, clock.service.timers, service.units.writing).ring()
        assert clock.stories == ["click-9"]


async def test_a_timer_set_again_goes_on_with_the_story_that_moved_it(clock: Clock) -> None:
    async with clock.run() as service:
        for story in ("click-1", "click-2"):
            with telling(Story(story)):
                await clock.set(service, "a", timedelta(0))
        await Alarm(service.engine, clock.service.timers, service.units.writing).ring()
        assert clock.stories == ["click-2"]


async def test_what_goes_along_with_the_outbox_runs_once_however_often_a_unit_is_flushed(clock: Clock) -> None:
    async with clock.run() as service:
        async with service.units.writing() as unit:
            unit.send_along("INSERT INTO effect (key, version) VALUES (:key, 1)", {"key": "along"})
            with pytest.raises(AssertionError):
                unit.send_along("SELECT 1", {})
            await unit.flush()
        assert await clock.done(service) == ["along"]
