"""Reads a catalog version from a folder of YAML files, remembering the line of everything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from catalog.domain.draft import Draft, Entry, Fault, Place

LISTS = ("offerings", "price_lists", "rules", "derivations")
SHARED = ("category", "family", "notice_days")
"""Said once at the top of a file for all its offerings."""
TOP = {*LISTS, *SHARED, "version", "valid_from", "currency", "prices_are_invented"}
DEFAULTS = {"orderability": "digital", "fulfilment": "automatic"}


class Unreadable(Exception):
    """A part that is no entry; the fault says why."""

    def __init__(self, file: str, line: int, text: str) -> None:
        super().__init__(text)
        self.fault = Fault(Place(file, line), text)


class Composer(yaml.SafeLoader):
    """Plain YAML: an alias could hold itself, or grow without end."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.get_event()  # type: ignore[no-untyped-call] # the stubs leave it out
            told = "an alias (*) is not allowed here; write it out"
            raise yaml.composer.ComposerError(None, None, told, alias.start_mark)
        return super().compose_node(parent, index)


def read_folder(folder: Path) -> Draft:
    """The draft in `folder`; what can't be read is among its faults."""
    texts: dict[str, str] = {}
    unread: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            unread.append(Fault(Place(path.name, 1), "the file is not text in UTF-8"))
    return read_files(texts, unread)


def read_files(files: dict[str, str], unread: list[Fault] | None = None) -> Draft:
    """The draft in these texts by file name; what can't be read is among its faults."""
    entries: dict[str, list[Entry]] = {name: [] for name in LISTS}
    heads: list[Entry] = []
    lost, slips = list(unread or []), list[Fault]()
    for file, text in files.items():
        try:
            whole = _file(file, text)
            top = _entry(_without_lists(whole), file)
        except Unreadable as unreadable:
            lost.append(unreadable.fault)
            continue
        slips += _repeated_keys(whole, file)
        slips += [
            Fault(top.at(key), f"there is no field {key!r} at the top of a file") for key in top.lines.keys() - TOP
        ]
        if "version" in top.values:
            heads.append(top)
        shared = {name: top.values[name] for name in SHARED if name in top.values}
        for name, node in _listed(whole):
            try:
                entries[name].append(_entry(node, file, DEFAULTS | shared if name == "offerings" else {}))
            except Unreadable as unreadable:
                lost.append(unreadable.fault)
    slips += [Fault(head.at("version"), "the version is named in another file already") for head in heads[1:]]
    version = heads[0] if heads else Entry({}, Place("version.yaml", 1))
    offerings, price_lists, rules, derivations = (tuple(entries[name]) for name in LISTS)
    return Draft(version, offerings, price_lists, rules, derivations, tuple(lost), tuple(slips))


def _file(file: str, text: str) -> yaml.MappingNode:
    try:
        whole = yaml.compose(text, Loader=Composer)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(file, line, f"is no YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable(file, 1, "is no YAML: it has signs or a depth that are not allowed") from error
    if not isinstance(whole, yaml.MappingNode):
        raise Unreadable(file, 1, "the file is not a mapping such as `offerings:` with a list below")
    for key, value in whole.value:
        if key.value in LISTS and not isinstance(value, yaml.SequenceNode):
            raise Unreadable(file, key.start_mark.line + 1, f"{key.value} is not a list")
    return whole


def _listed(whole: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in whole.value:
        if key.value in LISTS:
            yield from ((key.value, one) for one in value.value)


def _without_lists(whole: yaml.MappingNode) -> yaml.MappingNode:
    rest = [(key, value) for key, value in whole.value if key.value not in LISTS]
    return yaml.MappingNode(whole.tag, rest, whole.start_mark, whole.end_mark)


def _repeated_keys(node: yaml.Node, file: str) -> Iterator[Fault]:
    """YAML would take the last one and say nothing."""
    children = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else []
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    seen: set[str] = set()
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        name = str(key.value)
        if name in seen:
            yield Fault(Place(file, key.start_mark.line + 1), f"{name!r} stands here twice")
        seen.add(name)
    for child in children:
        yield from _repeated_keys(child, file)


def _entry(node: yaml.Node, file: str, defaults: dict[str, Any] | None = None) -> Entry:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(file, line, "an entry is not a mapping of fields")
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return Entry({**(defaults or {}), **_value(node, file)}, Place(file, line), lines)


def _value(node: yaml.MappingNode, file: str) -> dict[str, Any]:
    loader = yaml.SafeLoader("")
    try:
        return dict(_without_none_key(loader.construct_object(node, deep=True)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else node.start_mark.line
        raise Unreadable(file, line + 1, f"can't be read: {error.problem}") from error
    except ValueError as error:
        raise Unreadable(file, node.start_mark.line + 1, f"can't be read: {error}") from error
    finally:
        loader.dispose()


def _without_none_key(value: Any) -> Any:
    """`none:` stands for a price that depends on no term."""
    if isinstance(value, dict):
        return {None if key == "none" else key: _without_none_key(one) for key, one in value.items()}
    return value
