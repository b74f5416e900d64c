"""A service for the benches: a POST that orders, as small as the chassis allows, and one that does nothing."""

from pathlib import Path
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, func, insert

from chassis.http import InUnit, service_router
from chassis.ids import uuid7
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.store import chassis_tables
from chassis.unit import Unit
from contracts.envelope import Event, Topic

metadata = MetaData()
chassis_tables(metadata)
purchase = Table(
    "purchase",
    metadata,
    Column("purchase_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False),
    Column("article", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("purchase_customer", "customer_id", "purchase_id"),
)
PURCHASES = Topic("bench.purchase.v1")
STATEMENT = insert(purchase)


class Purchased(Event, topic=PURCHASES, key="purchase_id"):
    purchase_id: UUID
    customer_id: UUID
    article: str
    quantity: int
    note: str


class Wish(BaseModel):
    customer_id: UUID
    article: str
    quantity: int
    note: str


class Placed(BaseModel):
    purchase_id: UUID


class Refused(Exception):
    """This service refuses nothing."""


orders, nothing = service_router(), APIRouter()


async def place(wish: Wish, unit: Unit) -> UUID:
    purchase_id = uuid7()
    row = wish.model_dump() | {"purchase_id": purchase_id}
    await unit.connection.execute(STATEMENT, row)
    unit.outbox.record(Purchased(**row))
    return purchase_id


@orders.post("/orders", status_code=201)
async def order(wish: Wish, unit: InUnit[Unit]) -> Placed:
    return Placed(purchase_id=await place(wish, unit))


@nothing.post("/nothing", status_code=201)
async def do_nothing(wish: Wish) -> Placed:
    return Placed(purchase_id=wish.customer_id)


service = Service(
    name="shop",
    settings=ServiceSettings,
    unit=Unit,
    metadata=metadata,
    migrations=Path(),
    refusal=Refused,
    translate=lambda said, _language, **_params: said,
    routers=[orders, nothing],
    publishes=[PURCHASES],
)

if __name__ == "__main__":
    service.run()
