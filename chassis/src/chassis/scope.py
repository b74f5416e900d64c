"""Tenancy: a tree of parties of any depth, and who may see and touch what belongs to whom.

A merged party stays in the tree as a double below its survivor, and a removed one as a mere link, so that whoever
hangs on them keeps his place. Should the tree ever close to a circle, those standing in it have nobody above them.
"""

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

REMOVED = "removed"
PUT = text(
    "INSERT INTO scope (party_id, kind, parent_id, delegated, version) "
    "VALUES (:party_id, :kind, :parent_id, :delegated, :version) "
    "ON CONFLICT (party_id) DO UPDATE SET kind = excluded.kind, parent_id = excluded.parent_id, "
    "delegated = excluded.delegated, version = excluded.version "
    "WHERE scope.version < excluded.version AND scope.merged_into IS NULL"
)
MERGE = text(
    "INSERT INTO scope (party_id, kind, parent_id, delegated, version, merged_into) "
    "VALUES (:loser, 'double', :survivor, false, :version, :survivor) "
    "ON CONFLICT (party_id) DO UPDATE SET parent_id = excluded.parent_id, version = excluded.version, "
    "merged_into = excluded.merged_into WHERE scope.version < excluded.version"
)
REMOVE = text(
    f"UPDATE scope SET kind = '{REMOVED}', delegated = false WHERE party_id = :party_id AND merged_into IS NULL"
)
CHAIN = text(
    "WITH RECURSIVE up(party_id, kind, parent_id, delegated, double, depth) AS ("
    " SELECT party_id, kind, parent_id, delegated, merged_into IS NOT NULL, 0 FROM scope WHERE party_id = :party_id"
    " UNION ALL SELECT s.party_id, s.kind, s.parent_id, s.delegated, s.merged_into IS NOT NULL, up.depth + 1"
    " FROM up JOIN scope s ON s.party_id = up.parent_id) CYCLE party_id SET closes USING trail"
    " SELECT party_id, kind, delegated, double, closes FROM up ORDER BY depth"
)
TREE = (
    "WITH RECURSIVE root(party_id, parent_id) AS (SELECT party_id, parent_id FROM scope"
    f" WHERE party_id = cast(:caller AS uuid) AND merged_into IS NULL AND kind <> '{REMOVED}'), "
    "above(party_id, parent_id, double) AS (SELECT party_id, parent_id, false FROM root"
    " UNION SELECT s.party_id, s.parent_id, s.merged_into IS NOT NULL FROM above JOIN scope s"
    " ON s.party_id = above.parent_id), "
    "down(party_id, delegated, kind) AS (SELECT party_id, true, '' FROM root"
    " UNION SELECT s.party_id, CASE WHEN s.merged_into IS NULL THEN s.delegated ELSE down.delegated END,"
    " CASE WHEN s.merged_into IS NULL THEN s.kind ELSE down.kind END"
    " FROM down JOIN scope s ON s.parent_id = down.party_id"
    " WHERE s.party_id NOT IN (SELECT party_id FROM above WHERE NOT double)) "
    f"SELECT party_id FROM down WHERE kind <> '{REMOVED}'"
)
ABOVE = text(
    "WITH RECURSIVE up(asked, party_id, parent_id) AS ("
    " SELECT party_id, party_id, parent_id FROM scope WHERE party_id = ANY(cast(:party_ids AS uuid[]))"
    " UNION SELECT up.asked, s.party_id, s.parent_id FROM scope AS s JOIN up ON s.party_id = up.parent_id)"
    " SELECT asked, party_id FROM up"
)
UP_TO_HEIR = (
    "heir(party_id, merged_into) AS (SELECT party_id, merged_into FROM scope WHERE party_id = cast(:{gap} AS uuid)"
    " UNION SELECT s.party_id, s.merged_into FROM heir JOIN scope AS s ON s.party_id = heir.merged_into)"
)
HEIR = text(f"WITH RECURSIVE {UP_TO_HEIR.format(gap='party_id')} SELECT party_id FROM heir WHERE merged_into IS NULL")
DOUBLES = text(
    "WITH RECURSIVE below(party_id) AS (SELECT cast(:party_id AS uuid) UNION SELECT s.party_id FROM below"
    " JOIN scope AS s ON s.parent_id = below.party_id AND s.merged_into IS NOT NULL)"
    " SELECT party_id FROM below WHERE party_id <> cast(:party_id AS uuid)"
)


def same_party(gap: str) -> str:
    """A select of the party in the gap, whoever it was merged into, and all that were: lists take any of their ids."""
    return (
        f"WITH RECURSIVE {UP_TO_HEIR.format(gap=gap)}, same(party_id) AS ("
        f"(SELECT party_id FROM heir WHERE merged_into IS NULL UNION SELECT cast(:{gap} AS uuid))"
        " UNION SELECT s.party_id FROM same JOIN scope AS s ON s.parent_id = same.party_id"
        " AND s.merged_into IS NOT NULL) SELECT party_id FROM same"
    )


class Who(Protocol):
    """What tenancy asks of a caller."""

    @property
    def party_id(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...


class NotFound(Exception):
    """Nobody by that id, or none of yours: the same answer for both."""


class NotDelegated(Exception):
    """One of yours, but you may not act for it until that is switched on upstream."""


class Scope:
    """The tree of parties as this service knows it."""

    UNDELEGATED = frozenset({"prospect"})
    """Kinds of party for which an ancestor needs no delegation."""

    def __init__(self, connection: AsyncConnection, staff: frozenset[str]) -> None:
        self._connection, self._staff = connection, staff

    async def put(self, party_id: UUID, *, kind: str, parent_id: UUID | None, delegated: bool, version: int) -> bool:
        """Take a party's state over; False if a newer one is already known."""
        done = await self._connection.execute(
            PUT,
            {"party_id": party_id, "kind": kind, "parent_id": parent_id, "delegated": delegated, "version": version},
        )
        return done.rowcount == 1

    async def merge(self, loser: UUID, survivor: UUID, version: int) -> None:
        """What is asked of `loser` is answered for `survivor`, who takes over whom it looked after.

        A login as `loser` opens nothing from then on: who comes in as whom is the login provider's to say.
        """
        if loser != survivor:
            await self._connection.execute(MERGE, {"loser": loser, "survivor": survivor, "version": version})

    async def remove(self, party_id: UUID) -> None:
        """Whoever hangs on it keeps his place below those above it."""
        await self._connection.execute(REMOVE, {"party_id": party_id})

    async def admit(self, caller: Who, party_id: UUID) -> None:
        """Let `caller` at what belongs to `party_id`, or raise NotFound (foreign, unknown) or NotDelegated."""
        chain = _believed((await self._connection.execute(CHAIN, {"party_id": party_id})).all())
        own, *above = [one for one in chain if not one.double] or [None]
        if own is None:
            raise NotFound
        if caller.role in self._staff:
            return
        those = {one.party_id for one in (own, *above) if one.kind != REMOVED}
        if own.kind == REMOVED or caller.party_id not in those:
            raise NotFound
        if caller.party_id != own.party_id and not own.delegated and own.kind not in self.UNDELEGATED:
            raise NotDelegated

    async def heir(self, party_id: UUID) -> UUID:
        """Whom the party was merged into in the end; itself, if nobody."""
        found = (await self._connection.execute(HEIR, {"party_id": party_id})).scalar_one_or_none()
        return found or party_id

    async def doubles(self, party_id: UUID) -> list[UUID]:
        """Those that were merged into the party."""
        return list((await self._connection.execute(DOUBLES, {"party_id": party_id})).scalars())

    async def above(self, party_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Each of these parties that is known, with itself and all above it."""
        found: dict[UUID, set[UUID]] = {}
        for row in await self._connection.execute(ABOVE, {"party_ids": list(party_ids)}):
            found.setdefault(row.asked, set()).add(row.party_id)
        return {asked: frozenset(line) for asked, line in found.items()}

    def visible(self, caller: Who, *, only_open: bool = False) -> TextClause | None:
        """A select of the party ids the caller may list, himself among them; None means all.

        `only_open`: of those, the ones he may act for.
        """
        if caller.role in self._staff:
            return None
        undelegated = ", ".join(f"'{kind}'" for kind in sorted(self.UNDELEGATED))
        closed = f" AND (delegated OR kind IN ({undelegated}))" if only_open else ""
        return text(TREE + closed).bindparams(bindparam("caller", caller.party_id, type_=Uuid()))


def _believed(chain: Sequence[Any]) -> Sequence[Any]:
    """A party and those above it, as far as they are no circle; doubles are nobody of their own."""
    if not chain or not chain[-1].closes:
        return chain
    ids = [one.party_id for one in chain]
    first = ids.index(ids[-1])
    doubles = len(list(takewhile(lambda one: one.double, chain[first:-1])))
    return chain[: first + doubles + 1]
