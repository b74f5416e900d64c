"""What the first release keeps."""

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
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import Xid8

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_table(
        "feed",
        Column("event_id", Uuid(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("order_id", Uuid()),
        Column("quote_id", Uuid()),
        Column("agreement_id", Uuid()),
        Column("customer_id", Uuid()),
        Column("body", JSONB(), nullable=False),
        PrimaryKeyConstraint("event_id"),
    )
    op.create_index("feed_order", "feed", ["order_id", "at"], postgresql_where=text("order_id IS NOT NULL"))
    op.create_index("feed_quote", "feed", ["quote_id", "at"], postgresql_where=text("quote_id IS NOT NULL"))
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
        "inbox",
        Column("grp", Text(), nullable=False),
        Column("id", Uuid(), nullable=False),
        Column("seen_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("grp", "id"),
    )
    op.create_index("inbox_seen_at", "inbox", ["seen_at"])
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
        "parked_key",
        Column("grp", Text(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("since", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        PrimaryKeyConstraint("grp", "key"),
    )
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
    op.create_table(
        "session",
        Column("key_hash", LargeBinary(), nullable=False),
        Column("id_token", Text(), nullable=False),
        Column("csrf", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("email", Text(), nullable=False),
        Column("role", Text(), nullable=False),
        Column("language", String(length=2), nullable=False),
        Column("party_id", Uuid()),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("session_expires_at", "session", ["expires_at"])
    op.create_table(
        "task",
        Column("task_id", Uuid(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("owner", Text(), nullable=False),
        Column("subject_id", Uuid(), nullable=False),
        Column("title", JSONB(), nullable=False),
        Column("explanation", JSONB(), nullable=False),
        Column("customer_id", Uuid()),
        Column("order_id", Uuid()),
        Column("agreement_id", Uuid()),
        Column("due_at", DateTime(timezone=True)),
        Column("raised_at", DateTime(timezone=True), nullable=False),
        Column("settled_at", DateTime(timezone=True)),
        Column("settled_by", Text()),
        Column("outcome", JSONB()),
        PrimaryKeyConstraint("task_id"),
    )
    op.create_index("task_open", "task", ["due_at", "raised_at"], postgresql_where=text("settled_at IS NULL"))
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
