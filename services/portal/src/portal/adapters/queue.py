"""The task list: what the owners raised, joined with what order management added."""

from dataclasses import replace
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.unit import Unit
from portal.adapters.tables import KNOWN_NAME, KNOWN_NUMBER, PROPOSAL, TASK, TASK_HANDLING
from portal.application.ports import FAR, Place, Queue, QueuedTask, Task, When, Whose
from portal.domain.clerk import Clerk
from portal.domain.handling import Handling
from portal.domain.sought import digits_in
from telecom.formats import day_begins
from telecom.workdays import DAY

_RAISE = insert(TASK).on_conflict_do_nothing()
_SETTLE = (
    update(TASK)
    .where(TASK.c.task_id == bindparam("settled_id"))
    .values(settled_at=bindparam("at"), settled_by=bindparam("by"), outcome=bindparam("result", type_=JSONB))
)
_NAME = insert(KNOWN_NAME)
_NAME = _NAME.on_conflict_do_update(
    index_elements=["about", "kind"], set_={"name": _NAME.excluded.name}, where=KNOWN_NAME.c.name != _NAME.excluded.name
)
_NUMBER = insert(KNOWN_NUMBER).on_conflict_do_nothing()
_JOINED = TASK.outerjoin(TASK_HANDLING, TASK_HANDLING.c.task_id == TASK.c.task_id)
_DUE = func.coalesce(TASK_HANDLING.c.due_at, TASK.c.due_at, literal(FAR, TASK.c.due_at.type))
_IS_PROPOSED = exists().where(PROPOSAL.c.task_id == TASK.c.task_id, PROPOSAL.c.state.in_(("open", "approved")))
_ABOUT = (TASK.c.order_id, TASK.c.agreement_id, TASK.c.customer_id, TASK.c.subject_id)
_OPEN = TASK.c.settled_at.is_(None)
_HANDLED = tuple(
    column.label(f"handled_{name}" if name == "due_at" else name)
    for name, column in TASK_HANDLING.c.items()
    if name != "task_id"
)
_ONE = select(*_HANDLED)


class SqlTasks:
    """What a batch raises and settles is written at its end: first the tasks, then their ends."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._raised: list[dict[str, Any]] = []
        self._settled: list[dict[str, Any]] = []

    def raise_(self, task: Task) -> None:
        self._stage()
        self._raised.append({column.name: getattr(task, column.name) for column in TASK.c})

    def settle(self, task_id: UUID, *, by: str, outcome: dict[str, str], at: Any) -> None:
        self._stage()
        self._settled.append({"settled_id": task_id, "by": by, "result": outcome, "at": at})

    def _stage(self) -> None:
        if not self._raised and not self._settled:
            self._unit.stage(self._write)

    async def _write(self, unit: Unit) -> None:
        raised, self._raised = self._raised, []
        settled, self._settled = self._settled, []
        if raised:
            await unit.connection.execute(_RAISE, raised)
        if settled:
            await unit.connection.execute(_SETTLE, settled)

    async def get(self, task_id: UUID) -> Task | None:
        row = (await self._unit.connection.execute(select(TASK).where(TASK.c.task_id == task_id))).mappings().first()
        return None if row is None else Task(**row)

    async def open_on(self, subject_id: UUID, kind: str) -> Task | None:
        wanted = TASK.c.subject_id == subject_id, TASK.c.kind == kind, TASK.c.settled_at.is_(None)
        row = (await self._unit.connection.execute(select(TASK).where(*wanted).limit(1))).mappings().first()
        return None if row is None else Task(**row)

    async def queue(self, wanted: Queue, after: Place | None, most: int) -> list[QueuedTask]:
        is_settled = wanted.when == "settled"
        place = tuple_(TASK.c.settled_at if is_settled else _DUE, TASK.c.raised_at, TASK.c.task_id)
        query = select(*TASK.c, *_HANDLED, _IS_PROPOSED.label("is_proposed")).select_from(_JOINED)
        query = query.where(_narrowed(wanted), _whose(wanted), _when(wanted))
        if after is not None:
            here = tuple_(*(literal(value, column.type) for value, column in zip(after, _PLACE_TYPES, strict=True)))
            query = query.where(place < here if is_settled else place > here)
        ways = [one.desc() if is_settled else one.asc() for one in place.clauses]
        rows = (await self._unit.connection.execute(query.order_by(*ways).limit(most))).mappings().all()
        tasks = [Task(**{column.name: row[column.name] for column in TASK.c}) for row in rows]
        names = await SqlKnownWords(self._unit).names([one for task in tasks for one in _about(task)])
        return [
            QueuedTask(task, handling_in(row, task.task_id), _names_of(task, names), row["is_proposed"])
            for task, row in zip(tasks, rows, strict=True)
        ]

    async def counts(self, wanted: Queue) -> dict[str, int]:
        """In one look; done ones are counted only where they are asked for."""
        whose = {name: and_(_when(wanted), _whose(replace(wanted, whose=name))) for name in get_args(Whose)}
        when = {name: and_(_when(replace(wanted, when=name)), _whose(wanted)) for name in get_args(When)}
        filters = {"all": whose.pop(""), "open": when.pop("")} | whose | when
        columns = [func.count().filter(one).label(name) for name, one in filters.items() if name != "settled"]
        looked_through = _narrowed(wanted) if wanted.when == "settled" else and_(_OPEN, _narrowed(wanted))
        query = select(*columns).select_from(_JOINED).where(looked_through)
        return dict((await self._unit.connection.execute(query)).mappings().one())

    async def kinds(self) -> list[tuple[str, str]]:
        query = select(TASK.c.kind, TASK.c.owner).where(_OPEN).distinct().order_by(TASK.c.kind, TASK.c.owner)
        return [(row.kind, row.owner) for row in await self._unit.connection.execute(query)]


class SqlHandlings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, task_id: UUID) -> Handling:
        await self._connection.execute(insert(TASK_HANDLING).values(task_id=task_id).on_conflict_do_nothing())
        return await self._found(_ONE.where(TASK_HANDLING.c.task_id == task_id).with_for_update(), task_id)

    async def look(self, task_id: UUID) -> Handling:
        return await self._found(_ONE.where(TASK_HANDLING.c.task_id == task_id), task_id)

    async def save(self, handling: Handling) -> None:
        by = handling.claimed_by
        await self._connection.execute(
            update(TASK_HANDLING)
            .where(TASK_HANDLING.c.task_id == handling.task_id)
            .values(
                claimed_by=by.subject if by else None,
                claimed_name=by.name if by else None,
                claimed_at=handling.claimed_at,
                due_at=handling.due_at,
                waits_until=handling.waits_until,
            )
        )

    async def _found(self, query: Select[Any], task_id: UUID) -> Handling:
        row = (await self._connection.execute(query)).mappings().first()
        return Handling(task_id) if row is None else handling_in(row, task_id)


class SqlKnownWords:
    """Names and numbers of a batch are written together, sorted, so that two batches never wait for each other."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._named: dict[tuple[UUID, str], str] = {}
        self._numbered: set[tuple[UUID, str]] = set()

    def name(self, about: UUID, kind: str, name: str) -> None:
        self._stage()
        self._named[about, kind] = name

    def number(self, about: UUID, digits: str) -> None:
        self._stage()
        self._numbered.add((about, digits))

    def _stage(self) -> None:
        if not self._named and not self._numbered:
            self._unit.stage(self._write)

    async def _write(self, unit: Unit) -> None:
        named, self._named = sorted(self._named.items()), {}
        numbered, self._numbered = sorted(self._numbered), set()
        if named:
            names = [{"about": about, "kind": kind, "name": name} for (about, kind), name in named]
            await unit.connection.execute(_NAME, names)
        if numbered:
            await unit.connection.execute(_NUMBER, [{"about": one, "digits": digits} for one, digits in numbered])

    async def about(self, kind: str, name: str) -> list[UUID]:
        query = select(KNOWN_NAME.c.about).where(
            KNOWN_NAME.c.kind == kind, func.lower(KNOWN_NAME.c.name) == name.lower()
        )
        return list((await self._unit.connection.execute(query)).scalars())

    async def names(self, about: list[UUID]) -> dict[UUID, dict[str, str]]:
        found: dict[UUID, dict[str, str]] = {}
        if about:
            for row in await self._unit.connection.execute(select(KNOWN_NAME).where(KNOWN_NAME.c.about.in_(about))):
                found.setdefault(row.about, {})[row.kind] = row.name
        return found


_PLACE_TYPES = (TASK.c.settled_at, TASK.c.raised_at, TASK.c.task_id)


def handling_in(row: Any, task_id: UUID) -> Handling:
    by = Clerk(row["claimed_by"], row["claimed_name"]) if row["claimed_by"] is not None else None
    return Handling(task_id, by, row["claimed_at"], row["handled_due_at"], row["waits_until"])


def _narrowed(wanted: Queue) -> ColumnElement[bool]:
    """By kind, owner, and what is looked for."""
    found: list[ColumnElement[bool]] = [true()]
    if wanted.kind:
        found.append(TASK.c.kind == wanted.kind)
    if wanted.owner:
        found.append(TASK.c.owner == wanted.owner)
    if wanted.q:
        words = and_(*(_says(word) for word in wanted.q.split()))
        digits = digits_in(wanted.q)
        found.append(or_(words, _has_number(digits)) if digits else words)
    return and_(*found)


def _says(word: str) -> ColumnElement[bool]:
    texts = [text[language].astext for text in (TASK.c.title, TASK.c.explanation) for language in ("de", "en")]
    known = exists().where(KNOWN_NAME.c.about.in_(_ABOUT), KNOWN_NAME.c.name.icontains(word, autoescape=True))
    return or_(*(one.icontains(word, autoescape=True) for one in texts), known)


def _has_number(digits: str) -> ColumnElement[bool]:
    """The number is one of a block, or the block's begins with what was typed."""
    known = KNOWN_NUMBER.c.digits
    is_of_it = or_(known.startswith(digits), literal(digits).startswith(known))
    return exists().where(KNOWN_NUMBER.c.about.in_(_ABOUT), is_of_it)


def _whose(wanted: Queue) -> ColumnElement[bool]:
    match wanted.whose:
        case "mine":
            return TASK_HANDLING.c.claimed_by == wanted.me
        case "unclaimed":
            return TASK_HANDLING.c.claimed_by.is_(None)
        case _:
            return true()


def _when(wanted: Queue) -> ColumnElement[bool]:
    waits = TASK_HANDLING.c.waits_until
    is_now = and_(_OPEN, or_(waits.is_(None), waits <= wanted.today))
    match wanted.when:
        case "overdue":
            return and_(is_now, wanted.now > _DUE)
        case "today":
            return and_(is_now, day_begins(wanted.today) <= _DUE, day_begins(wanted.today + DAY) > _DUE)
        case "later":
            return and_(_OPEN, waits > wanted.today)
        case "settled":
            return TASK.c.settled_at.is_not(None)
        case _:
            return is_now


def _about(task: Task) -> list[UUID]:
    return [one for one in (task.order_id, task.agreement_id, task.customer_id, task.subject_id) if one is not None]


def _names_of(task: Task, names: dict[UUID, dict[str, str]]) -> dict[str, str]:
    return {kind: name for one in _about(task) for kind, name in names.get(one, {}).items()}
