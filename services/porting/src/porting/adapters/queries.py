"""The read side: portings as a screen needs them, none that the caller may not see (TEN-2, TEN-3)."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.scope import Scope, same_party
from porting.adapters import tables
from porting.adapters.codec import loaded
from porting.application.ports import Exchanged, Wanted, Who
from porting.domain.porting import Porting


class SqlLists:
    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope

    async def portings(self, caller: Who | None, wanted: Wanted) -> list[Porting]:
        """By id, oldest first. `caller` None: whose link was checked against the order already."""
        table = tables.porting
        query = select(table.c.body, table.c.version).order_by(table.c.porting_id).limit(wanted.limit)
        if wanted.customer_id is not None:
            theirs = text(f"porting.customer_id IN ({same_party('customer_id')})")
            query = query.where(theirs.bindparams(bindparam("customer_id", wanted.customer_id, type_=Uuid())))
        for column in ("order_id", "agreement_id"):
            if (value := getattr(wanted, column)) is not None:
                query = query.where(table.c[column] == value)
        if wanted.after is not None:
            query = query.where(table.c.porting_id > wanted.after)
        tree = None if caller is None else self._scope.visible(caller, only_open=True)
        if caller is not None and tree is not None:
            whose = text(f"porting.customer_id IN ({tree.text})")
            query = query.where(whose.bindparams(bindparam("caller", caller.party_id, type_=Uuid())))
        return [loaded(row.body, row.version) for row in await self._connection.execute(query)]

    async def porting(self, porting_id: UUID) -> Porting | None:
        query = select(tables.porting.c.body, tables.porting.c.version).where(tables.porting.c.porting_id == porting_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else loaded(row.body, row.version)

    async def messages(self, porting_ids: list[UUID]) -> dict[UUID, list[Exchanged]]:
        table = tables.carrier_message
        query = (
            select(
                table.c.porting_id,
                table.c.pre_agreement_id,
                table.c.kind,
                table.c.outbound,
                table.c.codes,
                table.c.at,
            )
            .where(table.c.porting_id.in_(porting_ids))
            .order_by(table.c.position)
        )
        found: dict[UUID, list[Exchanged]] = {one: [] for one in porting_ids}
        for row in await self._connection.execute(query):
            found[row.porting_id].append(
                Exchanged(row.pre_agreement_id, row.kind, row.outbound, tuple(row.codes), row.at)
            )
        return found
