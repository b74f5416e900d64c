"""Every operation of every service as the walk calls it: what it takes, and how its gaps are filled."""

import re
from dataclasses import dataclass, field
from typing import Any

from chassis.roles import Declared
from tests.pages.roles import NOBODYS, SERVICES, operations_of
from tests.town.people import ADDRESS, SITE, porting
from tests.town.samples import sample
from tests.town.services import Town

Json = dict[str, Any]
GAP = re.compile(r"{(\w+)(?::\w+)?}")
NO_IDS = {
    "version": "2021-03.1",
    "kind": "acknowledgement",
    "area_code": "221",
    "name": "orders",
    "act": "confirm",
    "part": "1",
    "number": "1",
    "departure_id": "01930000-0000-7000-8000-00000000d0d0",
}
"""Gaps of paths that are filled with nobody's id."""
NUMBERS = [{"area_code": "221", "stem": "479000", "extension_from": "0", "extension_to": "9"}]
PLACE = {"address": ADDRESS, "area_code": "221"}
BODIES: dict[str, Json] = {
    "POST /agreements/{agreement_id}/sites": {"site": SITE, "block_size": 10},
    "POST /agreements/{agreement_id}/portings": porting("777"),
    "POST /agreements/{agreement_id}/terminations": {"subject": "agreement"},
    "POST /agreements/{agreement_id}/terminations/quote": {"subject": "agreement"},
    "POST /webhooks": {"url": "https://crm.example/hook", "events": ["ordering.OrderReceived.v1"]},
}
"""What the plainest sample of the schema can't be, since fields depend on each other."""
QUESTIONS: dict[str, dict[str, str]] = {
    "GET /catalog/current": {"audience": "business"},
    "GET /towns": {"postcode": "50678"},
    "GET /area-codes": {"postcode": "50678"},
}

FILES = {"signed-form": "form", "import": "sites"}
"""Fields for a file, by the end of the path of the form."""


@dataclass(frozen=True)
class Path:
    """`ids`: gaps of the path that are ids; `asks` and `names`: ids in the query, and in the body."""

    service: str
    method: str
    path: str
    declared: Declared
    asks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    schema: Any = None
    components: Json = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def gaps(self) -> list[str]:
        return GAP.findall(self.path)

    @property
    def ids(self) -> list[str]:
        return [gap for gap in self.gaps if gap not in NO_IDS]

    def filled(self, ids: dict[str, str]) -> str:
        return GAP.sub(lambda gap: ids.get(gap[1]) or NO_IDS[gap[1]], self.path)

    def request(self, *, query: dict[str, str] | None = None, body: dict[str, str] | None = None) -> Json:
        """All but the path, as httpx takes it."""
        more: Json = {"headers": {"If-Match": '"1"'}, "params": QUESTIONS.get(self.label, {}) | (query or {})}
        if self.path.endswith("/signed-form") and self.method == "PUT":
            more |= {"content": b"%PDF-1.4", "headers": {"Content-Type": "application/pdf"}}
        elif self.schema is not None:
            known = BODIES.get(self.label)
            more["json"] = {**known, **(body or {})} if known else sample(self.schema, self.components, body or {})
        return more

    def filled_form(self) -> Json:
        """What a page's form sends: nothing filled in, and a file where one is uploaded."""
        if self.method != "POST":
            return {}
        field = FILES.get(self.path.rsplit("/", 1)[-1])
        return {"form": {}, "files": {field: ("a.pdf", b"%PDF-1.4", "application/pdf")}} if field else {"form": {}}


def api_of(service: str, town: Town) -> list[Path]:
    """What the service's OpenAPI names."""
    api = town.apps[service].openapi()
    declared = {(one.method, one.path): one.declared[0] for one in operations_of(service) if one.declared}
    found = []
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            components = api.get("components", {}).get("schemas", {})
            found.append(
                Path(
                    service,
                    method.upper(),
                    path,
                    declared[method.upper(), path],
                    tuple(one["name"] for one in operation.get("parameters", ()) if _is_id(one)),
                    tuple(sorted(_ids_in(schema, components))),
                    schema,
                    components,
                )
            )
    return found


def pages(town: Town) -> list[Path]:
    """What the portal shows to people: all that is in no OpenAPI."""
    named = {(method.upper(), path) for path, ways in town.apps["portal"].openapi()["paths"].items() for method in ways}
    return [
        Path("portal", one.method, one.path, one.declared[0])
        for one in operations_of("portal")
        if (one.method, one.path) not in named and one.path not in NOBODYS
    ]


def _is_id(parameter: Json) -> bool:
    return parameter["in"] == "query" and parameter["name"].endswith("_id")


def _ids_in(schema: Any, components: Json) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    if "$ref" in schema:
        return _ids_in(components[schema["$ref"].rsplit("/", 1)[1]], components)
    found = {name for name in schema.get("properties", ()) if name.endswith("_id")}
    for part in (*schema.get("anyOf", ()), *schema.get("properties", {}).values(), schema.get("items")):
        found |= _ids_in(part, components)
    return found


__all__ = ["SERVICES", "Path", "api_of", "pages"]
