"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.first_tables import create_first_tables

revision, down_revision = "0001", None


def upgrade() -> None:
    create_first_tables()
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
        "usage_site",
        Column("site_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("body", Text(), nullable=False),
        PrimaryKeyConstraint("site_id"),
    )
