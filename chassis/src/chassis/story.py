"""Which story is being told: one correlation id from click to mail, and the message before this one."""

import re
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


class telling:  # noqa: N801 - reads as a word: `with telling(story)`
    """Run a block within `story`. A class, since each message has one and a generator costs twice as much."""

    __slots__ = ("_story", "_token")

    def __init__(self, story: Story) -> None:
        self._story = story

    def __enter__(self) -> Story:
        self._token = _current.set(self._story)
        return self._story

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
