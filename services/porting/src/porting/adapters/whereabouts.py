"""Whose numbers hang where, in PostgreSQL (PORT-9)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.adapters import tables
from porting.adapters.numbers import touch
from porting.domain.lifecycle import DEPARTURE, DepartureState
from porting.domain.particulars import Numbers, PortingCase
from porting.domain.same_name import key_of
from porting.domain.whereabouts import Holding, KnownAgreement, KnownCustomer, Rival
from telecom.addresses import Address
from telecom.numbers import NumberBlock

_BLOCK: TypeAdapter[NumberBlock] = TypeAdapter(NumberBlock)
_ADDRESS: TypeAdapter[Address] = TypeAdapter(Address)
OVER = [one.value for one in DEPARTURE.final_states()]


class SqlWhereabouts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, holdings: Collection[Holding]) -> None:
        for one in holdings:
            row = {
                "holder_id": one.holder_id,
                "prefix": one.numbers.prefix,
                "digits": len(one.numbers.digits),
                "customer_id": one.customer_id,
                "agreement_id": one.agreement_id,
                "site_id": one.site_id,
                "body": _BLOCK.dump_python(one.numbers, mode="json"),
            }
            await self._connection.execute(insert(tables.held_number).values(row).on_conflict_do_nothing())

    async def release(self, holder_id: UUID, numbers: Numbers | None = None) -> None:
        table = tables.held_number
        if numbers is None:
            await self._connection.execute(delete(table).where(table.c.holder_id == holder_id))
            return
        held = await self._holdings(table.c.holder_id == holder_id, touch(table, numbers))
        for one in held:
            same = table.c.holder_id == holder_id, table.c.prefix == one.numbers.prefix
            await self._connection.execute(delete(table).where(*same, table.c.digits == len(one.numbers.digits)))
            rest = one.numbers.without(numbers)
            await self.hold([Holding(left, holder_id, one.customer_id, one.agreement_id, one.site_id) for left in rest])

    async def keep_site(self, site_id: UUID, customer_id: UUID, address: Address) -> None:
        row = {"site_id": site_id, "customer_id": customer_id, "address": _ADDRESS.dump_python(address)}
        await self._connection.execute(insert(tables.known_site).values(row).on_conflict_do_nothing())

    async def keep_customer(self, customer: KnownCustomer, version: int) -> None:
        row = {
            "customer_id": customer.customer_id,
            "name": customer.name,
            "name_key": key_of(customer.name),
            "address": None if customer.address is None else _ADDRESS.dump_python(customer.address),
            "version": version,
        }
        await self._newer(tables.known_customer, "customer_id", row)

    async def keep_agreement(self, agreement: KnownAgreement, version: int) -> None:
        row = {
            "agreement_id": agreement.agreement_id,
            "customer_id": agreement.customer_id,
            "number": agreement.number,
            "ends_on": agreement.ends_on,
            "runs": agreement.runs,
            "version": version,
        }
        await self._newer(tables.known_agreement, "agreement_id", row)

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for table in (tables.held_number, tables.known_site, tables.known_agreement):
            moved = update(table).where(table.c.customer_id == loser).values(customer_id=survivor)
            await self._connection.execute(moved)

    async def forget(self, party_id: UUID) -> None:
        for table in (tables.known_customer, tables.known_site, tables.held_number, tables.known_agreement):
            await self._connection.execute(delete(table).where(table.c.customer_id == party_id))

    async def touching(self, numbers: Numbers) -> list[Holding]:
        return await self._holdings(touch(tables.held_number, numbers))

    async def of_customers(self, customer_ids: Collection[UUID]) -> list[Holding]:
        return await self._holdings(tables.held_number.c.customer_id.in_(customer_ids))

    async def customers(self, customer_ids: Collection[UUID]) -> dict[UUID, KnownCustomer]:
        return await self._customers(tables.known_customer.c.customer_id.in_(customer_ids))

    async def customers_named(self, name: str) -> dict[UUID, KnownCustomer]:
        return await self._customers(tables.known_customer.c.name_key == key_of(name))

    async def agreements_of(self, customer_ids: Collection[UUID]) -> dict[UUID, KnownAgreement]:
        table = tables.known_agreement
        rows = await self._connection.execute(select(table).where(table.c.customer_id.in_(customer_ids)))
        return {
            row.agreement_id: KnownAgreement(row.agreement_id, row.number, row.customer_id, row.ends_on, row.runs)
            for row in rows
        }

    async def sites(self, site_ids: Collection[UUID]) -> dict[UUID, Address]:
        table = tables.known_site
        rows = await self._connection.execute(select(table).where(table.c.site_id.in_(site_ids)))
        return {row.site_id: _ADDRESS.validate_python(row.address) for row in rows}

    async def rivals(self, numbers: Numbers, besides: UUID) -> list[Rival]:
        table, named = tables.departure, tables.departing_number
        shares = select(named.c.departure_id).where(touch(named, numbers))
        query = select(
            table.c.departure_id,
            table.c.state,
            table.c.body["carrier"]["carrier_code"].astext.label("carrier_code"),
            table.c.body["pre_agreement"]["request"]["case"].astext.label("case"),
            table.c.body["numbers"].label("numbers"),
        ).where(table.c.departure_id.in_(shares), table.c.departure_id != besides, table.c.state.not_in(OVER))
        return [
            Rival(
                row.departure_id,
                row.carrier_code,
                PortingCase(row.case),
                row.state == DepartureState.AWAITING_NEW,
                tuple(_BLOCK.validate_python(one) for one in row.numbers),
            )
            for row in await self._connection.execute(query)
        ]

    async def _newer(self, table: Any, key: str, row: dict[str, Any]) -> None:
        statement = insert(table).values(row)
        same = {name: statement.excluded[name] for name in row if name != key}
        renewed = statement.on_conflict_do_update(
            index_elements=[key], set_=same, where=table.c.version < statement.excluded.version
        )
        await self._connection.execute(renewed)

    async def _holdings(self, *conditions: Any) -> list[Holding]:
        """Locked in the order of their digits, so that nobody waits for somebody who waits for him."""
        table = tables.held_number
        query = select(table).where(*conditions).order_by(table.c.prefix, table.c.holder_id).with_for_update()
        return [
            Holding(_BLOCK.validate_python(row.body), row.holder_id, row.customer_id, row.agreement_id, row.site_id)
            for row in await self._connection.execute(query)
        ]

    async def _customers(self, condition: Any) -> dict[UUID, KnownCustomer]:
        rows = await self._connection.execute(select(tables.known_customer).where(condition))
        return {
            row.customer_id: KnownCustomer(
                row.customer_id, row.name, None if row.address is None else _ADDRESS.validate_python(row.address)
            )
            for row in rows
        }
