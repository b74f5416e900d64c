"""Which events of a topic a service reacts to, and how."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

from contracts.envelope import Event, Topic

U = TypeVar("U")
E = TypeVar("E", bound=Event)
Handler = Callable[[Any, U], Awaitable[None]]


class Poison(Exception):
    """A message that no try will ever make good; the text says why."""


class Retry(Exception):
    """Not yet: try this message again later, without counting it as poison."""


class Subscription(Generic[U]):
    """The reactions of one consumer group; every event of a topic goes through it, so that a key's order holds."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.events: dict[str, type[Event]] = {}
        self._handlers: dict[str, Handler[U]] = {}
        self._besides: dict[str, Handler[U]] = {}
        self._gone: Callable[[str, U], Awaitable[None]] | None = None

    def on(self, event: type[E]) -> Callable[[Callable[[E, U], Awaitable[None]]], Callable[[E, U], Awaitable[None]]]:
        """React to events of this type."""
        if self.topic not in (event.topic, *event.also):
            raise ValueError(f"{event.type_name()} does not travel on {self.topic.name}")

        def register(handler: Callable[[E, U], Awaitable[None]]) -> Callable[[E, U], Awaitable[None]]:
            self.events[event.type_name()] = event
            self._handlers[event.type_name()] = handler
            return handler

        return register

    def on_each(self, events: Iterable[type[Event]]) -> Callable[[Handler[U]], Handler[U]]:
        """React to events of all these types, besides what `on` does for one of them and after it."""

        def register(handler: Handler[U]) -> Handler[U]:
            for event in events:
                self.events[event.type_name()] = event
                self._besides[event.type_name()] = handler
            return handler

        return register

    def on_tombstone(self, handler: Callable[[str, U], Awaitable[None]]) -> Callable[[str, U], Awaitable[None]]:
        """React to the end of a key on a compacted topic."""
        if not self.topic.compacted:
            raise ValueError(f"{self.topic.name} is not compacted and knows no tombstones")
        self._gone = handler
        return handler

    def reaction(self, type_name: str, value: bytes | None, key: str | None) -> Callable[[U], Awaitable[None]] | None:
        """What to do about a message; None for a type nobody here knows. Raises Poison or a ValidationError."""
        if value is None and self.topic.compacted:
            gone = self._gone
            return None if gone is None or key is None else lambda unit: gone(key, unit)
        handlers = [one[type_name] for one in (self._handlers, self._besides) if type_name in one]
        if not handlers:
            if self._knows_another_version(type_name):
                raise Poison(f"{type_name}: this version is not known here")
            return None
        if value is None:
            raise Poison("a message without content on a topic that is not compacted")
        event = self.events[type_name].read(value)

        async def react(unit: U) -> None:
            for handler in handlers:
                await handler(event, unit)

        return react

    def knows(self, type_name: str, value: bytes | None) -> bool:
        """Is the message anybody's business here?"""
        if value is None and self.topic.compacted:
            return self._gone is not None
        return type_name in self.events or self._knows_another_version(type_name)

    def _knows_another_version(self, type_name: str) -> bool:
        name = type_name.rpartition(".v")[0]
        return bool(name) and any(known.rpartition(".v")[0] == name for known in self.events)
