"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import Xid8

revision, down_revision = "0001", None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE cart_number")
    op.execute("CREATE SEQUENCE quote_number")
    op.execute("CREATE SEQUENCE order_number")
    op.execute("CREATE SEQUENCE agreement_number")
    op.execute("CREATE SEQUENCE customer_number")
    op.create_table(
        "agreement",
        Column("agreement_id", Uuid(), nullable=False),
        Column("number", Text(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("family", Text(), nullable=False),
        Column("status", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("agreement_id"),
        UniqueConstraint("number"),
    )
    op.create_index("agreement_customer", "agreement", ["customer_id", "agreement_id"])
    op.create_table(
        "cart",
        Column("cart_id", Uuid(), nullable=False),
        Column("number", Text(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid()),
        Column("state", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("quote_id", Uuid()),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("cart_id"),
        UniqueConstraint("number"),
        UniqueConstraint("quote_id"),
    )
    op.create_index("cart_agreement", "cart", ["agreement_id", "cart_id"])
    op.create_index("cart_customer", "cart", ["customer_id", "cart_id"])
    op.create_table(
        "catalog_version",
        Column("version", Text(), nullable=False),
        Column("valid_from", Date(), nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("version"),
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
        "party",
        Column("party_id", Uuid(), nullable=False),
        Column("version", BigInteger(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("customer_number", Text()),
        Column("parent_id", Uuid()),
        Column("merged_into", Uuid()),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("party_id"),
    )
    op.create_index("party_name", "party", [text("lower(name)"), "party_id"])
    op.create_table(
        "placed_order",
        Column("order_id", Uuid(), nullable=False),
        Column("number", Text(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid()),
        Column("status", Text(), nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("order_id"),
    )
    op.create_index("placed_order_agreement", "placed_order", ["agreement_id", "order_id"])
    op.create_index("placed_order_customer", "placed_order", ["customer_id", "order_id"])
    op.create_table(
        "quote_link",
        Column("link_id", Uuid(), nullable=False),
        Column("token_hash", LargeBinary(), nullable=False),
        Column("quote_id", Uuid(), nullable=False),
        Column("cart_id", Uuid(), nullable=False),
        Column("recipient", Text(), nullable=False),
        PrimaryKeyConstraint("link_id"),
        UniqueConstraint("token_hash"),
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
        "usage_site",
        Column("site_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("site_id"),
    )
