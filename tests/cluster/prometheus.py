"""Prometheus on this machine, which finds the release's Pods as the chart's PodMonitor does, and knows our alerts."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from devstack.programs import free_ports, start_and_wait
from devstack.prometheus import EVERY, PROGRAM, RULES
from tests.cluster.cluster import NAMESPACE, RELEASE

PARTS = "web|worker|relay|all"
LABEL = "__meta_kubernetes_pod_label_"


class Prometheus:
    """Needs the program and KUBECONFIG."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None, "prometheus is not installed"
        self._folder = folder / "prometheus"
        self._folder.mkdir()
        self._port = free_ports(1)[0]
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=10)
        config = self._folder / "prometheus.yaml"
        config.write_text(json.dumps(_config()), encoding="utf-8")
        command = [
            PROGRAM,
            f"--config.file={config}",
            f"--storage.tsdb.path={self._folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self._port}",
            "--log.level=warn",
        ]
        self._process: subprocess.Popen[bytes] = start_and_wait(command, self._folder / "log", self._is_ready)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()

    def seen(self) -> set[str]:
        """Names of the Pods whose metrics it gets."""
        found = self._ask("query", query="up == 1")["result"]
        return {one["metric"]["pod"] for one in found}

    def firing(self) -> set[str]:
        return {one["labels"]["alertname"] for one in self._ask("alerts")["alerts"] if one["state"] == "firing"}

    def until_firing(self, wanted: set[str], seconds: float) -> set[str]:
        """All that fire, as soon as the wanted are among them; what fires at the end if they aren't."""
        end = time.monotonic() + seconds
        while not wanted <= (found := self.firing()) and time.monotonic() < end:
            time.sleep(1)
        return found

    def until_quiet(self, seconds: float) -> set[str]:
        """What still fires at the end."""
        end = time.monotonic() + seconds
        while (found := self.firing()) and time.monotonic() < end:
            time.sleep(1)
        return found

    def _ask(self, path: str, **asked: str) -> Any:
        answer = self._http.get(f"/api/v1/{path}", params=asked)
        answer.raise_for_status()
        return answer.json()["data"]

    def _is_ready(self) -> bool:
        try:
            return self._http.get("/-/ready").is_success
        except httpx.HTTPError:
            return False


def _config() -> dict[str, Any]:
    found = {
        "role": "pod",
        "kubeconfig_file": os.environ["KUBECONFIG"],
        "namespaces": {"names": [NAMESPACE]},
        "selectors": [{"role": "pod", "label": f"app.kubernetes.io/instance={RELEASE}"}],
    }
    relabeled = [
        {"source_labels": [f"{LABEL}trunkline_part"], "regex": PARTS, "action": "keep"},
        {"source_labels": [f"{LABEL}app_kubernetes_io_component"], "target_label": "app"},
        {"source_labels": [f"{LABEL}trunkline_part"], "target_label": "part"},
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
    ]
    return {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(RULES / "*.yaml")],
        "scrape_configs": [{"job_name": "trunkline", "kubernetes_sd_configs": [found], "relabel_configs": relabeled}],
    }
