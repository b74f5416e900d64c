"""The tree of parties: any depth, changed while people work on it, and never a way around it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.scope import NotDelegated, NotFound, Scope
from chassis.store import chassis_tables, open_store

STAFF = frozenset({"order_management"})
PARTIES = [UUID(int=number) for number in range(1, 8)]
KINDS = ("partner", "sub_partner", "customer", "prospect")


@dataclass(frozen=True)
class Caller:
    party_id: UUID | None
    role: str = "partner"


@dataclass(frozen=True)
class Put:
    party_id: UUID
    kind: str
    parent_id: UUID | None
    delegated: bool
    version: int


@dataclass(frozen=True)
class Merge:
    loser: UUID
    survivor: UUID
    version: int


@dataclass(frozen=True)
class Remove:
    party_id: UUID


Told = Put | Merge | Remove
SOMEONE = st.sampled_from(PARTIES)
VERSION = st.integers(1, 9)
TOLD: st.SearchStrategy[Told] = st.one_of(
    st.builds(Put, SOMEONE, st.sampled_from(KINDS), st.none() | SOMEONE, st.booleans(), VERSION),
    st.builds(Put, SOMEONE, st.sampled_from(KINDS), SOMEONE, st.booleans(), VERSION),
    st.builds(Merge, SOMEONE, SOMEONE, VERSION),
    st.builds(Remove, SOMEONE),
)


@dataclass
class Known:
    kind: str
    parent_id: UUID | None
    delegated: bool
    version: int
    survivor: UUID | None = None


@dataclass
class Model:
    """What the tree means, said plainly and slowly."""

    parties: dict[UUID, Known] = field(default_factory=dict)

    def hear(self, told: Told) -> None:
        match told:
            case Put():
                known = self.parties.get(told.party_id)
                if known is None or (known.version < told.version and known.survivor is None):
                    self.parties[told.party_id] = Known(told.kind, told.parent_id, told.delegated, told.version)
            case Merge():
                known = self.parties.get(told.loser)
                if told.loser != told.survivor and (known is None or known.version < told.version):
                    self.parties[told.loser] = Known("double", None, False, told.version, told.survivor)
            case Remove():
                known = self.parties.get(told.party_id)
                if known is not None and known.survivor is None:
                    known.kind, known.delegated = "removed", False

    def real(self, party_id: UUID | None) -> UUID | None:
        """Who it is, behind all merging."""
        seen: set[UUID] = set()
        while party_id in self.parties and party_id not in seen:
            seen.add(party_id)
            if (survivor := self.parties[party_id].survivor) is None:
                return party_id
            party_id = survivor
        return None

    def parent(self, party_id: UUID) -> UUID | None:
        """Nobody is above who stands in a circle."""
        first = self.real(self.parties[party_id].parent_id)
        above, seen = first, set[UUID]()
        while above is not None and above not in seen:
            if above == party_id:
                return None
            seen.add(above)
            above = self.real(self.parties[above].parent_id)
        return first

    def above(self, party_id: UUID) -> list[UUID]:
        found, parent = [], self.parent(party_id)
        while parent is not None:
            found.append(parent)
            parent = self.parent(parent)
        return found

    def answer(self, caller: Caller, party_id: UUID) -> str:
        """What is said to the caller who asks for the party."""
        own = self.real(party_id)
        if own is None:
            return "not found"
        if caller.role in STAFF:
            return "open"
        party, me = self.parties[own], caller.party_id
        if me not in (own, *self.above(own)) or "removed" in (party.kind, self.parties[me].kind):
            return "not found"
        return "open" if me == own or party.delegated or party.kind == "prospect" else "closed"


@dataclass
class Ground:
    """A database with nothing but the chassis' tables; what a test tells the tree is taken back after it."""

    runner: asyncio.Runner
    engine: AsyncEngine
    statements: list[str] = field(default_factory=list)

    def after(self, *told: Told) -> "Tree":
        return Tree(self, told)


@dataclass
class Tree:
    ground: Ground
    told: tuple[Told, ...]

    def answers(self, *asked: tuple[Caller, UUID]) -> list[str]:
        return self.ground.runner.run(self._within(lambda scope: self._answers(scope, asked)))

    def listed(self, caller: Caller, *, only_open: bool = False) -> set[UUID] | None:
        return self.ground.runner.run(self._within(lambda scope: self._listed(scope, caller, only_open)))

    async def _within(self, ask):
        async with self.ground.engine.connect() as self.connection:
            scope = Scope(self.connection, STAFF)
            await tell(scope, self.told)
            return await ask(scope)

    async def _answers(self, scope: Scope, asked: tuple[tuple[Caller, UUID], ...]) -> list[str]:
        self.ground.statements.clear()
        return [await answer(scope, caller, party_id) for caller, party_id in asked]

    async def _listed(self, scope: Scope, caller: Caller, only_open: bool) -> set[UUID] | None:
        return await listed(self.connection, scope, caller, only_open)


async def tell(scope: Scope, told: tuple[Told, ...]) -> None:
    for one in told:
        match one:
            case Put():
                facts = {name: getattr(one, name) for name in ("kind", "parent_id", "delegated", "version")}
                await scope.put(one.party_id, **facts)
            case Merge():
                await scope.merge(one.loser, one.survivor, one.version)
            case Remove():
                await scope.remove(one.party_id)


async def answer(scope: Scope, caller: Caller, party_id: UUID) -> str:
    try:
        await scope.admit(caller, party_id)
    except NotFound:
        return "not found"
    except NotDelegated:
        return "closed"
    return "open"


async def listed(connection: AsyncConnection, scope: Scope, caller: Caller, only_open: bool) -> set[UUID] | None:
    tree = scope.visible(caller, only_open=only_open)
    return None if tree is None else set((await connection.execute(tree)).scalars())


@pytest.fixture(scope="module")
def ground(database_server: str) -> Iterator[Ground]:
    url = f"{database_server.rsplit('/', 1)[0]}/tree"

    async def make() -> AsyncEngine:
        server = await asyncpg.connect(database_server)
        await server.execute("CREATE DATABASE tree")
        await server.close()
        engine = open_store(url, name="tree", pool_size=1)
        metadata = MetaData()
        chassis_tables(metadata)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        return engine

    async def drop() -> None:
        await made.engine.dispose()
        server = await asyncpg.connect(database_server)
        await server.execute("DROP DATABASE tree WITH (FORCE)")
        await server.close()

    with asyncio.Runner() as runner:
        made = Ground(runner, runner.run(make()))
        event.listen(
            made.engine.sync_engine, "before_cursor_execute", lambda *told: made.statements.append(str(told[2]))
        )
        yield made
        runner.run(drop())


@pytest.mark.rule("TEN-1", "TEN-2", "TEN-3", "CRM-2")
@settings(max_examples=150, deadline=None, derandomize=True)
@given(told=st.lists(TOLD, max_size=14))
def test_whatever_the_crm_says_in_whatever_order_the_tree_answers_like_its_plain_model(
    ground: Ground, told: list[Told]
) -> None:
    model = Model()
    for one in told:
        model.hear(one)
    callers = [*(Caller(one) for one in PARTIES), Caller(None), Caller(None, "order_management")]

    async def compare() -> None:
        async with ground.engine.connect() as connection:
            scope = Scope(connection, STAFF)
            await tell(scope, tuple(told))
            for caller in callers:
                wanted = {one: model.answer(caller, one) for one in PARTIES}
                assert {one: await answer(scope, caller, one) for one in PARTIES} == wanted, caller
                if caller.role in STAFF:
                    assert scope.visible(caller) is None
                    continue
                seen = {one for one, said in wanted.items() if said != "not found"}
                workable = {one for one, said in wanted.items() if said == "open"}
                assert await listed(connection, scope, caller, False) == seen, caller
                assert await listed(connection, scope, caller, True) == workable, caller

    ground.runner.run(compare())


def line(depth: int) -> list[Put]:
    """A partner, `depth` sub-partners each below the other, and a customer of the last."""
    ids = [UUID(int=number) for number in range(100, 102 + depth)]
    kinds = ["partner", *["sub_partner"] * depth, "customer"]
    return [
        Put(one, kind, parent, kind == "customer", 1)
        for one, kind, parent in zip(ids, kinds, [None, *ids], strict=False)
    ]


@pytest.mark.rule("TEN-1", "TEN-2")
def test_a_partner_sees_below_him_at_any_depth_and_a_submandant_its_own_and_below_only(ground: Ground) -> None:
    told = line(40)
    tree, customer = ground.after(*told), told[-1].party_id
    assert set(tree.answers(*((Caller(one.party_id), customer) for one in told))) == {"open"}
    middle = Caller(told[20].party_id)
    assert tree.listed(middle) == {one.party_id for one in told[20:]}
    assert set(tree.answers(*((middle, one.party_id) for one in told[:20]))) == {"not found"}


@pytest.mark.rule("TEN-1")
def test_a_customer_that_moves_to_another_partner_is_seen_there_and_no_longer_here(ground: Ground) -> None:
    mine, theirs, customer = PARTIES[:3]
    told = [
        Put(mine, "partner", None, False, 1),
        Put(theirs, "partner", None, False, 1),
        Put(customer, "customer", mine, True, 4),
        Put(customer, "customer", theirs, True, 5),
    ]
    late = Put(customer, "customer", mine, True, 4)
    for tree in (ground.after(*told), ground.after(*told, late)):
        assert tree.answers((Caller(mine), customer), (Caller(theirs), customer)) == ["not found", "open"]
        assert customer not in (tree.listed(Caller(mine)) or set())


@pytest.mark.rule("TEN-1", "TEN-2")
def test_a_submandant_that_is_removed_leaves_its_customers_to_the_mandant_above(ground: Ground) -> None:
    told = line(2)
    mandant, above, gone, customer = (one.party_id for one in told)
    tree = ground.after(*told, Remove(gone), Put(gone, "sub_partner", above, True, 1))
    asked = [(Caller(one), customer) for one in (mandant, above, gone)]
    assert tree.answers(*asked) == ["open", "open", "not found"]
    assert tree.listed(Caller(mandant)) == {mandant, above, customer}
    assert tree.listed(Caller(gone)) == set()


@pytest.mark.rule("TEN-2")
def test_an_event_that_would_close_a_circle_gives_nobody_anything_and_mends_itself(ground: Ground) -> None:
    mandant, submandant, of_mandant, of_submandant = PARTIES[:4]
    told = [
        Put(mandant, "partner", None, False, 1),
        Put(submandant, "sub_partner", mandant, False, 1),
        Put(of_mandant, "customer", mandant, True, 1),
        Put(of_submandant, "customer", submandant, True, 1),
        Put(mandant, "partner", submandant, False, 2),
    ]
    asked = [
        (Caller(mandant), of_mandant),
        (Caller(submandant), of_submandant),
        (Caller(submandant), of_mandant),
        (Caller(mandant), of_submandant),
    ]
    assert ground.after(*told).answers(*asked) == ["open", "open", "not found", "not found"]
    assert ground.after(*told).listed(Caller(submandant)) == {submandant, of_submandant}
    mended = ground.after(*told, Put(mandant, "partner", None, False, 3))
    assert mended.answers(*asked) == ["open", "open", "not found", "open"]


@pytest.mark.rule("TEN-3")
def test_customer_administration_opens_and_closes_while_people_work(ground: Ground) -> None:
    partner, customer, prospect = PARTIES[:3]
    told: list[Told] = [
        Put(partner, "partner", None, False, 1),
        Put(prospect, "prospect", partner, False, 1),
    ]
    for version, delegated in enumerate((False, True, False), 1):
        told.append(Put(customer, "customer", partner, delegated, version))
        tree = ground.after(*told)
        said = "open" if delegated else "closed"
        assert tree.answers((Caller(partner), customer), (Caller(customer), customer)) == [said, "open"]
        assert tree.answers((Caller(partner), prospect)) == ["open"]
        assert tree.listed(Caller(partner)) == {partner, customer, prospect}
        open_ones = {partner, prospect} | ({customer} if delegated else set())
        assert tree.listed(Caller(partner), only_open=True) == open_ones


@pytest.mark.rule("TEN-1", "CRM-1")
def test_who_was_looked_after_by_a_double_is_looked_after_by_the_survivor(ground: Ground) -> None:
    mandant, double, customer = PARTIES[:3]
    told = [
        Put(mandant, "partner", None, False, 1),
        Put(double, "sub_partner", mandant, False, 1),
        Put(customer, "customer", double, True, 1),
        Merge(double, mandant, 2),
        Put(mandant, "partner", double, False, 2),
    ]
    tree = ground.after(*told)
    assert tree.answers((Caller(mandant), customer), (Caller(double), customer)) == ["open", "not found"]
    assert tree.listed(Caller(mandant)) == {mandant, double, customer}


def test_admission_is_one_statement_at_any_depth(ground: Ground) -> None:
    told = line(30)
    ground.after(*told).answers((Caller(told[0].party_id), told[-1].party_id))
    assert len(ground.statements) == 1
