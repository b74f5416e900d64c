"""The tables of this service. An aggregate is one row: what is asked for in columns, the whole of it in `body`."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)

from chassis.store import chassis_tables

Document = Text
"""JSON as text: pydantic writes and reads it, and nothing in between parses it again. Ask it with `body::jsonb`."""

metadata = MetaData()
chassis_tables(metadata)

party = Table(
    "party",
    metadata,
    Column("party_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("customer_number", Text),
    Column("parent_id", Uuid),
    Column("merged_into", Uuid),
    Column("body", Document, nullable=False),
    Index("party_name", text("lower(name)"), "party_id"),
)
catalog_version = Table(
    "catalog_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("body", Document, nullable=False),
)
cart = Table(
    "cart",
    metadata,
    Column("cart_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("customer_id", Uuid, nullable=False),
    Column("agreement_id", Uuid),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("quote_id", Uuid, unique=True),
    Column("quote_number", Text),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("body", Document, nullable=False),
    Index("cart_customer", "customer_id", "cart_id"),
    Index("cart_agreement", "agreement_id", "cart_id"),
    Index("cart_quoted", "changed_at", postgresql_where=text("state = 'quoted'")),
)
quote_link = Table(
    "quote_link",
    metadata,
    Column("link_id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("quote_id", Uuid, nullable=False),
    Column("cart_id", Uuid, nullable=False),
    Column("recipient", Document, nullable=False),
)
placed_order = Table(
    "placed_order",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("agreement_id", Uuid),
    Column("status", Text, nullable=False),
    Column("body", Document, nullable=False),
    Index("placed_order_customer", "customer_id", "order_id"),
    Index("placed_order_agreement", "agreement_id", "order_id"),
    Index("placed_order_running", "status", postgresql_where=text("status IN ('received', 'in_progress', 'awaiting')")),
)
open_porting = Table(
    "open_porting",
    metadata,
    # What running orders port in, a row for each number or block: `prefix` is what all its numbers begin with.
    Column("porting_id", Uuid, primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("area_code", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Index("open_porting_area", "area_code"),
    Index("open_porting_order", "order_id"),
)
used_reservation = Table(
    "used_reservation",
    metadata,
    # Numbers that a customer chose are ordered once (SITE-3).
    Column("reservation_id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False),
)
agreement = Table(
    "agreement",
    metadata,
    Column("agreement_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("customer_id", Uuid, nullable=False),
    Column("family", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("body", Document, nullable=False),
    Index("agreement_customer", "customer_id", "agreement_id"),
)
agreement_version = Table(
    "agreement_version",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("agreement_id", Uuid, nullable=False),
    Column("body", Document, nullable=False),
    Index("agreement_version_agreement", "agreement_id", "position"),
)
usage_site = Table(
    "usage_site",
    metadata,
    Column("site_id", Uuid, primary_key=True),
    Column("agreement_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("body", Document, nullable=False),
    Index("usage_site_agreement", "agreement_id", "site_id"),
)

CART_NUMBER = Sequence("cart_number", metadata=metadata)
QUOTE_NUMBER = Sequence("quote_number", metadata=metadata)
ORDER_NUMBER = Sequence("order_number", metadata=metadata)
AGREEMENT_NUMBER = Sequence("agreement_number", metadata=metadata)
CUSTOMER_NUMBER = Sequence("customer_number", metadata=metadata)
