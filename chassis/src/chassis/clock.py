"""Business time: expiry, deadlines, agreed days. Tokens, retries and leases use real time.

It is the database's time plus `trunkline.clock_offset`, a setting of the database server that nobody sets in
production and that a development stack moves forward in every service at once.
"""

from sqlalchemy import ColumnElement, DateTime, literal_column

BUSINESS_NOW_SQL = (
    "(clock_timestamp() + coalesce(nullif(current_setting('trunkline.clock_offset', true), ''), '0 s')::interval)"
)
BUSINESS_NOW: ColumnElement[object] = literal_column(BUSINESS_NOW_SQL, DateTime(timezone=True))
