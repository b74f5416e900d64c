"""What the business watches: counted as it happens, what is under way, and what is left."""

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import text

from chassis.clock import BUSINESS_NOW_SQL
from chassis.unit import Unit
from provisioning.adapters.numbers import SqlNumbers
from provisioning.domain.lifecycle import WorkState

COUNTERS = {
    "trunk_steps": Counter("provisioning_trunk_steps", "Trunks set up, changed, activated", ["step"]),
    "sites": Counter("provisioning_sites", "Usage sites made or rejected", ["outcome"]),
    "blocks": Counter("provisioning_number_blocks_allocated", "Blocks of own numbers given out", ["size"]),
    "work_orders": Counter("provisioning_work_orders_ended", "Work orders that came to their end", ["state"]),
    "fiber_registrations": Counter("provisioning_fiber_registrations", "Pre-registrations for fiber", ["state"]),
    "tasks": Counter("provisioning_tasks_raised", "Tasks raised for order management", ["kind"]),
}
GAUGES = {
    "balance_difference": Gauge(
        "provisioning_number_balance_difference", "Numbers that are not where they should be, at the last check"
    ),
}
TIMES = {
    "site": Histogram(
        "provisioning_site_seconds",
        "From the order to its site being ready",
        buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
    ),
}
free_blocks = Gauge("provisioning_free_number_blocks", "Free blocks that are not cut yet", ["area_code", "size"])
free_numbers = Gauge("provisioning_free_numbers", "Numbers that can be given out", ["area_code"])
pool_numbers = Gauge("provisioning_pool_numbers", "Numbers of the pool by where they are", ["area_code", "place"])
days_left = Gauge(
    "provisioning_numbers_days_left",
    "Until the free numbers are used up at the pace of 30 days",
    ["area_code"],
)
OPEN = Gauge("provisioning_work_orders_open", "Work orders that have not ended", ["state"])
OLDEST = Gauge("provisioning_work_orders_oldest_seconds", "Age of the oldest work order in this state", ["state"])
SITES_OPEN = Gauge("provisioning_sites_open", "Ordered sites that are not ready")
OLDEST_SITE = Gauge("provisioning_sites_oldest_seconds", "Age of the oldest order of a site that is not ready")

WITH_PEOPLE = "with_people"
UNFINISHED = text(
    f"SELECT CASE WHEN manual AND state = 'open' THEN '{WITH_PEOPLE}' ELSE state END AS state, count(*) AS number, "
    f"extract(epoch FROM {BUSINESS_NOW_SQL} - min(opened_at)) AS oldest "
    "FROM work_order WHERE finished_at IS NULL GROUP BY 1"
)
SITES = text(
    f"SELECT count(*) AS number, coalesce(extract(epoch FROM {BUSINESS_NOW_SQL} - min(opened_at)), 0) AS oldest "
    "FROM work_order WHERE finished_at IS NULL AND NOT manual AND line::jsonb -> 'site' ->> 'site_id' IS NOT NULL"
)
ENDED = (WorkState.COMPLETED, WorkState.FAILED, WorkState.CALLED_OFF)


async def read_gauges(unit: Unit) -> None:
    """What is left, and what the last check found, whichever process made it; a state without work counts none."""
    await _read_work(unit)
    pools = await SqlNumbers(unit.connection).pools()
    for gauge in (free_blocks, pool_numbers, days_left):
        gauge.clear()
    for pool in pools:
        places = {"free": pool.free, "resting": pool.resting, "reserved": pool.reserved, "ported out": pool.ported_out}
        free_numbers.labels(pool.area_code).set(pool.free)
        for place, numbers in {**places, "given out": pool.total - sum(places.values())}.items():
            pool_numbers.labels(pool.area_code, place).set(numbers)
        for size, count in pool.blocks.items():
            free_blocks.labels(pool.area_code, str(size)).set(count)
        lasts = None if pool.balance is None else pool.balance.days_left
        days_left.labels(pool.area_code).set(float("inf") if lasts is None else lasts)
    differences = [pool.balance.difference for pool in pools if pool.balance is not None]
    GAUGES["balance_difference"].set(sum(differences))


async def _read_work(unit: Unit) -> None:
    found = {row.state: row for row in await unit.connection.execute(UNFINISHED)}
    sites = (await unit.connection.execute(SITES)).one()
    for state in (WITH_PEOPLE, *(one.value for one in WorkState if one not in ENDED)):
        row = found.get(state)
        OPEN.labels(state).set(row.number if row else 0)
        OLDEST.labels(state).set(row.oldest if row else 0)
    SITES_OPEN.set(sites.number)
    OLDEST_SITE.set(sites.oldest)
