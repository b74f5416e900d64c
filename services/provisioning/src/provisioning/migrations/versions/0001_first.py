"""What the first release keeps."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import INT8RANGE, JSONB, ExcludeConstraint

from chassis.first_tables import create_first_tables

revision, down_revision = "0001", None


def upgrade() -> None:
    create_first_tables()
    op.create_table(
        "free_block",
        Column("area_code", Text(), nullable=False),
        Column("size", Integer(), nullable=False),
        Column("first", BigInteger(), nullable=False),
        CheckConstraint("size IN (10, 100, 1000) AND first % size = 0", name="free_block_is_aligned"),
        PrimaryKeyConstraint("area_code", "size", "first"),
        postgresql_with={
            "autovacuum_vacuum_scale_factor": 0,
            "autovacuum_vacuum_threshold": 1000,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    op.create_table(
        "held_block",
        Column("position", BigInteger(), Identity(always=True), nullable=False),
        Column("holder_id", Uuid(), nullable=False),
        Column("area_code", Text(), nullable=False),
        Column("stem", Text(), nullable=False),
        Column("width", Integer(), nullable=False),
        Column("answering_extension", Text()),
        Column("origin", Text(), nullable=False),
        Column("porting_id", Uuid()),
        Column("span", INT8RANGE(), nullable=False),
        ExcludeConstraint((column("span"), "&&"), using="gist", name="no_number_twice"),
        PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_held_block_holder_id", "held_block", ["holder_id"])
    op.create_table(
        "number_pool",
        Column("area_code", Text(), nullable=False),
        Column("first", BigInteger(), nullable=False),
        Column("last", BigInteger(), nullable=False),
        Column("span", INT8RANGE(), nullable=False),
        Column("loaded_at", DateTime(timezone=True), nullable=False),
        ExcludeConstraint((column("span"), "&&"), using="gist", name="pool_ranges_do_not_overlap"),
        PrimaryKeyConstraint("area_code", "first"),
    )
    op.create_table(
        "open_task",
        Column("kind", Text(), nullable=False),
        Column("subject_id", Uuid(), nullable=False),
        Column("task_id", Uuid(), nullable=False),
        PrimaryKeyConstraint("kind", "subject_id"),
    )
    op.create_table(
        "porting",
        Column("porting_id", Uuid(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("line_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("site_id", Uuid()),
        Column("customer_id", Uuid(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("change_date", Date()),
        Column("numbers", JSONB(), nullable=False),
        PrimaryKeyConstraint("porting_id"),
    )
    op.create_index("ix_porting_agreement_id", "porting", ["agreement_id"])
    op.create_table(
        "trunk",
        Column("trunk_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("agreement_number", Text(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("customer_name", Text(), nullable=False),
        Column("channels", Integer(), nullable=False),
        Column("srtp", Boolean(), nullable=False),
        Column("immediate", Boolean(), nullable=False),
        Column("status", Text(), nullable=False),
        Column("provisioned_at", DateTime(timezone=True), nullable=False),
        Column("activates_on", Date()),
        Column("activated_at", DateTime(timezone=True)),
        Column("cause", Text()),
        CheckConstraint("channels > 0", name="trunk_has_channels"),
        PrimaryKeyConstraint("trunk_id"),
        UniqueConstraint("agreement_id"),
    )
    op.create_index("ix_trunk_customer_id", "trunk", ["customer_id"])
    op.create_table(
        "usage_site",
        Column("site_id", Uuid(), nullable=False),
        Column("trunk_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("address", JSONB(), nullable=False),
        Column("area_code", Text(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("doubtful", Boolean(), nullable=False),
        Column("provisioned_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("site_id"),
    )
    op.create_index("ix_usage_site_agreement_id", "usage_site", ["agreement_id"])
    op.create_table(
        "work_order",
        Column("work_order_id", Uuid(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("order_number", Text(), nullable=False),
        Column("line_id", Uuid(), nullable=False),
        Column("agreement_id", Uuid(), nullable=False),
        Column("agreement_number", Text(), nullable=False),
        Column("customer_id", Uuid(), nullable=False),
        Column("customer_name", Text(), nullable=False),
        Column("business_case", Text(), nullable=False),
        Column("manual", Boolean(), nullable=False),
        Column("line", Text(), nullable=False),
        Column("correlation_id", Text(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("finished_at", DateTime(timezone=True)),
        Column("code", Text()),
        Column("reason", JSONB()),
        PrimaryKeyConstraint("work_order_id"),
        UniqueConstraint("line_id"),
    )
    op.create_index(
        "work_order_unfinished",
        "work_order",
        ["agreement_id", "opened_at"],
        postgresql_where=text("finished_at IS NULL"),
    )
