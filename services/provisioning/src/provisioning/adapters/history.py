"""What numbers leave behind when they stop being somewhere (SITE-5, PORT-9). Where they are, `held_block` says."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from provisioning.adapters.rows import block_of
from provisioning.domain.inventory import span
from provisioning.domain.numbers import NumberState, Stay, life
from telecom.numbers import NumberBlock

STATE = """
CASE WHEN departure_id IS NOT NULL THEN 'ported_out' WHEN reserved_until IS NOT NULL THEN 'reserved'
    WHEN rests_until IS NOT NULL THEN 'resting' ELSE 'held' END
"""
COLUMNS = "area_code, stem, width, span, holder_id, origin, porting_id, departure_id, carrier, since"
LOADED = text("SELECT min(loaded_at) FROM number_pool WHERE span && int8range(:low, :high)")
STAYS = text(
    f"SELECT area_code, stem, width, NULL AS answering_extension, state, since, until, holder_id, origin, porting_id, "
    "departure_id, carrier, ended, went_to, NULL::timestamptz AS put_until FROM number_history "
    "WHERE span @> int8range(:low, :high) UNION ALL "
    f"SELECT area_code, stem, width, answering_extension, {STATE}, since, NULL, holder_id, origin, porting_id, "
    "departure_id, carrier, NULL, NULL, coalesce(rests_until, reserved_until) FROM held_block "
    "WHERE span @> int8range(:low, :high)"
)


def noted(at: str, ended: str, went_to: str = "NULL", rows: str = "gone") -> str:
    """A statement that writes down what `rows`, held blocks as they were, have been until now. Arguments are SQL."""
    return f"""
    INSERT INTO number_history ({COLUMNS}, state, until, ended, went_to)
    SELECT {COLUMNS}, {STATE}, greatest({at}, since), {ended}, {went_to} FROM {rows}
    """


async def life_of(number: NumberBlock, connection: AsyncConnection) -> list[Stay]:
    """In order, up to now; one number or a block that was never split."""
    low, high = span(number)
    gaps = {"low": low, "high": high}
    rows = await connection.execute(STAYS, gaps)
    loaded_at = (await connection.execute(LOADED, gaps)).scalar_one()
    return life(map(_stay, rows), loaded_at)


def _stay(row: Any) -> Stay:
    return Stay(
        state=NumberState(row.state),
        since=row.since,
        until=row.until,
        block=block_of(row),
        holder_id=row.holder_id,
        origin=row.origin,
        porting_id=row.porting_id,
        departure_id=row.departure_id,
        carrier=row.carrier,
        ended=row.ended,
        went_to=row.went_to,
        put_until=row.put_until,
    )
