"""Ids and moments that all of the portal's samples share."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

SPACE = UUID("11111111-2222-5333-8444-555555555555")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def ident(name: str) -> str:
    return str(uuid5(SPACE, name))


def at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()
