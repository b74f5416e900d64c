"""Which story is being told: one correlation id from click to mail, and the message before this one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from chassis.ids import uuid7


@dataclass(frozen=True, slots=True)
class Story:
    """`trace`: the W3C trace parent that what happens next hangs on."""

    correlation_id: str
    cause: UUID | None = None
    trace: str | None = None


_current: ContextVar[Story | None] = ContextVar("story", default=None)


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
