"""Adds up what is free, held, resting, reserved and ported out, and compares it with the pool, number by number."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from provisioning.adapters.history import STATE
from provisioning.adapters.tables import number_check
from provisioning.domain.balance import Balance, Span

MONTH = timedelta(days=30)
SHOWN = 100
# In one statement, so that what is given out meanwhile is seen on both sides or on none.
WEIGH = text(f"""
WITH pool AS (
    SELECT area_code, range_agg(span) AS whole, sum(last - first + 1)::bigint AS total
    FROM number_pool GROUP BY area_code
), place AS MATERIALIZED (
    SELECT area_code, int8range(first * 100, (first + size) * 100) AS span, size::bigint AS size, 'free' AS state,
        'own' AS origin, NULL::timestamptz AS since FROM free_block
    UNION ALL SELECT area_code, span, (10 ^ width)::bigint, {STATE}, origin, since FROM held_block
), summed AS (
    SELECT area_code, range_agg(span) AS whole, {
    ", ".join(
        f"coalesce(sum(size) FILTER (WHERE state = '{state}'), 0)::bigint AS {state}"
        for state in ("free", "held", "resting", "reserved", "ported_out")
    )
}, coalesce(sum(size) FILTER (WHERE state = 'held' AND since > :lately), 0)::bigint AS lately
    FROM place WHERE origin = 'own' GROUP BY area_code
), compared AS (
    SELECT coalesce(pool.area_code, summed.area_code) AS area_code, coalesce(total, 0) AS total,
        coalesce(free, 0) AS free, coalesce(held, 0) AS held, coalesce(resting, 0) AS resting,
        coalesce(reserved, 0) AS reserved, coalesce(ported_out, 0) AS ported_out, coalesce(lately, 0) AS lately,
        coalesce(pool.whole, '{{}}') - coalesce(summed.whole, '{{}}') AS missing,
        coalesce(summed.whole, '{{}}') - coalesce(pool.whole, '{{}}') AS surplus
    FROM pool FULL JOIN summed USING (area_code)
), beside AS (
    SELECT area_code, lower(span) AS low, upper(span) AS high, max(upper(span)) OVER (
        PARTITION BY area_code ORDER BY lower(span), upper(span) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reached FROM place
), twice AS (
    SELECT area_code, array_agg(low ORDER BY low) AS lows, array_agg(least(high, reached) ORDER BY low) AS highs
    FROM beside WHERE low < reached GROUP BY area_code
)
SELECT compared.area_code, total, free, held, resting, reserved, ported_out, lately,
    ARRAY(SELECT lower(one) FROM unnest(missing) AS one) AS missing_lows,
    ARRAY(SELECT upper(one) FROM unnest(missing) AS one) AS missing_highs,
    ARRAY(SELECT lower(one) FROM unnest(surplus) AS one) AS surplus_lows,
    ARRAY(SELECT upper(one) FROM unnest(surplus) AS one) AS surplus_highs,
    coalesce(lows, '{{}}') AS twice_lows, coalesce(highs, '{{}}') AS twice_highs
FROM compared LEFT JOIN twice USING (area_code) ORDER BY area_code
""")
FREE_BY_SIZE = text("SELECT area_code, size, count(*) AS blocks FROM free_block GROUP BY area_code, size")


async def weigh(connection: AsyncConnection, at: datetime) -> list[Balance]:
    """By area code."""
    rows = await connection.execute(WEIGH, {"lately": at - MONTH})
    return [
        Balance(
            row.area_code,
            row.total,
            row.free,
            row.held,
            row.resting,
            row.reserved,
            row.ported_out,
            row.lately,
            missing=_spans(row.missing_lows, row.missing_highs),
            surplus=_spans(row.surplus_lows, row.surplus_highs),
            twice=_spans(row.twice_lows, row.twice_highs),
        )
        for row in rows
    ]


async def keep_balances(connection: AsyncConnection, found: list[Balance], at: datetime) -> None:
    await connection.execute(delete(number_check))
    rows = [{"area_code": one.area_code, "checked_at": at, "found": one.as_json()} for one in found]
    if rows:
        await connection.execute(insert(number_check), rows)


async def last_balances(connection: AsyncConnection) -> list[tuple[datetime, Balance]]:
    rows = await connection.execute(select(number_check).order_by(number_check.c.area_code))
    return [(row.checked_at, Balance.from_json(row.found)) for row in rows]


async def free_by_size(connection: AsyncConnection) -> dict[str, dict[int, int]]:
    """How many free blocks of each size an area code has."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in await connection.execute(FREE_BY_SIZE):
        found[row.area_code][row.size] = row.blocks
    return found


def _spans(lows: Any, highs: Any) -> tuple[Span, ...]:
    """Own numbers have two digits less than the longest."""
    return tuple(Span(low // 100, (high - 1) // 100) for low, high in zip(lows[:SHOWN], highs[:SHOWN], strict=True))
