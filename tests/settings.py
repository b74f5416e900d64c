"""Writes what each service can be told by its environment: `python -m tests.settings docs/settings.md`."""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from chassis.settings import ServiceSettings
from contracts.readers import PUBLISHES

HEAD = """# Settings

Made by `make docs` from the settings classes. Names are environment variables; lists and objects are JSON. A value that
can't be read, or a variable without default that is missing, ends the start with one log line that names it (exit
code 2). Secrets come as environment variables or as files, never by command line.
"""
TABLE = "| variable | type | default | meaning |\n|---|---|---|---|"


def page() -> str:
    """Raises ValueError for a setting that nobody has explained."""
    shared = ServiceSettings.model_fields
    parts = [HEAD, "## Every service\n", _table(shared)]
    for name in PUBLISHES:
        kind = import_module(f"{name}.main").service.settings
        own = {field: told for field, told in kind.model_fields.items() if _differs(told, shared.get(field))}
        parts += [f"\n## {name}\n", _table(own, shared) if own else "Nothing besides."]
    return "\n".join(parts) + "\n"


def _differs(told: FieldInfo, shared: FieldInfo | None) -> bool:
    return shared is None or told.default != shared.default


def _table(fields: dict[str, FieldInfo], shared: dict[str, FieldInfo] | None = None) -> str:
    return "\n".join([TABLE, *_rows(fields, shared or {})])


def _rows(fields: dict[str, FieldInfo], shared: dict[str, FieldInfo]) -> Iterator[str]:
    for name, told in fields.items():
        said = told.description or (shared[name].description if name in shared else None)
        if not said:
            raise ValueError(f"the setting {name.upper()} is not explained: give it a docstring")
        meaning = " ".join(said.split())
        yield f"| `{name.upper()}` | {_kind(told)} | {_default(told)} | {meaning} |"


def _kind(told: FieldInfo) -> str:
    schema = TypeAdapter(told.annotation).json_schema()
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    return " or ".join(_word(one) for one in options)


def _word(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("format") in ("path", "file-path"):
        return "file"
    words = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true, false", "array": "list"}
    return words[schema["type"]]


def _default(told: FieldInfo) -> str:
    if told.default is PydanticUndefined:
        return "**must be set**"
    if told.default is None or told.default == "":
        return "none"
    made = TypeAdapter(Any).dump_python(told.default, mode="json")
    if isinstance(told.default, frozenset):
        made = sorted(made)
    return f"`{made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)}`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
