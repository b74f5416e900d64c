"""Pre-registrations for fiber in PostgreSQL, and how often somebody tried (FIBER-1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from provisioning.adapters.codec import registration_of, registration_row
from provisioning.adapters.tables import fiber_registration as table
from provisioning.domain.fiber import Registration

FORGET_TRIES = text("DELETE FROM fiber_try WHERE until <= :now")
COUNT_TRY = text(
    "INSERT INTO fiber_try (who, count, until) VALUES (:who, 1, :until) "
    "ON CONFLICT (who) DO UPDATE SET count = fiber_try.count + 1 RETURNING count, until"
)


class SqlRegistrations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, registration: Registration) -> None:
        await self._connection.execute(insert(table).values(registration_row(registration)))

    async def behind(self, token_hash: bytes) -> Registration | None:
        return await self._one(table.c.token_hash == token_hash)

    async def get(self, registration_id: UUID) -> Registration | None:
        return await self._one(table.c.registration_id == registration_id)

    async def save(self, registration: Registration) -> None:
        same = table.c.registration_id == registration.registration_id
        await self._connection.execute(update(table).where(same).values(registration_row(registration)))

    async def count_try(self, who: str, now: datetime, until: datetime) -> tuple[int, datetime]:
        await self._connection.execute(FORGET_TRIES, {"now": now})
        count, ends = (await self._connection.execute(COUNT_TRY, {"who": who, "until": until})).one()
        return count, ends

    async def _one(self, condition: ColumnElement[bool]) -> Registration | None:
        row = (await self._connection.execute(select(table).where(condition).with_for_update())).one_or_none()
        return None if row is None else registration_of(row)
