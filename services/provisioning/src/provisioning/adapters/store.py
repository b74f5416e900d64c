"""The write side in PostgreSQL; a batch of orders shares each statement."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CursorResult, Text, Uuid, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import uuid7
from chassis.story import Story, telling
from chassis.unit import Unit
from contracts.work.v1 import TaskKind
from provisioning.adapters import tables
from provisioning.adapters.codec import (
    porting_of,
    porting_row,
    site_of,
    site_row,
    trunk_of,
    trunk_row,
    work_order_of,
    work_order_progress,
    work_order_row,
)
from provisioning.adapters.forgetting import forget
from provisioning.adapters.inventory import Inventory
from provisioning.adapters.metrics import COUNTERS, GAUGES, TIMES
from provisioning.adapters.numbers import SqlDepartures, SqlNumbers
from provisioning.adapters.queries import SqlLists
from provisioning.adapters.registrations import SqlRegistrations
from provisioning.adapters.reservations import SqlReservations
from provisioning.domain.lifecycle import WorkState
from provisioning.domain.porting import Porting
from provisioning.domain.site import Site
from provisioning.domain.trade_rules import TradeRules
from provisioning.domain.trunk import Trunk
from provisioning.domain.work_order import WorkOrder
from provisioning.settings import trade_rules

LOCK = text(
    "SELECT pg_advisory_xact_lock(7012, hashtext(id)) FROM unnest(cast(:ids AS text[])) AS id ORDER BY hashtext(id)"
).bindparams(bindparam("ids", type_=ARRAY(Text)))
KNOWN = text("SELECT line_id FROM work_order WHERE line_id = ANY(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
ADD_WORK = insert(tables.work_order)
ADD_SITE = insert(tables.usage_site)
MOVED = (
    tables.trunk,
    tables.usage_site,
    tables.work_order,
    tables.porting,
    tables.departure,
    tables.number_reservation,
)


class SqlTrunks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, agreement_ids: Collection[UUID]) -> dict[UUID, Trunk]:
        if not agreement_ids:
            return {}
        query = select(tables.trunk).where(tables.trunk.c.agreement_id.in_(agreement_ids))
        return {row.agreement_id: trunk_of(row) for row in await self._connection.execute(query)}

    async def save(self, trunk: Trunk) -> None:
        row = trunk_row(trunk)
        statement = insert(tables.trunk).values(row)
        renewed = {name: statement.excluded[name] for name in row if name != "trunk_id"}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["trunk_id"], set_=renewed))

    async def rename(self, customer_id: UUID, name: str) -> None:
        theirs = tables.trunk.c.customer_id == customer_id
        await self._connection.execute(update(tables.trunk).where(theirs).values(customer_name=name))


class SqlWorkOrders:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, line_ids: Collection[UUID]) -> set[UUID]:
        return set((await self._connection.execute(KNOWN, {"ids": list(line_ids)})).scalars())

    async def add(self, works: Sequence[WorkOrder]) -> None:
        if works:
            await self._connection.execute(ADD_WORK, [work_order_row(work) for work in works])

    async def save(self, works: Sequence[WorkOrder]) -> None:
        for work in works:
            same = tables.work_order.c.work_order_id == work.work_order_id
            await self._connection.execute(update(tables.work_order).where(same).values(work_order_progress(work)))

    async def get(self, work_order_id: UUID) -> WorkOrder | None:
        return await self._one(tables.work_order.c.work_order_id == work_order_id)

    async def of_line(self, line_id: UUID) -> WorkOrder | None:
        return await self._one(tables.work_order.c.line_id == line_id)

    async def dated(self, order_ids: Collection[UUID]) -> list[WorkOrder]:
        table = tables.work_order
        query = select(table).where(table.c.order_id.in_(order_ids), table.c.due_on.is_not(None))
        ordered = query.order_by(table.c.work_order_id).with_for_update()
        return [work_order_of(row) for row in await self._connection.execute(ordered)]

    async def waiting_for_trunk(self, agreement_ids: Collection[UUID]) -> list[WorkOrder]:
        table = tables.work_order
        query = select(table).where(
            table.c.agreement_id.in_(agreement_ids),
            table.c.finished_at.is_(None),
            table.c.state == WorkState.WAITING_FOR_TRUNK.value,
        )
        ordered = query.order_by(table.c.opened_at, table.c.work_order_id).with_for_update()
        return [work_order_of(row) for row in await self._connection.execute(ordered)]

    async def wait_with(self, reservation_id: UUID) -> bool:
        table = tables.work_order
        names_it = table.c.line.contains(f'"reservation_id":"{reservation_id}"', autoescape=True)
        query = select(table.c.line_id).where(table.c.finished_at.is_(None), names_it).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def _one(self, condition: object) -> WorkOrder | None:
        query = select(tables.work_order).where(condition).with_for_update()  # type: ignore[arg-type]
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else work_order_of(row)


class SqlSites:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, site_ids: Collection[UUID]) -> dict[UUID, Site]:
        query = select(tables.usage_site).where(tables.usage_site.c.site_id.in_(site_ids))
        return {row.site_id: site_of(row) for row in await self._connection.execute(query)}

    async def of_agreement(self, agreement_id: UUID) -> dict[UUID, Site]:
        query = select(tables.usage_site).where(tables.usage_site.c.agreement_id == agreement_id)
        return {row.site_id: site_of(row) for row in await self._connection.execute(query)}

    async def add(self, sites: Sequence[Site]) -> None:
        if sites:
            await self._connection.execute(ADD_SITE, [site_row(site) for site in sites])

    async def end(self, site_ids: Collection[UUID], at: datetime) -> None:
        these = tables.usage_site.c.site_id.in_(site_ids)
        await self._connection.execute(update(tables.usage_site).where(these).values(terminated_at=at))


class SqlPortings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, porting_id: UUID) -> Porting | None:
        query = select(tables.porting).where(tables.porting.c.porting_id == porting_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else porting_of(row)

    async def of_agreement(self, agreement_id: UUID) -> list[tuple[Porting, str | None]]:
        site, porting = tables.usage_site, tables.porting
        joined = porting.outerjoin(site, site.c.site_id == porting.c.site_id)
        query = select(porting, site.c.state.label("federal_state")).select_from(joined)
        rows = await self._connection.execute(query.where(porting.c.agreement_id == agreement_id))
        return [(porting_of(row), row.federal_state) for row in rows]

    async def save(self, porting: Porting) -> None:
        row = porting_row(porting)
        statement = insert(tables.porting).values(row)
        renewed = {
            name: statement.excluded[name] for name in ("state", "change_date", "numbers", "donor", "ended", "parts")
        }
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["porting_id"], set_=renewed))


class SqlTasks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, kind: TaskKind, subject_id: UUID) -> UUID | None:
        row = {"kind": kind.value, "subject_id": subject_id, "task_id": uuid7()}
        statement = insert(tables.open_task).values(row).on_conflict_do_nothing()
        opened = await self._connection.execute(statement.returning(tables.open_task.c.task_id))
        return _one_id(opened)

    async def close(self, kind: TaskKind, subject_id: UUID) -> UUID | None:
        table = tables.open_task
        statement = delete(table).where(table.c.kind == kind.value, table.c.subject_id == subject_id)
        return _one_id(await self._connection.execute(statement.returning(table.c.task_id)))

    async def find(self, task_id: UUID) -> tuple[TaskKind, UUID] | None:
        table = tables.open_task
        query = select(table.c.kind, table.c.subject_id).where(table.c.task_id == task_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (TaskKind(row.kind), row.subject_id)


class ProvisioningUnit(Unit):
    """One transaction of the provisioning service."""

    @cached_property
    def trunks(self) -> SqlTrunks:
        return SqlTrunks(self.connection)

    @cached_property
    def work_orders(self) -> SqlWorkOrders:
        return SqlWorkOrders(self.connection)

    @cached_property
    def sites(self) -> SqlSites:
        return SqlSites(self.connection)

    @cached_property
    def portings(self) -> SqlPortings:
        return SqlPortings(self.connection)

    @cached_property
    def inventory(self) -> Inventory:
        return Inventory(self.connection)

    @cached_property
    def departures(self) -> SqlDepartures:
        return SqlDepartures(self.connection)

    @cached_property
    def reservations(self) -> SqlReservations:
        return SqlReservations(self.connection)

    @cached_property
    def numbers(self) -> SqlNumbers:
        return SqlNumbers(self.connection)

    @cached_property
    def registrations(self) -> SqlRegistrations:
        return SqlRegistrations(self.connection)

    @cached_property
    def tasks(self) -> SqlTasks:
        return SqlTasks(self.connection)

    @cached_property
    def lists(self) -> SqlLists:
        return SqlLists(self.connection, self.scope)

    @property
    def rules(self) -> TradeRules:
        return trade_rules()

    async def lock_agreements(self, agreement_ids: Collection[UUID]) -> None:
        await self.connection.execute(LOCK, {"ids": sorted(map(str, agreement_ids))})

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for table in MOVED:
            theirs = table.c.customer_id == loser
            await self.connection.execute(update(table).where(theirs).values(customer_id=survivor))

    async def forget(self, party_id: UUID) -> None:
        await forget(self.connection, party_id)

    def story_of(self, work: WorkOrder) -> AbstractContextManager[object]:
        return telling(work.story if isinstance(work.story, Story) else Story(work.correlation_id))

    def new_id(self) -> UUID:
        return uuid7()

    def new_secret(self) -> str:
        return secrets.token_urlsafe(32)

    def gauge(self, what: str, value: float) -> None:
        self.after_commit(lambda: GAUGES[what].set(value))

    def measure(self, what: str, seconds: float) -> None:
        self.after_commit(lambda: TIMES[what].observe(seconds))

    def count(self, what: str, label: str, by: int = 1) -> None:
        self.after_commit(lambda: COUNTERS[what].labels(label).inc(by))


def _one_id(result: CursorResult[Any]) -> UUID | None:
    found: UUID | None = result.scalar_one_or_none()
    return found
