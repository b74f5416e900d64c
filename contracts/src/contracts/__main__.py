"""Write the contracts as documents: `python -m contracts schemas | asyncapi | release FOLDER`.

`schemas`: a JSON Schema an event. `asyncapi`: one document a service and one of all. `release` freezes today's
schemas as `released.json`, against which the compatibility check compares every later change.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from contracts.documents import Document, asyncapi, asyncapi_of_all, schema_of
from contracts.readers import PUBLISHES
from contracts.registry import all_events


def schemas() -> dict[str, Document]:
    """Today's schemas by type name."""
    return {event.type_name(): schema_of(event) for event in all_events()}


def asyncapis() -> dict[str, Document]:
    return {**{service: asyncapi(service) for service in PUBLISHES}, "trunkline": asyncapi_of_all()}


def as_text(document: object) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    match arguments:
        case ["schemas", folder]:
            write(Path(folder), schemas())
        case ["asyncapi", folder]:
            write(Path(folder), asyncapis())
        case ["release", folder]:
            write(Path(folder), {"released": schemas()})
        case _:
            raise SystemExit(__doc__)


def write(folder: Path, documents: Mapping[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(as_text(document), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
