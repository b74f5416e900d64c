"""The write side: whole porting requests in PostgreSQL, and what hangs on them."""

import json
import secrets
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, exists, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import uuid7
from chassis.store import Stale
from chassis.unit import Unit
from porting.adapters import tables
from porting.adapters.carriers import CarrierList
from porting.adapters.codec import loaded, stored
from porting.adapters.departures import SqlDepartures
from porting.adapters.exchange import KafkaExchange
from porting.adapters.forms import SqlForms
from porting.adapters.metrics import COUNTERS
from porting.adapters.queries import SqlLists
from porting.adapters.whereabouts import SqlWhereabouts
from porting.application.ports import CarrierMessage, Terms
from porting.domain.ids import HIGHEST, CancellationId, ChangeId, PreAgreementId
from porting.domain.porting import Porting
from porting.settings import porting_settings
from telecom.forgetting import forgotten

MOVE = text(
    "UPDATE porting SET customer_id = :survivor, body = jsonb_set(body, '{customer_id}', to_jsonb(:survivor)) "
    "WHERE customer_id = :loser"
).bindparams(bindparam("survivor", type_=Uuid()), bindparam("loser", type_=Uuid()))


class SqlPortings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, porting_id: UUID) -> Porting | None:
        return await self._one(tables.porting.c.porting_id == porting_id)

    async def of_pre_agreement(self, pre_agreement_id: str) -> Porting | None:
        named = select(tables.pre_agreement.c.porting_id).where(
            tables.pre_agreement.c.pre_agreement_id == pre_agreement_id
        )
        return await self._one(tables.porting.c.porting_id == named.scalar_subquery())

    async def of_site(self, site_id: UUID) -> list[Porting]:
        query = select(tables.porting.c.body, tables.porting.c.version).where(tables.porting.c.site_id == site_id)
        rows = await self._connection.execute(query.order_by(tables.porting.c.porting_id).with_for_update())
        return [loaded(row.body, row.version) for row in rows]

    async def save(self, porting: Porting) -> None:
        seen, porting.version = porting.version, porting.version + 1
        row = {
            "porting_id": porting.porting_id,
            "order_id": porting.order_id,
            "agreement_id": porting.agreement_id,
            "site_id": porting.site_id,
            "customer_id": porting.customer_id,
            "state": porting.state.value,
            "version": porting.version,
            "body": stored(porting),
        }
        if seen == 0:
            await self._connection.execute(insert(tables.porting).values(row))
        else:
            same = tables.porting.c.porting_id == porting.porting_id, tables.porting.c.version == seen
            if (await self._connection.execute(update(tables.porting).where(*same).values(row))).rowcount != 1:
                raise Stale
        named = [
            {"pre_agreement_id": str(one.pre_agreement_id), "porting_id": porting.porting_id}
            for one in porting.pre_agreements
        ]
        if named:
            await self._connection.execute(insert(tables.pre_agreement).values(named).on_conflict_do_nothing())

    async def move(self, loser: UUID, survivor: UUID) -> None:
        await self._connection.execute(MOVE, {"loser": loser, "survivor": survivor})

    async def forget(self, party_id: UUID) -> None:
        theirs = select(tables.porting.c.porting_id).where(tables.porting.c.customer_id == party_id)
        await self._connection.execute(delete(tables.signed_form).where(tables.signed_form.c.porting_id.in_(theirs)))
        for table, key in ((tables.porting, "porting_id"), (tables.carrier_message, "position")):
            rows = select(table.c[key], table.c.body).where(table.c.porting_id.in_(theirs)).with_for_update()
            for found, body in (await self._connection.execute(rows)).all():
                changed = update(table).where(table.c[key] == found).values(body=forgotten(body))
                await self._connection.execute(changed)

    async def note_rejected_site(self, site_id: UUID) -> None:
        await self._connection.execute(insert(tables.rejected_site).values(site_id=site_id).on_conflict_do_nothing())

    async def is_rejected(self, site_id: UUID) -> bool:
        query = select(tables.rejected_site.c.site_id).where(tables.rejected_site.c.site_id == site_id)
        return (await self._connection.execute(query)).first() is not None

    async def _one(self, condition: Any) -> Porting | None:
        query = select(tables.porting.c.body, tables.porting.c.version).where(condition)
        row = (await self._connection.execute(query.with_for_update())).one_or_none()
        return None if row is None else loaded(row.body, row.version)


class SqlCarrierMessages:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, message: CarrierMessage) -> None:
        row = {
            "pre_agreement_id": message.pre_agreement_id,
            "porting_id": message.porting_id,
            "kind": message.kind,
            "outbound": message.outbound,
            "codes": list(message.codes),
            "body": json.loads(message.body),
            "at": message.at,
        }
        await self._connection.execute(insert(tables.carrier_message).values(row))

    async def answered_as_stray(self, pre_agreement_id: str, change_id: str) -> bool:
        table = tables.carrier_message
        named = or_(*(table.c.body[name].astext == change_id for name in ("change_id", "cancellation_id")))
        stray = table.c.porting_id.is_(None), table.c.outbound, table.c.pre_agreement_id == pre_agreement_id
        return bool((await self._connection.execute(select(exists().where(*stray, named)))).scalar_one())


class SqlStrays:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, pre_agreement_id: str, task_id: UUID) -> bool:
        row = {"pre_agreement_id": pre_agreement_id, "task_id": task_id}
        added = insert(tables.stray).values(row).on_conflict_do_nothing().returning(tables.stray.c.task_id)
        return (await self._connection.execute(added)).one_or_none() is not None

    async def settle(self, task_id: UUID) -> bool:
        is_open = tables.stray.c.task_id == task_id, ~tables.stray.c.is_settled
        settled = update(tables.stray).where(*is_open).values(is_settled=True).returning(tables.stray.c.task_id)
        return (await self._connection.execute(settled)).one_or_none() is not None


class PortingUnit(Unit):
    """One transaction of the porting service."""

    @cached_property
    def portings(self) -> SqlPortings:
        return SqlPortings(self.connection)

    @cached_property
    def carrier_messages(self) -> SqlCarrierMessages:
        return SqlCarrierMessages(self.connection)

    @cached_property
    def strays(self) -> SqlStrays:
        return SqlStrays(self.connection)

    @cached_property
    def forms(self) -> SqlForms:
        return SqlForms(self.connection)

    @cached_property
    def lists(self) -> SqlLists:
        return SqlLists(self.connection, self.scope)

    @cached_property
    def departures(self) -> SqlDepartures:
        return SqlDepartures(self.connection, self.scope)

    @cached_property
    def whereabouts(self) -> SqlWhereabouts:
        return SqlWhereabouts(self.connection)

    @cached_property
    def exchange(self) -> KafkaExchange:
        return KafkaExchange(self.outbox)

    @property
    def carriers(self) -> CarrierList:
        return CarrierList(porting_settings().carriers_file)

    @property
    def terms(self) -> Terms:
        return porting_settings().terms

    def new_id(self) -> UUID:
        return uuid7()

    def new_pre_agreement_id(self) -> PreAgreementId:
        """By chance, so that a database restored from a backup uses none twice (8115)."""
        return PreAgreementId.of(self.terms.own_carrier, secrets.randbelow(HIGHEST))

    def new_change_id(self) -> ChangeId:
        return ChangeId.of(self.terms.own_carrier, secrets.randbelow(HIGHEST))

    def new_cancellation_id(self) -> CancellationId:
        return CancellationId.of(self.terms.own_carrier, secrets.randbelow(HIGHEST))

    def count(self, what: str, label: str) -> None:
        self.after_commit(COUNTERS[what].labels(label).inc)
