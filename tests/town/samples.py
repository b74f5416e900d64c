"""Values that fit a JSON schema, the plainest ones: so that a body reaches what comes after its check."""

from functools import cache
from typing import Any

from hypothesis import find
from hypothesis import strategies as st

Json = Any
FORMATS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2030-01-02",
    "date-time": "2030-01-02T00:00:00Z",
    "email": "somebody@people.example",
}


def sample(schema: Json, components: Json, given: dict[str, Any]) -> Json:
    """A value of that schema with its required properties; of properties named in `given`, those values."""
    if "$ref" in schema:
        return sample(components[schema["$ref"].rsplit("/", 1)[1]], components, given)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0], components, given)
    match schema.get("type"):
        case "object":
            wanted = set(schema.get("required", ())) | (set(given) & set(schema.get("properties", ())))
            return {
                name: given[name] if name in given else sample(schema["properties"][name], components, given)
                for name in sorted(wanted)
            }
        case "array":
            return [sample(schema["items"], components, given)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "string":
            return _text(schema)
    return None


def _text(schema: Json) -> str:
    if "format" in schema:
        return FORMATS[schema["format"]]
    shortest = schema.get("minLength", 0)
    return _matching(schema["pattern"], shortest) if "pattern" in schema else "x" * max(1, shortest)


@cache
def _matching(pattern: str, shortest: int) -> str:
    return find(st.from_regex(pattern), lambda text: len(text.strip()) >= shortest).strip()
