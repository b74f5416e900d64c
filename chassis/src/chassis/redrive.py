"""Play parked messages again, in their order, once the cause has been mended."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from chassis.delivery import Delivery
from chassis.subscription import Subscription
from chassis.tracing import handling
from chassis.unit import Unit

U = TypeVar("U", bound=Unit)

HOLD = text("SELECT 1 FROM parked_key WHERE grp = :grp AND key = :key FOR UPDATE")
NEXT = text(
    "SELECT position, id, topic, headers, payload FROM parked WHERE grp = :grp AND key = :key ORDER BY position LIMIT 1"
)
PLAYED = text("DELETE FROM parked WHERE grp = :grp AND key = :key AND position = :position")
FREE = text("DELETE FROM parked_key WHERE grp = :grp AND key = :key")
KEYS = text("SELECT key FROM parked_key WHERE grp = :grp ORDER BY since")
DISCARD = text("DELETE FROM parked WHERE grp = :grp AND key = :key AND id = :id")


async def redrive(
    key: str,
    subscription: Subscription[U],
    *,
    group: str,
    new_unit: Callable[[], AbstractAsyncContextManager[U]],
) -> int:
    """Handle what waits under `key`, one transaction each, and free the key; returns how many were played.

    Raises what the handler raises: that message and those behind it stay parked.
    """
    played = 0
    while True:
        async with new_unit() as unit:
            if (await unit.connection.execute(HOLD, {"grp": group, "key": key})).first() is None:
                return played
            row = (await unit.connection.execute(NEXT, {"grp": group, "key": key})).first()
            if row is None:
                await unit.connection.execute(FREE, {"grp": group, "key": key})
                return played
            headers = row.headers if isinstance(row.headers, dict) else json.loads(row.headers)
            delivery = Delivery(row.id, headers.get("ce_type", ""), key, headers, row.payload, (row.topic, -1, -1))
            react = subscription.reaction(delivery.type, delivery.value, key)
            if react is not None:
                with handling(delivery, group):
                    await react(unit)
            await unit.connection.execute(PLAYED, {"grp": group, "key": key, "position": row.position})
        played += 1


async def parked_keys(group: str, unit: Unit) -> list[str]:
    """The keys that wait, longest first."""
    return [row.key for row in await unit.connection.execute(KEYS, {"grp": group})]


async def discard(unit: Unit, *, group: str, key: str, message_id: UUID) -> bool:
    """Give up a parked message that nothing can mend; its dead letter stays. False if it isn't there."""
    done = await unit.connection.execute(DISCARD, {"grp": group, "key": key, "id": message_id})
    return bool(done.rowcount)
