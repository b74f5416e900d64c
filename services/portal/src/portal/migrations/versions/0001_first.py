"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.first_tables import create_first_tables

revision, down_revision = "0001", None


def upgrade() -> None:
    create_first_tables()
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
