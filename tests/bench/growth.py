"""CPU and WAL of an order in a store with many rows against one with few: `ROWS=10000000` for more."""

import asyncio
import os
from itertools import count
from uuid import uuid4

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.idempotency import Claim
from chassis.ids import uuid7
from chassis.store import open_store
from chassis.unit import Unit
from chassis.units import Units
from tests.bench.figure import ROUNDS, Figure, share
from tests.bench.ground import JSON_FILLING, Ground, cpu_seconds
from tests.bench.shop import Wish, metadata, place

FEW, MANY = 10_000, 100_000
ORDERS = 2_000
CUSTOMERS = [uuid4() for _ in range(100)]
FILL = (
    "INSERT INTO purchase (purchase_id, customer_id, article, quantity, note) "
    "SELECT uuidv7(), ($2::uuid[])[1 + nth % cardinality($2::uuid[])], 'trunk', 1, repeat('x', $3) "
    "FROM generate_series(1, $1) AS nth",
    "INSERT INTO inbox (grp, id) SELECT 'shop.bench-purchase', uuidv7() FROM generate_series(1, $1)",
    "INSERT INTO idempotency_key (caller, key, fingerprint, status) "
    "SELECT 'caller', uuidv7()::text, sha256(nth::text::bytea), 201 FROM generate_series(1, $1) AS nth",
)


class Store:
    """A shop's database with `rows` orders in it."""

    def __init__(self, database: str, ground: Ground) -> None:
        self._database, self._ground, self._numbers = database, ground, count()
        self._engine: AsyncEngine = open_store(database, name="bench", pool_size=16)
        self._units: Units[Unit] = Units(self._engine, Unit, service="shop", lanes=1, staff=frozenset())

    async def fill(self, rows: int) -> None:
        connection = await asyncpg.connect(self._database)
        purchases, inbox, keys = FILL
        await connection.execute(purchases, rows, CUSTOMERS, JSON_FILLING, timeout=3600)
        await connection.execute(inbox, rows, timeout=3600)
        await connection.execute(keys, rows, timeout=3600)
        await connection.execute("VACUUM ANALYZE", timeout=3600)
        await connection.close()

    async def cost(self) -> tuple[float, float]:
        """CPU seconds and bytes of WAL of an order, of all that works for it here."""
        connection = await asyncpg.connect(self._database)
        await connection.execute("CHECKPOINT")
        wal = await connection.fetchval("SELECT pg_current_wal_insert_lsn()")
        cpu = self._cpu()
        await asyncio.gather(*(self._work(range(nth, ORDERS, 16)) for nth in range(16)))
        spent = self._cpu() - cpu
        written = await connection.fetchval("SELECT pg_current_wal_insert_lsn() - $1::pg_lsn", wal)
        await connection.execute("DELETE FROM outbox")
        await connection.close()
        return spent / ORDERS, float(written) / ORDERS

    def _cpu(self) -> float:
        return cpu_seconds(self._ground.postgres_pid) + cpu_seconds(os.getpid())

    async def _work(self, turns: range) -> None:
        for nth in turns:
            wish = Wish(
                customer_id=CUSTOMERS[nth % len(CUSTOMERS)], article="trunk", quantity=1, note="x" * JSON_FILLING
            )
            claim = Claim.of("caller", str(uuid7()), "POST", "/orders", b"")
            async with self._units.writing() as unit:
                await claim.take(unit)
                await place(wish, unit)
                claim.keep(unit, 201, b"{}", {})

    async def close(self) -> None:
        await self._engine.dispose()


async def measure(ground: Ground) -> list[Figure]:
    many = int(os.environ.get("ROWS") or MANY)
    stores = [Store(await ground.new_database("growth", metadata), ground) for _ in range(2)]
    cpu, wal = list[tuple[float, float]](), list[tuple[float, float]]()
    for store, rows in zip(stores, (FEW, many), strict=True):
        await store.fill(rows)
        await store.cost()
    for _ in range(ROUNDS):
        (cpu_of_few, wal_of_few), (cpu_of_many, wal_of_many) = [await store.cost() for store in stores]
        cpu.append((cpu_of_few * 1e6, cpu_of_many * 1e6))
        wal.append((wal_of_few, wal_of_many))
    for store in stores:
        await store.close()
    return [
        share(f"CPU of an order at {many:,} ÷ at {FEW:,} rows", "µs", 1.25, cpu, at_most=True),
        share(f"WAL of an order at {many:,} ÷ at {FEW:,} rows", "bytes", 1.25, wal, at_most=True),
    ]
