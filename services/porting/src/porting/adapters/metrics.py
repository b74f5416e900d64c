"""What the business watches: steps counted as they happen, and how much is under way."""

from prometheus_client import Counter, Gauge
from sqlalchemy import text

from chassis.clock import BUSINESS_NOW_SQL
from chassis.unit import Unit
from porting.domain.lifecycle import PortingState

COUNTERS = {
    "portings": Counter("porting_steps_total", "Porting requests that took a step", ["step"]),
    "departures": Counter("porting_departures_total", "Departures that took a step", ["step"]),
    "tasks": Counter("porting_tasks_raised_total", "Tasks raised for order management", ["work"]),
    "messages_out": Counter("porting_messages_sent_total", "Messages to other carriers", ["kind"]),
    "messages_in": Counter("porting_messages_received_total", "Messages from other carriers", ["kind"]),
    "strays": Counter("porting_stray_messages_total", "Messages that fit no pre-agreement of ours", ["kind"]),
    "second_answers": Counter("porting_second_answers_total", "Answers to what was answered before", ["kind"]),
    "unfit_messages": Counter("porting_unfit_messages_total", "Messages refused technically", ["kind"]),
    "deadlines_passed": Counter("porting_deadlines_passed_total", "Deadlines that passed", ["deadline"]),
    "assignments_ignored": Counter("porting_assignments_ignored_total", "Assignments not awaited", ["state"]),
}
OPEN = Gauge("porting_requests_open", "Porting requests under way", ["state"])
OLDEST = Gauge("porting_requests_oldest_seconds", "Age of the oldest porting request in this state", ["state"])
DEADLINES = Gauge("porting_deadlines", "Deadlines that run, are near or have passed", ["deadline", "level"])
ENDED = (PortingState.COMPLETED, PortingState.REJECTED, PortingState.CANCELLED)

UNDER_WAY = text(
    "SELECT state, count(*) AS number, "
    f"extract(epoch FROM {BUSINESS_NOW_SQL} - min((body -> 'timeline' -> 0 ->> 'at')::timestamptz)) AS oldest "
    "FROM porting WHERE state NOT IN ('completed', 'rejected', 'cancelled') GROUP BY state"
)
WAITING = text(
    "SELECT split_part(one.key, '/', 1) AS deadline, coalesce(one.value ->> 'level', 'open') AS level, "
    "count(*) AS number FROM porting, jsonb_each(coalesce(body -> 'waiting', '{}')) AS one "
    "WHERE state NOT IN ('completed', 'rejected', 'cancelled') GROUP BY 1, 2 "
    # As `deadline_of` names them, apart from a request's.
    "UNION ALL SELECT 'departure_' || one.key, coalesce(one.value ->> 'level', 'open'), count(*) "
    "FROM departure, jsonb_each(coalesce(body -> 'waits', '{}')) AS one "
    "WHERE state IN ('asked', 'agreed', 'due', 'awaiting_new') GROUP BY 1, 2"
)


async def read_gauges(unit: Unit) -> None:
    """A state in which no request is counts none, so that a chart has no gap."""
    under_way = (await unit.connection.execute(UNDER_WAY)).all()
    waiting = (await unit.connection.execute(WAITING)).all()
    DEADLINES.clear()
    found = {row.state: row for row in under_way}
    for state in (one.value for one in PortingState if one not in ENDED):
        row = found.get(state)
        OPEN.labels(state).set(row.number if row else 0)
        OLDEST.labels(state).set(float(row.oldest or 0) if row else 0)
    for row in waiting:
        DEADLINES.labels(row.deadline, row.level).set(row.number)
