"""Notes, proposals and the audit of order management, and who its people are."""

import os
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, RowMapping, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.story import current_story
from chassis.unit import Unit
from portal.adapters.tables import AUDIT, COLLEAGUE, PROPOSAL, TASK_NOTE
from portal.application.ports import Audited, Note
from portal.domain.audit import BEGINNING, Entry, Row, bound
from portal.domain.clerk import Clerk
from portal.domain.lifecycle import ProposalState
from portal.domain.proposal import Deed, Proposal

log = structlog.get_logger()
LOCK = text("SELECT pg_advisory_xact_lock(7301)")
"""Rows are bound to each other one after the other; taken last in a unit, and held until it commits."""
STILL_OPEN = ("open", "approved")


class SqlNotes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, note: Note) -> None:
        values = {"note_id": note.note_id, "task_id": note.task_id, "at": note.at, "text": note.text}
        await self._connection.execute(insert(TASK_NOTE).values(**values, subject=note.by.subject, name=note.by.name))

    async def of_task(self, task_id: UUID) -> list[Note]:
        query = select(TASK_NOTE).where(TASK_NOTE.c.task_id == task_id).order_by(TASK_NOTE.c.at, TASK_NOTE.c.note_id)
        rows = (await self._connection.execute(query)).all()
        return [Note(row.note_id, task_id, row.at, Clerk(row.subject, row.name), row.text) for row in rows]


class SqlProposals:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, proposal: Proposal) -> bool:
        made = await self._connection.execute(insert(PROPOSAL).values(_written(proposal)).on_conflict_do_nothing())
        return made.rowcount == 1

    async def open_on(self, part: str, path: str) -> Proposal | None:
        same = (PROPOSAL.c.part == part, PROPOSAL.c.path == path, PROPOSAL.c.state.in_(STILL_OPEN))
        query = select(PROPOSAL).where(*same).with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return None if row is None else _read(row)

    async def get(self, proposal_id: UUID) -> Proposal | None:
        query = select(PROPOSAL).where(PROPOSAL.c.proposal_id == proposal_id).with_for_update()
        row = (await self._connection.execute(query)).mappings().first()
        return None if row is None else _read(row)

    async def save(self, proposal: Proposal) -> None:
        values = _written(proposal)
        changed = {name: values[name] for name in ("state", "decided_by", "decided_at", "reason")}
        same = PROPOSAL.c.proposal_id == proposal.proposal_id
        await self._connection.execute(update(PROPOSAL).where(same).values(changed))

    async def open(self) -> list[Proposal]:
        query = select(PROPOSAL).where(PROPOSAL.c.state.in_(STILL_OPEN)).order_by(PROPOSAL.c.proposed_at).limit(500)
        return [_read(row) for row in (await self._connection.execute(query)).mappings()]

    async def of_task(self, task_id: UUID) -> list[Proposal]:
        query = select(PROPOSAL).where(PROPOSAL.c.task_id == task_id).order_by(PROPOSAL.c.proposed_at.desc())
        return [_read(row) for row in (await self._connection.execute(query)).mappings()]


class SqlAudit:
    """Entries of a unit are bound at its end, in the order in which they were written."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._entries: list[Entry] = []

    def write(self, entry: Entry) -> None:
        if not self._entries:
            self._unit.stage(self._bind)
        self._entries.append(entry)

    async def _bind(self, unit: Unit) -> None:
        entries, self._entries = self._entries, []
        await unit.connection.execute(LOCK)
        newest = select(AUDIT.c.number, AUDIT.c.mark).order_by(AUDIT.c.number.desc()).limit(1)
        last = (await unit.connection.execute(newest)).first()
        number, mark = (last.number, last.mark) if last else (0, BEGINNING)
        rows, correlation = [], current_story().correlation_id
        for entry in entries:
            number += 1
            row = bound(replace(entry, correlation_id=correlation), number, mark, os.urandom(16))
            mark = row.mark
            rows.append(_row_values(row))
        await unit.connection.execute(insert(AUDIT), rows)
        # The log keeps the newest mark where whoever can change this table can't.
        unit.after_commit(lambda: log.info("audited", number=number, mark=mark.hex()))

    async def rows(self, wanted: Audited, before: int | None, most: int) -> list[Row]:
        narrowed: list[ColumnElement[bool]] = [true()]
        narrowed += [AUDIT.c.subject == wanted.subject] if wanted.subject else []
        narrowed += [AUDIT.c.task_id == wanted.task_id] if wanted.task_id else []
        narrowed += [AUDIT.c.order_id == wanted.order_id] if wanted.order_id else []
        narrowed += [AUDIT.c.at >= wanted.since] if wanted.since else []
        narrowed += [AUDIT.c.at < wanted.until] if wanted.until else []
        narrowed += [AUDIT.c.number < before] if before is not None else []
        query = select(AUDIT).where(*narrowed).order_by(AUDIT.c.number.desc()).limit(most)
        return [_row(one) for one in (await self._unit.connection.execute(query)).mappings()]

    async def stretch(self, first: int, most: int) -> list[Row]:
        query = select(AUDIT).where(AUDIT.c.number >= first).order_by(AUDIT.c.number).limit(most)
        return [_row(one) for one in (await self._unit.connection.execute(query)).mappings()]


class SqlColleagues:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def seen(self, clerk: Clerk, at: Any) -> None:
        values = asdict(clerk) | {"seen_at": at}
        now_known = insert(COLLEAGUE).values(values)
        await self._connection.execute(now_known.on_conflict_do_update(index_elements=["subject"], set_=values))

    async def all(self) -> list[Clerk]:
        rows = (await self._connection.execute(select(COLLEAGUE).order_by(COLLEAGUE.c.name))).mappings()
        return [Clerk(row["subject"], row["name"], row["email"], row["role"]) for row in rows]


def _row_values(row: Row) -> dict[str, Any]:
    entry = row.entry
    return {
        "number": row.number,
        "at": entry.at,
        "subject": entry.who.subject,
        "name": entry.who.name,
        "role": entry.who.role,
        "act": entry.act,
        "result": entry.result,
        "said": entry.said,
        "task_id": entry.task_id,
        "order_id": entry.order_id,
        "customer_id": entry.customer_id,
        "correlation_id": entry.correlation_id,
        "salt": row.salt,
        "digest": row.digest,
        "earlier": row.earlier,
        "mark": row.mark,
    }


def _row(row: RowMapping) -> Row:
    entry = Entry(
        row["at"],
        Clerk(row["subject"], row["name"], role=row["role"]),
        row["act"],
        row["result"],
        row["said"],
        row["task_id"],
        row["order_id"],
        row["customer_id"],
        row["correlation_id"],
    )
    return Row(row["number"], entry, row["salt"], row["digest"], row["earlier"], row["mark"])


def _written(proposal: Proposal) -> dict[str, Any]:
    return asdict(proposal.deed) | {
        "proposal_id": proposal.proposal_id,
        "proposed_by": asdict(proposal.proposed_by),
        "proposed_at": proposal.proposed_at,
        "expires_at": proposal.expires_at,
        "state": proposal.state.value,
        "decided_by": asdict(proposal.decided_by) if proposal.decided_by else None,
        "decided_at": proposal.decided_at,
        "reason": proposal.reason,
    }


def _read(row: RowMapping) -> Proposal:
    names = ("act", "part", "path", "body", "task_id", "order_id", "customer_id", "subject", "back")
    return Proposal(
        row["proposal_id"],
        Deed(**{name: row[name] for name in names}),
        Clerk(**row["proposed_by"]),
        row["proposed_at"],
        row["expires_at"],
        ProposalState(row["state"]),
        Clerk(**row["decided_by"]) if row["decided_by"] else None,
        row["decided_at"],
        row["reason"],
    )
