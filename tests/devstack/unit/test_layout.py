"""What is given runs elsewhere: the stack leaves it alone and tells everybody where it is."""

from pathlib import Path

import pytest

from devstack.layout import SERVICES, Layout
from devstack.parts import parts


@pytest.fixture
def without_cart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("CART_URL", "http://cluster.example:30802/")
    return Layout(data=tmp_path)


def test_a_service_that_is_given_is_not_started(without_cart: Layout) -> None:
    started = {part.program.name for part in parts(without_cart)}
    assert set(SERVICES) - started == {"cart"}
    assert without_cart.own_services == tuple(name for name in SERVICES if name != "cart")


def test_the_others_are_told_where_it_is(without_cart: Layout) -> None:
    assert without_cart.url("cart") == "http://cluster.example:30802"
    assert without_cart.environment_of("portal")["CART_URL"] == "http://cluster.example:30802"
    assert without_cart.environment["CART_URL"] == "http://cluster.example:30802"
    assert without_cart.url("portal") == f"http://127.0.0.1:{without_cart.port('portal')}"
