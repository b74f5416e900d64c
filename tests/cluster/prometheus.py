"""Tells a Prometheus outside the cluster which Pods there are, labelled as the chart's PodMonitor labels them.

By a file, since Debian's Prometheus is built without Kubernetes' own discovery.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from devstack.prometheus import EVERY
from tests.cluster.cluster import Cluster

PARTS = ("web", "worker", "relay", "all")
LOOK_EVERY = 3.0


def listed_in(file: Path) -> dict[str, Any]:
    """Part of a scrape configuration."""
    return {"file_sd_configs": [{"files": [str(file)], "refresh_interval": EVERY}]}


@asynccontextmanager
async def listing(cluster: Cluster, file: Path) -> AsyncIterator[None]:
    """The file follows the cluster while the block runs."""

    async def follow() -> None:
        while True:
            await asyncio.to_thread(_list, cluster, file)
            await asyncio.sleep(LOOK_EVERY)

    following = asyncio.create_task(follow())
    try:
        yield
    finally:
        following.cancel()


def _list(cluster: Cluster, file: Path) -> None:
    targets = [
        {"targets": [f"{pod['status']['podIP']}:8000"], "labels": _labels(pod["metadata"])}
        for pod in cluster.objects("pods")
        if pod["metadata"]["labels"].get("trunkline/part") in PARTS and pod["status"].get("podIP")
    ]
    fresh = file.with_suffix(".partial")
    fresh.write_text(json.dumps(targets), encoding="utf-8")
    fresh.rename(file)


def _labels(pod: dict[str, Any]) -> dict[str, str]:
    said = pod["labels"]
    return {"app": said["app.kubernetes.io/component"], "part": said["trunkline/part"], "pod": pod["name"]}
