"""The tables of the porting service."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.store import chassis_tables

metadata = MetaData()
chassis_tables(metadata)

porting = Table(
    "porting",
    metadata,
    Column("porting_id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False, index=True),
    Column("agreement_id", Uuid, nullable=False, index=True),
    Column("site_id", Uuid, index=True),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
)
Index(
    "porting_open",
    porting.c.state,
    postgresql_where=text("state NOT IN ('completed', 'rejected', 'cancelled')"),
)
pre_agreement = Table(
    "pre_agreement",
    metadata,
    Column("pre_agreement_id", Text, primary_key=True),
    Column("porting_id", Uuid, ForeignKey("porting.porting_id"), nullable=False, index=True),
)
carrier_message = Table(
    "carrier_message",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("pre_agreement_id", Text, nullable=False),
    Column("porting_id", Uuid, index=True),
    Column("kind", Text, nullable=False),
    Column("outbound", Boolean, nullable=False),
    Column("codes", ARRAY(Text), nullable=False),
    Column("body", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("carrier_message_pre_agreement_id", "pre_agreement_id"),
)
stray = Table(
    "stray",
    metadata,
    Column("pre_agreement_id", Text, primary_key=True),
    Column("task_id", Uuid, nullable=False, unique=True),
    Column("is_settled", Boolean, nullable=False, server_default="false"),
)
"""Pre-agreements that a message named, though none of ours with its sender; a person was asked about each."""
signed_form = Table(
    "signed_form",
    metadata,
    Column("porting_id", Uuid, ForeignKey("porting.porting_id"), primary_key=True),
    Column("pdf", LargeBinary, key="content", nullable=False),
    Column("media_type", Text, nullable=False, server_default="application/pdf"),
    Column("sha256", Text),
)
"""A file as it came; its column is named for what it held at first."""
signed_form_page = Table(
    "signed_form_page",
    metadata,
    Column("porting_id", Uuid, ForeignKey("signed_form.porting_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("picture", LargeBinary, nullable=False),
)
rejected_site = Table("rejected_site", metadata, Column("site_id", Uuid, primary_key=True))
departure = Table(
    "departure",
    metadata,
    Column("departure_id", Uuid, primary_key=True),
    Column("pre_agreement_id", Text, nullable=False, unique=True),
    Column("customer_id", Uuid, index=True),
    Column("agreement_id", Uuid, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
)
departing_number = Table(
    "departing_number",
    metadata,
    Column("departure_id", Uuid, ForeignKey("departure.departure_id"), primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("digits", Integer, nullable=False),
    Index("departing_number_prefix", "prefix", postgresql_ops={"prefix": "text_pattern_ops"}),
)
held_number = Table(
    "held_number",
    metadata,
    Column("holder_id", Uuid, primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("digits", Integer, primary_key=True),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("agreement_id", Uuid, nullable=False),
    Column("site_id", Uuid),
    Column("body", JSONB, nullable=False),
    Index("held_number_prefix", "prefix", postgresql_ops={"prefix": "text_pattern_ops"}),
)
known_site = Table(
    "known_site",
    metadata,
    Column("site_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("address", JSONB, nullable=False),
)
known_customer = Table(
    "known_customer",
    metadata,
    Column("customer_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, index=True),
    Column("address", JSONB),
    Column("version", Integer, nullable=False),
)
known_agreement = Table(
    "known_agreement",
    metadata,
    Column("agreement_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("ends_on", Date),
    Column("runs", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)
