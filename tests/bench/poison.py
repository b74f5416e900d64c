"""The batch consumer with one message in a hundred that can't be handled: half of it no event, half a handler's bug."""

from contracts.envelope import Topic
from tests.bench.consumer import chassis_rate, filled, messages, metadata
from tests.bench.figure import Figure, in_turns, share
from tests.bench.ground import Ground
from tests.bench.relay import Row

EVENTS = 10_000
KEYS = 1_000
ONE_IN = 100


def healthy(topic: Topic) -> list[Row]:
    return messages(topic, [f"key-{nth % KEYS}" for nth in range(EVENTS)], range(EVENTS))


def poisoned(topic: Topic) -> list[Row]:
    """Poison has keys of its own, so that nothing waits behind it."""
    rows = healthy(topic)
    bad = range(0, EVENTS, ONE_IN)
    bugs = messages(topic, [f"bad-{nth}" for nth in bad], [-1] * len(bad))
    for nth, (key, marks, payload) in zip(bad, bugs, strict=True):
        rows[nth] = (key, marks, payload if nth % (2 * ONE_IN) else b"{no event")
    return rows


async def measure(ground: Ground) -> list[Figure]:
    database = await ground.new_database("poison", metadata)
    good, bad = await filled(ground, healthy), await filled(ground, poisoned)
    pairs = await in_turns(
        lambda: chassis_rate(ground, database, good, EVENTS), lambda: chassis_rate(ground, database, bad, EVENTS)
    )
    return [share("batch consumer with 1 % poison ÷ without", "messages/s", 0.1, pairs)]
