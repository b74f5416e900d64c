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
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.store import Xid8

revision, down_revision = "0001", None


def upgrade() -> None:
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
        "notice",
        Column("notice_id", Uuid(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("role", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("email", Text(), nullable=False),
        Column("language", Text(), nullable=False),
        Column("about", Uuid(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("facts", JSONB(), nullable=False),
        Column("documents", ARRAY(Text()), nullable=False),
        Column("customer_id", Uuid()),
        Column("order_id", Uuid()),
        Column("quote_id", Uuid()),
        Column("correlation_id", Text(), nullable=False),
        Column("state", Text(), server_default="waiting", nullable=False),
        Column("attempts", Integer(), server_default="0", nullable=False),
        Column("not_before", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        Column("recorded_at", DateTime(timezone=True), server_default=text("now()"), nullable=False),
        Column("sent_at", DateTime(timezone=True)),
        Column("reason", Text()),
        Column("task_id", Uuid()),
        PrimaryKeyConstraint("notice_id"),
        UniqueConstraint("about", "kind", "subject", "email"),
    )
    op.create_index("notice_bounced", "notice", ["notice_id"], postgresql_where=text("state = 'bounced'"))
    op.create_index("notice_customer_id", "notice", ["customer_id"])
    op.create_index("notice_due", "notice", ["not_before", "notice_id"], postgresql_where=text("state = 'waiting'"))
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
        "site",
        Column("site_id", Uuid(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("address", JSONB(), nullable=False),
        PrimaryKeyConstraint("site_id"),
    )
    op.create_table(
        "story",
        Column("about", Uuid(), nullable=False),
        Column("sort", Text(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("number", Text(), nullable=False),
        Column("people", JSONB(), nullable=False),
        Column("body", JSONB(), nullable=False),
        PrimaryKeyConstraint("about"),
    )
    op.create_index("ix_story_customer_id", "story", ["customer_id"])
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
        "waiting_for_story",
        Column("about", Uuid(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("correlation_id", Text(), nullable=False),
        Column("facts", JSONB(), nullable=False),
        Column("but", Text()),
        PrimaryKeyConstraint("about", "kind", "subject"),
    )
