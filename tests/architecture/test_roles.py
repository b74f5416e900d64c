"""Every route says who may call it, and the page says what the routes say."""

from pathlib import Path

import pytest

from tests.roles import NOBODYS, SERVICES, operations_of, page


@pytest.mark.rule("TEN-1")
@pytest.mark.parametrize("service", SERVICES)
def test_every_route_declares_once_who_may_call_it(service: str) -> None:
    ours = [one for one in operations_of(service) if one.path not in NOBODYS]
    silent = [f"{one.method} {one.path}" for one in ours if len(one.declared) != 1]
    assert ours
    assert silent == [], "declare it with chassis.roles (a service) or portal.entrypoints.visit (a page)"


@pytest.mark.rule("TEN-1")
def test_the_page_of_roles_is_what_the_routes_declare() -> None:
    assert Path("docs/roles.md").read_text(encoding="utf-8") == page(), "run `make docs`"
