"""Whatever many do with numbers at once, and whoever is killed meanwhile: no number twice, none lost (SITE-3, PORT-8).

Each example is a plan by hypothesis: what each of several workers does, and where it breaks off.
"""

import asyncio
import itertools
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.store import is_infrastructure, open_store
from provisioning.adapters.balance import weigh
from provisioning.adapters.history import life_of
from provisioning.adapters.inventory import Inventory
from provisioning.adapters.reservations import SqlReservations
from provisioning.adapters.tables import metadata
from provisioning.domain.inventory import BlockTaken, read_pool
from provisioning.domain.numbers import NotPortedOut, NumbersNotHeld, NumberState
from provisioning.domain.reservation import Reservation
from provisioning.domain.site import NumbersElsewhere
from telecom.numbers import NumberBlock

POOL = "221,47900000,47901999"
FOREIGN = [NumberBlock("221", f"98{nth}", "00", "99") for nth in range(3)]
REFUSALS = (BlockTaken, NotPortedOut, NumbersElsewhere, NumbersNotHeld)
ACTS = ["take", "take", "release", "rest", "reserve", "reserve", "let_go", "hand_to", "depart", "come_back", "port_in"]
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 2**16), st.sampled_from([False, False, False, True]))
CROWD = 16


class BreaksOff(Exception):
    """The process ends before its transaction does."""


@dataclass
class Worker:
    """What it knows that it holds."""

    held: list[tuple[UUID, NumberBlock]] = field(default_factory=list)
    reserved: list[Reservation] = field(default_factory=list)
    gone: list[NumberBlock] = field(default_factory=list)

    async def act(self, what: str, seed: int, connection: AsyncConnection) -> None:
        """One transaction's work; what it learned holds only if that is committed."""
        chance, inventory, now = random.Random(seed), Inventory(connection), datetime.now(UTC)
        reservations = SqlReservations(connection)
        match what:
            case "take":
                holder = uuid4()
                blocks = await inventory.take("221", chance.choice([10, 10, 100, 1000]), [holder])
                self.held += [(holder, block) for block in blocks]
            case "release" if self.held:
                holder, _block = self.held.pop(chance.randrange(len(self.held)))
                await inventory.release([holder], None, now, now)
            case "rest":
                await inventory.end_rest(now, limit=7)
            case "reserve":
                block = NumberBlock.own("221", f"4790{chance.randrange(200):03}0", 10)
                made = Reservation(uuid4(), uuid4(), block, "tests", now, now + timedelta(minutes=1))
                await reservations.hold(block, made.reservation_id, made.reserved_until)
                await reservations.add(made)
                self.reserved.append(made)
            case "let_go" if self.reserved:
                await reservations.let_go(self.reserved.pop(), now)
                await inventory.merge("221")
            case "hand_to" if self.reserved:
                holder, made = uuid4(), self.reserved.pop()
                await reservations.hand_to(made, holder, now)
                self.held.append((holder, made.block))
            case "depart" if self.held:
                holder, block = chance.choice(self.held)
                while not block.is_single and chance.random() < 0.6:
                    block = chance.choice(block.tenths())
                await inventory.depart([block], [holder], uuid4(), "Anderes Netz", now)
                self.gone.append(block)
            case "come_back" if self.gone:
                await inventory.come_back(self.gone.pop(), now, now)
            case "port_in":
                block, holder = chance.choice([*FOREIGN, *self.gone]), uuid4()
                await inventory.hold_ported((block,), holder, uuid4(), "Altnetz", now)
                self.held.append((holder, block))

    async def live(self, steps: list[tuple[str, int, bool]], engine: AsyncEngine) -> None:
        for what, seed, breaks_off in steps:
            before = [*self.held], [*self.reserved], [*self.gone]
            try:
                async with engine.begin() as connection:
                    await self.act(what, seed, connection)
                    if breaks_off:
                        raise BreaksOff
            except (*REFUSALS, BreaksOff, IntegrityError):
                self.held, self.reserved, self.gone = before
            except DBAPIError as error:
                if not is_infrastructure(error):
                    raise  # else it was killed, or waited for one that waited for it: nothing of it happened
                self.held, self.reserved, self.gone = before


@pytest.fixture
def database(database_server: str) -> Iterator[str]:
    name = f"numbers_{uuid4().hex[:12]}"

    async def execute(statement: str) -> None:
        server = await asyncpg.connect(database_server)
        await server.execute(statement)
        await server.close()

    asyncio.run(execute(f"CREATE DATABASE {name}"))
    yield f"{database_server.rsplit('/', 1)[0]}/{name}"
    asyncio.run(execute(f"DROP DATABASE {name} WITH (FORCE)"))


async def emptied(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        for _line, numbers in read_pool(POOL)[0]:
            await Inventory(connection).load(numbers)


async def adds_up(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        [found] = await weigh(connection, datetime.now(UTC))
    assert found.difference == 0, found
    assert found.free + found.held + found.resting + found.reserved + found.ported_out == found.total


async def everybody_has_what_he_thinks(workers: list[Worker], engine: AsyncEngine) -> None:
    """What was committed stands, and the history of each number says the same."""
    async with engine.connect() as connection:
        for worker in workers:
            for one in worker.reserved:
                [now] = (await life_of(one.block, connection))[-1:]
                assert (now.state, now.holder_id) == (NumberState.RESERVED, one.reservation_id)
        numbers = [NumberBlock("221", f"4790{nth:04}") for nth in random.Random(7).sample(range(2000), 12)]
        for number in [*numbers, *(block.tenths()[0].tenths()[0] for block in FOREIGN)]:
            told = await life_of(number, connection)
            assert (told[0].since, told[-1].until) == (None, None)
            for one, other in itertools.pairwise(told):
                assert one.until == other.since, told
            held = "SELECT count(*) FROM held_block WHERE span @> int8range(:low, :low, '[]')"
            scale = 10 ** (13 - len(number.digits))
            count = (await connection.execute(text(held), {"low": int(number.digits) * scale})).scalar_one()
            assert count == (told[-1].state not in (NumberState.FREE, NumberState.ELSEWHERE))


async def all_at_once(plans: list[list[tuple[str, int, bool]]], database: str, kills: int) -> None:
    engine = open_store(database, name="at-once", pool_size=CROWD)
    await emptied(engine)
    workers = [Worker() for _ in plans]
    done = asyncio.Event()
    await asyncio.gather(
        _work(workers, plans, engine, done),
        _kill(database, kills, done),
    )
    await adds_up(engine)
    await everybody_has_what_he_thinks(workers, engine)
    await engine.dispose()


async def _work(
    workers: list[Worker], plans: list[list[tuple[str, int, bool]]], engine: AsyncEngine, done: asyncio.Event
) -> None:
    try:
        await asyncio.gather(*(worker.live(plan, engine) for worker, plan in zip(workers, plans, strict=True)))
    finally:
        done.set()


async def _kill(database: str, kills: int, done: asyncio.Event) -> None:
    """Ends somebody's connection in the middle of whatever he does, as the end of his process would."""
    killer = await asyncpg.connect(database)
    victim = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle' AND query LIKE '%_block%' ORDER BY random() LIMIT 1"
    )
    while kills and not done.is_set():
        kills -= bool(await killer.fetchval(victim))
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), 0.02)
    await killer.close()


@pytest.mark.rule("SITE-3", "SITE-5", "PORT-8", "PORT-9")
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(STEP, min_size=3, max_size=8), min_size=2, max_size=5), st.integers(0, 3))
def test_whatever_many_do_at_once_no_number_is_twice_or_lost(
    database: str, plans: list[list[tuple[str, int, bool]]], kills: int
) -> None:
    asyncio.run(all_at_once(plans, database, kills))


@pytest.mark.rule("SITE-3", "SITE-5", "PORT-8", "PORT-9")
def test_sixteen_at_once_with_kills_lose_no_number(database: str) -> None:
    chance = random.Random(2026)
    plans = [
        [(chance.choice(ACTS), chance.randrange(2**16), chance.random() < 0.1) for _ in range(25)] for _ in range(CROWD)
    ]
    asyncio.run(all_at_once(plans, database, kills=12))


@pytest.mark.rule("SITE-3")
def test_of_sixteen_who_reserve_the_same_block_one_has_it(database: str) -> None:
    async def race() -> list[Worker]:
        engine = open_store(database, name="at-once", pool_size=CROWD)
        await emptied(engine)
        workers = [Worker() for _ in range(CROWD)]
        steps = [[("reserve", 7, False), ("take", 1, False)] for _ in workers]
        await asyncio.gather(*(worker.live(plan, engine) for worker, plan in zip(workers, steps, strict=True)))
        await adds_up(engine)
        await engine.dispose()
        return workers

    workers = asyncio.run(race())
    assert sum(len(worker.reserved) for worker in workers) == 1
    taken = [block.digits for worker in workers for _holder, block in worker.held]
    assert len(set(taken)) == len(taken) > 0
