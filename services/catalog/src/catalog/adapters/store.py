"""Published versions in PostgreSQL, whole, as they were told to everybody."""

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text, Uuid, delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.store import chassis_tables
from chassis.unit import Unit
from contracts.catalog.v1 import CatalogPublished
from contracts.shapes import Audience

metadata = MetaData()
chassis_tables(metadata)
version_table = Table(
    "catalog_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("published", LargeBinary, nullable=False),
)
audience_table = Table(
    "party_audience",
    metadata,
    Column("party_id", Uuid, primary_key=True),
    Column("audience", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)
HOLD = text("SELECT pg_advisory_xact_lock(hashtext('catalog.publish'))")


class SqlVersions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self) -> None:
        await self._connection.execute(HOLD)

    async def find(self, version: str) -> CatalogPublished | None:
        asked = select(version_table.c.published).where(version_table.c.version == version)
        found = (await self._connection.execute(asked)).scalar_one_or_none()
        return None if found is None else CatalogPublished.read(found)

    async def add(self, published: CatalogPublished) -> None:
        row = {"version": published.catalog_version, "published": published.body()}
        await self._connection.execute(insert(version_table), row)

    async def all(self) -> Sequence[CatalogPublished]:
        rows = await self._connection.execute(select(version_table.c.published).order_by(version_table.c.version))
        return [CatalogPublished.read(row.published) for row in rows]


class SqlAudiences:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, party_id: UUID) -> Audience | None:
        asked = select(audience_table.c.audience).where(audience_table.c.party_id == party_id)
        found = (await self._connection.execute(asked)).scalar_one_or_none()
        return None if found is None else Audience(found)

    async def keep(self, party_id: UUID, audience: Audience, version: int) -> None:
        row = upsert(audience_table).values(party_id=party_id, audience=audience.value, version=version)
        newest = row.on_conflict_do_update(
            index_elements=[audience_table.c.party_id],
            set_={"audience": row.excluded.audience, "version": row.excluded.version},
            where=audience_table.c.version < row.excluded.version,
        )
        await self._connection.execute(newest)

    async def forget(self, party_id: UUID) -> None:
        await self._connection.execute(delete(audience_table).where(audience_table.c.party_id == party_id))


class CatalogUnit(Unit):
    @cached_property
    def versions(self) -> SqlVersions:
        return SqlVersions(self.connection)

    @cached_property
    def audiences(self) -> SqlAudiences:
        return SqlAudiences(self.connection)
