"""Strikes the chassis itself: two small services made with it, orders and sites, each in a process of its own."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from chassis.topics import create_topics
from devstack.programs import free_ports
from tests.chassis.crashing import POINTS
from tests.chassis.pair import Pair
from tests.faults.driver import Findings, Reader
from tests.faults.healing import heal
from tests.faults.invariants import identity
from tests.faults.load import Load
from tests.faults.programs import Programs
from tests.faults.world import World
from tests.waiting import happens

SLOTS = 200_000
ACCOUNTS = 40
READY = 30.0
SEEN = "SELECT account, array_agg(version ORDER BY seq) AS versions FROM {} GROUP BY account"


class PairDriver:
    """`orders` answers HTTP; its orders go to `sites` by topic, and what became of them comes back."""

    services = ("orders", "sites")
    broker_away = 15.0
    crash_points = tuple(point for point in POINTS if point != "while parking")

    def __init__(self, world: World) -> None:
        self.world = world
        self.pair = Pair("", world.folder / "broken")
        self.programs = Programs(world.folder / "services.log")
        known = {"orders": self.pair.site_ready, "sites": self.pair.order_placed}
        self.readers = [Reader(name, event.topic, event.type_name()) for name, event in known.items()]
        self._ports = dict(zip(self.services, free_ports(2), strict=True))
        self._client = httpx.AsyncClient(timeout=10)

    async def up(self) -> None:
        await create_topics(self.world.kafka.url, self.pair.topics)
        for name in self.services:
            await self.world.ask(self.world.postgres.url, f"CREATE DATABASE {name}")
            await self.pair.prepare(name, self.database(name), SLOTS)
            await self.start(name)

    async def down(self) -> None:
        await self.programs.end_all()
        await self._client.aclose()

    def database(self, service: str) -> str:
        return f"{self.world.postgres.url.rsplit('/', 1)[0]}/{service}"

    def pids(self) -> Mapping[str, int]:
        return self.programs.pids()

    async def kill(self, service: str) -> None:
        self.programs.kill(service)

    async def crash(self, service: str, point: str) -> None:
        await self.programs.end(service)
        doomed = self.programs.once(service, {"CRASH_AT": point, "CRASH_AFTER": "2"})
        async with asyncio.timeout(READY):
            assert await asyncio.to_thread(doomed.wait) == -signal.SIGKILL
        self._run(service)

    async def stop(self, service: str) -> None:
        await self.programs.end(service)

    async def start(self, service: str) -> None:
        self._run(service)
        assert await happens(lambda: self._ready(service), READY), f"{service} does not get ready"

    async def second_relay(self, service: str) -> int:
        name = f"{service} relay"
        self.programs.start(name, "tests.chassis.pair", [service, "relay"], self._environment(service))
        await happens(lambda: self._has_relays(service, 2), READY)
        self.programs.kill(service)  # the lock is free before it is back
        return self.programs.pids()[name]

    async def end_second_relay(self, service: str) -> None:
        await self.programs.end(f"{service} relay")

    async def order(self, order_id: UUID) -> int:
        return await self._order(order_id, f"a{order_id.int % ACCOUNTS}")

    async def unfinished(self, accepted: set[UUID]) -> set[UUID]:
        rows = await self._ask("orders", "SELECT order_id FROM placed WHERE slot IS NOT NULL")
        return accepted - {row["order_id"] for row in rows}

    async def look(self, accepted: set[UUID], findings: Findings) -> None:
        placed = {row["order_id"] for row in await self._ask("orders", "SELECT order_id FROM placed")}
        made = [row["order_id"] for row in await self._ask("sites", "SELECT order_id FROM made")]
        findings.expect("I1", accepted <= placed, f"{len(accepted - placed)} accepted orders are not in the store")
        findings.expect("I2", len(made) == len(set(made)), f"{len(made) - len(set(made))} sites were made twice")
        taken = await self._ask("sites", "SELECT order_id FROM slot WHERE order_id IS NOT NULL")
        pool = (await self._ask("sites", "SELECT count(*) AS n FROM slot"))[0]["n"]
        findings.expect("I2", pool == SLOTS, f"the pool has {pool} slots instead of {SLOTS}")
        findings.expect("I2", {row["order_id"] for row in taken} == set(made), "slots and sites do not match")
        for service, table in (("sites", "made"), ("orders", "heard")):
            for row in await self._ask(service, SEEN.format(table)):
                whole = list(range(1, len(row["versions"]) + 1))
                findings.expect("I3", row["versions"] == whole, f"{table} of {row['account']} is out of order")
        await self._look_at_topic("orders", placed, findings)
        await self._look_at_topic("sites", set(made), findings)

    async def _look_at_topic(self, service: str, rows: set[UUID], findings: Findings) -> None:
        """The events of the service's own topic, each at its first occurrence."""
        event = self.pair.order_placed if service == "orders" else self.pair.site_ready
        seen: set[str] = set()
        orders: set[UUID] = set()
        versions: dict[str, int] = defaultdict(int)
        for message in await self.world.messages(event.topic.name):
            if not _is_ours(message, event.type_name()) or identity(message.headers) in seen:
                continue
            seen.add(identity(message.headers))
            told: Any = event.read(message.value)
            orders.add(told.order_id)
            in_order = told.version == versions[told.account] + 1
            findings.expect("I3", in_order, f"{event.topic.name}: {told.account} has {told.version} out of order")
            versions[told.account] = told.version
        findings.expect("I5", orders == rows, f"{service}: {len(orders ^ rows)} rows without event, or the reverse")
        findings.expect("I5", len(seen) == len(orders), f"{service}: {len(seen) - len(orders)} events too many")

    async def outcome(self) -> Mapping[UUID, object]:
        rows = await self._ask("orders", "SELECT order_id, slot FROM placed WHERE slot IS NOT NULL")
        return {row["order_id"]: row["slot"] for row in rows}

    def unstorable(self) -> bytes:
        return b'{"account": "il\\u0000l", "version": 1, "order_id": "00000000-0000-7000-8000-000000000001"}'

    async def break_handler(self, key: str) -> set[str]:
        self._broken.touch()
        assert await happens(lambda: self._accepted(uuid4(), key, "bug"), READY)
        return {key}

    async def order_behind(self, key: str, load: Load) -> int:
        for _ in range(2):
            order = uuid4()
            assert await happens(lambda order=order: self._accepted(order, key), READY)
            load.accepted.add(order)
        return 2

    async def heal(self, reader: Reader) -> None:
        self._broken.unlink()
        service = self.pair.services[reader.service]
        await heal(service, reader, database_url=self.database(reader.service), kafka_url=self.world.kafka.url)

    async def metric(self, service: str, name: str) -> float:
        answer = await self._client.get(f"http://127.0.0.1:{self._ports[service]}/metrics")
        return sum(float(line.split()[-1]) for line in answer.text.splitlines() if line.startswith(name))

    async def _order(self, order_id: UUID, account: str, note: str = "") -> int:
        body = {"order_id": str(order_id), "account": account, "note": note}
        address = f"http://127.0.0.1:{self._ports['orders']}/orders"
        try:
            answer = await self._client.post(address, json=body, headers={"Idempotency-Key": str(order_id)})
        except httpx.HTTPError:
            return 0
        return answer.status_code

    async def _accepted(self, order_id: UUID, account: str, note: str = "") -> bool:
        return 200 <= await self._order(order_id, account, note) < 300

    @property
    def _broken(self) -> Path:
        assert self.pair.broken is not None
        return self.pair.broken

    async def _ask(self, service: str, question: str) -> list[Any]:
        return await self.world.ask(self.database(service), question)

    async def _ready(self, service: str) -> bool:
        try:
            answer = await self._client.get(f"http://127.0.0.1:{self._ports[service]}/health/ready")
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def _has_relays(self, service: str, count: int) -> bool:
        question = f"SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = '{service} relay'"
        return bool((await self._ask(service, question))[0]["n"] >= count * 2)  # business events, and dead letters

    def _run(self, service: str) -> None:
        self.programs.start(service, "tests.chassis.pair", [service, "all"], self._environment(service))

    def _environment(self, service: str) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database(service),
            "KAFKA_URL": self.world.kafka.url,
            "HTTP_PORT": str(self._ports[service]),
            "INSTANCE": "1",
            "PAIR_BROKEN": str(self.pair.broken),
            "LOG_LEVEL": "WARNING",
        }


def _is_ours(message: Any, type_name: str) -> bool:
    """Not one that a fault has put there."""
    headers = dict(message.headers)
    return headers.get("ce_type", b"").decode() == type_name and headers.get("ce_source", b"").startswith(b"/trunkline")
