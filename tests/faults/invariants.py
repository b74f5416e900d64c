"""What must hold after each fault: I1 to I7 of the table in the notes on performance."""

from dataclasses import dataclass, field
from uuid import UUID

import psutil

from tests.faults.customers import order_until_accepted
from tests.faults.driver import Driver, Findings
from tests.faults.load import Load
from tests.waiting import happens

PATIENCE = 90.0
LONGEST_RECOVERY = 30.0
"""Bound of I6 in seconds on any machine; the report has the figures to compare with the goals."""
MORE_MEMORY = 96 << 20
MORE_CONNECTIONS = 4
RIGHT_ANSWERS = frozenset({0, 200, 201, 202, 503})


@dataclass(slots=True)
class Footprint:
    """Memory of each process and connections of all, when they are at rest."""

    memory: dict[str, int]
    connections: int


@dataclass(slots=True)
class Letters:
    """Ids that must be on each dead letter topic, and no others."""

    expected: dict[str, set[str]] = field(default_factory=dict)

    def expect(self, topic: str, ids: set[str]) -> None:
        self.expected.setdefault(topic, set()).update(ids)


async def footprint(driver: Driver) -> Footprint:
    memory = {name: psutil.Process(pid).memory_info().rss for name, pid in driver.pids().items()}
    return Footprint(memory, await driver.world.connections())


async def flows(driver: Driver, load: Load) -> None:
    """Wait until a new order has been accepted and finished."""
    order = await order_until_accepted(driver, load)
    assert order is not None
    await happens(lambda: _finished(driver, {order}), PATIENCE)


async def settled(driver: Driver, load: Load) -> None:
    """Wait, but not for ever, until all that was accepted is final, sent and read."""

    async def is_settled() -> bool:
        return not await driver.unfinished(load.accepted) and not await outboxes(driver) and not await lags(driver)

    await happens(is_settled, PATIENCE)


async def check(driver: Driver, load: Load, letters: Letters, before: Footprint, recovery: float) -> Findings:
    findings = Findings()
    unfinished = await driver.unfinished(load.accepted)
    findings.expect("I1", not unfinished, f"{len(unfinished)} of {len(load.accepted)} accepted orders are not final")
    wrong_answers = {status: count for status, count in load.answers.items() if status not in RIGHT_ANSWERS}
    findings.expect("I1", not wrong_answers, f"answers other than accepted or 503: {wrong_answers}")
    await driver.look(load.accepted, findings)
    for what, count in {**await outboxes(driver), **await lags(driver), **await parked(driver)}.items():
        findings.expect("I4", count == 0, f"{what}: {count}")
    for reader in driver.readers:
        found = {identity(record.headers) for record in await driver.world.messages(reader.letters)}
        expected = letters.expected.get(reader.letters, set())
        findings.expect("I4", found <= expected, f"{reader.letters}: {len(found - expected)} unexpected")
        findings.expect("I4", expected <= found, f"{reader.letters}: {len(expected - found)} missing")
    findings.expect("I6", recovery <= LONGEST_RECOVERY, f"flowing again after {recovery:.1f} s")
    after = await footprint(driver)
    for name, memory in after.memory.items():
        more = memory - before.memory.get(name, memory)
        findings.expect("I7", more <= MORE_MEMORY, f"{name} grew by {more >> 20} MiB")
    more = after.connections - before.connections
    findings.expect("I7", more <= MORE_CONNECTIONS, f"{more} more database connections")
    return findings


def identity(headers: tuple[tuple[str, bytes], ...]) -> str:
    return dict(headers).get("ce_id", b"").decode()


async def outboxes(driver: Driver) -> dict[str, int]:
    return await _counts(driver, "outbox")


async def parked(driver: Driver) -> dict[str, int]:
    return await _counts(driver, "parked")


async def _counts(driver: Driver, table: str) -> dict[str, int]:
    counts = {}
    for service in driver.services:
        rows = await driver.world.ask(driver.database(service), f"SELECT count(*) AS n FROM {table}")
        if rows[0]["n"]:
            counts[f"{table} of {service}"] = int(rows[0]["n"])
    return counts


async def lags(driver: Driver) -> dict[str, int]:
    found = {f"lag of {one.group}": await driver.world.lag(one.group, one.topic.name) for one in driver.readers}
    return {what: count for what, count in found.items() if count}


async def _finished(driver: Driver, orders: set[UUID]) -> bool:
    return not await driver.unfinished(orders)
