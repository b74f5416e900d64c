"""The audit: who did what and when, each row bound to the one before it by a hash.

What an entry says may be personal, and be forgotten one day (CRM-1): the chain runs over a salted digest of it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from portal.domain.clerk import Clerk

Result = Literal[
    "", "trying", "done", "refused", "unanswered", "proposed", "approved", "sent_back", "withdrawn", "void"
]
"""How far an act got that another service does; empty for what the portal does itself."""
BEGINNING = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Entry:
    """`said` holds the particulars: before and after, the act's body, the owner's reason."""

    at: datetime
    who: Clerk
    act: str
    result: Result = ""
    said: dict[str, Any] = field(default_factory=dict)
    task_id: UUID | None = None
    order_id: UUID | None = None
    customer_id: UUID | None = None
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in its place. `salt` is None once what it said was forgotten."""

    number: int
    entry: Entry
    salt: bytes | None
    digest: bytes
    earlier: bytes
    mark: bytes


def bound(entry: Entry, number: int, earlier: bytes, salt: bytes) -> Row:
    """The entry as the next row of the chain."""
    digest = _digest(entry, salt)
    return Row(number, entry, salt, digest, earlier, _mark(entry, number, earlier, digest))


def first_broken(rows: Iterable[Row], earlier: Row | None = None) -> int | None:
    """The first row that was changed, or before which one is missing; `earlier` is the row before all these."""
    number, mark = (earlier.number, earlier.mark) if earlier else (0, BEGINNING)
    for row in rows:
        says_the_same = row.salt is None or row.digest == _digest(row.entry, row.salt)
        follows = (row.number, row.earlier) == (number + 1, mark)
        if not (follows and says_the_same and row.mark == _mark(row.entry, row.number, row.earlier, row.digest)):
            return row.number
        number, mark = row.number, row.mark
    return None


def _digest(entry: Entry, salt: bytes) -> bytes:
    return sha256(salt + _canonical(entry.said)).digest()


def _mark(entry: Entry, number: int, earlier: bytes, digest: bytes) -> bytes:
    who = entry.who
    ids = [str(one) if one else None for one in (entry.task_id, entry.order_id)]
    told = [who.subject, who.name, who.role, entry.act, entry.result, entry.correlation_id]
    at = entry.at.astimezone(UTC).isoformat()
    return sha256(earlier + _canonical([number, at, *told, *ids, digest.hex()])).digest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
