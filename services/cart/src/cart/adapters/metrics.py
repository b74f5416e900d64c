"""What the business watches: counted as it happens, and how much is under way."""

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import text

from cart.domain.lifecycle import RUNNING
from chassis.clock import BUSINESS_NOW_SQL
from chassis.unit import Unit

HOUR, DAY = 3600, 86_400

received = Counter("cart_orders_received", "Orders received", ["business_case"])
ended = Counter("cart_orders_ended", "Orders that came to their end", ["business_case", "status"])
confirmation = Histogram(
    "cart_quote_confirmation_seconds",
    "From a quote's first mail to its confirmation",
    buckets=(60, 600, HOUR, 4 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY),
)
OPEN = Gauge("cart_orders_open", "Orders that have not ended", ["status"])
OLDEST = Gauge("cart_orders_oldest_seconds", "Age of the oldest order in this status", ["status"])
QUOTES = Gauge("cart_quotes_open", "Quotes that wait for the customer")
OLDEST_QUOTE = Gauge("cart_quotes_oldest_seconds", "Age of the oldest quote that waits for the customer")

RUNNING_ORDERS = text(
    f"SELECT status, count(*) AS number, extract(epoch FROM {BUSINESS_NOW_SQL} "
    "- min((body::jsonb ->> 'placed_at')::timestamptz)) AS oldest FROM placed_order "
    f"WHERE status IN ({', '.join(repr(one.value) for one in RUNNING)}) GROUP BY status"
)
WAITING_QUOTES = text(
    f"SELECT count(*) AS number, coalesce(extract(epoch FROM {BUSINESS_NOW_SQL} - min(changed_at)), 0) AS oldest "
    "FROM cart WHERE state = 'quoted'"
)


async def read_gauges(unit: Unit) -> None:
    """A status in which no order is counts none, so that a chart has no gap."""
    found = {row.status: row for row in await unit.connection.execute(RUNNING_ORDERS)}
    quotes = (await unit.connection.execute(WAITING_QUOTES)).one()
    for status in RUNNING:
        row = found.get(status.value)
        OPEN.labels(status.value).set(row.number if row else 0)
        OLDEST.labels(status.value).set(row.oldest if row else 0)
    QUOTES.set(quotes.number)
    OLDEST_QUOTE.set(quotes.oldest)
