"""Prometheus with our rules, where the program is installed: it watches the services of the stack."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devstack.layout import SERVICES, Layout
from devstack.supervision import Program

PROGRAM = shutil.which("prometheus")
RULES = Path(__file__).parents[3] / "deploy" / "prometheus" / "rules"
EVERY = "5s"
CONFIG = "prometheus.yaml"


def watching(layout: Layout) -> Program:
    """Its command; `configure` comes before it is started."""
    assert PROGRAM is not None
    folder = _folder(layout)
    command = [
        PROGRAM,
        f"--config.file={folder / CONFIG}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=2d",
        f"--web.listen-address={layout.bind}:{layout.port('prometheus')}",
        "--log.level=warn",
    ]
    return Program("prometheus", command)


def configure(layout: Layout, found: dict[str, Any] | None = None) -> None:
    """Say whom to ask, and which rules hold. `found`: how Prometheus finds services that run elsewhere (part of its
    scrape configuration); otherwise they are where the layout says."""
    config = {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(RULES / "*.yaml")],
        "scrape_configs": [{"job_name": "trunkline", **(found or _services(layout))}],
    }
    folder = _folder(layout)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")


def _services(layout: Layout) -> dict[str, Any]:
    where = {name: urlsplit(layout.url(name)).netloc for name in SERVICES}
    return {
        "static_configs": [{"targets": [url], "labels": {"app": name, "instance": name}} for name, url in where.items()]
    }


def _folder(layout: Layout) -> Path:
    return layout.data / "prometheus"
