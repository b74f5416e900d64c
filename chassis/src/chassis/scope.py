"""Tenancy: a tree of parties, and who may see and touch what belongs to whom."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

PUT = text(
    "INSERT INTO scope (party_id, kind, parent_id, delegated, version) "
    "VALUES (:party_id, :kind, :parent_id, :delegated, :version) "
    "ON CONFLICT (party_id) DO UPDATE SET kind = excluded.kind, parent_id = excluded.parent_id, "
    "delegated = excluded.delegated, version = excluded.version "
    "WHERE scope.version < excluded.version AND scope.merged_into IS NULL"
)
MERGE = text(
    "UPDATE scope SET merged_into = :survivor, version = :version WHERE party_id = :loser AND version < :version"
)
REMOVE = text("DELETE FROM scope WHERE party_id = :party_id")
CHAIN = text(
    "WITH RECURSIVE up(party_id, kind, parent_id, delegated, depth) AS ("
    " SELECT party_id, kind, parent_id, delegated, 0 FROM scope"
    " WHERE party_id = coalesce((SELECT merged_into FROM scope WHERE party_id = :party_id), :party_id)"
    " UNION ALL SELECT s.party_id, s.kind, s.parent_id, s.delegated, up.depth + 1"
    " FROM scope s JOIN up ON s.party_id = up.parent_id WHERE up.depth < 8)"
    " SELECT party_id, kind, delegated FROM up ORDER BY depth"
)
TREE = (
    "WITH RECURSIVE down(party_id) AS (SELECT cast(:root AS uuid)"
    " UNION SELECT s.party_id FROM scope s JOIN down ON s.parent_id = down.party_id) SELECT party_id FROM down"
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


@dataclass(frozen=True, slots=True)
class Admission:
    """`kind` of the party, and whether the caller may act for it."""

    kind: str
    may_act: bool


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
        """What is asked of `loser` from now on is answered for `survivor`."""
        await self._connection.execute(MERGE, {"loser": loser, "survivor": survivor, "version": version})

    async def remove(self, party_id: UUID) -> None:
        await self._connection.execute(REMOVE, {"party_id": party_id})

    async def admit(self, caller: Who, party_id: UUID, *, look_only: bool = False) -> Admission:
        """Let `caller` at what belongs to `party_id`, or raise NotFound (foreign, unknown) or NotDelegated."""
        chain = (await self._connection.execute(CHAIN, {"party_id": party_id})).all()
        if not chain:
            raise NotFound
        own, *above = chain
        if caller.role in self._staff or caller.party_id == own.party_id:
            return Admission(own.kind, may_act=True)
        if caller.party_id is None or caller.party_id not in {one.party_id for one in above}:
            raise NotFound
        may_act = own.delegated or own.kind in self.UNDELEGATED
        if not may_act and not look_only:
            raise NotDelegated
        return Admission(own.kind, may_act)

    def visible(self, caller: Who) -> TextClause | None:
        """A select of the party ids the caller may list, himself among them; None means all."""
        if caller.role in self._staff:
            return None
        return text(TREE).bindparams(bindparam("root", caller.party_id, type_=Uuid()))
