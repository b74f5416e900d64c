"""Two small services, for tests and faults to run in processes of their own: orders are placed here, sites made there.

An order takes a slot of a pool that never grows, and its account counts its orders, so that whatever is lost, doubled
or out of order can be seen in the stores. `python -m tests.chassis.pair orders|sites COMMAND`, told by its environment:
PAIR (ending of the topics' contexts), PAIR_BROKEN (a file; while it is there, orders with the note `bug` fail),
CRASH_AT and CRASH_AFTER (see `crashing`).
"""

import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid, text

from chassis.http import InUnit, service_router
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.store import chassis_tables, open_store
from chassis.subscription import Subscription
from chassis.tokens import PublicCaller
from chassis.unit import Unit
from contracts.envelope import Event, Topic
from tests.chassis.crashing import crash_at
from tests.chassis.probe import Refused

COUNT = text(
    "INSERT INTO account (key, version) VALUES (:account, 1) "
    "ON CONFLICT (key) DO UPDATE SET version = account.version + 1 RETURNING version"
)
PLACE = text("INSERT INTO placed (order_id, account, version) VALUES (:order_id, :account, :version)")
HEAR = text("INSERT INTO heard (account, version, order_id) VALUES (:account, :version, :order_id)")
FINISH = text("UPDATE placed SET slot = :slot WHERE order_id = :order_id")
MAKE = text("INSERT INTO made (account, version, order_id) VALUES (:account, :version, :order_id)")
TAKE = text(
    "UPDATE slot SET order_id = :order_id WHERE number = "
    "(SELECT number FROM slot WHERE order_id IS NULL ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING number"
)


class NewOrder(BaseModel):
    order_id: UUID
    account: str
    note: str = ""


def effects(name: str, metadata: MetaData) -> Table:
    """What a service did, in the order in which it did it."""
    return Table(
        name,
        metadata,
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("account", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("order_id", Uuid, nullable=False),
    )


class Pair:
    """Both services, on topics whose contexts end in `ending`."""

    def __init__(self, ending: str, broken: Path | None = None) -> None:
        self.orders_topic, self.sites_topic = Topic(f"orders{ending}.order.v1", 3), Topic(f"sites{ending}.site.v1", 3)
        self.broken = broken

        class OrderPlaced(Event, topic=self.orders_topic, key="account"):
            account: str
            version: int
            order_id: UUID
            note: str = ""

        class SiteReady(Event, topic=self.sites_topic, key="account"):
            account: str
            version: int
            order_id: UUID
            slot: int

        self.order_placed, self.site_ready = OrderPlaced, SiteReady
        self.services = {"orders": self._orders(), "sites": self._sites()}

    @property
    def topics(self) -> list[Topic]:
        letters = [Topic(self.letters(name), partitions=1) for name in self.services]
        return [self.orders_topic, self.sites_topic, *letters]

    def group(self, reader: str) -> str:
        return self.services[reader].subscriptions[0].topic.group_of(reader)

    def letters(self, reader: str) -> str:
        return self.services[reader].subscriptions[0].topic.dead_letters_of(reader)

    async def prepare(self, name: str, url: str, slots: int = 0) -> None:
        """Make the tables of a service, without migrations, and fill the pool."""
        engine = open_store(url, name="test", pool_size=1)
        async with engine.begin() as connection:
            await connection.run_sync(self.services[name].metadata.create_all)
            if name == "sites":
                await connection.execute(text("INSERT INTO slot SELECT generate_series(1, :slots)"), {"slots": slots})
        await engine.dispose()

    async def place(self, order: NewOrder, unit: Unit) -> int:
        version: int = (await unit.connection.execute(COUNT, {"account": order.account})).scalar_one()
        placed: dict[str, Any] = {"order_id": order.order_id, "account": order.account, "version": version}
        await unit.connection.execute(PLACE, placed)
        unit.outbox.record(self.order_placed(**placed, note=order.note))
        return version

    def _orders(self) -> Service[Unit]:
        router, sites = service_router(), Subscription[Unit](self.sites_topic)

        @router.post("/orders", status_code=201)
        async def place(body: NewOrder, unit: InUnit[Unit], caller: PublicCaller) -> dict[str, int]:
            return {"version": await self.place(body, unit)}

        @sites.on(self.site_ready)
        async def on_site_ready(event: Any, unit: Unit) -> None:
            heard = {"account": event.account, "version": event.version, "order_id": event.order_id}
            await unit.connection.execute(HEAR, heard)
            await unit.connection.execute(FINISH, {"slot": event.slot, "order_id": event.order_id})

        metadata = MetaData()
        chassis_tables(metadata)
        effects("heard", metadata)
        Table("account", metadata, Column("key", Text, primary_key=True), Column("version", Integer, nullable=False))
        Table(
            "placed",
            metadata,
            Column("order_id", Uuid, primary_key=True),
            Column("account", Text, nullable=False),
            Column("version", Integer, nullable=False),
            Column("slot", Integer),
        )
        return self._service("orders", metadata, self.orders_topic, sites, [router])

    def _sites(self) -> Service[Unit]:
        orders = Subscription[Unit](self.orders_topic)

        @orders.on(self.order_placed)
        async def on_order_placed(event: Any, unit: Unit) -> None:
            if event.note == "bug" and self.broken is not None and self.broken.exists():
                raise RuntimeError("handler bug")
            made = {"account": event.account, "version": event.version, "order_id": event.order_id}
            await unit.connection.execute(MAKE, made)
            slot = (await unit.connection.execute(TAKE, {"order_id": event.order_id})).scalar_one()
            unit.outbox.record(self.site_ready(**made, slot=slot))

        metadata = MetaData()
        chassis_tables(metadata)
        effects("made", metadata)
        Table("slot", metadata, Column("number", Integer, primary_key=True), Column("order_id", Uuid, unique=True))
        return self._service("sites", metadata, self.sites_topic, orders, [])

    def _service(
        self, name: str, metadata: MetaData, publishes: Topic, reads: Subscription[Unit], routers: list[Any]
    ) -> Service[Unit]:
        return Service(
            name=name,
            settings=ServiceSettings,
            unit=Unit,
            metadata=metadata,
            migrations=Path(),
            refusal=Refused,
            translate=lambda said, language, **params: said % params if params else said,
            subscriptions=[reads],
            publishes=[publishes],
            routers=routers,
        )


def main() -> None:
    name, *command = sys.argv[1:]
    if point := os.environ.get("CRASH_AT"):
        crash_at(point, int(os.environ.get("CRASH_AFTER", "0")))
    broken = os.environ.get("PAIR_BROKEN")
    Pair(os.environ.get("PAIR", ""), Path(broken) if broken else None).services[name].run(command)


if __name__ == "__main__":
    main()
