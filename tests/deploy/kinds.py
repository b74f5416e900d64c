"""Schemas of what the chart writes: custom resources' are here, Kubernetes' own come with `make deploy-tools`."""

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.deploy.render import KUBERNETES, TOOLS

CUSTOM = Path(__file__).parent / "schemas"
OWN = f"kubernetes_validate/kubernetes-json-schema/v{KUBERNETES.rpartition('.')[0]}.0-local-strict"


def custom_schema(one: dict[str, Any]) -> Path:
    """Where an object's schema is, if it is a custom resource."""
    group, _, version = str(one["apiVersion"]).rpartition("/")
    return CUSTOM / group / f"{one['kind'].lower()}_{version}.json"


def custom_faults(objects: list[dict[str, Any]]) -> list[str]:
    found = []
    for one in objects:
        schema = jsonschema.Draft202012Validator(json.loads(custom_schema(one).read_text(encoding="utf-8")))
        found += [f"{one['kind']} {one['metadata']['name']}: {error.message}" for error in schema.iter_errors(one)]
    return found


def write_own(folder: Path) -> bool:
    """Kubernetes' own as kubeconform reads them, each with the definitions it needs; False where they are not found."""
    source = next(TOOLS.parent.glob(f"lib/python3*/site-packages/{OWN}"), None)
    if source is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    definitions = json.loads((source / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    for path in source.glob("*-v*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        needed: dict[str, Any] = {}
        _collect(schema, definitions, needed)
        text = json.dumps(schema | {"$defs": needed}).replace('"/api/_definitions.json#', '"#')
        (folder / path.name).write_text(text, encoding="utf-8")
    return True


def _collect(node: Any, definitions: dict[str, Any], needed: dict[str, Any]) -> None:
    """Into `needed` all definitions that a schema refers to, directly or not."""
    if isinstance(node, list):
        for item in node:
            _collect(item, definitions, needed)
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name in definitions and name not in needed:
            needed[name] = definitions[name]
            _collect(needed[name], definitions, needed)
        for item in node.values():
            _collect(item, definitions, needed)
