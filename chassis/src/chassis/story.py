"""Which story is being told: one correlation id from click to mail, and the message before this one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from chassis.ids import uuid7

TRACE_PARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")


@dataclass(frozen=True, slots=True)
class Story:
    """`trace`: the W3C trace parent that what happens next hangs on."""

    correlation_id: str
    cause: UUID | None = None
    trace: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP call passes on."""
        trace = {} if self.trace is None else {"traceparent": self.trace}
        return {"X-Correlation-Id": self.correlation_id, **trace}


def trace_parent(given: str | None) -> str | None:
    """A W3C trace parent as it was given, None for anything else."""
    return given if given is not None and TRACE_PARENT.match(given) else None


_current: ContextVar[Story | None] = ContextVar("story", default=None)


def story_told() -> Story | None:
    """The story this code runs in, if one has begun."""
    return _current.get()


def current_story() -> Story:
    """The story this code runs in; a new one where none has begun."""
    return _current.get() or Story(str(uuid7()))


@contextmanager
def telling(story: Story) -> Iterator[Story]:
    """Run a block within `story`."""
    token = _current.set(story)
    try:
        yield story
    finally:
        _current.reset(token)
