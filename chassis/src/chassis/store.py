"""The database of a service: its engine and the tables that the chassis keeps in it."""

from typing import Any

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.types import UserDefinedType

INFRASTRUCTURE = ("08", "28", "3D", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that speak of connection, locks or resources, not of the data (PostgreSQL manual, appendix A)."""


UNUSABLE = "22"
"""The class that speaks of the data: a character that no text may hold, a number out of range."""


FORBIDDEN = "42501"


class Stale(Exception):
    """Somebody else changed it in the meantime; `current` is what it is now, if known."""

    def __init__(self, current: object = None) -> None:
        super().__init__("changed by somebody else in the meantime")
        self.current = current


class Xid8(UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


def chassis_tables(metadata: MetaData) -> None:
    """Add the chassis' tables to the service's own metadata, so that its migrations make them."""
    Table(
        "outbox",
        metadata,
        # Declared before the position: a row's transaction id exists before its place in the sequence is drawn.
        Column("xid", Xid8, server_default=text("pg_current_xact_id()"), nullable=False),
        Column("position", BigInteger, Identity(always=True, cache=1), nullable=False),
        Column("lane", SmallInteger, nullable=False, server_default="0"),
        Column("topic", Text, nullable=False),
        Column("key", Text),
        Column("headers", JSONB, nullable=False),
        Column("payload", LargeBinary),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        PrimaryKeyConstraint("lane", "position"),
        postgresql_with={
            "autovacuum_vacuum_scale_factor": 0,
            "autovacuum_vacuum_threshold": 20000,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    Table(
        "inbox",
        metadata,
        Column("grp", Text, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("inbox_seen_at", "seen_at"),
    )
    Table(
        "parked_key",
        metadata,
        Column("grp", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Table(
        "parked",
        metadata,
        Column("grp", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("payload", LargeBinary),
        Column("error", Text, nullable=False),
        Column("head", Boolean, nullable=False),
        Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Table(
        "idempotency_key",
        metadata,
        Column("key", Text, primary_key=True),  # first: keys that grow with time land side by side
        Column("caller", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", SmallInteger),
        Column("body", LargeBinary),
        Column("headers", JSONB),
        Column("used_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("idempotency_key_used_at", "used_at"),
    )
    Table(
        "timer",
        metadata,
        Column("name", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("not_before", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("correlation_id", Text, nullable=False),
        Column("trace", Text),
        Index("timer_due_at", "due_at"),
    )
    Table(
        "scope",
        metadata,
        Column("party_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("parent_id", Uuid, index=True),
        Column("delegated", Boolean, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("merged_into", Uuid),
    )


STATEMENT_SECONDS = 30.0
"""What takes longer is given up."""


def open_store(url: str, *, name: str, pool_size: int, patient: bool = False) -> AsyncEngine:
    """The engine; `url` is a plain `postgresql://` one. A stopped process does not hold its locks for ever; only who is
    `patient` lets a statement take as long as it needs.

    Statements are planned once: PostgreSQL would plan those with arrays and CTEs anew for each call, at twice the cost.
    """
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        connect_args={
            "server_settings": {
                "application_name": name,
                "idle_in_transaction_session_timeout": "30000",
                "plan_cache_mode": "force_generic_plan",
            },
            "timeout": 5,
            "command_timeout": None if patient else STATEMENT_SECONDS,
        },
    )


def is_unusable(error: BaseException) -> bool:
    """Was something given that the store can't hold, and no check before it had noticed?"""
    if isinstance(error, DBAPIError):
        return (getattr(error.orig, "sqlstate", None) or "").startswith(UNUSABLE)
    return isinstance(error, UnicodeEncodeError)


def is_infrastructure(error: BaseException) -> bool:
    """Does the error speak of the connection, locks or resources, so that the same work may succeed later?"""
    if isinstance(error, (OSError, TimeoutError, InterfaceError, PoolTimeout)):
        return True
    if isinstance(error, asyncpg.PostgresError):  # raised as it is where a connection is made
        return (error.sqlstate or "")[:2] in INFRASTRUCTURE
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or not state or state[:2] in INFRASTRUCTURE
    return False


def keeps_us_out(error: BaseException) -> bool:
    """Is it the database that does not let us, rather than what we asked of it?"""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == FORBIDDEN:
        return True
    return is_infrastructure(error) or isinstance(error, asyncpg.InterfaceError)
