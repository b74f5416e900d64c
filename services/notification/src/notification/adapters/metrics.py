"""How many mails wait, and for how long."""

from prometheus_client import Gauge
from sqlalchemy import text

from chassis.unit import Unit

WAITING = Gauge("notification_notices_waiting", "Mails not sent yet, by whether a try has failed", ["tried"])
OLDEST = Gauge("notification_notices_oldest_seconds", "Age of the oldest mail not sent yet", ["tried"])

UNSENT = text(
    "SELECT attempts > 0 AS tried, count(*) AS number, extract(epoch FROM now() - min(recorded_at)) AS oldest "
    "FROM notice WHERE state = 'waiting' GROUP BY 1"
)


async def read_gauges(unit: Unit) -> None:
    found = {row.tried: row for row in await unit.connection.execute(UNSENT)}
    for tried, label in ((False, "no"), (True, "yes")):
        row = found.get(tried)
        WAITING.labels(label).set(row.number if row else 0)
        OLDEST.labels(label).set(row.oldest if row else 0)
