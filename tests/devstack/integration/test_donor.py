"""The simulated carriers on a real Kafka: late, doubled, after a restart, and of their own accord."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis.topics import create_topics
from contracts.envelope import headers
from contracts.registry import all_topics
from contracts.wbci.v1 import INBOUND, OUTBOUND, PreAgreementRequested, Settled, WbciMessage
from devstack.clock import SETTING, BusinessClock, let_a_working_day_pass, morning_after
from devstack.donor.answers import envelope_to, va_answers
from devstack.donor.behaviours import ToVa
from devstack.donor.carriers import Carriers
from devstack.donor.control import control
from telecom.formats import BERLIN
from telecom.workdays import is_working_day, working_days_between
from tests.devstack.exchange import ADDRESS, THEM, asks, calls_off, moves, refuses_technically
from tests.waiting import eventually, until

PATIENCE = 30.0


class MovableClock(BusinessClock):
    """Business time as the test says."""

    def __init__(self) -> None:
        super().__init__(None)
        self.at = datetime(2026, 11, 27, 10, tzinfo=UTC)
        self.moved = asyncio.Condition()

    async def now(self) -> datetime:
        return self.at

    async def until(self, moment: datetime) -> None:
        async with self.moved:
            await self.moved.wait_for(lambda: self.at >= moment)

    async def move_to(self, moment: datetime) -> None:
        async with self.moved:
            self.at = moment
            self.moved.notify_all()


@dataclass
class Exchange:
    """Our side of the two topics, and the carriers on the other."""

    url: str
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    clock: MovableClock = field(default_factory=MovableClock)
    heard: list[Any] = field(default_factory=list)

    async def say(self, message: WbciMessage, event_id: Any = None, type_name: str = "", body: bytes = b"") -> None:
        made = headers(
            event_id=event_id or uuid4(),
            type_name=type_name or message.type_name(),
            source="porting",
            subject=message.pre_agreement_id,
            correlation_id=f"story of {message.pre_agreement_id}",
        )
        key, carried = message.pre_agreement_id.encode(), [(name, value.encode()) for name, value in made.items()]
        await self.producer.send_and_wait(OUTBOUND.name, body or message.body(), key=key, headers=carried)

    async def hear(self, about: str, count: int) -> list[Any]:
        """The first `count` records of a pre-agreement that came back."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while len(found := [one for one in self.heard if one.key == about.encode()]) < count:
            assert asyncio.get_running_loop().time() < end, f"only {[type_of(one) for one in found]}"
            for batch in (await self.consumer.getmany(timeout_ms=200)).values():
                self.heard += batch
        return found

    async def silent_about(self, about: str, count: int) -> None:
        """No more than `count`, though another pre-agreement was asked and answered meanwhile."""
        other = asks()
        await self.say(other)
        await self.hear(other.pre_agreement_id, 1)
        assert len([one for one in self.heard if one.key == about.encode()]) == count


def type_of(record: Any) -> str:
    return str(dict(record.headers)["ce_type"].decode()).split(".")[1]


def id_of(record: Any) -> str:
    return str(dict(record.headers)["ce_id"].decode())


@pytest_asyncio.fixture
async def exchange(kafka_url: str) -> AsyncIterator[Exchange]:
    await create_topics(kafka_url, all_topics())
    producer = AIOKafkaProducer(bootstrap_servers=kafka_url)
    consumer = AIOKafkaConsumer(INBOUND.name, bootstrap_servers=kafka_url, auto_offset_reset="latest")
    async with AsyncExitStack() as stack:
        for one in (producer, consumer):
            await one.start()
            stack.push_async_callback(one.stop)
        for place in consumer.assignment():
            await consumer.position(place)
        yield Exchange(kafka_url, producer, consumer)


Begin = Callable[[], Any]


@pytest_asyncio.fixture
async def begin(exchange: Exchange) -> AsyncIterator[Begin]:
    """Starts the carriers, ending those that ran; what they say comes back on the exchange."""
    working: list[asyncio.Task[None]] = []

    async def make() -> Carriers:
        await end()
        carriers = Carriers(exchange.url, exchange.clock)
        working.append(asyncio.create_task(carriers.run()))
        await until(lambda: carriers.ready, PATIENCE)
        return carriers

    async def end() -> None:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        working.clear()

    yield make
    await end()


async def choose(carriers: Carriers, **behaviour: Any) -> str:
    """A carrier of this test's own that behaves so."""
    carrier = f"DEU.{uuid4().hex[:6].upper()}"
    async with talking_to(carriers) as door:
        quick = {"delay": 0, "then_delay": 0} | behaviour
        assert (await door.put(f"/behaviours/{carrier}", json=quick)).status_code == 200
    return carrier


def talking_to(carriers: Carriers) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(control(carriers)), base_url="http://donor")


async def test_an_answer_carries_the_story_on_and_its_cause(exchange: Exchange, begin: Begin) -> None:
    await begin()
    asked, event_id = asks(), uuid4()
    await exchange.say(asked, event_id)
    (answer,) = await exchange.hear(asked.pre_agreement_id, 1)
    given = {name: value.decode() for name, value in answer.headers}
    assert (given["ce_causationid"], given["ce_subject"]) == (str(event_id), asked.pre_agreement_id)
    assert given["ce_correlationid"] == f"story of {asked.pre_agreement_id}"


async def test_a_late_answer_waits_for_working_days_of_business_time(exchange: Exchange, begin: Begin) -> None:
    carriers = await begin()
    carrier = await choose(carriers, behaviour="answers_late", working_days=2)
    friday = exchange.clock.at
    asked = asks(carrier, sent_at=friday)
    await exchange.say(asked)
    tuesday = morning_after(friday, 2)
    await exchange.clock.move_to(tuesday - timedelta(seconds=1))
    await exchange.silent_about(asked.pre_agreement_id, 0)
    await begin()
    await exchange.silent_about(asked.pre_agreement_id, 1)


async def test_a_cancellation_comes_days_after_the_answer_unless_we_were_faster(
    exchange: Exchange, begin: Begin
) -> None:
    carriers = await begin()
    carrier = await choose(carriers, behaviour="cancels", then_working_days=1)
    kept, ended = (asks(carrier, sent_at=exchange.clock.at) for _ in range(2))
    for asked in (kept, ended):
        await exchange.say(asked)
        await exchange.hear(asked.pre_agreement_id, 1)
    await exchange.say(calls_off(ended))
    await exchange.hear(ended.pre_agreement_id, 2)
    await exchange.clock.move_to(morning_after(exchange.clock.at, 1))
    told = await exchange.hear(kept.pre_agreement_id, 2)
    assert [type_of(one) for one in told] == ["PreAgreementAnswered", "CancellationRequested"]
    await exchange.silent_about(ended.pre_agreement_id, 2)


async def test_a_message_delivered_twice_is_answered_under_the_same_ids(exchange: Exchange, begin: Begin) -> None:
    await begin()
    asked, event_id = asks(), uuid4()
    for count in (1, 2):
        await exchange.say(asked, event_id)
        await exchange.hear(asked.pre_agreement_id, count)
    first, second = await exchange.hear(asked.pre_agreement_id, 2)
    assert (id_of(first), first.value) == (id_of(second), second.value)
    await exchange.say(asked)
    third = (await exchange.hear(asked.pre_agreement_id, 3))[2]
    assert id_of(third) != id_of(first)
    change = moves(asked)
    for count in (4, 5):
        await exchange.say(change)
        await exchange.hear(asked.pre_agreement_id, count)
    told = (await exchange.hear(asked.pre_agreement_id, 5))[3:]
    assert {type_of(one) for one in told} == {"Settled"}


async def test_a_restart_forgets_choices_but_nothing_that_was_said(exchange: Exchange, begin: Begin) -> None:
    carriers = await begin()
    carrier = await choose(carriers, behaviour="agrees_later")
    asked = asks(carrier)
    await exchange.say(asked)
    (answer,) = await exchange.hear(asked.pre_agreement_id, 1)
    carriers = await begin()
    case = carriers.cases.by_id[asked.pre_agreement_id]
    assert (case.state, str(case.change_date)) == ("agreed", answer.value.decode().split('"change_date":"')[1][:10])
    await exchange.say(asked)
    await exchange.say(moves(asked, case.change_date))
    told = await exchange.hear(asked.pre_agreement_id, 3)
    while type_of(told[-1]) != "Settled":  # what was said just before the end may be said again
        told = await exchange.hear(asked.pre_agreement_id, len(told) + 1)
    assert all(b'"8002"' in one.value for one in told[:-1]), "though the carrier agrees as asked by now"


async def test_what_was_left_unanswered_is_answered_after_a_restart(exchange: Exchange, begin: Begin) -> None:
    carriers = await begin()
    carrier = await choose(carriers, behaviour="agrees", delay=3600)
    silent = await choose(carriers, behaviour="never_answers")
    waits, ignored = asks(carrier), asks(silent)
    await exchange.say(ignored)
    await exchange.say(waits)
    await until(lambda: {waits.pre_agreement_id, ignored.pre_agreement_id} <= carriers.cases.by_id.keys(), PATIENCE)
    await begin()
    assert type_of((await exchange.hear(waits.pre_agreement_id, 1))[0]) == "PreAgreementAnswered"


async def test_garbage_goes_out_as_it_is_and_what_we_refuse_comes_once_more(exchange: Exchange, begin: Begin) -> None:
    carriers = await begin()
    carrier = await choose(carriers, behaviour="sends_garbage", garbage="unknown_version")
    asked = asks(carrier)
    await exchange.say(asked)
    (spoilt,) = await exchange.hear(asked.pre_agreement_id, 1)
    assert dict(spoilt.headers)["ce_type"] == b"wbci.PreAgreementAnswered.v9"
    await exchange.say(refuses_technically(asked))
    assert type_of((await exchange.hear(asked.pre_agreement_id, 2))[1]) == "PreAgreementAnswered"
    async with talking_to(carriers) as door:
        (told,) = [one for one in (await door.get("/cases")).json() if one["carrier"] == carrier]
    assert [one["kind"] for one in told["messages"]] == ["VA-KUE-MRN", "garbage", "technical refusal", "RUEM-VA"]


async def test_what_a_connector_cannot_read_is_refused_technically(exchange: Exchange, begin: Begin) -> None:
    await begin()
    newer, torn, last = asks(), asks(), asks()
    await exchange.say(newer, type_name="wbci.PreAgreementRequested.v2")
    await exchange.say(torn, body=b"{torn")
    await exchange.say(last)
    (refused,) = await exchange.hear(newer.pre_agreement_id, 1)
    assert (type_of(refused), b'"0993"' in refused.value) == ("TechnicallyRefused", True)
    await exchange.hear(last.pre_agreement_id, 1)
    await exchange.silent_about(torn.pre_agreement_id, 0)


@pytest.mark.rule("PORT-9")
async def test_a_carrier_asks_for_our_numbers_and_does_what_it_is_told(exchange: Exchange, begin: Begin) -> None:
    carriers = await begin()
    wish = {
        "carrier": THEM,
        "requested_on": "2026-12-10",
        "numbers": ["0221 479 00-99"],
        "name": "Müller",
        "address": ADDRESS.model_dump(),
    }
    async with talking_to(carriers) as door:
        assert (await door.post("/cases", json=wish | {"numbers": ["nonsense"]})).status_code == 422
        asked = (await door.post("/cases", json=wish)).json()
        about = asked["pre_agreement_id"]
        assert asked["may"] == ["cancellation", "garbage"]
        assert (await door.post(f"/cases/{about}/change", json={"new_date": "2026-12-15"})).status_code == 409
        (va,) = await exchange.hear(about, 1)
        asked_us = PreAgreementRequested.read(va.value)
        await exchange.say(agrees(asked_us))
        assert type_of((await exchange.hear(about, 2))[1]) == "ResourceTakeOver"
        moved = (await door.post(f"/cases/{about}/change", json={"new_date": "2026-12-15"})).json()
        assert moved["messages"][-1]["kind"] == "TV"
        off = await door.post(f"/cases/{about}/cancellation", json={"final": False, "reason": "Umzug"})
        assert off.status_code == 200
        cancellation = (await exchange.hear(about, 4))[3]
        assert type_of(cancellation) == "CancellationRequested"
        name = cancellation.value.decode().split('"cancellation_id":"')[1].split('"')[0]
        await exchange.say(Settled(**envelope_to(asked_us), answer="8004", cancellation_id=name))

        async def state() -> str:
            return str((await door.get(f"/cases/{about}")).json()["state"])

        await eventually(state, "awaiting_new", PATIENCE)
        new = (await door.post(f"/cases/{about}/again", json={})).json()
        assert new["pre_agreement_id"] != about
        assert new["correlation_id"] == asked["correlation_id"]
        assert (await door.get("/cases/DEU.NOBODY.V000000000")).status_code == 404


def agrees(asked: Any) -> WbciMessage:
    answer = va_answers(asked, ToVa())[0]
    assert isinstance(answer, WbciMessage)
    return answer


async def test_a_working_day_passes_up_to_the_next_ones_morning_and_every_service_sees_it(database_server: str) -> None:
    try:
        before = await BusinessClock(database_server).now()
        morning = await let_a_working_day_pass(database_server)
        assert morning.astimezone(BERLIN).time() == time(8)
        assert is_working_day(morning.astimezone(BERLIN).date())
        assert morning.astimezone(BERLIN).date() > before.astimezone(BERLIN).date()
        await BusinessClock(database_server).until(morning)
        assert await BusinessClock(None).now() < morning, "who asks no server lives in real time"
        again = await let_a_working_day_pass(database_server)
        assert working_days_between(morning.date(), again.date()) == 1
    finally:
        server = await asyncpg.connect(database_server)
        await server.execute(f"ALTER SYSTEM RESET {SETTING}")
        await server.execute("SELECT pg_reload_conf()")
        await server.close()
