"""A stack that would share its ports with another one does not begin."""

import socket
from pathlib import Path

import pytest

from devstack.layout import Layout
from devstack.programs import DidNotStart, free_base, is_taken
from devstack.stack import Stack


async def test_a_port_that_somebody_listens_on_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    layout = Layout(data=tmp_path / "run", base=free_base(), kafka_given=None, database_given=None)
    named = rf"{layout.port('cart')} \(cart\).*make down.*TRUNKLINE_PORT_BASE"
    with socket.create_server((layout.bind, layout.port("cart"))), pytest.raises(DidNotStart, match=named):
        await Stack(layout, print).up()
    assert not layout.data.exists()


def test_what_a_connection_left_behind_takes_no_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_taken("127.0.0.1", port)
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    assert not is_taken("127.0.0.1", port)
