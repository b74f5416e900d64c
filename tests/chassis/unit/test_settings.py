"""A service that is told nonsense says what, and not what it was told."""

import json
import os
import subprocess
import sys


def test_faulty_settings_are_named_in_one_line_without_the_secrets_among_them() -> None:
    told = {"DATABASE_URL": "postgresql://cart:hidden@db/cart", "HTTP_PORT": "eighty", "LOG_FORMAT": "xml"}
    environment = {name: value for name, value in os.environ.items() if name != "KAFKA_URL"} | told
    ran = subprocess.run(
        [sys.executable, "-m", "cart", "web"], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert json.loads(line)["variables"].keys() == {"KAFKA_URL", "HTTP_PORT", "LOG_FORMAT"}
    assert "hidden" not in ran.stderr
