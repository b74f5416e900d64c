"""What each service can be told by its environment."""

import ast
import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

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
    parts = [HEAD, "## Every service\n", _table(shared, meanings(ServiceSettings))]
    for name in PUBLISHES:
        kind = import_module(f"{name}.main").service.settings
        own = {field: told for field, told in kind.model_fields.items() if _differs(told, shared.get(field))}
        parts += [f"\n## {name}\n", _table(own, meanings(kind))]
    return "\n".join(parts) + "\n"


def _differs(told: FieldInfo, shared: FieldInfo | None) -> bool:
    return shared is None or told.default != shared.default


def meanings(kind: type[BaseSettings]) -> dict[str, str]:
    """The docstring below each setting. Read here: a service that did it at each start would start later."""
    found = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, BaseSettings) and one is not BaseSettings:
            (written,) = ast.parse(inspect.getsource(one)).body
            assert isinstance(written, ast.ClassDef)
            found |= {
                line.target.id: " ".join(str(said.value.value).split())
                for line, said in pairwise(written.body)
                if isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and isinstance(said, ast.Expr)
                and isinstance(said.value, ast.Constant)
            }
    return found


def _table(fields: dict[str, FieldInfo], meaning: dict[str, str]) -> str:
    return "\n".join([TABLE, *_rows(fields, meaning)])


def _rows(fields: dict[str, FieldInfo], meaning: dict[str, str]) -> Iterator[str]:
    for name, told in fields.items():
        if name not in meaning:
            raise ValueError(f"the setting {name.upper()} is not explained: give it a docstring")
        yield f"| `{name.upper()}` | {_kind(told)} | {_default(told)} | {meaning[name]} |"


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
