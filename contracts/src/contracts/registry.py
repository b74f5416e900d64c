"""Every event and every topic there is, found by walking this package."""

from importlib import import_module
from pkgutil import walk_packages

import contracts
from contracts.envelope import Event, Topic


def all_events() -> tuple[type[Event], ...]:
    """All published events, by type name."""
    found: dict[str, type[Event]] = {}
    for module in _modules():
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Event) and hasattr(thing, "topic"):
                found[thing.type_name()] = thing
    return tuple(found[name] for name in sorted(found))


def all_topics() -> tuple[Topic, ...]:
    """All topics that events travel on, by name; dead letter topics are the readers' (`contracts.readers`)."""
    found = {thing.name: thing for module in _modules() for thing in vars(module).values() if isinstance(thing, Topic)}
    return tuple(found[name] for name in sorted(found))


def _modules() -> list[object]:
    paths = walk_packages(contracts.__path__, "contracts.")
    return [import_module(path.name) for path in paths if path.name.endswith(".v1")]
