"""The write side: notices, the stories they belong to, and what documents need, in PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from sqlalchemy import Uuid, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.ids import uuid7
from chassis.unit import Unit
from notification.adapters import tables
from notification.adapters.queries import SENT, SqlLists, sent_notice
from notification.adapters.webhooks import SqlWebhooks
from notification.application.ports import SentNotice
from notification.domain.notice import Happening, Notice, Recipient, Story
from notification.settings import SealSettings

LOCK = text(
    "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(a::text, 0) AS k "
    "FROM unnest(cast(:abouts AS uuid[])) AS a ORDER BY k) AS s"
)
SEND_AGAIN = text(
    "UPDATE notice SET state = 'waiting', email = :email, attempts = 0, not_before = now(), recorded_at = now(), "
    "reason = NULL, task_id = NULL WHERE notice_id = :notice_id AND NOT EXISTS (SELECT FROM notice AS other "
    "WHERE other.about = notice.about AND other.kind = notice.kind AND other.subject = notice.subject "
    "AND other.email = :email AND other.notice_id <> notice.notice_id)"
)
GIVE_UP = text(
    "UPDATE notice SET state = 'given_up', task_id = NULL, facts = facts - 'sealed_token' WHERE notice_id = :notice_id"
)

FORGET_SITES = text(
    "DELETE FROM site WHERE site_id::text IN (SELECT coalesce(line -> 'site' ->> 'site_id', "
    "line -> 'porting' ->> 'site_id') FROM story, jsonb_array_elements(body -> 'lines') AS line "
    "WHERE story.customer_id = :party_id)"
).bindparams(bindparam("party_id", type_=Uuid))
KEEP_SITE = insert(tables.site).on_conflict_do_nothing()


class SqlNotices:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, notices: Sequence[Notice]) -> None:
        rows = [
            {
                "notice_id": one.notice_id,
                "kind": one.kind,
                "role": one.to.role,
                "name": one.to.name,
                "email": one.to.email,
                "language": one.to.language,
                "about": one.about,
                "subject": one.subject,
                "facts": one.facts,
                "documents": list(one.documents),
                "customer_id": one.customer_id,
                "order_id": one.order_id,
                "quote_id": one.quote_id,
                "correlation_id": one.correlation_id,
            }
            for one in notices
        ]
        await self._connection.execute(insert(tables.notice).on_conflict_do_nothing(), rows)

    async def get(self, notice_id: UUID) -> SentNotice | None:
        query = select(*SENT).where(tables.notice.c.notice_id == notice_id).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else sent_notice(row)

    async def send_again(self, notice: SentNotice, email: str) -> bool:
        changed = await self._connection.execute(SEND_AGAIN, {"notice_id": notice.notice_id, "email": email})
        return changed.rowcount == 1

    async def forget(self, about: UUID) -> None:
        await self._connection.execute(delete(tables.notice).where(tables.notice.c.about == about))

    async def give_up(self, notice: SentNotice) -> None:
        await self._connection.execute(GIVE_UP, {"notice_id": notice.notice_id})


class SqlStories:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, abouts: Collection[UUID]) -> None:
        await self._connection.execute(LOCK, {"abouts": list(abouts)})

    async def keep(self, stories: Sequence[Story]) -> None:
        newest = {one.about: one for one in stories}
        rows = [
            {
                "about": one.about,
                "sort": one.sort,
                "customer_id": one.customer_id,
                "number": one.number,
                "people": [asdict(person) for person in one.people],
                "body": one.body,
            }
            for one in newest.values()
        ]
        statement = insert(tables.story)
        renewed = {name: statement.excluded[name] for name in ("people", "body")}
        newer = statement.on_conflict_do_update(
            index_elements=["about"], set_=renewed, where=tables.story.c.sort != "order"
        )
        await self._connection.execute(newer, rows)

    async def find(self, abouts: Collection[UUID]) -> dict[UUID, Story]:
        if not abouts:
            return {}
        rows = await self._connection.execute(select(tables.story).where(tables.story.c.about.in_(abouts)))
        return {row.about: story_of(row) for row in rows}

    async def wait(self, happenings: Sequence[Happening]) -> None:
        rows = [
            {
                "about": one.about,
                "kind": one.kind,
                "subject": one.subject,
                "correlation_id": one.correlation_id,
                "facts": one.facts,
                "but": one.but,
            }
            for one in happenings
        ]
        await self._connection.execute(insert(tables.waiting).on_conflict_do_nothing(), rows)

    async def take_waiting(self, abouts: Collection[UUID]) -> list[Happening]:
        taken = delete(tables.waiting).where(tables.waiting.c.about.in_(abouts)).returning(tables.waiting)
        return [Happening(**row._mapping) for row in await self._connection.execute(taken)]

    async def correct_address(self, about: UUID, wrong: str, right: str) -> None:
        found = (await self.find([about])).get(about)
        if found is None:
            return
        people = [asdict(one) | ({"email": right} if one.email == wrong else {}) for one in found.people]
        await self._connection.execute(update(tables.story).where(tables.story.c.about == about).values(people=people))

    async def move(self, loser: UUID, survivor: UUID) -> None:
        for table in (tables.notice, tables.story):
            await self._connection.execute(
                update(table).where(table.c.customer_id == loser).values(customer_id=survivor)
            )

    async def forget_party(self, party_id: UUID) -> None:
        await self._connection.execute(FORGET_SITES, {"party_id": party_id})
        told = select(tables.story.c.about).where(tables.story.c.customer_id == party_id)
        await self._connection.execute(delete(tables.waiting).where(tables.waiting.c.about.in_(told)))
        for table in (tables.notice, tables.story):
            await self._connection.execute(delete(table).where(table.c.customer_id == party_id))


class SqlSites:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def keep(self, site_id: UUID, name: str, address: dict[str, Any]) -> None:
        self._unit.stage_row(KEEP_SITE, {"site_id": site_id, "name": name, "address": address})

    async def find(self, site_ids: Collection[UUID]) -> dict[UUID, tuple[str, dict[str, Any]]]:
        if not site_ids:
            return {}
        rows = await self._unit.connection.execute(select(tables.site).where(tables.site.c.site_id.in_(site_ids)))
        return {row.site_id: (row.name, row.address) for row in rows}


class NotificationUnit(Unit):
    """One transaction of the notification service."""

    @cached_property
    def notices(self) -> SqlNotices:
        return SqlNotices(self.connection)

    @cached_property
    def stories(self) -> SqlStories:
        return SqlStories(self.connection)

    @cached_property
    def sites(self) -> SqlSites:
        return SqlSites(self)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        return SqlWebhooks(self.connection)

    @cached_property
    def lists(self) -> SqlLists:
        return SqlLists(self.connection)

    @property
    def correlation_id(self) -> str:
        return self.story.correlation_id

    def new_id(self) -> UUID:
        return uuid7()

    @property
    def event_id(self) -> UUID:
        return self.story.cause or uuid7()

    def sealed(self, secret: str) -> str:
        """Encrypted, as link tokens and webhooks' secrets are kept."""
        return _seal().encrypt(secret.encode()).decode()

    def opened(self, sealed: str) -> str:
        return _seal().decrypt(sealed).decode()


@cache
def _seal() -> Fernet:
    return Fernet(SealSettings().token_key)


def story_of(row: Any) -> Story:
    people = tuple(Recipient(**one) for one in row.people)
    return Story(row.about, row.sort, row.customer_id, row.number, people, row.body)
