"""Whatever is sent, each answer is one that the OpenAPI declares, and none says that something broke.

`make fuzz EXAMPLES=200` tries more; the examples of `make test` are always the same.
"""

import copy
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.nasty import CURSORS, HEADERS, VALUES, leaves, put
from tests.pages.roles import SERVICES, operations_of
from tests.tenancy.paths import NO_IDS
from tests.town.people import Family, Things
from tests.town.services import Someone, Town

EXAMPLES = int(os.environ.get("EXAMPLES") or 3)
"""Of each operation, of each kind of input."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FITTING, UNFIT, NASTY, ODD = KINDS = ("fitting", "unfit", "nasty", "odd")
"""What fits the schema; what doesn't; what fits but for one nasty value; what fits under odd headers."""
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "TRACE", "QUERY")


@dataclass(frozen=True)
class Ground:
    """Where an operation is called, and by whom: `callers` may, `others` may not."""

    town: Town
    service: str
    things: Things
    callers: list[Someone]
    others: list[Someone]


def search(operation: Any, kind: str, ground: Ground) -> str:
    """What is wrong with an operation's answers to input of that kind; empty if nothing is."""
    mode = GenerationMode.NEGATIVE if kind == UNFIT else GenerationMode.POSITIVE

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        pick=st.integers(0, 10**6),
        value=st.sampled_from(VALUES),
        odd=st.sampled_from(HEADERS),
    )
    def attempt(case: Case, pick: int, value: Any, odd: dict[str, str]) -> None:
        callers = ground.others if pick % 10 == 0 or not ground.callers else ground.callers
        who = callers[pick % len(callers)]
        if kind != UNFIT and pick % 7:
            with_real_ids(case, ground.things, pick)
        asked = case.as_transport_kwargs(base_url="http://service")
        if kind != UNFIT:
            asked["headers"].update({"Idempotency-Key": uuid4().hex, "If-Match": f'"{pick % 9}"'})
        if kind == NASTY:
            make_nasty(asked, pick, value)
        if kind == ODD:
            asked["headers"].update(odd)
        answer = send(asked, ground, who)
        case.validate_response(answer, checks=CHECKS)

    try:
        attempt()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "only where nothing is asked for can nothing be wrong"
    except (Exception, FailureGroup) as failure:
        return f"{operation.method.upper()} {operation.path}, {kind}: {failure}"[:1500]
    return ""


def with_real_ids(case: Case, things: Things, pick: int) -> None:
    """Ids of things that are there, so that more is answered than that there is nothing."""
    for values in (case.path_parameters, case.query, case.body):
        for name in values if isinstance(values, dict) else ():
            if name in things:
                values[name] = things[name][pick % len(things[name])]
            elif values is case.path_parameters and name in NO_IDS:
                values[name] = NO_IDS[name]


def make_nasty(asked: dict[str, Any], pick: int, value: Any) -> None:
    """One value of the body and each of the query is another, and a cursor is none."""
    for name in asked.get("params") or ():
        nasty = CURSORS[pick % len(CURSORS)] if name == "cursor" else str(value)
        asked["params"][name] = nasty.encode("utf-8", "replace").decode()
    asked["json"] = copy.deepcopy(asked.get("json"))
    if ways := list(leaves(asked["json"])):
        put(asked["json"], ways[pick % len(ways)], value)


def send(asked: dict[str, Any], ground: Ground, who: Someone) -> httpx.Response:
    """As schemathesis would, but on the town's own loop, and with escapes in JSON that httpx would not write."""
    headers = ({"Authorization": f"Bearer {who.token}"} if who.token else {}) | dict(asked["headers"])
    content = json.dumps(asked["json"]).encode() if asked.get("json") is not None else asked.get("data")
    return ground.town.runner.run(
        ground.town.client(ground.service).request(
            asked["method"],
            urlsplit(asked["url"])._replace(scheme="", netloc="").geturl(),
            params=asked.get("params") or None,
            headers=[(_bytes(name), _bytes(str(value))) for name, value in headers.items()],
            content=content,
            files=asked.get("files"),
        )
    )


def _bytes(header: str) -> bytes:
    return header.encode("latin-1", "replace")


@pytest.mark.timeout(0)
@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_is_declared_and_nothing_breaks(town: Town, families: tuple[Family, Family], service: str) -> None:
    alpha, _beta = families
    everybody = [*alpha.people.values(), alpha.links["customer"], Someone("nobody")]
    everybody += [town.signed(role, role) for role in ("order_management", "administrator", "machine")]
    declared = {(one.method, one.path): one.declared[0] for one in operations_of(service) if one.declared}
    api = schemathesis.openapi.from_dict(town.apps[service].openapi())
    wrong = []
    for operation in (found.ok() for found in api.get_all_operations()):
        said = declared[operation.method.upper(), operation.path]
        callers = [one for one in everybody if one.role in said.roles or (one.role == "approver" and said.links)]
        others = [one for one in everybody if one not in callers]
        ground = Ground(town, service, alpha.things["customer"], callers, others)
        wrong += [search(operation, kind, ground) for kind in KINDS]
    found = [one for one in wrong if one]
    assert wrong
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("service", [one for one in SERVICES if one != "portal"])
def test_a_method_that_a_path_does_not_know_is_answered_by_a_problem(town: Town, service: str) -> None:
    async def ask() -> list[str]:
        wrong = []
        for path, ways in town.apps[service].openapi()["paths"].items():
            for method in (one for one in METHODS if one.lower() not in ways):
                answer = await town.client(service).request(method, path.replace("{", "").replace("}", ""))
                is_problem = answer.headers["content-type"] == "application/problem+json"
                is_named = answer.status_code != 405 or answer.headers.get("allow")
                if not answer.is_client_error or not is_problem or not is_named:
                    wrong.append(f"{method} {path}: {answer.status_code} {answer.text}")
        return wrong

    found = town.runner.run(ask())
    assert not found, "\n".join(found)
