"""Signed forms: the file as it came, and the pictures of its pages."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.adapters import tables
from porting.domain.signed_forms import SignedFile


class SqlForms:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, porting_id: UUID, file: SignedFile) -> None:
        whole, page = tables.signed_form, tables.signed_form_page
        row = {"content": file.content, "media_type": file.media_type, "sha256": file.digest}
        statement = insert(whole).values(porting_id=porting_id, **row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["porting_id"], set_=row))
        await self._connection.execute(delete(page).where(page.c.porting_id == porting_id))
        pages = [
            {"porting_id": porting_id, "number": number, "picture": picture}
            for number, picture in enumerate(file.pages, 1)
        ]
        await self._connection.execute(insert(page), pages)

    async def original(self, porting_id: UUID) -> tuple[str, bytes] | None:
        table = tables.signed_form
        query = select(table.c.media_type, table.c.content).where(table.c.porting_id == porting_id)
        found = (await self._connection.execute(query)).one_or_none()
        return None if found is None else (found.media_type, found.content)

    async def page(self, porting_id: UUID, number: int) -> bytes | None:
        table = tables.signed_form_page
        query = select(table.c.picture).where(table.c.porting_id == porting_id, table.c.number == number)
        found: bytes | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found
