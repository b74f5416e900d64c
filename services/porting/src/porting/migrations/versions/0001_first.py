"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.first_tables import create_first_tables

revision, down_revision = "0001", None


def upgrade() -> None:
    create_first_tables()
    op.create_table(
        "carrier_message",
        Column("position", BigInteger(), Identity(always=True), nullable=False),
        Column("pre_agreement_id", Text(), nullable=False),
        Column("porting_id", Uuid()),
        Column("kind", Text(), nullable=False),
        Column("outbound", Boolean(), nullable=False),
        Column("codes", ARRAY(Text()), nullable=False),
        Column("body", JSONB(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("position"),
    )
    op.create_index("carrier_message_pre_agreement_id", "carrier_message", ["pre_agreement_id"])
    op.create_index("ix_carrier_message_porting_id", "carrier_message", ["porting_id"])
    op.create_table(
        "porting",
        Column("porting_id", Uuid(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("site_id", Uuid()),
        Column("customer_id", Uuid(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("body", JSONB(), nullable=False),
        PrimaryKeyConstraint("porting_id"),
    )
    op.create_index("ix_porting_agreement_id", "porting", ["agreement_id"])
    op.create_index("ix_porting_customer_id", "porting", ["customer_id"])
    op.create_index("ix_porting_order_id", "porting", ["order_id"])
    op.create_index("ix_porting_site_id", "porting", ["site_id"])
    op.create_table("rejected_site", Column("site_id", Uuid(), nullable=False), PrimaryKeyConstraint("site_id"))
    op.create_table(
        "pre_agreement",
        Column("pre_agreement_id", Text(), nullable=False),
        Column("porting_id", Uuid(), nullable=False),
        ForeignKeyConstraint(
            ["porting_id"],
            ["porting.porting_id"],
        ),
        PrimaryKeyConstraint("pre_agreement_id"),
    )
    op.create_index("ix_pre_agreement_porting_id", "pre_agreement", ["porting_id"])
    op.create_table(
        "signed_form",
        Column("porting_id", Uuid(), nullable=False),
        Column("pdf", LargeBinary(), nullable=False),
        ForeignKeyConstraint(
            ["porting_id"],
            ["porting.porting_id"],
        ),
        PrimaryKeyConstraint("porting_id"),
    )
