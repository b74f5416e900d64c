"""Notices and the people of orders in PostgreSQL."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import uuid7
from chassis.store import chassis_tables
from chassis.unit import Unit
from notification.domain.notice import Notice, Recipient
from notification.settings import Settings

metadata = MetaData()
chassis_tables(metadata)
notice_table = Table(
    "notice",
    metadata,
    Column("notice_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("about", Uuid, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("customer_id", Uuid),
    Column("order_id", Uuid, index=True),
    Column("quote_id", Uuid),
    Column("correlation_id", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("reason", Text),
    UniqueConstraint("about", "kind", "subject", "email"),
)
order_table = Table(
    "known_order",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("recipients", JSONB, nullable=False),
)
waiting_table = Table(
    "waiting_for_order",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("facts", JSONB, nullable=False),
)
FIND = text("SELECT customer_id, number, recipients FROM known_order WHERE order_id = :order_id")
TAKE = text("DELETE FROM waiting_for_order WHERE order_id = :order_id RETURNING kind, subject, facts")


class SqlNotices:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, notices: Sequence[Notice]) -> None:
        rows = [
            {
                "notice_id": one.notice_id,
                "kind": one.kind,
                "role": one.to.role,
                "name": one.to.name,
                "email": one.to.email,
                "language": one.to.language,
                "about": one.about,
                "subject": one.subject,
                "facts": one.facts,
                "customer_id": one.customer_id,
                "order_id": one.order_id,
                "quote_id": one.quote_id,
                "correlation_id": self._unit.story.correlation_id,
            }
            for one in notices
        ]
        await self._unit.connection.execute(insert(notice_table).on_conflict_do_nothing(), rows)


class SqlOrders:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, order_id: UUID, customer_id: UUID, number: str, recipients: Sequence[Recipient]) -> None:
        people = [
            {"role": one.role, "name": one.name, "email": one.email, "language": one.language} for one in recipients
        ]
        row = {"order_id": order_id, "customer_id": customer_id, "number": number, "recipients": people}
        await self._connection.execute(insert(order_table).on_conflict_do_nothing(), row)

    async def find(self, order_id: UUID) -> tuple[UUID, str, list[Recipient]] | None:
        row = (await self._connection.execute(FIND, {"order_id": order_id})).first()
        return None if row is None else (row.customer_id, row.number, [Recipient(**one) for one in row.recipients])

    async def wait(self, order_id: UUID, kind: str, subject: UUID, facts: dict[str, Any]) -> None:
        row = {"order_id": order_id, "kind": kind, "subject": subject, "facts": facts}
        await self._connection.execute(insert(waiting_table).on_conflict_do_nothing(), row)

    async def waiting(self, order_id: UUID) -> list[tuple[str, UUID, dict[str, Any]]]:
        rows = await self._connection.execute(TAKE, {"order_id": order_id})
        return [(row.kind, row.subject, row.facts) for row in rows]


class NotificationUnit(Unit):
    @cached_property
    def notices(self) -> SqlNotices:
        return SqlNotices(self)

    @cached_property
    def orders(self) -> SqlOrders:
        return SqlOrders(self.connection)

    def new_id(self) -> UUID:
        return uuid7()

    def sealed(self, token: str) -> str:
        """Kept encrypted until the mail is sent."""
        return Fernet(Settings().token_key).encrypt(token.encode()).decode()
