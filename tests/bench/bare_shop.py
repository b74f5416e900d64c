"""The two POSTs of the shop on FastAPI and asyncpg alone: order and outbox row in one statement."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic_core import to_json

from chassis.ids import uuid7
from contracts.envelope import headers
from tests.bench.shop import PURCHASES, Placed, Purchased, Wish

PLACE = (
    "WITH placed AS (INSERT INTO purchase (purchase_id, customer_id, article, quantity, note) "
    "VALUES ($1, $2, $3, $4, $5)) "
    "INSERT INTO outbox (topic, key, headers, payload) VALUES ($6, $7, $8::jsonb, $9)"
)


@asynccontextmanager
async def pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10) as made:
        app.state.pool = made
        yield


app = FastAPI(lifespan=pool)


@app.get("/health/ready")
async def ready() -> dict[str, bool]:
    return {"ready": True}


@app.post("/nothing", status_code=201)
async def do_nothing(wish: Wish) -> Placed:
    return Placed(purchase_id=wish.customer_id)


@app.post("/orders", status_code=201)
async def order(wish: Wish) -> Placed:
    purchase_id: Any = uuid7()
    event = Purchased(purchase_id=purchase_id, **wish.model_dump())
    key = str(purchase_id)
    said = headers(
        event_id=uuid7(), type_name=event.type_name(), source="bare", subject=key, correlation_id=str(uuid7())
    )
    async with app.state.pool.acquire() as connection:
        await connection.execute(
            PLACE,
            purchase_id,
            wish.customer_id,
            wish.article,
            wish.quantity,
            wish.note,
            PURCHASES.name,
            key,
            to_json(said).decode(),
            event.body(),
        )
    return Placed(purchase_id=purchase_id)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["HTTP_PORT"]), access_log=False, log_level="warning")
