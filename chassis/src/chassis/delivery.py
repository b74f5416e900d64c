"""One message as the chassis sees it, whatever a stranger put into it."""

from dataclasses import dataclass
from itertools import chain
from typing import Protocol
from uuid import UUID, uuid5

from chassis.story import Story, trace_parent

FOREIGN_IDS = UUID("6f1ab0a4-4a4e-5c0d-9d0f-6f5f0d5f7a11")
"""Name space for messages whose id is no UUID or missing."""

LONGEST_KEY = 500


class Record(Protocol):
    """What we read of aiokafka's ConsumerRecord."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """`at`: topic, partition, offset; a redriven message has partition and offset -1."""

    id: UUID
    type: str
    key: str | None
    headers: dict[str, str]
    value: bytes | None
    at: tuple[str, int, int]

    @property
    def story(self) -> Story:
        told = self.headers.get("ce_correlationid") or str(self.id)
        return Story(told, self.id, trace_parent(self.headers.get("ce_traceparent")))


def delivery_of(record: Record) -> Delivery:
    """Never fails: headers that aren't UTF-8 are read with replacement, a missing id is made of the place."""
    headers = _headers_of(record.headers)
    at = (record.topic, record.partition, record.offset)
    key = None if record.key is None else _short(_text(record.key))
    return Delivery(_id_of(headers, at), headers.get("ce_type", ""), key, headers, record.value, at)


def _headers_of(given: tuple[tuple[str, bytes | None], ...]) -> dict[str, str]:
    """As text that PostgreSQL can keep; plain headers, and almost all are, need no mending."""
    try:
        plain = {name: value.decode() for name, value in given if value is not None}
    except UnicodeDecodeError:
        plain = {}
    names_and_values = "".join(chain.from_iterable(plain.items()))
    if len(plain) == len(given) and names_and_values.isascii() and "\0" not in names_and_values:
        return plain
    return {_text(name.encode("utf-8", "replace")): _text(value or b"") for name, value in given}


def _short(key: str) -> str:
    """A key that an index can hold; a longer one stays recognizable and its own."""
    return key if len(key) <= LONGEST_KEY else f"{key[:80]}…{uuid5(FOREIGN_IDS, key)}"


def _text(given: bytes) -> str:
    """What PostgreSQL can keep as text."""
    return given.decode("utf-8", "replace").replace("\0", "")


def _id_of(headers: dict[str, str], at: tuple[str, int, int]) -> UUID:
    given = headers.get("ce_id")
    if given is None:
        return uuid5(FOREIGN_IDS, repr(at))
    try:
        return UUID(given)
    except ValueError:
        return uuid5(FOREIGN_IDS, given)
