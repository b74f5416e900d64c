"""Reads a catalog version from a folder of YAML files, remembering the line of everything."""

from pathlib import Path
from typing import Any

import yaml

from catalog.domain.draft import Draft, Entry, Fault, Place
from catalog.domain.refusals import CatalogFaulty

LISTS = ("offerings", "price_lists", "rules")
SHARED = ("category", "family")
"""Said once at the top of a file for all its offerings."""
DEFAULTS = {"orderability": "digital", "fulfilment": "automatic"}


def read_folder(folder: Path) -> Draft:
    """The draft in `folder`. Raises CatalogFaulty where a file is no YAML."""
    return read_files({path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))})


def read_files(files: dict[str, str]) -> Draft:
    """The draft in these texts by file name."""
    found: dict[str, list[Entry]] = {name: [] for name in LISTS}
    version = Entry({}, Place("version.yaml", 1))
    for file, text in files.items():
        node = _parsed(file, text)
        if not isinstance(node, yaml.MappingNode):
            raise CatalogFaulty([Fault(Place(file, 1), "the file is not a mapping")])
        whole = _entry(node, file)
        if "version" in whole.values:
            version = whole
        shared = {name: whole.values[name] for name in SHARED if name in whole.values}
        for key, value in node.value:
            if key.value in found and isinstance(value, yaml.SequenceNode):
                defaults = {**DEFAULTS, **shared} if key.value == "offerings" else {}
                found[key.value] += [_entry(one, file, defaults) for one in value.value]
    return Draft(version, *(tuple(found[name]) for name in LISTS))


def _parsed(file: str, text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogFaulty([Fault(Place(file, line), f"is no YAML: {error.problem}")]) from error


def _entry(node: yaml.Node, file: str, defaults: dict[str, Any] | None = None) -> Entry:
    place = Place(file, node.start_mark.line + 1)
    values = _value(node)
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise CatalogFaulty([Fault(place, "an entry is not a mapping")])
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return Entry({**(defaults or {}), **values}, place, lines)


def _value(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        value = loader.construct_object(node, deep=True)
    finally:
        loader.dispose()
    return _without_none_key(value)


def _without_none_key(value: Any) -> Any:
    """`none:` stands for a price that depends on no term."""
    if isinstance(value, dict) and "none" in value:
        return {None if key == "none" else key: one for key, one in value.items()}
    if isinstance(value, dict):
        return {key: _without_none_key(one) for key, one in value.items()}
    return value
