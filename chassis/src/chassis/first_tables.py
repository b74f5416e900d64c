"""The chassis' tables as a service's first release made them, frozen: later migrations change them."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import Xid8


def create_first_tables() -> None:
    """For the first migration of each service."""
    op.create_table(
        "outbox",
        Column("xid", Xid8(), server_default=text("pg_current_xact_id()"), nullable=False),
        Column("position", BigInteger(), Identity(always=True, cache=1), nullable=False),
        Column("lane", SmallInteger(), server_default="0", nullable=False),
        Column("topic", Text(), nullable=False),
        Column("key", Text()),
        Column("headers", JSONB(), nullable=False),
        Column("payload", LargeBinary()),
        Column("recorded_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("lane", "position"),
        postgresql_with={
            "autovacuum_vacuum_scale_factor": 0,
            "autovacuum_vacuum_threshold": 20000,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    op.create_table(
        "inbox",
        Column("grp", Text(), nullable=False),
        Column("id", Uuid(), nullable=False),
        Column("seen_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("grp", "id"),
    )
    op.create_index("inbox_seen_at", "inbox", ["seen_at"])
    op.create_table(
        "parked_key",
        Column("grp", Text(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("since", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("grp", "key"),
    )
    op.create_table(
        "parked",
        Column("grp", Text(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("position", BigInteger(), Identity(always=True), nullable=False),
        Column("id", Uuid(), nullable=False),
        Column("topic", Text(), nullable=False),
        Column("headers", JSONB(), nullable=False),
        Column("payload", LargeBinary()),
        Column("error", Text(), nullable=False),
        Column("head", Boolean(), nullable=False),
        Column("parked_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("grp", "key", "position"),
    )
    op.create_table(
        "idempotency_key",
        Column("key", Text(), nullable=False),
        Column("caller", Text(), nullable=False),
        Column("fingerprint", LargeBinary(), nullable=False),
        Column("status", SmallInteger()),
        Column("body", LargeBinary()),
        Column("headers", JSONB()),
        Column("used_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("key", "caller"),
    )
    op.create_index("idempotency_key_used_at", "idempotency_key", ["used_at"])
    op.create_table(
        "timer",
        Column("name", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("not_before", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        Column("failures", Integer(), server_default="0", nullable=False),
        Column("correlation_id", Text(), nullable=False),
        PrimaryKeyConstraint("name", "subject"),
    )
    op.create_index("timer_due_at", "timer", ["due_at"])
    op.create_table(
        "scope",
        Column("party_id", Uuid(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("parent_id", Uuid()),
        Column("delegated", Boolean(), nullable=False),
        Column("version", BigInteger(), nullable=False),
        Column("merged_into", Uuid()),
        PrimaryKeyConstraint("party_id"),
    )
    op.create_index("ix_scope_parent_id", "scope", ["parent_id"])
