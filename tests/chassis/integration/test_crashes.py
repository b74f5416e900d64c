"""A service killed (SIGKILL) between any two steps loses nothing, does nothing twice and keeps each key's order."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from sqlalchemy import text

from chassis.operations import redrive_keys
from chassis.redrive import parked_keys
from chassis.service import Running
from chassis.topics import create_topics
from tests.chassis.crashing import POINTS
from tests.chassis.pair import NewOrder, Pair
from tests.chassis.probe import running
from tests.chassis.stage import read
from tests.forks import Fork
from tests.waiting import eventually

ACCOUNTS, SLOTS = 4, 2000
OUTBOX = "SELECT count(*) FROM outbox"
SEEN = "SELECT account, array_agg(version ORDER BY seq) FROM {} GROUP BY account ORDER BY account"


class Two:
    """The pair on fresh topics and databases: one of the two in a process that can be killed, the other in ours."""

    def __init__(self, pair: Pair, ending: str, urls: dict[str, str], kafka_url: str) -> None:
        self.pair, self.ending, self.urls, self.kafka_url = pair, ending, urls, kafka_url

    def here(self, name: str, *parts: str) -> Any:
        return running(self.pair.services[name], self.urls[name], self.kafka_url, *parts, instance="here")

    @property
    def log(self) -> Path:
        """What the services say in processes of their own."""
        return self.broken.with_name(f"{self.ending}.log")

    @property
    def broken(self) -> Path:
        assert self.pair.broken is not None
        return self.pair.broken

    def start(self, name: str, part: str = "all", **environment: str) -> Fork:
        told = {
            "DATABASE_URL": self.urls[name],
            "KAFKA_URL": self.kafka_url,
            "HTTP_PORT": "0",
            "INSTANCE": "there",
            "HANDLER_ATTEMPTS": "2",
            "PAIR": self.ending,
            "PAIR_BROKEN": str(self.pair.broken),
        }
        return Fork("tests.chassis.pair", name, part, env={**os.environ, **told, **environment}, log=self.log)

    @asynccontextmanager
    async def there(self, name: str, part: str = "all") -> AsyncIterator[Fork]:
        process = self.start(name, part)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait) == 0

    async def crash(self, name: str, point: str, after: int) -> None:
        """Run the service until it is killed at `point`."""
        process = self.start(name, CRASH_AT=point, CRASH_AFTER=str(after))
        ended = await asyncio.to_thread(process.wait, 40)
        assert ended == -signal.SIGKILL, self.log.read_text(errors="replace")[-3000:]

    async def order(
        self, orders: Running[Any], each: int = 1, note: str = "", accounts: Sequence[int] = range(ACCOUNTS)
    ) -> None:
        """So many orders of each account; `note` goes with those of the first."""
        for _ in range(each):
            for account in accounts:
                async with orders.units.writing() as unit:
                    order = NewOrder(order_id=uuid4(), account=f"a{account}", note=note if account == 0 else "")
                    await self.pair.place(order, unit)

    async def order_until(self, done: asyncio.Task[None], orders: Running[Any]) -> None:
        while not done.done():
            await self.order(orders)
            await asyncio.sleep(0.05)
        await done

    async def receive(self, messages: list[Any]) -> None:
        """Put orders of another pair on our topic, as they are but for the topic in their type."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka_url)
        await producer.start()
        ours = self.pair.order_placed.type_name().encode()
        for one in messages:
            headers = [*dict(one.headers, ce_type=ours).items()]
            await producer.send(self.pair.orders_topic.name, key=one.key, value=one.value, headers=headers)
        await producer.stop()

    async def asked(self, service: Running[Any], question: str) -> list[Any]:
        async with service.units.reading() as unit:
            return [tuple(row) for row in await unit.connection.execute(text(question))]

    async def all_is_well(self, orders: Running[Any], sites: Running[Any]) -> None:
        """Each order was made once and heard of once, in its account's order, on a slot of its own."""
        each = len(await self.asked(orders, "SELECT 1 FROM placed")) // ACCOUNTS
        whole = [(f"a{account}", list(range(1, each + 1))) for account in range(ACCOUNTS)]
        await eventually(lambda: self.asked(orders, SEEN.format("heard")), whole, seconds=60)
        assert await self.asked(sites, SEEN.format("made")) == whole
        slots = "SELECT order_id, {} AS n FROM {} WHERE order_id IS NOT NULL ORDER BY n"
        taken = await self.asked(sites, slots.format("number", "slot"))
        assert len(taken) == ACCOUNTS * each
        assert await self.asked(orders, slots.format("slot", "placed")) == taken
        for service in (orders, sites):
            await eventually(lambda service=service: self.asked(service, OUTBOX), [(0,)])


NewTwo = Callable[[], Awaitable[Two]]


@pytest.fixture
def new_two(kafka_url: str, new_database: Any, tmp_path: Path, forks: None) -> NewTwo:
    async def make() -> Two:
        ending = uuid4().hex[:8]
        pair = Pair(ending, tmp_path / "broken")
        await create_topics(kafka_url, pair.topics)
        urls = {name: await new_database(name) for name in pair.services}
        for name, url in urls.items():
            await pair.prepare(name, url, SLOTS)
        return Two(pair, ending, urls, kafka_url)

    return make


@pytest_asyncio.fixture
async def two(new_two: NewTwo) -> Two:
    return await new_two()


@pytest.mark.parametrize("point", [point for point in POINTS if point != "while parking"])
async def test_a_service_killed_between_two_steps_does_all_its_work_once_and_in_order(two: Two, point: str) -> None:
    async with two.here("orders", "worker", "relay") as orders, two.here("sites") as sites:
        crashing = asyncio.create_task(two.crash("sites", point, after=1))
        await two.order_until(crashing, orders)
        async with two.there("sites"):
            await two.all_is_well(orders, sites)


async def test_a_service_killed_while_it_parks_a_message_parks_it_once_and_its_key_heals_in_order(two: Two) -> None:
    two.broken.touch()
    async with two.here("orders", "worker", "relay") as orders, two.here("sites") as sites:
        await two.order(orders, note="bug")
        await two.order(orders)
        await two.crash("sites", "while parking", 1)
        async with two.there("sites"):
            await eventually(lambda: two.asked(sites, "SELECT count(*) FROM made WHERE account <> 'a0'"), [(6,)])
            await eventually(lambda: two.asked(sites, "SELECT head FROM parked ORDER BY position"), [(True,), (False,)])
            two.broken.unlink()
            inlet = sites.inlets[two.pair.group("sites")]
            async with sites.units.reading() as unit:
                keys = await parked_keys(inlet.group, unit)
            assert (await redrive_keys(keys, inlet, sites.units)).played == 2
            await two.all_is_well(orders, sites)
        letters = await read(two.kafka_url, two.pair.letters("sites"), 2)
        assert [dict(letter.headers)["dlt_head"] for letter in letters] == [b"1", b"0"]


async def test_a_key_keeps_its_order_with_several_writers_two_relays_and_restarts_at_once(two: Two) -> None:
    async with two.here("orders", "worker") as orders, two.here("sites", "worker", "relay") as sites:
        processes = [two.start("orders", "relay") for _ in range(2)]
        writing = asyncio.gather(*(two.order(orders, 20) for _ in range(4)))
        for _ in range(5):
            await asyncio.sleep(random.uniform(0.3, 1.2))
            dying = random.randrange(2)
            processes[dying].kill()
            await asyncio.to_thread(processes[dying].wait)
            processes[dying] = two.start("orders", "relay")
        await writing
        await two.all_is_well(orders, sites)
        for process in processes:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait) in (0, -signal.SIGTERM)  # the latter if it had only just begun


async def test_a_relay_that_was_stopped_and_goes_on_when_another_leads_disturbs_no_order(two: Two) -> None:
    async with two.here("orders", "worker") as orders, two.here("sites", "worker", "relay") as sites:
        first = two.start("orders", "relay")
        await two.order(orders)
        await eventually(lambda: two.asked(orders, OUTBOX), [(0,)])
        async with two.there("orders", "relay"):
            writing = asyncio.create_task(two.order(orders, 60))
            await asyncio.sleep(0.05)  # anywhere in the middle of its work
            first.send_signal(signal.SIGSTOP)
            await writing
            await eventually(lambda: two.asked(orders, OUTBOX), [(0,)])  # once its idle connection has been cut
            more = asyncio.create_task(two.order(orders, 20))
            first.send_signal(signal.SIGCONT)
            await more
            await two.all_is_well(orders, sites)
        first.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(first.wait) == 0


async def test_nothing_is_lost_while_a_transaction_hangs_that_drew_its_place_before_all_others(two: Two) -> None:
    async with two.here("orders", "worker", "relay") as orders, two.here("sites", "worker", "relay") as sites:
        async with orders.engine.connect() as looking, orders.units.writing() as slow:
            await looking.execution_options(isolation_level="REPEATABLE READ")
            await looking.execute(text("SELECT count(*) FROM outbox"))  # a snapshot held over all of it
            await two.pair.place(NewOrder(order_id=uuid4(), account="a3"), slow)
            await slow.outbox.flush(slow.connection)
            accounts = range(ACCOUNTS - 1)
            for _ in range(12):
                await two.order(orders, 1, accounts=accounts)
                await asyncio.sleep(0.15)  # long enough for the low-water mark to move, if it did
            finished = "SELECT count(*) FROM placed WHERE slot IS NOT NULL"
            await eventually(lambda: two.asked(orders, finished), [(36,)])
        await two.order(orders, 11, accounts=[3])
        await two.all_is_well(orders, sites)


async def test_a_topic_read_from_its_start_into_an_empty_store_doubled_and_shuffled_comes_to_the_same(
    two: Two, new_two: NewTwo
) -> None:
    async with two.here("orders", "worker", "relay") as orders, two.here("sites", "worker", "relay") as sites:
        await two.order(orders, 15)
        await two.all_is_well(orders, sites)
        clean = await two.asked(sites, SEEN.format("made"))
        events = await read(two.kafka_url, two.pair.orders_topic.name, 60)
    empty = await new_two()
    async with empty.here("sites", "worker") as sites:
        await empty.receive(shuffled_across_keys([one for one in events for _ in range(random.randint(1, 5))]))
        await eventually(lambda: empty.asked(sites, "SELECT count(*) FROM made"), [(60,)])
        assert await empty.asked(sites, SEEN.format("made")) == clean
        assert await empty.asked(sites, "SELECT count(*) FROM slot WHERE order_id IS NOT NULL") == [(60,)]


def shuffled_across_keys(messages: list[Any]) -> list[Any]:
    """In any order but that of each key."""
    waiting: dict[bytes, list[Any]] = {}
    for one in messages:
        waiting.setdefault(one.key, []).append(one)
    keys = [one.key for one in messages]
    random.shuffle(keys)
    return [waiting[key].pop(0) for key in keys]
