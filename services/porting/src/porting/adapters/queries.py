"""The read side: portings as a screen needs them, none that the caller may not see (TEN-2, TEN-3)."""

import re
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.scope import Scope, same_party
from porting.adapters import tables
from porting.adapters.codec import loaded
from porting.application.ports import Exchanged, Wanted, Who
from porting.domain.porting import Porting

OF_NUMBER = text("""EXISTS (
    SELECT FROM jsonb_path_query(porting.body, '$.**{0 to 2}.numbers[*]') one,
        concat(one->>'area_code', one->>'stem') number
    WHERE starts_with(number, :digits) OR starts_with(:digits, number))""")
OF_NAME = text("""(starts_with(lower(porting.body->'donor'->>'name'), lower(:q))
    OR porting.body->'donor'->>'carrier_code' = upper(:q)
    OR EXISTS (SELECT FROM pre_agreement WHERE pre_agreement.porting_id = porting.porting_id
        AND pre_agreement_id = upper(:q)))""")
AT_RISK = text('jsonb_path_exists(porting.body, \'$.waiting.*.level ? (@ == "warning" || @ == "overdue")\')')
OVERDUE = text("jsonb_path_exists(porting.body, '$.waiting.*.level ? (@ == \"overdue\")')")


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
        for condition in _sought(wanted):
            query = query.where(condition)
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
                table.c.body,
            )
            .where(table.c.porting_id.in_(porting_ids))
            .order_by(table.c.position)
        )
        found: dict[UUID, list[Exchanged]] = {one: [] for one in porting_ids}
        for row in await self._connection.execute(query):
            found[row.porting_id].append(
                Exchanged(row.pre_agreement_id, row.kind, row.outbound, tuple(row.codes), row.at, row.body)
            )
        return found


def _sought(wanted: Wanted) -> Iterator[ColumnElement[bool] | TextClause]:
    if wanted.q:
        digits = national_digits(wanted.q)
        yield OF_NUMBER.bindparams(digits=digits) if digits else OF_NAME.bindparams(q=wanted.q)
    if wanted.state is not None:
        yield tables.porting.c.state == wanted.state
    if wanted.risk is not None:
        yield OVERDUE if wanted.risk == "overdue" else AT_RISK


def national_digits(written: str) -> str:
    """`0221 4711`, `+49 221 4711` and `221/4711` are one number; nothing where it is none."""
    plain = re.sub(r"[\s/()\-–]", "", written)
    if not re.fullmatch(r"\+?\d{3,20}", plain):
        return ""
    return re.sub(r"^(\+49|0049|0)", "", plain)
