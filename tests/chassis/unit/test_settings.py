"""A service that is told nonsense says what, and not what it was told."""

import json

from tests.forks import ran


def test_faulty_settings_are_named_in_one_line_without_the_secrets_among_them() -> None:
    url = "postgresql://cart:hidden@db/cart"
    code, line = ran("cart", "web", DATABASE_URL=url, KAFKA_URL=None, HTTP_PORT="eighty", LOG_FORMAT="xml")
    assert code == 2
    assert json.loads(line)["variables"].keys() == {"KAFKA_URL", "HTTP_PORT", "LOG_FORMAT"}
    assert "hidden" not in line
