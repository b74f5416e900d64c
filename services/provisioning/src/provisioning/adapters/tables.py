"""The tables of provisioning."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
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
from sqlalchemy.dialects.postgresql import INT8RANGE, JSONB, ExcludeConstraint

from chassis.clock import BUSINESS_NOW_SQL
from chassis.store import chassis_tables

metadata = MetaData()
chassis_tables(metadata)

trunk = Table(
    "trunk",
    metadata,
    Column("trunk_id", Uuid, primary_key=True),
    Column("agreement_id", Uuid, nullable=False, unique=True),
    Column("agreement_number", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("customer_name", Text, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("srtp", Boolean, nullable=False),
    Column("immediate", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("provisioned_at", DateTime(timezone=True), nullable=False),
    Column("activates_on", Date),
    Column("activated_at", DateTime(timezone=True)),
    Column("cause", Text),
    Column("terminated_at", DateTime(timezone=True)),
    CheckConstraint("channels > 0", name="trunk_has_channels"),
)
usage_site = Table(
    "usage_site",
    metadata,
    Column("site_id", Uuid, primary_key=True),
    Column("trunk_id", Uuid, nullable=False),
    Column("agreement_id", Uuid, nullable=False, index=True),
    Column("order_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", JSONB, nullable=False),
    Column("area_code", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    Column("provisioned_at", DateTime(timezone=True), nullable=False),
    Column("terminated_at", DateTime(timezone=True)),
)
work_order = Table(
    "work_order",
    metadata,
    Column("work_order_id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("line_id", Uuid, nullable=False, unique=True),
    Column("agreement_id", Uuid, nullable=False),
    Column("agreement_number", Text, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("customer_name", Text, nullable=False),
    Column("business_case", Text, nullable=False),
    Column("manual", Boolean, nullable=False),
    Column("line", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_on", Date),
    Column("finished_at", DateTime(timezone=True)),
    Column("code", Text),
    Column("reason", JSONB),
)
# What is unfinished is looked up often and is little; what is finished is much and looked up by its page only.
Index(
    "work_order_unfinished",
    work_order.c.agreement_id,
    work_order.c.opened_at,
    postgresql_where=work_order.c.finished_at.is_(None),
)
Index("work_order_dated", work_order.c.order_id, postgresql_where=work_order.c.due_on.is_not(None))
porting = Table(
    "porting",
    metadata,
    Column("porting_id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("line_id", Uuid, nullable=False),
    Column("agreement_id", Uuid, nullable=False, index=True),
    Column("site_id", Uuid),
    Column("customer_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("change_date", Date),
    Column("numbers", JSONB, nullable=False),
    Column("donor", Text),
    Column("ended", Boolean, nullable=False, server_default=text("false")),
    # NULL in rows of a release that knew no parts: all numbers are one, as `state` and `change_date` say.
    Column("parts", JSONB(none_as_null=True)),
)
open_task = Table(
    "open_task",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("task_id", Uuid, nullable=False),
)
fiber_registration = Table(
    "fiber_registration",
    metadata,
    Column("registration_id", Uuid, primary_key=True),
    Column("link_id", Uuid, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("address", JSONB(none_as_null=True)),
    Column("version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("privacy", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("agreed_at", DateTime(timezone=True), nullable=False),
    Column("valid_until", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("checksum", Text),
)
# How often lately; `who` is a hash.
fiber_try = Table(
    "fiber_try",
    metadata,
    Column("who", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
number_pool = Table(
    "number_pool",
    metadata,
    Column("area_code", Text, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("span", INT8RANGE, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    ExcludeConstraint(("span", "&&"), name="pool_ranges_do_not_overlap"),
)
free_block = Table(
    "free_block",
    metadata,
    Column("area_code", Text, primary_key=True),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    CheckConstraint("size IN (10, 100, 1000) AND first % size = 0", name="free_block_is_aligned"),
    # Rows come and go at the front of the index: dead ones must not pile up there.
    postgresql_with={
        "autovacuum_vacuum_scale_factor": 0,
        "autovacuum_vacuum_threshold": 1000,
        "autovacuum_vacuum_cost_delay": 0,
    },
)
held_block = Table(
    "held_block",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("holder_id", Uuid, nullable=False, index=True),
    Column("area_code", Text, nullable=False),
    Column("stem", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("answering_extension", Text),
    Column("origin", Text, nullable=False),
    Column("porting_id", Uuid),
    Column("span", INT8RANGE, nullable=False),
    # Until then a released block rests: nobody's any more, and not free yet (SITE-5).
    Column("rests_until", DateTime(timezone=True)),
    # Until then a block is kept for whom the holder, a reservation, names.
    Column("reserved_until", DateTime(timezone=True)),
    # An own block that another carrier took over is held by its departure until it comes back (PORT-9).
    Column("departure_id", Uuid),
    # Whom ported numbers came from, or whom own ones went to.
    Column("carrier", Text),
    # Since when it is so. What was before stands in `number_history`.
    Column("since", DateTime(timezone=True), nullable=False, server_default=text(BUSINESS_NOW_SQL)),
    # The last word on "no number twice" (SITE-3, PORT-8): whatever runs at once, the second one fails here.
    ExcludeConstraint(("span", "&&"), name="no_number_twice"),
)
Index(
    "held_block_resting",
    held_block.c.area_code,
    held_block.c.rests_until,
    postgresql_where=held_block.c.rests_until.is_not(None),
)
Index(
    "held_block_put_by",
    held_block.c.area_code,
    postgresql_where=held_block.c.departure_id.is_not(None) | held_block.c.reserved_until.is_not(None),
)
# Where numbers have been: a row when they stop being there, written with the change. Never changed, never deleted.
number_history = Table(
    "number_history",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("area_code", Text, nullable=False),
    Column("stem", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("span", INT8RANGE, nullable=False),
    Column("state", Text, nullable=False),
    Column("holder_id", Uuid, nullable=False),
    Column("origin", Text, nullable=False),
    Column("porting_id", Uuid),
    Column("departure_id", Uuid),
    Column("carrier", Text),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("ended", Text, nullable=False),
    Column("went_to", Text),
)
Index("number_history_span", number_history.c.span, postgresql_using="gist")
departure = Table(
    "departure",
    metadata,
    Column("departure_id", Uuid, primary_key=True),
    Column("agreement_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("numbers", JSONB, nullable=False),
    Column("state", Text, nullable=False),
)
number_reservation = Table(
    "number_reservation",
    metadata,
    Column("reservation_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False, index=True),
    Column("area_code", Text, nullable=False),
    Column("stem", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("reserved_by", Text, nullable=False),
    Column("reserved_at", DateTime(timezone=True), nullable=False),
    Column("reserved_until", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
# What the last check found, by area code.
number_check = Table(
    "number_check",
    metadata,
    Column("area_code", Text, primary_key=True),
    Column("checked_at", DateTime(timezone=True), nullable=False),
    Column("found", JSONB, nullable=False),
)
