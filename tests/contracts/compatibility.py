"""May an event's schema replace the released one within its version? Decided with jsonsubschema.

Two readers must go on: a new reader of messages written before, and an old reader, who ignores fields he does not
know, of messages written from now on. What is left is: add an optional field.
"""

import copy
import json
from typing import Any

import jsonref
from jsonsubschema import isSubschema

Schema = dict[str, Any]


def faults(released: Schema, changed: Schema) -> list[str]:
    """What breaks readers, each named by its path in the event; empty if the change is compatible."""
    return _faults(_inlined(released), _inlined(changed), "")


def _faults(old: Schema, new: Schema, path: str) -> list[str]:
    old_fields, new_fields = old.get("properties"), new.get("properties")
    if old_fields is None or new_fields is None:
        return _leaf_faults(old, new, path)
    found = [f"{path}.{name}: removed" for name in old_fields if name not in new_fields]
    required_before, required_now = set(old.get("required", ())), set(new.get("required", ()))
    found += [
        f"{path}.{name}: new fields must be optional"
        for name in new_fields
        if name not in old_fields and not _optional(name, new)
    ]
    found += [
        f"{path}.{name}: {'became required' if name in required_now else 'is no longer required'}"
        for name in sorted(required_before ^ required_now)
        if name in old_fields and name in new_fields
    ]
    for name in old_fields:
        if name in new_fields:
            found += _faults(old_fields[name], new_fields[name], f"{path}.{name}")
    return found


def _optional(name: str, schema: Schema) -> bool:
    """A field with a default: serialised always, missing in messages of before."""
    return "default" in schema["properties"][name]


def _leaf_faults(old: Schema, new: Schema, path: str) -> list[str]:
    if old.get("type") == new.get("type") == "array":
        return _faults(old.get("items", {}), new.get("items", {}), f"{path}[]")
    alternatives = _objects(old), _objects(new)
    if all(alternatives) and len(alternatives[0]) == len(alternatives[1]) == 1:
        return _faults(alternatives[0][0], alternatives[1][0], path)
    found = []
    if not isSubschema(copy.deepcopy(old), copy.deepcopy(new)):
        found.append(f"{path}: a new reader refuses what was written before")
    if not isSubschema(copy.deepcopy(new), copy.deepcopy(old)):
        found.append(f"{path}: an old reader refuses what is written now")
    return found


def _objects(schema: Schema) -> list[Schema]:
    return [part for part in schema.get("anyOf", ()) if "properties" in part]


def _inlined(schema: Schema) -> Schema:
    inlined: Schema = json.loads(json.dumps(jsonref.replace_refs(schema, proxies=False)))
    inlined.pop("$defs", None)
    return inlined
