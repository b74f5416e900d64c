"""The tables of the notification service."""

from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import chassis_tables

metadata = MetaData()
chassis_tables(metadata)

notice = Table(
    "notice",
    metadata,
    Column("notice_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("about", Uuid, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("documents", ARRAY(Text), nullable=False),
    Column("customer_id", Uuid),
    Column("order_id", Uuid),
    Column("quote_id", Uuid),
    Column("correlation_id", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
    Column("reason", Text),
    Column("task_id", Uuid),
    UniqueConstraint("about", "kind", "subject", "email"),
    Index("notice_due", "not_before", "notice_id", postgresql_where=text("state = 'waiting'")),
    Index("notice_bounced", "notice_id", postgresql_where=text("state = 'bounced'")),
    Index("notice_customer_id", "customer_id"),
)
story = Table(
    "story",
    metadata,
    Column("about", Uuid, primary_key=True),
    Column("sort", Text, nullable=False),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("people", JSONB, nullable=False),
    Column("body", JSONB, nullable=False),
)
waiting = Table(
    "waiting_for_story",
    metadata,
    Column("about", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("correlation_id", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("but", Text),
)
site = Table(
    "site",
    metadata,
    Column("site_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", JSONB, nullable=False),
)
