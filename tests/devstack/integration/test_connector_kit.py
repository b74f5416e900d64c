"""The connector's test kit: passes the simulated carriers, and finds each fault of connectors that have one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis.topics import create_topics
from contracts.registry import all_topics
from devstack.clock import BusinessClock
from devstack.connector_kit.__main__ import main
from devstack.connector_kit.checks import Check, Verdict
from devstack.connector_kit.kit import try_connector
from devstack.donor.carriers import Carriers
from devstack.donor.initiative import Wish
from devstack.programs import free_ports
from tests.devstack.exchange import ADDRESS, THEM
from tests.waiting import until

PATIENCE = 10.0
Headers = list[tuple[str, bytes]]
Spoil = Callable[[bytes, bytes, Headers], tuple[bytes, bytes, Headers] | None]


class Spoiler:
    """A producer that spoils what it is given; None keeps it from being sent."""

    def __init__(self, producer: Any, spoil: Spoil) -> None:
        self.producer, self.spoil = producer, spoil

    async def send_and_wait(self, topic: str, value: bytes, *, key: bytes, headers: Headers) -> None:
        spoilt = self.spoil(value, key, headers)
        if spoilt is not None:
            value, key, headers = spoilt
            await self.producer.send_and_wait(topic, value, key=key, headers=headers)


@pytest_asyncio.fixture
async def carriers(kafka_url: str) -> AsyncIterator[Carriers]:
    await create_topics(kafka_url, all_topics())
    made = Carriers(kafka_url, BusinessClock(None))
    task = asyncio.create_task(made.run())
    await until(lambda: made.ready)
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def failed(checks: list[Check]) -> set[tuple[str, str]]:
    return {(one.rule, one.what) for one in checks if one.verdict is Verdict.FAILED}


@pytest.mark.rule("PORT-5", "PORT-9")
async def test_the_simulated_carriers_keep_the_contract_in_both_roles(kafka_url: str, carriers: Carriers) -> None:
    known = len(carriers.cases.by_id)
    running = asyncio.create_task(try_connector(kafka_url, patience=PATIENCE, donor=True))
    await until(lambda: len(carriers.cases.by_id) > known, PATIENCE)
    wish = {"carrier": THEM, "requested_on": "2027-01-14", "numbers": ["0221 479 00-99"], "name": "Müller"}
    await carriers.ask_for_numbers(Wish.model_validate(wish | {"address": ADDRESS.model_dump()}))
    checks = await running
    assert [one for one in checks if one.verdict is not Verdict.PASSED] == []
    assert {one.rule for one in checks} == {f"C{number}" for number in range(1, 9)}


async def test_the_command_ends_with_success_and_with_the_table(
    kafka_url: str, carriers: Carriers, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(main, ["--kafka", kafka_url, "--patience", str(PATIENCE)]) == 0
    told = capsys.readouterr().out
    assert "0 failed" in told
    assert "VA-RRNP" in told


def without(name: str) -> Spoil:
    return lambda value, key, headers: (value, key, [one for one in headers if one[0] != name])


def with_header(name: str, told: bytes) -> Spoil:
    return lambda value, key, headers: (value, key, [*(one for one in headers if one[0] != name), (name, told)])


def told(**changes: Any) -> Spoil:
    """Where a field stands, it says something else."""

    def spoil(value: bytes, key: bytes, headers: Headers) -> tuple[bytes, bytes, Headers]:
        body = json.loads(value)
        return json.dumps({name: changes.get(name, one) for name, one in body.items()}).encode(), key, headers

    return spoil


def torn(value: bytes, key: bytes, headers: Headers) -> tuple[bytes, bytes, Headers]:
    return value[:-5], key, headers


def other_key(value: bytes, key: bytes, headers: Headers) -> tuple[bytes, bytes, Headers]:
    return value, uuid4().bytes.hex().encode(), headers


def settles_in_the_past(value: bytes, key: bytes, headers: Headers) -> tuple[bytes, bytes, Headers]:
    body = json.loads(value)
    if dict(headers)["ce_type"] == b"wbci.Settled.v1":
        body["sent_at"] = datetime(2021, 4, 1, tzinfo=UTC).isoformat()
    return json.dumps(body).encode(), key, headers


def drops(kind: bytes) -> Spoil:
    return lambda value, key, headers: None if dict(headers)["ce_type"] == kind else (value, key, headers)


class Forgetful:
    """Gives each answer another content, under the id it had."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, value: bytes, key: bytes, headers: Headers) -> tuple[bytes, bytes, Headers]:
        self.count += 1
        body = json.loads(value)
        if body.get("technology"):
            body["technology"] = f"{self.count:03}"
        return json.dumps(body).encode(), key, headers


def all_of(*spoils: Spoil) -> Spoil:
    def spoil(value: bytes, key: bytes, headers: Headers) -> tuple[bytes, bytes, Headers] | None:
        spoilt: tuple[bytes, bytes, Headers] | None = (value, key, headers)
        for one in spoils:
            if spoilt is not None:
                spoilt = one(*spoilt)
        return spoilt

    return spoil


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (torn, {("C3", "only messages of the contract are published")}),
        (lambda *_: None, {("C1", "VA-KUE-MRN with one block is answered"), ("C3", "something was published at all")}),
        (
            Forgetful(),
            {("C5", "an event id stands for one content"), ("C5", "a message sent again gets the same answer")},
        ),
        (
            all_of(other_key, told(receiver="DEU.FREMD"), drops(b"wbci.Settled.v1"), with_header("ce_id", b"7")),
            {
                ("C2", "STR-AEN is answered with its id"),
                ("C4", "the key is the pre-agreement id"),
                ("C7", "CloudEvents headers are complete"),
                ("C8", "sender and receiver are the other way round"),
            },
        ),
        (
            all_of(
                told(technology=None),
                settles_in_the_past,
                drops(b"wbci.TechnicallyRefused.v1"),
                drops(b"wbci.Refused.v1"),
                with_header("ce_correlationid", b"other"),
            ),
            {
                ("C3", "what they say is without contradiction"),
                ("C4", "one pre-agreement's messages are in order, on one partition"),
                ("C6", "an unknown version is refused with 0993"),
                ("C6", "a bad structure is refused with 0995"),
                ("C6", "a change to an unknown pre-agreement is refused with 8140"),
                ("C7", "the correlation id of the pre-agreement is carried on"),
            },
        ),
        (without("ce_time"), {("C7", "CloudEvents headers are complete")}),
    ],
)
async def test_a_connector_with_a_fault_is_found_out(
    kafka_url: str, carriers: Carriers, spoil: Spoil, found: set[tuple[str, str]]
) -> None:
    carriers._producer = Spoiler(carriers._producer, spoil)
    missed = found - failed(await try_connector(kafka_url, patience=3))
    assert missed == set()


async def test_the_command_ends_with_failure_for_a_broken_connector_and_without_a_broker(
    kafka_url: str, carriers: Carriers, capsys: pytest.CaptureFixture[str]
) -> None:
    carriers._producer = Spoiler(carriers._producer, told(technology=None))
    assert await asyncio.to_thread(main, ["--kafka", kafka_url, "--patience", "3"]) == 1
    assert "technology is missing" in capsys.readouterr().out.replace("\n", " ")
    nowhere = f"127.0.0.1:{free_ports(1)[0]}"
    assert await asyncio.to_thread(main, ["--kafka", nowhere, "--patience", "1"]) == 2
