"""Every topic with its owner and readers."""

from contracts.envelope import Topic
from contracts.readers import LISTENS, PUBLISHES, dead_letter_topics
from contracts.registry import all_events, all_topics

HEAD = """# Topics

Made by `make docs` from the declarations in `contracts`; the devstack, `deploy/prepare.py` and the chart create them
from there. The number of partitions of a topic never changes: it decides which events stay in order. *Link tokens*:
only the owner may write and only notification may read (by ACL).
"""
OUTSIDE = "outside"
"""The CRM, or the carriers' connector."""


def page() -> str:
    rows = [_row(topic) for topic in all_topics()]
    letters = [
        f"| `{topic.name}` | {topic.partitions} | {_kept(topic)} | {topic.name.split('.', 1)[0]} |"
        for topic in dead_letter_topics()
    ]
    return "\n".join(
        [
            HEAD,
            "| topic | partitions | kept | key | written by | read by |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            "## Dead letters",
            "",
            "One topic a consumer group; people and tools read it, no service does. What to do about a dead letter:",
            "`python -m SERVICE parked`, then `redrive` or `POST /operations/discard`.",
            "",
            "| topic | partitions | kept | written by |",
            "|---|---|---|---|",
            *letters,
            "",
        ]
    )


def _row(topic: Topic) -> str:
    keys = sorted({event.key for event in all_events() if topic in (event.topic, *event.also)})
    owners = [name for name, published in PUBLISHES.items() if topic in published]
    readers = [name for name, read in LISTENS.items() if topic in read]
    name = f"`{topic.name}`" + (" (link tokens)" if topic.secret else "")
    written = [*owners, OUTSIDE] if topic.context in ("crm", "wbci") and topic.name != "wbci.outbound.v1" else owners
    cells = [", ".join(f"`{key}`" for key in keys), ", ".join(written), ", ".join(readers) or OUTSIDE]
    return f"| {name} | {topic.partitions} | {_kept(topic)} | {' | '.join(cells)} |"


def _kept(topic: Topic) -> str:
    return (
        "compacted: the newest of each key"
        if topic.compacted
        else "1 day"
        if topic.retention.days == 1
        else f"{topic.retention.days} days"
    )
