"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.first_tables import create_first_tables

revision, down_revision = "0001", None


def upgrade() -> None:
    create_first_tables()
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
        "waiting_for_story",
        Column("about", Uuid(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("correlation_id", Text(), nullable=False),
        Column("facts", JSONB(), nullable=False),
        Column("but", Text()),
        PrimaryKeyConstraint("about", "kind", "subject"),
    )
