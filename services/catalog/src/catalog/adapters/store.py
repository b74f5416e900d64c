"""Published versions in PostgreSQL, whole, as they were told to everybody."""

from collections.abc import Sequence
from functools import cached_property

from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.store import chassis_tables
from chassis.unit import Unit
from contracts.catalog.v1 import CatalogPublished

metadata = MetaData()
chassis_tables(metadata)
version_table = Table(
    "catalog_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("published", LargeBinary, nullable=False),
)


class SqlVersions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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


class CatalogUnit(Unit):
    @cached_property
    def versions(self) -> SqlVersions:
        return SqlVersions(self.connection)
