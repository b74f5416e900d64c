"""The read side: what was mailed to whom, and what became of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from notification.adapters import tables
from notification.application.ports import SentNotice, Wanted

SENT = [
    tables.notice.c[name]
    for name in [
        "notice_id",
        "kind",
        "role",
        "email",
        "language",
        "about",
        "state",
        "documents",
        "customer_id",
        "order_id",
        "quote_id",
        "reason",
        "recorded_at",
        "sent_at",
        "task_id",
    ]
]


class SqlLists:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def notices(self, wanted: Wanted) -> list[SentNotice]:
        """Oldest first."""
        table = tables.notice
        query = select(*SENT).order_by(table.c.notice_id).limit(wanted.limit)
        for column in ("about", "state"):
            if (value := getattr(wanted, column)) is not None:
                query = query.where(table.c[column] == value)
        if wanted.after is not None:
            query = query.where(table.c.notice_id > wanted.after)
        return [sent_notice(row) for row in await self._connection.execute(query)]

    async def notice(self, notice_id: UUID) -> SentNotice | None:
        query = select(*SENT).where(tables.notice.c.notice_id == notice_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else sent_notice(row)

    async def forms_awaited(self, order_id: UUID) -> set[str]:
        """Portings of the order that turned out to need a signed form."""
        table = tables.notice
        told = table.c.about == order_id, table.c.kind == "signed-form-awaited"
        rows = await self._connection.execute(select(table.c.facts["porting_id"].astext).where(*told))
        return set(rows.scalars())


def sent_notice(row: Any, **changed: Any) -> SentNotice:
    """`changed`: what is newer than the row."""
    found = {column.name: getattr(row, column.name) for column in SENT}
    return SentNotice(**{**found, "documents": tuple(row.documents), **changed})
