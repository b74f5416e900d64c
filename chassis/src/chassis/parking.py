"""A message that can't be handled is set aside with its key; later messages of the key wait behind it, in order."""

import json

from sqlalchemy import text

from chassis import metrics
from chassis.delivery import Delivery
from chassis.unit import Unit

PARK_KEY = text("INSERT INTO parked_key (grp, key) VALUES (:grp, :key) ON CONFLICT DO NOTHING")
PARK = text(
    "INSERT INTO parked (grp, key, id, topic, headers, payload, error, head) "
    "VALUES (:grp, :key, :id, :topic, cast(:headers AS jsonb), :payload, :error, :head)"
)
ERROR_LENGTH = 500


async def park(unit: Unit, group: str, delivery: Delivery, error: str, *, head: bool) -> None:
    """Park `delivery` and write its dead letter, both in the unit's transaction.

    `head`: it failed itself; otherwise it waits behind one that did. Without a key it is parked under its own id, for a
    redrive to find, and nothing waits behind it.
    """
    error = error.replace("\0", "")[:ERROR_LENGTH]
    key = str(delivery.id) if delivery.key is None else delivery.key
    if head:
        await unit.connection.execute(PARK_KEY, {"grp": group, "key": key})
    await unit.connection.execute(
        PARK,
        {
            "grp": group,
            "key": key,
            "id": delivery.id,
            "topic": delivery.at[0],
            "headers": json.dumps(delivery.headers),
            "payload": delivery.value,
            "error": error,
            "head": head,
        },
    )
    origin = "/".join(str(part) for part in delivery.at)
    marks = {"dlt_error": error, "dlt_origin": origin, "dlt_head": str(int(head)), "ce_id": str(delivery.id)}
    unit.outbox.forward(f"{group}.dlt", delivery.key, {**delivery.headers, **marks}, delivery.value)
    unit.after_commit(lambda: metrics.dead.labels(group, str(head)).inc())
