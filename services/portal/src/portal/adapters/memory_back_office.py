"""What order management adds to tasks, in memory, for unit tests; the same tests run against the real store."""

import os
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import get_args
from uuid import UUID

from portal.application.ports import Audited, Note, Place, Queue, QueuedTask, Task, When, Whose
from portal.domain.audit import BEGINNING, Entry, Row, bound
from portal.domain.clerk import Clerk
from portal.domain.handling import Handling
from portal.domain.proposal import Proposal
from portal.domain.sought import digits_in
from telecom.formats import berlin_day

STILL_OPEN = ("open", "approved")


class MemoryHandlings:
    def __init__(self) -> None:
        self.kept: dict[UUID, Handling] = {}

    async def get(self, task_id: UUID) -> Handling:
        return await self.look(task_id)

    async def look(self, task_id: UUID) -> Handling:
        return replace(self.kept.get(task_id, Handling(task_id)))

    async def save(self, handling: Handling) -> None:
        self.kept[handling.task_id] = replace(handling)


class MemoryNotes:
    def __init__(self) -> None:
        self.kept: list[Note] = []

    async def add(self, note: Note) -> None:
        self.kept.append(note)

    async def of_task(self, task_id: UUID) -> list[Note]:
        return [one for one in self.kept if one.task_id == task_id]


class MemoryProposals:
    def __init__(self) -> None:
        self.kept: dict[UUID, Proposal] = {}

    async def add(self, proposal: Proposal) -> bool:
        if await self.open_on(proposal.deed.part, proposal.deed.path) is not None:
            return False
        self.kept[proposal.proposal_id] = deepcopy(proposal)
        return True

    async def open_on(self, part: str, path: str) -> Proposal | None:
        return next((one for one in await self.open() if (one.deed.part, one.deed.path) == (part, path)), None)

    async def get(self, proposal_id: UUID) -> Proposal | None:
        return deepcopy(self.kept.get(proposal_id))

    async def save(self, proposal: Proposal) -> None:
        self.kept[proposal.proposal_id] = deepcopy(proposal)

    async def open(self) -> list[Proposal]:
        return [deepcopy(one) for one in self.kept.values() if one.state in STILL_OPEN]

    async def of_task(self, task_id: UUID) -> list[Proposal]:
        found = [deepcopy(one) for one in self.kept.values() if one.deed.task_id == task_id]
        return sorted(found, key=lambda one: one.proposed_at, reverse=True)


class MemoryAudit:
    def __init__(self) -> None:
        self.kept: list[Row] = []

    def write(self, entry: Entry) -> None:
        earlier = self.kept[-1].mark if self.kept else BEGINNING
        self.kept.append(bound(entry, len(self.kept) + 1, earlier, os.urandom(16)))

    async def rows(self, wanted: Audited, before: int | None, most: int) -> list[Row]:
        found = [
            one
            for one in reversed(self.kept)
            if wanted.subject in ("", one.entry.who.subject)
            and wanted.task_id in (None, one.entry.task_id)
            and wanted.order_id in (None, one.entry.order_id)
            and (wanted.since is None or one.entry.at >= wanted.since)
            and (wanted.until is None or one.entry.at < wanted.until)
            and (before is None or one.number < before)
        ]
        return found[:most]

    async def stretch(self, first: int, most: int) -> list[Row]:
        return [one for one in self.kept if one.number >= first][:most]


class MemoryColleagues:
    def __init__(self) -> None:
        self.kept: dict[str, Clerk] = {}

    async def seen(self, clerk: Clerk, at: datetime) -> None:  # noqa: ARG002 - nobody here asks when
        self.kept[clerk.subject] = clerk

    async def all(self) -> list[Clerk]:
        return sorted(self.kept.values(), key=lambda one: one.name)


class MemoryKnownWords:
    def __init__(self) -> None:
        self.named: dict[UUID, dict[str, str]] = {}
        self.numbered: set[tuple[UUID, str]] = set()

    def name(self, about: UUID, kind: str, name: str) -> None:
        self.named.setdefault(about, {})[kind] = name

    def number(self, about: UUID, digits: str) -> None:
        self.numbered.add((about, digits))

    async def about(self, kind: str, name: str) -> list[UUID]:
        return [one for one, names in self.named.items() if names.get(kind, "").lower() == name.lower()]

    async def names(self, about: list[UUID]) -> dict[UUID, dict[str, str]]:
        return {one: self.named[one] for one in about if one in self.named}


class MemoryTasks:
    def __init__(self, handlings: MemoryHandlings, proposals: MemoryProposals, known: MemoryKnownWords) -> None:
        self.kept: dict[UUID, Task] = {}
        self._handlings, self._proposals, self._known = handlings, proposals, known

    def raise_(self, task: Task) -> None:
        self.kept.setdefault(task.task_id, task)

    def settle(self, task_id: UUID, *, by: str, outcome: dict[str, str], at: datetime) -> None:
        if task_id in self.kept:
            self.kept[task_id] = replace(self.kept[task_id], settled_by=by, outcome=outcome, settled_at=at)

    async def get(self, task_id: UUID) -> Task | None:
        return self.kept.get(task_id)

    async def open_on(self, subject_id: UUID, kind: str) -> Task | None:
        wanted = (one for one in self.kept.values() if one.subject_id == subject_id and one.kind == kind)
        return next((one for one in wanted if one.settled_at is None), None)

    async def queue(self, wanted: Queue, after: Place | None, most: int) -> list[QueuedTask]:
        is_settled = wanted.when == "settled"
        found = sorted(await self._found(wanted), key=lambda one: one.place, reverse=is_settled)
        beyond = [one for one in found if after is None or (one.place < after if is_settled else one.place > after)]
        return beyond[:most]

    async def counts(self, wanted: Queue) -> dict[str, int]:
        whose = {name or "all": replace(wanted, whose=name) for name in get_args(Whose)}
        when = {name or "open": replace(wanted, when=name) for name in get_args(When) if name != "settled"}
        return {name: len(await self._found(one)) for name, one in (whose | when).items()}

    async def kinds(self) -> list[tuple[str, str]]:
        return sorted({(one.kind, one.owner) for one in self.kept.values() if one.settled_at is None})

    async def _found(self, wanted: Queue) -> list[QueuedTask]:
        found = []
        proposed = {one.deed.task_id for one in await self._proposals.open()}
        for task in self.kept.values():
            names: dict[str, str] = {}
            for one in (task.order_id, task.agreement_id, task.customer_id, task.subject_id):
                names |= self._known.named.get(one, {}) if one else {}
            queued = QueuedTask(task, await self._handlings.look(task.task_id), names, task.task_id in proposed)
            if wanted.kind in ("", task.kind) and wanted.owner in ("", task.owner) and self._fits(queued, wanted):
                found.append(queued)
        return found

    def _fits(self, queued: QueuedTask, wanted: Queue) -> bool:
        task, by, waits = queued.task, queued.handling.claimed_by, queued.handling.waits_until
        is_open, is_waiting = task.settled_at is None, waits is not None and waits > wanted.today
        is_now = is_open and not is_waiting
        due = queued.due_at
        fits_when = {
            "": is_now,
            "overdue": is_now and due is not None and due < wanted.now,
            "today": is_now and due is not None and berlin_day(due) == wanted.today,
            "later": is_open and is_waiting,
            "settled": not is_open,
        }[wanted.when]
        fits_whose = {"": True, "mine": by is not None and by.subject == wanted.me, "unclaimed": by is None}
        return fits_when and fits_whose[wanted.whose] and (not wanted.q or self._says(queued, wanted.q))

    def _says(self, queued: QueuedTask, q: str) -> bool:
        task, digits = queued.task, digits_in(q)
        about = {task.order_id, task.agreement_id, task.customer_id, task.subject_id}
        if digits and any(
            one in about and (number.startswith(digits) or digits.startswith(number))
            for one, number in self._known.numbered
        ):
            return True
        said = " ".join([*task.title.values(), *task.explanation.values(), *queued.names.values()]).lower()
        return all(word in said for word in q.lower().split())
