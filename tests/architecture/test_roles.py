"""Every route says who may call it."""

import pytest

from tests.pages.roles import NOBODYS, SERVICES, operations_of


@pytest.mark.rule("TEN-1")
@pytest.mark.parametrize("service", SERVICES)
def test_every_route_declares_once_who_may_call_it(service: str) -> None:
    ours = [one for one in operations_of(service) if one.path not in NOBODYS]
    silent = [f"{one.method} {one.path}" for one in ours if len(one.declared) != 1]
    assert ours
    assert silent == [], "declare it with chassis.roles (a service) or portal.entrypoints.visit (a page)"
