"""Strikes the real thing: site orders by HTTP to cart on a development stack, carried out by provisioning."""

import asyncio
import json
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from chassis.service import Service
from contracts.envelope import Event
from contracts.ordering import v1 as ordering
from contracts.provisioning import v1 as provisioning
from devstack.demo.story import Story, crm_announces, site
from devstack.layout import Layout
from devstack.programs import free_base
from devstack.stack import Stack
from provisioning.main import service as provisioning_service
from tests.faults.driver import Findings, Reader
from tests.faults.healing import heal
from tests.faults.invariants import identity
from tests.faults.load import Load
from tests.faults.programs import Programs
from tests.faults.world import World
from tests.waiting import happens

READY = 90.0
SPARE = ("portal", "porting", "control-room", "donor")
"""Not needed to order a site; stopped, for the sake of the two that are struck."""
FINAL = ("completed", "partly_completed", "failed", "cancelled")
ENDS = tuple(one.type_name() for one in (ordering.OrderCompleted, ordering.OrderPartlyCompleted, ordering.OrderFailed))
POOL = """
SELECT (SELECT coalesce(sum(size), 0) FROM free_block)::bigint AS free,
       (SELECT coalesce(sum((upper(span) - lower(span)) / 100), 0)
           FROM held_block WHERE origin = 'own')::bigint AS held,
       (SELECT count(*) FROM held_block a JOIN free_block b
           ON a.span && int8range(b.first * 100, (b.first + b.size) * 100)) AS both
"""
SITES = """
SELECT s.order_id, s.site_id, count(h.position) AS blocks, min(lower(h.span)) AS first
FROM usage_site s LEFT JOIN held_block h ON h.holder_id = s.site_id GROUP BY s.order_id, s.site_id
"""


class StackDriver:
    """All services run, with Kafka and PostgreSQL of the world under them."""

    services = ("cart", "provisioning")
    broker_away = 60.0
    crash_points = (
        "before commit",
        "after commit",
        "before send",
        "after send",
        "after delete",
        "before acknowledgement",
    )

    def __init__(self, world: World) -> None:
        self.world = world
        self.layout = Layout(
            data=world.folder / "stack",
            base=free_base(),
            kafka_given=world.kafka.url,
            database_given=world.postgres.url,
        )
        self.stack = Stack(self.layout, lambda _: None)
        self.readers = [
            Reader("cart", provisioning.WORK, provisioning.WorkOrderCompleted.type_name()),
            Reader("cart", provisioning.SITES, provisioning.SiteProvisioned.type_name()),
            Reader("provisioning", ordering.ORDERS, ordering.OrderReceived.type_name()),
        ]
        self._relays = Programs(world.folder / "relays.log")
        self._client = httpx.AsyncClient(timeout=10)
        self._orders: dict[UUID, UUID] = {}
        self._token = self._agreement = ""
        self._pool = 0
        self._failures_seen = 0

    async def up(self) -> None:
        await self.stack.up()
        async with Story(self.layout) as story:
            await crm_announces(story)
            self._agreement = await story.active_trunk(8, seconds=READY)
            self._token = str(story.partner.token)
        for name in SPARE:
            self.stack.supervision.stop(name)
        pool = (await self._ask("provisioning", POOL))[0]
        self._pool = pool["free"] + pool["held"]

    async def down(self) -> None:
        await self._relays.end_all()
        await self._client.aclose()
        self.stack.reset()

    def database(self, service: str) -> str:
        return self.layout.database_of(service)

    def pids(self) -> Mapping[str, int]:
        running = {one["name"]: one["pid"] for one in self.stack.supervision.states() if one["pid"]}
        return {name: running[name] for name in self.services if name in running}

    async def kill(self, service: str) -> None:
        """The stack's supervisor starts it again."""
        pid = self.pids()[service]
        os.kill(pid, signal.SIGKILL)

        async def is_back() -> bool:
            return self.pids().get(service, pid) != pid

        await happens(is_back, READY)

    async def crash(self, service: str, point: str) -> None:
        await self.stop(service)
        command = [sys.executable, "-m", "tests.faults.doomed", service, point, "2"]
        with self._log_of(service).open("ab") as log:
            doomed = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **self.layout.environment_of(service)}, stderr=log
            )
        async with asyncio.timeout(READY):
            assert await doomed.wait() == -signal.SIGKILL
        self.stack.supervision.start(service)

    async def stop(self, service: str) -> None:
        """Beside those who order: it waits for their open requests, which would wait for us to send the rest."""
        await asyncio.to_thread(self.stack.supervision.stop, service)

    async def start(self, service: str) -> None:
        self.stack.supervision.start(service)
        assert await happens(lambda: self._ready(service), READY), f"{service} does not get ready"

    async def second_relay(self, service: str) -> int:
        name = f"{service} relay"
        self._relays.start(name, service, ["relay"], self.layout.environment_of(service))
        await happens(lambda: self._has_relays(service, 2), READY)
        await self.kill(service)  # the lock is free before it is back
        return self._relays.pids()[name]

    async def end_second_relay(self, service: str) -> None:
        await self._relays.end(f"{service} relay")

    async def order(self, order_id: UUID) -> int:
        body = {"site": site("Zweigstelle", "Rosenstraße"), "block_size": 10}
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": str(order_id)}
        address = f"{self.layout.url('cart')}/agreements/{self._agreement}/sites"
        try:
            answer = await self._client.post(address, json=body, headers=headers)
        except httpx.HTTPError:
            return 0
        if answer.is_success:
            self._orders[order_id] = UUID(answer.json()["order_id"])
        return answer.status_code

    async def unfinished(self, accepted: set[UUID]) -> set[UUID]:
        rows = await self._ask("cart", f"SELECT order_id FROM placed_order WHERE status IN {FINAL}")
        final = {row["order_id"] for row in rows}
        return {one for one in accepted if self._orders.get(one) not in final}

    async def look(self, accepted: set[UUID], findings: Findings) -> None:
        findings.expect("I1", not (failures := self._new_failures()), f"requests failed: {failures}")
        placed = {row["order_id"] for row in await self._ask("cart", "SELECT order_id FROM placed_order")}
        lost = {self._orders[one] for one in accepted} - placed
        findings.expect("I1", not lost, f"{len(lost)} accepted orders are not in the store")
        failed = await self._ask("cart", "SELECT 1 FROM placed_order WHERE status <> 'completed'")
        findings.expect("I1", not failed, f"{len(failed)} orders came to another end than all others")
        sites = await self._ask("provisioning", SITES)
        twice = len(sites) - len({row["order_id"] for row in sites})
        findings.expect("I2", not twice, f"{twice} orders have several sites")
        odd = sum(row["blocks"] != 1 for row in sites)
        findings.expect("I2", not odd, f"{odd} sites have not exactly one block")
        pool = (await self._ask("provisioning", POOL))[0]
        lost_numbers = self._pool - pool["free"] - pool["held"]
        findings.expect("I2", not lost_numbers, f"{lost_numbers} numbers of the pool are lost")
        findings.expect("I2", not pool["both"], f"{pool['both']} blocks are held and free")
        await self._look_at_orders(placed, findings)
        await self._look_at_sites({row["site_id"] for row in sites}, findings)

    async def _look_at_orders(self, placed: set[UUID], findings: Findings) -> None:
        """Each order's events begin with its receipt and finish with its only end."""
        told: dict[str, list[str]] = defaultdict(list)
        for message, type_name in await self._sent(ordering.OrderReceived):
            told[message.key.decode()].append(type_name)
        received = ordering.OrderReceived.type_name()
        for order, types in told.items():
            in_order = types[0] == received and types.count(received) == 1
            findings.expect("I3", in_order, f"order {order} does not begin with its receipt: {types}")
            ends = [type_name for type_name in types if type_name in ENDS]
            findings.expect("I3", ends == types[-1:], f"order {order} does not finish with its end: {types}")
        odd = len({UUID(one) for one in told} ^ placed)
        findings.expect("I5", not odd, f"{odd} orders without event, or the reverse")

    async def _look_at_sites(self, stored: set[UUID], findings: Findings) -> None:
        ready = provisioning.SiteProvisioned.type_name()
        told = [
            UUID(message.key.decode())
            for message, name in await self._sent(provisioning.SiteProvisioned)
            if name == ready
        ]
        findings.expect("I5", set(told) == stored, f"{len(set(told) ^ stored)} sites without event, or the reverse")
        findings.expect("I2", len(told) == len(set(told)), f"{len(told) - len(set(told))} sites told of twice")

    async def _sent(self, event: type[Event]) -> list[tuple[Any, str]]:
        """What our services sent on the event's topic, each message at its first occurrence, with its type."""
        seen: set[str] = set()
        found: list[tuple[Any, str]] = []
        for message in await self.world.messages(event.topic.name):
            headers = dict(message.headers)
            if not headers.get("ce_source", b"").startswith(b"/trunkline/") or identity(message.headers) in seen:
                continue
            seen.add(identity(message.headers))
            found.append((message, headers["ce_type"].decode()))
        return found

    async def outcome(self) -> Mapping[UUID, object]:
        rows = await self._ask("provisioning", SITES)
        return {row["order_id"]: (row["site_id"], row["blocks"], row["first"]) for row in rows}

    def unstorable(self) -> bytes:
        return json.dumps({"order_number": "0\0"}).encode()

    async def break_handler(self, key: str) -> set[str]:
        return set()  # the real handlers have no bug to switch on

    async def order_behind(self, key: str, load: Load) -> int:
        return 0  # an order's key is its id, which cart gives

    async def heal(self, reader: Reader) -> None:
        service: Service[Any] = provisioning_service
        await heal(service, reader, database_url=self.database(reader.service), kafka_url=self.world.kafka.url)

    async def metric(self, service: str, name: str) -> float:
        answer = await self._client.get(f"{self.layout.url(service)}/metrics")
        return sum(float(line.split()[-1]) for line in answer.text.splitlines() if line.startswith(name))

    async def _ask(self, service: str, question: str) -> list[Any]:
        return await self.world.ask(self.database(service), question)

    def _new_failures(self) -> list[str]:
        """What services say of requests that they did not expect to fail: the last line of each."""
        told = [self._log_of(service).read_text(encoding="utf-8") for service in self.services]
        lines = [json.loads(line) for log in told for line in log.splitlines() if '"request failed"' in line]
        found, self._failures_seen = lines[self._failures_seen :], len(lines)
        return [f"{one['service']} {one['path']}: {one['exception'].strip().splitlines()[-1]}" for one in found]

    def _log_of(self, service: str) -> Path:
        return self.layout.data / "logs" / f"{service}.log"

    async def _ready(self, service: str) -> bool:
        try:
            answer = await self._client.get(f"{self.layout.url(service)}/health/ready")
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def _has_relays(self, service: str, count: int) -> bool:
        question = f"SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = '{service} relay'"
        rows = await self.world.ask(self.world.postgres.url, question)
        return bool(rows[0]["n"] >= count * 2)  # business events, and dead letters
