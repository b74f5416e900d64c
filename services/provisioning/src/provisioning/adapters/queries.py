"""The read side: what a screen needs, none of it that the caller may not see (TEN-2, TEN-3)."""

import re
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.pages import PAGE
from chassis.scope import Scope, same_party
from provisioning.adapters import tables
from provisioning.adapters.codec import registration_of, site_of, trunk_of, work_order_of
from provisioning.adapters.rows import block_of
from provisioning.application.ports import HeldBlock, Resting, Wanted, Who
from provisioning.domain.fiber import Registration
from provisioning.domain.inventory import span
from provisioning.domain.lifecycle import WorkState
from provisioning.domain.site import Site
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import WorkOrder
from telecom.numbers import LONGEST_DIGITS, NumberBlock

SITE_NAMED = "trunk.agreement_id IN (SELECT agreement_id FROM usage_site WHERE name ILIKE :like ESCAPE '\\')"
NUMBER_HELD = (
    "trunk.agreement_id IN (SELECT s.agreement_id FROM held_block h JOIN usage_site s ON s.site_id = h.holder_id "
    "WHERE h.span && int8range(:low, :high) AND h.rests_until IS NULL)"
)
DIGITS_WORTH_A_LOOK = 4
# Not those of our pool that another carrier has: they may be ported back (PORT-9).
OURS = text(
    "SELECT n.place - 1 FROM unnest(cast(:lows AS bigint[]), cast(:highs AS bigint[])) "
    "WITH ORDINALITY AS n (low, high, place) WHERE EXISTS (SELECT FROM number_pool p "
    "WHERE p.span && int8range(n.low, n.high) AND NOT EXISTS (SELECT FROM held_block h "
    "WHERE h.span @> int8range(n.low, n.high) AND h.departure_id IS NOT NULL)) OR EXISTS (SELECT FROM held_block h "
    "WHERE h.span && int8range(n.low, n.high) AND h.rests_until IS NULL AND h.departure_id IS NULL) ORDER BY n.place"
)


class SqlLists:
    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection, self._scope = connection, scope

    async def trunks(self, caller: Who, wanted: Wanted) -> list[Trunk]:
        """Newest first."""
        table = tables.trunk
        query = select(table).order_by(table.c.trunk_id.desc()).limit(wanted.limit)
        if wanted.customer_id is not None:
            theirs = text(f"trunk.customer_id IN ({same_party('customer_id')})")
            query = query.where(theirs.bindparams(bindparam("customer_id", wanted.customer_id, type_=Uuid())))
        if wanted.after is not None:
            query = query.where(table.c.trunk_id < wanted.after)
        if wanted.text:
            query = query.where(_found_by(wanted.text))
        if (tree := self._scope.visible(caller, only_open=True)) is not None:
            whose = text(f"trunk.customer_id IN ({tree.text})")
            query = query.where(whose.bindparams(bindparam("caller", caller.party_id, type_=Uuid())))
        return [trunk_of(row) for row in await self._connection.execute(query)]

    async def trunk(self, agreement_id: UUID) -> Trunk | None:
        query = select(tables.trunk).where(tables.trunk.c.agreement_id == agreement_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else trunk_of(row)

    async def sites(self, agreement_ids: Collection[UUID]) -> list[Site]:
        table = tables.usage_site
        running = table.c.agreement_id.in_(agreement_ids), table.c.terminated_at.is_(None)
        query = select(table).where(*running).order_by(table.c.site_id)
        return [site_of(row) for row in await self._connection.execute(query)]

    async def blocks(self, holder_ids: Collection[UUID]) -> list[HeldBlock]:
        table = tables.held_block
        query = select(table).where(table.c.holder_id.in_(holder_ids)).order_by(table.c.position)
        rows = await self._connection.execute(query)
        return [HeldBlock(row.holder_id, block_of(row), row.origin, row.rests_until) for row in rows]

    async def planned(self, agreement_ids: Collection[UUID]) -> list[WorkOrder]:
        table = tables.work_order
        theirs = table.c.agreement_id.in_(agreement_ids), table.c.finished_at.is_(None)
        query = select(table).where(*theirs, table.c.state == WorkState.WAITING_FOR_DAY.value)
        return [work_order_of(row) for row in await self._connection.execute(query.order_by(table.c.due_on))]

    async def work_orders(self, order_id: UUID | None, state: str | None, after: UUID | None) -> list[WorkOrder]:
        """Newest first."""
        table = tables.work_order
        query = select(table).order_by(table.c.work_order_id.desc()).limit(PAGE + 1)
        if order_id is not None:
            query = query.where(table.c.order_id == order_id)
        if state is not None:
            query = query.where(table.c.state == state)
        if after is not None:
            query = query.where(table.c.work_order_id < after)
        return [work_order_of(row) for row in await self._connection.execute(query)]

    async def registrations(self, state: str | None, after: UUID | None) -> list[Registration]:
        """Newest first."""
        table = tables.fiber_registration
        query = select(table).order_by(table.c.registration_id.desc()).limit(PAGE + 1)
        if state is not None:
            query = query.where(table.c.state == state)
        if after is not None:
            query = query.where(table.c.registration_id < after)
        return [registration_of(row) for row in await self._connection.execute(query)]

    async def resting(self, area_code: str, after: int | None) -> list[Resting]:
        table = tables.held_block
        first = func.lower(table.c.span)
        query = select(table, first.label("first")).where(
            table.c.area_code == area_code, table.c.rests_until.is_not(None)
        )
        if after is not None:
            query = query.where(first > after)
        rows = await self._connection.execute(query.order_by(first).limit(PAGE + 1))
        return [Resting(row.first, block_of(row), row.rests_until) for row in rows]

    async def ours(self, blocks: Sequence[NumberBlock]) -> list[int]:
        """A ported-in block that rests goes back to where it came from, so it is ours no more."""
        spans = [span(block) for block in blocks]
        asked = {"lows": [low for low, _high in spans], "highs": [high for _low, high in spans]}
        return [int(place) for place in (await self._connection.execute(OURS, asked)).scalars()]


def _found_by(written: str) -> ColumnElement[bool]:
    like = "%" + re.sub(r"([\\%_])", r"\\\1", written) + "%"
    ways: list[Any] = [tables.trunk.c.agreement_number.ilike(like, escape="\\"), text(SITE_NAMED).bindparams(like=like)]
    digits = re.sub(r"^(0049|49|0)", "", re.sub(r"\D", "", written))
    if DIGITS_WORTH_A_LOOK <= len(digits) <= LONGEST_DIGITS and not re.search("[A-Za-z]", written):
        scale = 10 ** (LONGEST_DIGITS - len(digits))
        low = int(digits) * scale
        ways.append(text(NUMBER_HELD).bindparams(low=low, high=low + scale))
    return or_(*ways)
