"""The portal's tables."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import chassis_tables

metadata = MetaData()
chassis_tables(metadata)

SESSION = Table(
    "session",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("id_token", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("party_id", Uuid),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("session_expires_at", "expires_at"),
)
MEMBER = Table(
    "member",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("party_id", Uuid, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Index("member_party", "party_id"),
)
SAVED_VIEW = Table(
    "saved_view",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
)
FEED = Table(
    "feed",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("order_id", Uuid),
    Column("quote_id", Uuid),
    Column("agreement_id", Uuid),
    Column("customer_id", Uuid),
    Column("body", JSONB, nullable=False),
    Index("feed_order", "order_id", "at", postgresql_where=text("order_id IS NOT NULL")),
    Index("feed_quote", "quote_id", "at", postgresql_where=text("quote_id IS NOT NULL")),
    Index("feed_agreement", "agreement_id", "at", postgresql_where=text("order_id IS NULL AND quote_id IS NULL")),
)
TASK = Table(
    "task",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("explanation", JSONB, nullable=False),
    Column("customer_id", Uuid),
    Column("order_id", Uuid),
    Column("agreement_id", Uuid),
    Column("due_at", DateTime(timezone=True)),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    Column("settled_by", Text),
    Column("outcome", JSONB),
    Index("task_open", "due_at", "raised_at", postgresql_where=text("settled_at IS NULL")),
    Index("task_settled", "settled_at"),
)

CRM_MESSAGE = Table(
    "crm_message",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status_id", Uuid, nullable=False, unique=True),
    Column("event_id", Uuid),
    Column("type", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, index=True),
    Column("code", Text),
    Column("errors", JSONB, nullable=False),
)

# What order management adds to tasks: backed up, and never rebuilt.
TASK_HANDLING = Table(
    "task_handling",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("claimed_by", Text),
    Column("claimed_name", Text),
    Column("claimed_at", DateTime(timezone=True)),
    Column("due_at", DateTime(timezone=True)),
    Column("waits_until", Date),
    Index("task_handling_claimed", "claimed_by", postgresql_where=text("claimed_by IS NOT NULL")),
)
TASK_NOTE = Table(
    "task_note",
    metadata,
    Column("note_id", Uuid, primary_key=True),
    Column("task_id", Uuid, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
)
PROPOSAL = Table(
    "proposal",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("act", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("subject", JSONB, nullable=False),
    Column("back", Text, nullable=False),
    Column("task_id", Uuid, index=True),
    Column("order_id", Uuid),
    Column("customer_id", Uuid),
    Column("proposed_by", JSONB, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", JSONB),
    Column("decided_at", DateTime(timezone=True)),
    Column("reason", Text),
    Index("proposal_open", "part", "path", unique=True, postgresql_where=text("state IN ('open', 'approved')")),
)
AUDIT = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("said", JSONB, nullable=False),
    Column("task_id", Uuid),
    Column("order_id", Uuid),
    Column("customer_id", Uuid),
    Column("correlation_id", Text, nullable=False),
    Column("salt", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Column("earlier", LargeBinary, nullable=False),
    Column("mark", LargeBinary, nullable=False),
    Index("audit_task", "task_id", "number", postgresql_where=text("task_id IS NOT NULL")),
    Index("audit_order", "order_id", "number", postgresql_where=text("order_id IS NOT NULL")),
    Index("audit_subject", "subject", "number"),
    Index("audit_at", "at"),
)
COLLEAGUE = Table(
    "colleague",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)
KNOWN_NAME = Table(
    "known_name",
    metadata,
    Column("about", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, nullable=False),
)
KNOWN_NUMBER = Table(
    "known_number",
    metadata,
    Column("about", Uuid, primary_key=True),
    Column("digits", Text, primary_key=True),
)
